"""When a failing record is tried again."""

from datetime import timedelta

import pytest

from taskforce.domain.retry import wait_before


@pytest.mark.parametrize(
    ("attempt", "wait"),
    [
        (1, timedelta(minutes=15)),
        (2, timedelta(minutes=30)),
        (3, timedelta(hours=1)),
        (7, timedelta(hours=16)),
        (8, timedelta(hours=24)),
        (1000, timedelta(hours=24)),
    ],
)
def test_the_wait_doubles_up_to_a_day(attempt: int, wait: timedelta) -> None:
    """From a quarter of an hour to a day, however often it failed."""
    assert wait_before(attempt) == wait
