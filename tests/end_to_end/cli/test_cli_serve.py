"""`taskforce serve`: active connections are imported on time, until somebody asks it to stop."""

import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest

from taskforce import serving
from taskforce.bootstrap import open_installation
from taskforce.connection_config import ConnectionConfig
from taskforce.domain.records import Entity
from taskforce.domain.run import RunKind, RunStatus
from taskforce.installation import Installation
from taskforce.testing.clock import FrozenClock
from taskforce.testing.workers import on_the_spot
from taskforce_simulators.serving import RunningPair
from tests.end_to_end.cli.desk import Desk, ending
from tests.end_to_end.cli.gate import Gate, send_through
from tests.end_to_end.office import NAME, Office, SilentProgress

BEGIN = FrozenClock().now()
ONE_MINUTE = {"active": True, "interval_minutes": 1}


@pytest.fixture
def clock() -> FrozenClock:
    """Moves on by the waits of `serve` only."""
    return FrozenClock()


@pytest.fixture
def served(clock: FrozenClock, installation: Installation) -> Iterator[Installation]:
    """An installation whose time is the frozen clock's; `installation` forgets what it stores."""
    del installation
    with open_installation(clock) as opened:
        yield opened


class Listener(SilentProgress):
    """Keeps what is said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, sentence: str) -> None:
        """Something to know."""
        self.said.append(sentence)


def serve(installation: Installation, clock: FrozenClock, *, seconds: int) -> list[str]:
    """Serve for so long; what was said meanwhile."""
    end, listener = clock.now() + timedelta(seconds=seconds), Listener()
    serving.serve(installation, progress=listener, should_stop=lambda: clock.now() >= end, start=on_the_spot)
    return listener.said


def starts(installation: Installation, name: str = NAME) -> list[float]:
    """When the runs of a connection began, in seconds after the beginning."""
    return sorted((run.started_at - BEGIN).total_seconds() for run in installation.history.runs(name, limit=99))


def test_an_active_connection_is_imported_at_its_interval(
    served: Installation, clock: FrozenClock, pair: RunningPair
) -> None:
    """The first import comes an interval after it became active, the others an interval after the one before."""
    office = Office(pair, served)
    office.settings(**ONE_MINUTE)
    account = office.account()

    said = serve(served, clock, seconds=150)

    assert (said, starts(served)) == ([], [60, 120])
    assert office.company_of(account)["companyName"] == "Birch Dental"


def test_a_reconciliation_takes_the_place_of_an_import_when_it_is_due(
    served: Installation, clock: FrozenClock, pair: RunningPair
) -> None:
    """A day after the connection became active, then a day after the last one; imports go on in between."""
    office = Office(pair, served)
    office.settings(**ONE_MINUTE, reconcile_days=1)
    clock.advance(timedelta(days=1))
    serve(served, clock, seconds=90)
    clock.advance(timedelta(days=1))
    serve(served, clock, seconds=30)

    kinds = [run.kind for run in reversed(served.history.runs(NAME, limit=9))]
    assert kinds == [RunKind.RECONCILIATION, RunKind.IMPORT, RunKind.RECONCILIATION]


def test_an_inactive_connection_is_left_alone(served: Installation, clock: FrozenClock, pair: RunningPair) -> None:
    """Nothing is imported until it is active, and then an interval later."""
    office = Office(pair, served)
    office.settings(interval_minutes=1)
    serve(served, clock, seconds=150)
    before = starts(served)

    office.settings(active=True)
    serve(served, clock, seconds=100)

    assert (before, starts(served)) == ([], [210])


def test_an_import_by_hand_puts_the_next_one_off(served: Installation, clock: FrozenClock, pair: RunningPair) -> None:
    """An interval lies between any two imports."""
    office = Office(pair, served)
    office.settings(**ONE_MINUTE)
    clock.advance(timedelta(seconds=40))
    office.run()

    serve(served, clock, seconds=70)

    assert starts(served) == [40, 100]


def test_a_connection_that_cannot_run_stops_no_other(
    served: Installation, clock: FrozenClock, pair: RunningPair
) -> None:
    """Each is imported at its own time, and what is wrong is in the history."""
    office = Office(pair, served)
    office.settings(**ONE_MINUTE)
    wrong = pair.connection() | {"settings": ONE_MINUTE}
    wrong["autotask"] = {**pair.connection()["autotask"], "secret": "wrong"}  # type: ignore[dict-item]
    served.add_connection("another", ConnectionConfig.of(wrong))
    office.account()

    serve(served, clock, seconds=70)

    runs = {name: served.history.runs(name, limit=9) for name in ("another", NAME)}
    assert {name: [run.status for run in found] for name, found in runs.items()} == {
        "another": [RunStatus.COULD_NOT_RUN],
        NAME: [RunStatus.DONE],
    }


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(desk: Desk, number: signal.Signals) -> None:
    """Status 0, and a line at the beginning that says what it does."""
    with desk.start("serve") as process:
        assert process.stderr is not None
        first = process.stderr.readline().strip()
        process.send_signal(number)
        said = ending(process)

    assert first == "Taskforce is serving. Active connections are imported at their interval; Ctrl-C ends it."
    assert (said.status, said.out, said.told) == (0, "", [])


def test_a_signal_in_the_middle_of_an_import(desk: Desk, served: Installation, pair: RunningPair, gate: Gate) -> None:
    """What was due long ago is imported at once; the import ends in order, and `serve` with status 0."""
    office = Office(pair, served)
    send_through(gate, office)
    office.settings(**ONE_MINUTE)
    names = [f"Company {number:02}" for number in range(12)]
    for name in names:
        office.account(Name=name)
    gate.shut(b"Company 03")

    with desk.start("serve") as process:
        gate.wait()
        process.send_signal(signal.SIGTERM)
        gate.open()
        said = ending(process)

    (run,) = served.history.runs(NAME, limit=9)
    assert (said.status, said.is_tidy, run.status) == (0, True, RunStatus.CANCELLED)
    assert run.counts[Entity.COMPANY].created == len(office.companies()) < len(names)
    assert desk.run("import", NAME, "--json").document["status"] == "done"
    assert sorted(str(each["companyName"]) for each in office.companies()) == names
