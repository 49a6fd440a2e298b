"""When the next scheduled import is due."""

from datetime import timedelta

import pytest

from taskforce.domain.schedule import next_import
from tests.builders import NOON

INTERVAL = timedelta(minutes=20)


def test_the_first_import_waits_one_interval_after_active_was_set() -> None:
    """Setting Active imports nothing at once (S9)."""
    assert next_import(INTERVAL, active_since=NOON, last_started_at=None) == NOON + INTERVAL


def test_the_next_import_is_one_interval_after_the_last_began() -> None:
    """An import runs every 20 minutes (S14), counted from when the last one began."""
    due = next_import(INTERVAL, active_since=NOON, last_started_at=NOON + timedelta(hours=5))

    assert due == NOON + timedelta(hours=5, minutes=20)


def test_setting_active_anew_counts_from_then() -> None:
    """An import of long ago does not make one due at once when Active is set again (S9)."""
    due = next_import(INTERVAL, active_since=NOON, last_started_at=NOON - timedelta(days=9))

    assert due == NOON + INTERVAL


@pytest.mark.parametrize("minutes", [5, 55])
def test_run_that_ran_out_of_budget_goes_on_when_it_said(minutes: int) -> None:
    """Earlier than the next interval, or later."""
    begun_at, resume_at = NOON + timedelta(hours=5), NOON + timedelta(hours=5, minutes=minutes)
    due = next_import(INTERVAL, active_since=NOON, last_started_at=begun_at, resume_at=resume_at)

    assert due == resume_at


def test_setting_active_anew_comes_before_what_a_run_of_earlier_said() -> None:
    """The first import comes one interval after Active was set (S9)."""
    earlier = NOON - timedelta(hours=1)
    due = next_import(INTERVAL, active_since=NOON, last_started_at=earlier, resume_at=earlier + timedelta(minutes=5))

    assert due == NOON + INTERVAL
