"""Whatever is sent to whatever operation, with whatever token: no answer is a defect (schemathesis).

The same every time, and brief; `FUZZ_TIMES=20` in the environment tries twenty times as much.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from schemathesis.generation import GenerationMode

from taskforce.domain.roles import Role
from taskforce.web.api.app import ROOT, api
from taskforce.web.api.urls import urlpatterns
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.conftest import Begin

schema = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix=f"/{ROOT}"))
OPERATIONS = {result.ok().label: result.ok() for result in schema.get_all_operations()}
CASES = {
    label: some.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))
    for label, operation in OPERATIONS.items()
}
ROW = {"kind": ["account", "contact"], "target": ["companyType", "countryID", "fax"]}
"""Rows of the mapping."""

NO_HTTP = "Invalid HTTP request received."
"""What the server says of bytes that are no request at all, before the API sees them."""

EXAMPLES: dict[Role | None, int] = {None: 2, Role.VIEWER: 4, Role.OPERATOR: 6, Role.ADMINISTRATOR: 6}
"""So many for each operation."""


@pytest.fixture
def known(office: Office, program: Begin) -> dict[str, Any]:
    """What is there: a run whose plan waits, a linked record and one that is held."""
    office.company(companyName="Birch")
    office.company(companyName="Birch")
    held, linked = office.account(Name="Birch"), office.account(Name="Elm")
    office.run()
    office.settings(brake_creates=0)
    office.account(Name="Ash")
    run = office.run()
    return {"name": [NAME], "run_id": [run.id], "record_id": [held, linked], **ROW}


def test_every_operation_is_fuzzed() -> None:
    """The description leaves none out."""
    public = {"api_openapi", "api_nowhere", "api_nowhere_below"}

    assert len(OPERATIONS) == len(urlpatterns) - len(public)


@pytest.mark.parametrize("role", [None, *Role])
def test_no_answer_is_a_defect(
    office: Office, program: Begin, address: str, known: dict[str, Any], role: Role | None
) -> None:
    """With what fits the description and what does not, for things that are there and things that are not."""
    token = program(role).token
    times = EXAMPLES[role] * int(os.environ.get("FUZZ_TIMES", "1"))
    statuses: set[int] = set()

    with requests.Session() as session:
        for label in OPERATIONS:
            fuzz(Fuzzed(label, times, address, session, token, known), statuses)

    assert statuses >= ({401} if role is None else {200, 404, 422})
    assert role is not None or statuses <= {401, 404, 405}


class Fuzzed(NamedTuple):
    """One operation, asked how often, where, with which token, about what."""

    label: str
    times: int
    address: str
    session: requests.Session
    token: str
    known: Mapping[str, Sequence[Any]]


def fuzz(fuzzed: Fuzzed, statuses: set[int]) -> None:
    """Ask so often, the same each time; the statuses of the answers are added."""

    @settings(
        max_examples=fuzzed.times,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(CASES[fuzzed.label], some.data())
    def ask(case: Any, data: Any) -> None:
        if data.draw(some.booleans()):
            found = {name: data.draw(some.sampled_from(fuzzed.known[name])) for name in case.path_parameters}
            case.path_parameters = found
        headers = {"Authorization": f"Bearer {fuzzed.token}"} if fuzzed.token else {}
        answer = case.call(base_url=fuzzed.address, session=fuzzed.session, headers=headers)
        statuses.add(answer.status_code)
        assert answer.status_code < 500, (fuzzed.label, case.as_curl_command(), answer.text)
        if answer.status_code >= 400 and answer.text != NO_HTTP:
            assert answer.headers["content-type"] == ["application/problem+json"], (
                answer.status_code,
                answer.text,
                case.as_curl_command(),
            )

    ask()
