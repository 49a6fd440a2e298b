"""The client with a transport in place of the network."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from taskforce.adapters.http.client import HttpClient
from taskforce.adapters.http.retrying import RetryPolicy
from taskforce.errors import ApiError, TransientError, WriteInDoubt
from taskforce_simulators.core.faults import Action, Fault
from taskforce_simulators.serving import InProcessPair, in_process_pair
from tests.support.addresses import HERE

AT_ONCE = RetryPolicy(attempts=3, first_wait=timedelta(), longest_wait=timedelta(), longest_asked=timedelta())


@pytest.fixture
def pair() -> Iterator[InProcessPair]:
    """Both simulators without a socket."""
    with in_process_pair() as opened:
        yield opened


def test_transport_takes_the_place_of_the_network(pair: InProcessPair) -> None:
    """A request goes to the transport, and its answer comes from there."""
    with HttpClient(system="Salesforce", addresses=HERE, transport=pair.salesforce_transport) as client:
        answer = client.send("GET", f"{pair.salesforce_url}/services/data", operation="versions", repeatable=True)
    assert (answer.status, answer.body[:12]) == (200, b'[{"label":"S')


@pytest.mark.parametrize(
    ("repeatable", "kind", "sent"), [(False, WriteInDoubt, 1), (True, TransientError, AT_ONCE.attempts)]
)
@pytest.mark.parametrize("action", ["cut_before", "cut_midway", "cut_after", "late_commit", "delay"])
def test_lost_answer(pair: InProcessPair, action: Action, repeatable: bool, kind: type[ApiError], sent: int) -> None:
    """Whatever loses the answer, a read is repeated and fails in the end, and a write is in doubt after one attempt."""
    pair.autotask.faults.add(Fault(action=action, delay_seconds=600, times=None))
    with (
        HttpClient(system="Autotask", addresses=HERE, retries=AT_ONCE, transport=pair.autotask_transport) as client,
        pytest.raises(kind) as caught,
    ):
        client.send("POST", f"{pair.autotask_url}/x", operation="create company", repeatable=repeatable)
    assert (caught.value.code, len([e for e in pair.autotask.journal.entries() if e.counted])) == ("no_answer", sent)
