"""People are told once that no import succeeds, and once more when it works again (B13)."""

from datetime import datetime, timedelta

import pytest

from taskforce.domain.alarm import Health
from taskforce.domain.notices import Notice, NoticeKind
from taskforce.domain.run import RunKind, RunStatus
from taskforce.engine.alarming import Alarms
from taskforce.engine.notifying import end, tell
from taskforce.engine.runs import new_job
from taskforce.errors import TaskforceError
from taskforce.testing.clock import FrozenClock
from taskforce.testing.notifier import RecordedNotifier
from taskforce.testing.stores import MemoryStores
from taskforce.testing.trouble import Fault
from tests.unit.engine.office import Office

BEGIN = FrozenClock().now()
HALF_AN_HOUR = timedelta(minutes=30)


def overdue(since: datetime, told_at: datetime, over_at: datetime | None = None) -> Notice:
    """What people hear."""
    text = f"No import has succeeded since {since:%Y-%m-%d %H:%M} UTC."
    return Notice(kind=NoticeKind.NO_IMPORT, subject="", text=text, told_at=told_at, over_at=over_at)


def heard(office: Office) -> list[Notice]:
    """What people were told of the connection."""
    assert {connection for connection, _ in office.notifier.heard} <= {"acme"}
    return [notice for _, notice in office.notifier.heard]


def test_people_are_told_once_and_once_more_when_it_works_again() -> None:
    """Two hours after the connection was set active without a success; and with the first success."""
    office = Office(active_since=BEGIN)
    office.account()
    office.trouble(Fault.DENIED, "describe", times=6)
    failed = [office.run(later=HALF_AN_HOUR) for _ in range(6)]
    before = heard(office)

    office.run(later=HALF_AN_HOUR)

    told_at, over_at = BEGIN + timedelta(hours=2), BEGIN + timedelta(hours=3, minutes=30)
    assert {run.status for run in failed} == {RunStatus.COULD_NOT_RUN}
    assert before == [overdue(BEGIN, told_at)]
    assert heard(office) == [overdue(BEGIN, told_at), overdue(BEGIN, told_at, over_at)]
    assert office.stores.notices.open(NoticeKind.NO_IMPORT) == []


def test_the_time_counts_from_the_latest_success() -> None:
    """Which an import is, too, of which some records were refused."""
    office = Office(active_since=BEGIN)
    office.account()
    office.trouble(Fault.REJECTED, "create company")
    success = office.run(later=timedelta(hours=1))
    office.account(2, Name="Another")
    office.trouble(Fault.DENIED, "list companies", times=None)

    for _ in range(4):
        office.run(later=HALF_AN_HOUR)

    assert success.status is RunStatus.DONE_WITH_FAILURES
    assert heard(office) == [overdue(BEGIN + timedelta(hours=1), BEGIN + timedelta(hours=3))]


def test_a_run_that_was_stopped_is_no_success() -> None:
    """Whoever stops every import hears that none succeeds."""
    office = Office(active_since=BEGIN, stop_at=1)
    office.account()

    run = office.run(later=timedelta(hours=2))

    assert (run.status, heard(office)) == (RunStatus.CANCELLED, [overdue(BEGIN, BEGIN + timedelta(hours=2))])


def test_a_run_that_died_is_no_success() -> None:
    """It is recorded as to be continued, but it had no end of its own."""
    office = Office(active_since=BEGIN)
    office.stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=BEGIN + timedelta(hours=1))
    office.stores.runs.bury(BEGIN + timedelta(hours=1))

    assert office.stores.state.runs[1].status is RunStatus.TO_BE_CONTINUED
    assert office.stores.runs.succeeded_at(BEGIN + timedelta(days=1)) is None


def test_nobody_hears_of_a_connection_that_is_not_active() -> None:
    """Imports by hand that fail are seen by whoever starts them; and an alarm is over when it is set inactive."""
    office = Office(active_since=BEGIN)
    office.account()
    office.trouble(Fault.DENIED, "describe", times=None)
    office.run(later=timedelta(hours=3))
    office.active_since = None

    office.run(later=timedelta(hours=3), by_hand=True)
    office.run(later=timedelta(hours=3), by_hand=True)

    assert [notice.over_at for notice in heard(office)] == [None, BEGIN + timedelta(hours=6)]


