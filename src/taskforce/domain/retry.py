"""When a failing record is tried again."""

from datetime import timedelta

FIRST_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=24)


def wait_before(attempt: int) -> timedelta:
    """The wait after the given number of failed attempts (from 1): doubling from a quarter of an hour to a day."""
    return min(FIRST_WAIT * (1 << min(attempt - 1, 10)), LONGEST_WAIT)
