"""Any number of workers find what is due with one question, and nothing is due for ever or never."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

import pytest

from taskforce.adapters.store.holders import Holder
from taskforce.adapters.store.launches import Launches
from taskforce.adapters.store.leases import DURATION, acquire, release
from taskforce.adapters.store.models import Connection, LeaseRow, RunRow
from taskforce.adapters.store.schedule import Occupied, Schedule
from taskforce.domain.progress import Launch
from taskforce.domain.run import RunKind
from taskforce.testing.clock import FrozenClock
from tests.support.store import clean, new_connection

BEGIN = FrozenClock().now()
A_MINUTE = timedelta(minutes=1)
FIVE_MINUTES = 5 * A_MINUTE
NUMBERS = count()
HERE = Holder.this_process()
ELSEWHERE = replace(HERE, host="elsewhere")


@dataclass(slots=True)
class Plan:
    """Some connections, and when they are due."""

    schedule: Schedule = field(default_factory=Schedule)

    def add(self, *minutes: int | None) -> list[Connection]:
        """Connections that are due so many minutes after the beginning."""
        rows = [new_connection(f"c{next(NUMBERS):03}") for _ in minutes]
        for row, due in zip(rows, minutes, strict=True):
            due_at = None if due is None else BEGIN + due * A_MINUTE
            self.schedule.put(row.pk, due_at, succeeded_at=None, now=BEGIN - 9 * A_MINUTE)
        return rows

    def due(self, minute: int = 0, *, without: Sequence[Connection] = (), limit: int = 9) -> list[str]:
        """The names of those that are due then."""
        names = [row.name for row in without]
        return list(self.schedule.due(BEGIN + minute * A_MINUTE, here=HERE, without=names, limit=limit))


@pytest.fixture
def plan() -> Iterator[Plan]:
    """No connection yet; all are forgotten afterwards."""
    yield Plan()
    clean()


def test_those_that_are_due_the_longest_come_first(plan: Plan) -> None:
    """As many as were asked for, without those that were named; what is not active is never due."""
    late, first, never, early, ahead = plan.add(0, -3, None, -1, 5)

    assert plan.due() == [first.name, early.name, late.name]
    assert plan.due(limit=2) == [first.name, early.name]
    assert plan.due(without=[first], limit=2) == [early.name, late.name]
    assert plan.due(9, without=[never])[-1] == ahead.name


def test_one_that_somebody_works_on_is_left_to_them(plan: Plan) -> None:
    """Here or on another machine, until their lease is given back or over."""
    here, elsewhere, free = plan.add(-3, -2, -1)
    leases = [acquire(here.pk, HERE, BEGIN), acquire(elsewhere.pk, ELSEWHERE, BEGIN)]

    during = plan.due()
    release(leases[0])
    released = plan.due()

    assert (during, released) == ([free.name], [here.name, free.name])
    assert plan.due(1) == [here.name, elsewhere.name, free.name]
    assert plan.schedule.under_way(BEGIN, long=FIVE_MINUTES) == Occupied(quick=1, in_all=1)


def test_work_is_quick_until_its_run_has_taken_long(plan: Plan) -> None:
    """One whose run is not begun yet, or has just ended, is quick as well."""
    quick, long, over, not_begun = (each.pk for each in plan.add(-4, -3, -2, -1))
    minutes = {quick: 4, long: 5, over: 6}
    for pk in (quick, long, over, not_begun):
        acquire(pk, ELSEWHERE, BEGIN)
    for pk, ago in minutes.items():
        begun = RunRow(connection_id=pk, status="running", is_dry_run=False, started_at=BEGIN - ago * A_MINUTE)
        begun.finished_at = BEGIN if pk == over else None
        begun.save()

    assert plan.schedule.under_way(BEGIN, long=FIVE_MINUTES) == Occupied(quick=3, in_all=4)


def test_one_whose_worker_died_is_due(plan: Plan) -> None:
    """Whatever its note says: on this machine at once, elsewhere when its lease is over; an idle one is not."""
    here, elsewhere, idle = plan.add(30, 30, 30)
    acquire(here.pk, replace(HERE, process_started=HERE.process_started - 1), BEGIN)
    acquire(elsewhere.pk, ELSEWHERE, BEGIN)
    release(acquire(idle.pk, HERE, BEGIN))

    assert plan.due(1) == [here.name, elsewhere.name]


def test_one_of_which_nothing_right_is_noted_is_due(plan: Plan) -> None:
    """Nothing was noted, or by a clock that was ahead; whoever comes for nothing notes it anew."""
    unknown, ahead = new_connection("unknown"), new_connection("ahead")
    plan.schedule.put(ahead.pk, BEGIN + timedelta(days=2), succeeded_at=None, now=BEGIN + timedelta(days=1))

    assert plan.due() == [unknown.name, ahead.name]


def test_a_lease_that_ends_later_than_any_keeps_nobody_away(plan: Plan) -> None:
    """A clock that was ahead wrote it: it is watched whether its holder lives."""
    (row,) = plan.add(-1)
    acquire(row.pk, ELSEWHERE, BEGIN)
    LeaseRow.objects.filter(connection_id=row.pk).update(expires_at=BEGIN + DURATION + timedelta(seconds=1))

    assert plan.due() == [row.name]


def test_what_somebody_asks_for_is_due_at_once(plan: Plan) -> None:
    """In the same step."""
    (row,) = plan.add(None)
    asked = Launch(kind=RunKind.IMPORT, is_dry_run=False, asked_by="anna", asked_at=BEGIN)

    assert Launches().ask(row.pk, asked)
    assert plan.due() == [row.name]


def test_more_than_a_handful_that_are_worked_on_hide_nobody(plan: Plan) -> None:
    """Many machines work on those that are due the longest."""
    busy = plan.add(*[-5] * 100)
    for row in busy:
        acquire(row.pk, ELSEWHERE, BEGIN)
    (free,) = plan.add(-1)

    assert plan.due(limit=1) == [free.name]
