"""The clock of this machine is off, or its time zone changes between summer and winter: nothing lost, nothing twice."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from taskforce.bootstrap import open_installation
from taskforce.domain.run import RunStatus
from taskforce.installation import Installation
from taskforce.testing.clock import FrozenClock
from taskforce_simulators.serving import RunningPair
from tests.end_to_end.office import NAME, Office

HALF_AN_HOUR = timedelta(minutes=30)
SPRING = datetime(2026, 3, 8, 7, 45, tzinfo=UTC)
"""A quarter of an hour before Chicago's clocks go from two to three."""

AUTUMN = datetime(2026, 11, 1, 6, 45, tzinfo=UTC)
"""A quarter of an hour before Chicago's clocks go from two back to one."""


@pytest.fixture
def clock(pair: RunningPair) -> Iterator[FrozenClock]:
    """The clock here; the vendors' own go on by themselves unless a test says otherwise."""
    yield FrozenClock()
    for simulator in (pair.salesforce, pair.autotask):
        simulator.clock.reset()


@pytest.fixture
def office(pair: RunningPair, installation: Installation, clock: FrozenClock) -> Iterator[Office]:
    """A connection by that clock; `installation` forgets what it stores."""
    del installation
    with open_installation(clock) as here:
        yield Office(pair, here)


@pytest.fixture
def chicago(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process lives by Chicago's time."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "America/Chicago")
        time.tzset()
        yield
    time.tzset()


def names(office: Office) -> list[str]:
    """The names of all companies."""
    return sorted(str(company["companyName"]) for company in office.companies())


@pytest.mark.parametrize("hours", [-26, -3, 3, 26])
def test_a_clock_that_is_hours_off_between_two_imports(office: Office, clock: FrozenClock, hours: int) -> None:
    """What is read, and from where, goes by Salesforce's clock alone."""
    first = office.account(Name="Ash")
    office.run()
    clock.jump(timedelta(hours=hours))
    office.change("Account", first, Name="Ash and Sons")
    office.account(Name="Birch")

    runs = [office.run(), office.run()]

    assert [run.status for run in runs] == [RunStatus.DONE, RunStatus.DONE]
    assert names(office) == ["Ash and Sons", "Birch"]


@pytest.mark.usefixtures("chicago")
@pytest.mark.parametrize("begun", [SPRING, AUTUMN])
def test_a_change_of_daylight_saving(pair: RunningPair, office: Office, clock: FrozenClock, begun: datetime) -> None:
    """The hour that is missing, or comes twice, changes neither what is read nor when the next import is due."""
    clock.advance(begun - clock.now())
    for simulator in (pair.salesforce, pair.autotask):
        simulator.clock.freeze(begun)
    office.settings(active=True, interval_minutes=30)
    first = office.account(Name="Ash")
    office.run()
    due_at = office.installation.timetable.next_import_at(NAME)
    for moving in (pair.salesforce.clock, pair.autotask.clock, clock):
        moving.advance(HALF_AN_HOUR)
    office.change("Account", first, Name="Ash and Sons")
    office.account(Name="Birch")

    office.run()

    assert due_at == begun + HALF_AN_HOUR
    assert names(office) == ["Ash and Sons", "Birch"]
