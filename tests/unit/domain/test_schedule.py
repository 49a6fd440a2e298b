"""When the next scheduled import is due."""

from datetime import timedelta

import pytest

from taskforce.domain.schedule import next_import
from tests.builders import NOON

INTERVAL = timedelta(minutes=20)


def test_the_first_import_waits_one_interval_after_active_was_set() -> None:
    """Setting Active imports nothing at once (S9)."""
    assert next_import(INTERVAL, active_since=NOON, last_started_at=None, now=NOON) == NOON + INTERVAL


def test_the_next_import_is_one_interval_after_the_last_began() -> None:
    """An import runs every 20 minutes (S14), counted from when the last one began."""
    due = next_import(
        INTERVAL, active_since=NOON, last_started_at=NOON + timedelta(hours=5), now=NOON + timedelta(hours=6)
    )

    assert due == NOON + timedelta(hours=5, minutes=20)


def test_setting_active_anew_counts_from_then() -> None:
    """An import of long ago does not make one due at once when Active is set again (S9)."""
    due = next_import(INTERVAL, active_since=NOON, last_started_at=NOON - timedelta(days=9), now=NOON)

    assert due == NOON + INTERVAL


def test_an_import_that_began_in_the_future_holds_up_nothing() -> None:
    """The clock was a year ahead: what it said counts for nothing, and the interval counts from what was before."""
    year = timedelta(days=365)
    when = {"active_since": NOON - timedelta(days=9), "now": NOON}

    assert next_import(INTERVAL, last_started_at=NOON + year, **when) <= NOON
    assert next_import(INTERVAL, last_started_at=NOON + timedelta(seconds=1), **when) <= NOON


def test_a_connection_set_active_in_the_future_is_imported_now() -> None:
    """Nothing that is known has happened yet, so nothing is waited for."""
    assert next_import(INTERVAL, active_since=NOON + INTERVAL, last_started_at=None, now=NOON) == NOON


@pytest.mark.parametrize("ahead", [timedelta(minutes=1), timedelta(hours=5), timedelta(days=365)])
def test_nobody_waits_longer_than_an_interval(ahead: timedelta) -> None:
    """Wherever the clock has been when the last import began."""
    for moment in (NOON - ahead, NOON, NOON + ahead):
        due = next_import(INTERVAL, active_since=NOON - timedelta(days=9), last_started_at=moment, now=NOON)
        assert due <= NOON + INTERVAL
