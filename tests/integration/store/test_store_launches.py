"""Imports that people ask for, and how far the one under way is, told by the database."""

from datetime import timedelta

from taskforce.adapters.store.holders import Holder
from taskforce.adapters.store.launches import Launches, SharedProgress, Watching
from taskforce.adapters.store.leases import DURATION, acquire, release
from taskforce.domain.progress import Launch, UnderWay
from taskforce.testing.clock import FrozenClock
from taskforce.testing.progress import SilentProgress
from tests.support.store import new_connection

SECOND = timedelta(seconds=1)


def shared(number: int, clock: FrozenClock) -> SharedProgress:
    """Of a run that has just got the right to run."""
    return SharedProgress(acquire(number, Holder.this_process(), clock.now()), clock, SilentProgress())


def test_one_import_is_wanted_at_a_time() -> None:
    """It stays wanted until it has been run, so that a process which dies loses none."""
    row, launches = new_connection(), Launches()
    asked = Launch(asked_by="helen", asked_at=FrozenClock().now())

    taken = [launches.ask(row.pk, asked), launches.ask(row.pk, asked)]
    wanted = launches.wanted(row.pk)
    launches.settle(row.pk)

    assert (taken, wanted, launches.wanted(row.pk)) == ([True, False], asked, None)
    row.delete()


def test_progress_is_seen_from_the_first_phase_to_the_end() -> None:
    """Phase, records and the latest sentence, at most half a second old."""
    row, clock, watching = new_connection(), FrozenClock(), Watching()
    begun_at = clock.now()
    progress = shared(row.pk, clock)
    before = watching.under_way(row.pk, clock.now())
    progress.phase("Planning companies", 40)
    clock.advance(SECOND)
    progress.advance(7)
    clock.advance(SECOND)
    progress.say("Waiting for Autotask.")

    seen = watching.under_way(row.pk, clock.now())
    progress.end()

    assert before is None
    assert seen == UnderWay(
        phase="Planning companies",
        done=7,
        total=40,
        said="Waiting for Autotask.",
        phase_began_at=begun_at,
        updated_at=begun_at + 2 * SECOND,
        is_stopping=False,
    )
    assert watching.under_way(row.pk, clock.now()) is None
    row.delete()


def test_a_run_is_asked_to_stop() -> None:
    """It learns of that within half a second; where nothing is under way, nothing is asked."""
    row, clock, watching = new_connection(), FrozenClock(), Watching()
    progress = shared(row.pk, clock)
    idle = watching.stop(row.pk, clock.now())
    progress.phase("Planning companies")
    before = progress.should_stop()

    asked = watching.stop(row.pk, clock.now())
    clock.advance(SECOND)

    assert (idle, before, asked, progress.should_stop()) == (False, False, True, True)
    row.delete()


def test_what_a_dead_run_left_is_not_under_way() -> None:
    """Neither after the end of its lease, nor under the lease of another; its wish to stop is nobody else's."""
    row, clock, watching = new_connection(), FrozenClock(), Watching()
    shared(row.pk, clock).phase("Planning companies")
    watching.stop(row.pk, clock.now())
    clock.advance(DURATION + SECOND)
    dead = watching.under_way(row.pk, clock.now())

    other = shared(row.pk, clock)
    unseen = watching.under_way(row.pk, clock.now())
    other.phase("Planning contacts")
    clock.advance(SECOND)

    assert (dead, unseen, other.should_stop()) == (None, None, False)
    row.delete()


def test_a_run_that_was_overtaken_leaves_the_other_ones_progress_alone() -> None:
    """It wakes up, and neither writes over it nor ends it."""
    row, clock, watching = new_connection(), FrozenClock(), Watching()
    asleep = shared(row.pk, clock)
    asleep.phase("Planning companies")
    clock.advance(DURATION + SECOND)
    lease = acquire(row.pk, Holder.this_process(), clock.now())
    SharedProgress(lease, clock, SilentProgress()).phase("Planning contacts")
    clock.advance(SECOND)

    asleep.advance(5)
    asleep.end()

    seen = watching.under_way(row.pk, clock.now())
    assert seen is not None
    assert (seen.phase, seen.done) == ("Planning contacts", 0)
    release(lease)
    row.delete()
