"""The simulated clock."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from taskforce_simulators.core.clock import SimulatedClock

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_frozen_clock_moves_only_by_hand() -> None:
    """A frozen clock shows the same instant until it is advanced, and then a later one."""
    clock = SimulatedClock()
    clock.freeze(NOON)
    assert (clock.now(), clock.now()) == (NOON, NOON)
    clock.advance(timedelta(minutes=10))
    assert clock.now() == NOON + timedelta(minutes=10)


def test_set_clock_goes_on() -> None:
    """A clock that was set goes on from there with real time, and an advance adds to it."""
    clock = SimulatedClock()
    clock.set(NOON)
    first, second = clock.now(), clock.now()
    assert NOON <= first <= second < NOON + timedelta(minutes=1)
    clock.advance(timedelta(days=1))
    assert NOON + timedelta(days=1) <= clock.now() < NOON + timedelta(days=1, minutes=1)


def test_reset_clock_is_real_time() -> None:
    """After a reset the clock shows real time."""
    clock = SimulatedClock()
    clock.freeze(NOON)
    clock.reset()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_times_are_kept_in_utc() -> None:
    """A time of another zone is the same instant, in UTC."""
    clock = SimulatedClock()
    clock.freeze(datetime(2026, 5, 4, 14, tzinfo=timezone(timedelta(hours=2))))
    assert (clock.now(), clock.now().tzinfo) == (NOON, UTC)


def test_time_without_zone_is_refused() -> None:
    """A time without a zone is refused, as nobody knows which one is meant."""
    with pytest.raises(ValueError, match=r"a time needs its zone, 2026-05-04T12:00:00 has none"):
        SimulatedClock().freeze(datetime(2026, 5, 4, 12))  # noqa: DTZ001


def test_listeners_are_told() -> None:
    """A listener is called after each change made by hand."""
    clock, seen = SimulatedClock(), []
    clock.on_change(lambda: seen.append(clock.now()))
    clock.freeze(NOON)
    clock.advance(timedelta(hours=1))
    assert seen == [NOON, NOON + timedelta(hours=1)]


def test_steady_time_goes_on_and_never_back() -> None:
    """Spans are measured by a time that moves forward with the clock and stands still when the clock is set back."""
    clock = SimulatedClock()
    clock.freeze(NOON)
    begun, passed = clock.steady(), []
    for by in (timedelta(minutes=10), timedelta(days=-400), timedelta(minutes=5), timedelta(days=40_000)):
        clock.advance(by)
        passed.append(clock.steady() - begun)
    clock.freeze(NOON)
    passed.append(clock.steady() - begun)
    ten, fifteen = timedelta(minutes=10), timedelta(minutes=15)
    assert passed == [ten, ten, fifteen, fifteen + timedelta(days=40_000), fifteen + timedelta(days=40_000)]


def test_steady_time_survives_a_reset() -> None:
    """Going back to real time takes nothing back that has passed."""
    clock = SimulatedClock()
    clock.advance(timedelta(days=1))
    before = clock.steady()
    clock.reset()
    assert timedelta(0) <= clock.steady() - before < timedelta(minutes=1)
