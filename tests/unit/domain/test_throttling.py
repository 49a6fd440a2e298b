"""Waits after failures to sign in."""

from datetime import UTC, datetime, timedelta

import pytest

from taskforce.domain.throttling import FREE, wait_for

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def failures(number: int, *, ago: timedelta = timedelta(0)) -> list[datetime]:
    """So many, the latest so long ago."""
    return [NOW - ago - timedelta(seconds=each) for each in range(number)]


@pytest.mark.parametrize(
    ("number", "seconds"), [(0, 0), (FREE - 1, 0), (FREE, 30), (FREE + 1, 60), (FREE + 2, 120), (FREE + 20, 900)]
)
def test_waits_grow_with_the_failures_up_to_a_limit(number: int, seconds: int) -> None:
    """The first ones are free: people mistype."""
    assert wait_for(failures(number), NOW, free=FREE) == timedelta(seconds=seconds)


def test_a_wait_passes() -> None:
    """And after half an hour everything is forgotten."""
    waits = [
        wait_for(failures(FREE, ago=timedelta(seconds=ago)), NOW, free=FREE).total_seconds() for ago in (10, 30, 1800)
    ]

    assert waits == [20, 0, 0]


def test_failures_that_lie_ahead_count_for_nothing() -> None:
    """The clock was set back since."""
    assert wait_for([NOW + timedelta(hours=1)] * 9, NOW, free=FREE) == timedelta(0)