def test_a_dry_run_tells_nobody_anything() -> None:
    """Neither that imports fail nor that they work."""
    office = Office(active_since=BEGIN)
    office.account()

    office.run(later=timedelta(hours=3), dry=True)

    assert heard(office) == []


def test_what_was_told_in_a_run_is_heard_when_it_ends() -> None:
    """What began, and what is over."""
    office = Office()
    job = new_job(office.world(), office.stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=BEGIN))
    tell(job, NoticeKind.DUPLICATE_ID, subject="001", text="Twice.")
    tell(job, NoticeKind.DUPLICATE_ID, subject="001", text="Twice.")
    end(job, NoticeKind.DUPLICATE_ID, subject="002")
    office.clock.advance(HALF_AN_HOUR)

    end(job, NoticeKind.DUPLICATE_ID, subject="001")

    notice = Notice(kind=NoticeKind.DUPLICATE_ID, subject="001", text="Twice.", told_at=BEGIN)
    over = Notice(
        kind=NoticeKind.DUPLICATE_ID, subject="001", text="Twice.", told_at=BEGIN, over_at=BEGIN + HALF_AN_HOUR
    )
    assert job.notices == [notice, over]


# --- while the store does not answer ---


class Looking:
    """Somebody who looks at one connection, whose store may not answer."""

    def __init__(self) -> None:
        self.clock = FrozenClock()
        self.notifier = RecordedNotifier()
        self.stores = MemoryStores()
        self.succeeded_at: datetime | None = BEGIN
        self.answers = True
        self._alarms = Alarms(self.notifier)

    def look(self, *, later: timedelta = timedelta()) -> list[Notice]:
        """One look; all that was heard so far."""
        self.clock.advance(later)
        self._alarms.look(self._read, lambda _: self.stores.notices, self.clock.now())
        return [notice for _, notice in self.notifier.heard]

    def _read(self) -> dict[str, tuple[Health, bool]]:
        if not self.answers:
            raise TaskforceError("The database is locked.")
        health = Health(active_since=BEGIN, alarm_after=timedelta(hours=2), succeeded_at=self.succeeded_at)
        return {"acme": (health, bool(self.stores.notices.open(NoticeKind.NO_IMPORT)))}


def test_people_are_told_while_the_store_does_not_answer() -> None:
    """By what was last read of it; once, and it is stored when the store answers again."""
    here = Looking()
    here.look()
    here.answers = False
    early = here.look(later=timedelta(hours=1))
    here.look(later=timedelta(hours=1))
    without = here.look(later=timedelta(hours=1))
    here.answers = True
    here.look()
    stored = list(here.stores.notices.open(NoticeKind.NO_IMPORT))
    here.succeeded_at = here.clock.now()

    after = here.look()

    told_at, noticed_at = BEGIN + timedelta(hours=2), BEGIN + timedelta(hours=3)
    assert early == []
    assert without == [overdue(BEGIN, told_at)]
    assert stored == [overdue(BEGIN, noticed_at)]
    assert after == [overdue(BEGIN, told_at), overdue(BEGIN, noticed_at, noticed_at)]


def test_people_hear_that_it_is_over_although_it_was_never_stored() -> None:
    """An import succeeded before the store could take the notice."""
    here = Looking()
    here.look()
    here.answers = False
    here.look(later=timedelta(hours=2))
    here.answers, here.succeeded_at = True, BEGIN + timedelta(hours=2)

    told_at = BEGIN + timedelta(hours=2)
    assert here.look() == [overdue(BEGIN, told_at), overdue(BEGIN, told_at, told_at)]
    assert here.stores.state.notices == {}


def test_an_alarm_that_stands_is_not_told_again_when_the_store_is_gone() -> None:
    """It was heard before."""
    here = Looking()
    first = here.look(later=timedelta(hours=2))
    here.answers = False

    assert len(first) == len(here.look(later=timedelta(hours=2))) == 1


@pytest.mark.parametrize("answers", [True, False])
def test_nothing_is_told_of_what_was_never_known(answers: bool) -> None:
    """A service that begins while the store does not answer knows of no overdue import."""
    here = Looking()
    here.answers = answers

    assert here.look(later=timedelta(hours=1)) == []
