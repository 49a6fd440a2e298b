"""A lease under clocks that are off or jump: nobody sends what he may not, and nobody waits for ever."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from taskforce.adapters.store.holders import Holder
from taskforce.adapters.store.leases import DURATION, LeaseHeldUntil, Observer, acquire, release, take_back
from taskforce.adapters.store.models import Connection, LeaseRow
from taskforce.adapters.store.stores import DjangoStores
from taskforce.errors import LeaseLost
from taskforce.testing.clock import FrozenClock
from tests.integration.store.test_store_leases import ELSEWHERE, HERE
from tests.support.child import KILL, run_child
from tests.support.store import clean, new_connection

HOURS = timedelta(hours=5)


@pytest.fixture
def row() -> Iterator[Connection]:
    """A connection that nobody works on."""
    yield new_connection()
    clean()


def stores_of(row: Connection, clock: FrozenClock, holder: Holder = HERE) -> DjangoStores:
    """Stores with their lease, under one clock."""
    return DjangoStores(
        row, clock.now, lease=acquire(row.pk, holder, clock.now(), monotonic=clock.monotonic), using="default"
    )


def store_something(stores: DjangoStores) -> None:
    """Anything at all."""
    with stores.transaction():
        pass


@pytest.mark.parametrize(("seconds", "is_live"), [(59, True), (60, False)])
def test_lease_is_live_for_a_minute(row: Connection, seconds: int, is_live: bool) -> None:
    """After that whoever was asleep sends nothing before it has looked into the store."""
    clock = FrozenClock()
    stores = stores_of(row, clock)

    clock.advance(timedelta(seconds=seconds))

    assert stores.is_lease_live() is is_live


def test_clock_that_is_set_back_does_not_prolong_a_lease(row: Connection) -> None:
    """A minute is over by the clock that cannot be set, whatever the time of day says."""
    clock = FrozenClock()
    stores = stores_of(row, clock)

    clock.jump(-HOURS)
    clock.advance(DURATION)

    assert not stores.is_lease_live()


def test_machine_that_slept_has_lost_its_lease(row: Connection) -> None:
    """The clock that cannot be set rests while a machine sleeps; the time of day goes on."""
    clock = FrozenClock()
    stores = stores_of(row, clock)

    clock.jump(HOURS)

    assert not stores.is_lease_live()


@pytest.mark.parametrize("difference", [HOURS, -HOURS])
def test_lease_is_renewed_at_once_after_a_jump(row: Connection, difference: timedelta) -> None:
    """By the next thing that is stored, so that its end is a minute away for everybody again."""
    clock = FrozenClock()
    stores = stores_of(row, clock)
    clock.jump(difference)

    store_something(stores)

    assert (LeaseRow.objects.get().expires_at, stores.is_lease_live()) == (clock.now() + DURATION, True)


def test_lease_is_renewed_by_either_clock(row: Connection) -> None:
    """A time of day that stands still does not keep it from being renewed."""
    clock = FrozenClock()
    stores = stores_of(row, clock)
    clock.advance(timedelta(seconds=21))
    clock.jump(-timedelta(seconds=21))
    clock.jump(timedelta(seconds=1))

    store_something(stores)
    clock.advance(timedelta(seconds=41))

    assert stores.is_lease_live()


def watched(row: Connection, clock: FrozenClock, observer: Observer) -> LeaseHeldUntil:
    """Somebody wants the lease, and sees it held."""
    with pytest.raises(LeaseHeldUntil) as held:
        acquire(row.pk, HERE, clock.now(), abandoned=observer.abandoned)
    observer.see(held.value)
    return held.value


def test_lease_of_a_worker_whose_clock_was_ahead_is_free_after_a_minute_of_watching(row: Connection) -> None:
    """Its end is hours away, but nobody renews it: the worker is no more."""
    clock = FrozenClock()
    acquire(row.pk, ELSEWHERE, clock.now() + HOURS)
    observer = Observer(clock.monotonic)
    watched(row, clock, observer)
    clock.advance(timedelta(seconds=59))
    watched(row, clock, observer)

    clock.advance(timedelta(seconds=1))

    assert acquire(row.pk, HERE, clock.now(), abandoned=observer.abandoned).fencing == 2


def test_lease_that_is_renewed_while_it_is_watched_stays_held(row: Connection) -> None:
    """A living worker whose clock is ahead keeps its lease, however long somebody watches."""
    here, there = FrozenClock(), FrozenClock(FrozenClock().now() + HOURS)
    stores = stores_of(row, there, ELSEWHERE)
    observer = Observer(here.monotonic)

    for _ in range(6):
        watched(row, here, observer)
        here.advance(timedelta(seconds=30))
        there.advance(timedelta(seconds=30))
        store_something(stores)

    assert watched(row, here, observer).fencing == 1


def test_lease_that_passed_to_another_worker_is_watched_anew(row: Connection) -> None:
    """What was seen of the one before says nothing about the one that holds it now."""
    clock = FrozenClock()
    first = acquire(row.pk, ELSEWHERE, clock.now() + HOURS)
    observer = Observer(clock.monotonic)
    watched(row, clock, observer)
    clock.advance(timedelta(seconds=50))
    release(first)
    acquire(row.pk, ELSEWHERE, clock.now() + HOURS)
    clock.advance(timedelta(seconds=10))

    assert watched(row, clock, observer).fencing == 2


TAKES_THE_LEASE_AHEAD = """
from datetime import timedelta
from taskforce.adapters.store.holders import Holder
from taskforce.adapters.store.leases import acquire
from taskforce.adapters.store.models import Connection
from taskforce.testing.clock import FrozenClock
acquire(Connection.objects.get().pk, Holder.this_process(), FrozenClock().now() + timedelta(days=365))
"""


def test_lease_of_a_killed_process_is_taken_at_once_whatever_its_clock_said(row: Connection) -> None:
    """On one machine the process itself is looked for, not the time."""
    assert run_child(TAKES_THE_LEASE_AHEAD + KILL) == (-9, "")

    assert acquire(row.pk, HERE, FrozenClock().now()).fencing == 2


# --- a thread of this process that comes to no end ---


def test_lease_is_taken_back_from_a_thread(row: Connection) -> None:
    """It sends and stores nothing more, and whoever took it back can store."""
    clock = FrozenClock()
    lease = acquire(row.pk, HERE, clock.now(), monotonic=clock.monotonic)
    stuck = DjangoStores(row, clock.now, lease=lease)

    mine = DjangoStores(row, clock.now, lease=take_back(lease, clock.now()))

    assert (stuck.is_lease_live(), mine.is_lease_live()) == (False, True)
    store_something(mine)
    with pytest.raises(LeaseLost):
        store_something(stuck)


def test_lease_that_another_worker_holds_is_not_taken_back(row: Connection) -> None:
    """The other one goes on."""
    clock = FrozenClock()
    lease = acquire(row.pk, HERE, clock.now())
    acquire(row.pk, ELSEWHERE, clock.now() + DURATION)

    with pytest.raises(LeaseLost):
        take_back(lease, clock.now())

    assert LeaseRow.objects.get().fencing == 2
