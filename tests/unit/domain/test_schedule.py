"""When the next scheduled import or reconciliation is due."""

from datetime import datetime, timedelta

import pytest

from taskforce.domain.run import RunKind
from taskforce.domain.schedule import Past, kind_due, next_import, next_reconciliation
from tests.builders import NOON, settings

INTERVAL = timedelta(minutes=20)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


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


@pytest.mark.parametrize(
    ("every", "past", "due"),
    [
        (WEEK, Past(), NOON + WEEK),
        (WEEK, Past(reconciliation=NOON + DAY, whole_reconciliation=NOON + DAY), NOON + DAY + WEEK),
        (WEEK, Past(reconciliation=NOON + 9 * DAY), NOON + 10 * DAY),
        (WEEK, Past(reconciliation=NOON + 9 * DAY, whole_reconciliation=NOON + DAY), NOON + 10 * DAY),
        (WEEK, Past(reconciliation=NOON - WEEK, whole_reconciliation=NOON - WEEK), NOON + WEEK),
        (HOUR, Past(reconciliation=NOON + DAY), NOON + DAY + HOUR),
        (timedelta(0), Past(), None),
    ],
    ids=["first", "a week later", "failed", "failed since", "active anew", "often", "never"],
)
def test_a_reconciliation_is_due_a_week_after_the_last_that_got_through(
    every: timedelta, past: Past, due: datetime | None
) -> None:
    """One that failed is tried again after a day, and a setting of nothing means never."""
    assert next_reconciliation(every, active_since=NOON, past=past) == due


@pytest.mark.parametrize(
    ("active", "now", "past", "kind"),
    [
        (True, NOON + HOUR, Past(), RunKind.IMPORT),
        (True, NOON + WEEK, Past(), RunKind.RECONCILIATION),
        (True, NOON + WEEK, Past(run=NOON + WEEK - INTERVAL / 2), None),
        (True, NOON + WEEK + HOUR, Past(run=NOON + WEEK, reconciliation=NOON + WEEK), RunKind.IMPORT),
        (True, NOON + HOUR, Past(run=NOON, resume_at=NOON + 2 * HOUR), None),
        (True, NOON + INTERVAL / 2, Past(), None),
        (False, NOON + WEEK, Past(), None),
    ],
    ids=["import", "both", "just run", "reconciliation failed", "out of budget", "not yet", "not active"],
)
def test_a_reconciliation_takes_the_place_of_an_import(
    active: bool, now: datetime, past: Past, kind: RunKind | None
) -> None:
    """At the hour of an import; nothing runs in between, or while the connection is not active."""
    assert kind_due(settings(active=active), active_since=NOON, past=past, now=now) is kind
