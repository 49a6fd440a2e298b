"""Who may use the REST API: tokens alone, each as far as its role goes."""

from datetime import timedelta

import pytest
from django.http import HttpRequest
from django.urls import URLPattern
from ninja import NinjaAPI

from taskforce.domain.roles import Role
from taskforce.errors import ConfigurationError
from taskforce.web.access import NEEDS, PUBLIC
from taskforce.web.api import app
from taskforce.web.api.app import ROOT as PATH
from taskforce.web.api.app import _roles
from taskforce.web.api.urls import urlpatterns
from taskforce.web.bearer import TokenNeeds
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.conftest import Begin, Enter
from tests.end_to_end.pages.program import OFFICE, given_out

UNKNOWN = (
    "A valid token is needed: send it as Authorization: Bearer TOKEN. An administrator makes one on the page Admin > "
)
OPERATIONS = [
    (pattern, method, role)
    for pattern in urlpatterns
    if isinstance(needed := getattr(pattern.callback, NEEDS, None), TokenNeeds)
    for method, role in needed.items()
]


def path_of(pattern: URLPattern, run_id: int) -> str:
    """An address that is there."""
    filled = str(pattern.pattern).replace("<name>", NAME).replace("<run_id>", str(run_id))
    return f"/{filled.removeprefix(PATH)}".replace("<record_id>", "001000000000000AAA").replace(
        "<kind>/<target>", "account/companyType"
    )


def test_every_address_is_public_or_says_what_its_methods_need() -> None:
    """A new operation is thought about; the public ones tell nothing of an installation."""
    public = {str(each.name) for each in urlpatterns if getattr(each.callback, NEEDS, None) == PUBLIC}

    assert public == {"api_openapi", "api_nowhere", "api_nowhere_below"}
    assert len({pattern.name for pattern, _, _ in OPERATIONS}) == len(urlpatterns) - len(public)
    assert [pattern.name for pattern, _, role in OPERATIONS if role is None] == []


@pytest.mark.parametrize("role", Role)
def test_every_operation_for_every_role(office: Office, program: Begin, role: Role) -> None:
    """What the role does not include is refused, and does nothing."""
    run, shown = office.run(), program(role)

    for pattern, method, needed in OPERATIONS:
        assert needed is not None
        answer = shown.ask(method, path_of(pattern, run.id))
        assert (pattern.name, answer.status_code == 403) == (pattern.name, not role.includes(needed))
        assert answer.status_code < 500


def test_an_operation_without_a_role_is_open_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forgetting it opens nothing."""
    forgetful = NinjaAPI(urls_namespace="forgetful", openapi_url=None)
    forgetful.get("/secret")(_secret)
    monkeypatch.setattr(app, "api", forgetful)

    assert _roles("/secret") == {"GET": None}


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic aGVsZW46aGVyb24=", "Bearer " + "x" * 300])
def test_whoever_shows_no_token(office: Office, program: Begin, header: str) -> None:
    """Is told how to get one, at every operation; not whether one like it was there."""
    nobody = program(None)

    for pattern, method, _ in OPERATIONS:
        answer = nobody.ask(method, path_of(pattern, 1), headers={"Authorization": header} if header else {})
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="Taskforce"')
        assert answer.json()["detail"].startswith(UNKNOWN)


def test_a_session_counts_for_nothing(office: Office, enter: Enter) -> None:
    """No page of another site can have a browser use the API."""
    visitor = enter(Role.ADMINISTRATOR)

    assert visitor.get("/api/v1/connections").status_code == 401


def test_a_token_ends(office: Office, program: Begin) -> None:
    """When it is revoked, and by itself; from the next request on."""
    here, short, long = office.installation, program(Role.VIEWER), program(Role.OPERATOR)
    assert [each.get("/token")["role"] for each in (short, long)] == ["viewer", "operator"]

    here.tokens.revoke("a viewer", here.clock.now())
    given_out(office, Role.VIEWER)
    later = here.clock.now() + timedelta(days=31)

    assert (short.refused("GET", "/token")[0], here.tokens.known(long.token, later)) == (401, None)


def test_a_path_with_a_line_break_is_answered_like_others(program: Begin) -> None:
    """By the API, not by what serves the static files."""
    answer = program(Role.VIEWER).ask("GET", "/connections/a%0Ab/links")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_token_opens_no_page(office: Office, program: Begin) -> None:
    """Pages are for people."""
    now = office.installation.clock.now()
    office.installation.users.invite("a-colleague", role=Role.VIEWER, full_name="", email="", now=now)

    answer = program(Role.ADMINISTRATOR).ask("GET", "//runs/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/?next=/runs/")


def test_trouble_with_the_database_is_told_as_it(
    office: Office, program: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the token can be looked up, and after."""
    shown = program(Role.VIEWER)
    monkeypatch.setattr(type(office.installation.tokens), "known", _unreadable)

    assert shown.refused("GET", "/connections") == (503, "The database cannot be read: mend it.")


def test_another_method(office: Office, program: Begin) -> None:
    """Says which there are."""
    answer = program(Role.ADMINISTRATOR).ask("DELETE", OFFICE)

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


def test_no_such_address(office: Office, program: Begin) -> None:
    """In words for programs."""
    there = "/api/v1/openapi.json lists all there are."

    assert program(None).refused("GET", "/nowhere") == (404, f"There is no such address. {there}")


def _secret(request: HttpRequest) -> dict[str, str]:
    """What nobody thought about."""
    return {"path": request.path}


def _unreadable(*_: object) -> None:
    raise ConfigurationError(["The database cannot be read: mend it."])
