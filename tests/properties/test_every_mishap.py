"""What can happen to bytes on their way, at each of the first requests of an import: a proxy before both simulators.

Nothing twice, nothing lost, and a status that says what happened.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from itertools import count

import httpx2
import pytest

from taskforce.domain.run import Run, RunStatus
from taskforce_simulators.core.mishaps import Mishap
from taskforce_simulators.core.proxy import Proxy, proxy_before
from taskforce_simulators.core.server import start
from taskforce_simulators.serving import SimulatorPair
from tests.properties.sync_machine.plant import Ways
from tests.properties.sync_machine.story import Story

PATIENCE = 0.25
"""Seconds that an answer is waited for here."""

FIRST_REQUESTS = 5
"""So many requests to a system are tried: as many as an import makes to Autotask that creates one company."""

MISHAPS: Mapping[str, Mishap] = {
    "cut before the request": Mishap(action="cut", way="connection"),
    "cut within the request": Mishap(action="cut", way="request", after_bytes=40),
    "cut before the answer": Mishap(action="cut", way="answer"),
    "cut within the answer": Mishap(action="cut", way="answer", after_bytes=-20),
    "reset within the answer": Mishap(action="reset", way="answer", after_bytes=60),
    "request dropped": Mishap(action="drop", way="request"),
    "answer dropped": Mishap(action="drop", way="answer"),
    "answer too late": Mishap(action="delay", way="answer", seconds=2 * PATIENCE),
    "request too late": Mishap(action="delay", way="request", seconds=2 * PATIENCE),
    "answer garbled": Mishap(action="garble", way="answer", after_bytes=200),
    "request half closed": Mishap(action="half_close", way="request", after_bytes=40),
    "answer half closed": Mishap(action="half_close", way="answer", after_bytes=60),
    "answer in small pieces": Mishap(action="trickle", way="answer", seconds=PATIENCE),
}
FEW = (
    "cut before the request",
    "cut within the request",
    "cut within the answer",
    "answer dropped",
    "answer garbled",
    "request half closed",
    "answer in small pieces",
)
CHOSEN = tuple(MISHAPS) if os.environ.get("TASKFORCE_TORTURE") else FEW
"""`make torture` has time for all of them."""

_numbers = count(1)


class Line:
    """Both simulators behind a proxy each, and a story over them."""

    def __init__(self, closing: ExitStack) -> None:
        pair = SimulatorPair()
        closing.callback(pair.close)
        self.proxies = {
            "salesforce": closing.enter_context(
                proxy_before(closing.enter_context(start(pair.salesforce)).port),
            ),
            "autotask": closing.enter_context(proxy_before(closing.enter_context(start(pair.autotask)).port)),
        }
        pair.salesforce.public_url = self.proxies["salesforce"].url
        pair.autotask.public_url = self.proxies["autotask"].url
        single_use = httpx2.Limits(max_keepalive_connections=0)
        transports = [closing.enter_context(httpx2.HTTPTransport(limits=single_use)) for _ in self.proxies]
        self.story = Story(
            Ways(
                pair=pair,
                salesforce=transports[0],
                autotask=transports[1],
                patience=timedelta(seconds=PATIENCE),
            )
        )
        closing.callback(self.story.close)

    def import_one(self) -> Run | None:
        """Import a new account."""
        self.story.people.open_account(Name=f"Elm {next(_numbers)}", Phone="312-555-0100")
        return self.story.import_once()

    def proxy(self, system: str) -> Proxy:
        """The proxy before a system."""
        return self.proxies[system]


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    """A line on which everything is imported."""
    with ExitStack() as closing:
        made = Line(closing)
        made.import_one()
        made.story.becomes_quiet()
        yield made


@pytest.mark.parametrize("system", ["salesforce", "autotask"])
@pytest.mark.parametrize("name", CHOSEN)
def test_mishap_with_each_of_the_first_requests(line: Line, system: str, name: str) -> None:
    """Whatever happens to the n-th request or its answer, the record is there once in the end."""
    mishaps = line.proxy(system).mishaps
    for skip in range(FIRST_REQUESTS):
        before = mishaps.taken
        number = mishaps.add(replace(MISHAPS[name], skip=skip))
        run = line.import_one()
        is_met = mishaps.taken > before
        mishaps.remove(number)

        assert run is not None
        assert run.status is RunStatus.DONE or run.message
        line.story.becomes_quiet()
        if not is_met:
            break

    assert skip > 0
