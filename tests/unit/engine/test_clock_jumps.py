"""The clock here is hours off, or jumps: the vendors' own clocks decide, and nothing is lost, repeated or put off."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from taskforce.domain.run import RunStatus
from taskforce.testing.clock import FrozenClock
from taskforce.testing.trouble import Fault
from tests.unit.engine.office import COMPANY, Office

HOURS = timedelta(hours=5)


@dataclass(slots=True)
class ClockOff:
    """The clock of this machine: the right time, and by how much it is off."""

    right: FrozenClock
    off: timedelta = timedelta()

    def now(self) -> datetime:
        """What people would read here."""
        return self.right.now() + self.off

    def monotonic(self) -> float:
        """Not to be set."""
        return self.right.monotonic()

    def sleep(self, duration: timedelta) -> None:
        """Be later at once."""
        self.right.sleep(duration)

    def advance(self, duration: timedelta) -> None:
        """Time goes on."""
        self.right.advance(duration)


def office_with_clock(off: timedelta) -> tuple[Office, ClockOff]:
    """Both vendors have the right time; this machine has not."""
    office = Office()
    here = ClockOff(office.clock, off)
    office.clock = here  # type: ignore[assignment]
    return office, here


@pytest.mark.parametrize("off", [HOURS, -HOURS])
def test_held_records_are_looked_at_every_half_hour_all_the_same(off: timedelta) -> None:
    """Neither at every import nor never: the time is taken from Salesforce and Autotask."""
    office, _ = office_with_clock(off)
    there = office.company(is_active=False)
    account = office.account()
    office.run()
    soon = office.spent(later=timedelta(minutes=20)).autotask
    office.target.activate(COMPANY, there)

    later = office.run(later=timedelta(minutes=20))

    assert (soon, office.companies()[0].source_id) == (0, account)
    assert later.status is RunStatus.DONE


@pytest.mark.parametrize("jump", [HOURS, -HOURS, timedelta(days=365), -timedelta(days=365)])
def test_jumps_between_runs_lose_nothing(jump: timedelta) -> None:
    """Records, doubts and failures of before the jump come to their end after it."""
    office, here = office_with_clock(timedelta())
    accounts = [office.account(number, Name=f"Company {number}") for number in range(1, 4)]
    office.trouble(Fault.UNREACHABLE, "create company")
    office.trouble(Fault.LATE, "create company", delay=timedelta(minutes=3))
    office.run()
    here.off += jump
    accounts.append(office.account(4, Name="Company 4"))

    for _ in range(3):
        office.run()

    assert sorted(str(record.source_id) for record in office.companies()) == accounts
    assert (office.stores.intents.unsettled(), office.stores.inbox.standing().failing) == ([], 0)
