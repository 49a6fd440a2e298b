"""When the next scheduled import or reconciliation is due."""

from datetime import datetime, timedelta

import pytest

from taskforce.domain.run import RunKind
from taskforce.domain.schedule import Reconciled, kind_due, next_import, next_reconciliation
from tests.builders import NOON, settings

INTERVAL = timedelta(minutes=20)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


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


@pytest.mark.parametrize("minutes", [5, 55])
def test_run_that_ran_out_of_budget_goes_on_when_it_said(minutes: int) -> None:
    """Earlier than the next interval, or later."""
    begun_at, resume_at = NOON + timedelta(hours=5), NOON + timedelta(hours=5, minutes=minutes)
    due = next_import(INTERVAL, active_since=NOON, last_started_at=begun_at, resume_at=resume_at, now=begun_at)

    assert due == resume_at


def test_setting_active_anew_comes_before_what_a_run_of_earlier_said() -> None:
    """The first import comes one interval after Active was set (S9)."""
    earlier = NOON - timedelta(hours=1)
    due = next_import(
        INTERVAL, active_since=NOON, last_started_at=earlier, resume_at=earlier + timedelta(minutes=5), now=NOON
    )

    assert due == NOON + INTERVAL


@pytest.mark.parametrize(
    ("every", "reconciled", "due"),
    [
        (WEEK, Reconciled(), NOON + WEEK),
        (WEEK, Reconciled(tried_at=NOON + DAY, done_at=NOON + DAY), NOON + DAY + WEEK),
        (WEEK, Reconciled(tried_at=NOON + 9 * DAY), NOON + 10 * DAY),
        (WEEK, Reconciled(tried_at=NOON + 9 * DAY, done_at=NOON + DAY), NOON + 10 * DAY),
        (WEEK, Reconciled(tried_at=NOON - WEEK, done_at=NOON - WEEK), NOON + WEEK),
        (HOUR, Reconciled(tried_at=NOON + DAY), NOON + DAY + HOUR),
        (timedelta(0), Reconciled(), None),
    ],
    ids=["first", "a week later", "failed", "failed since", "active anew", "often", "never"],
)
def test_a_reconciliation_is_due_a_week_after_the_last_that_got_through(
    every: timedelta, reconciled: Reconciled, due: datetime | None
) -> None:
    """One that failed is tried again after a day, and a setting of nothing means never."""
    assert next_reconciliation(every, active_since=NOON, reconciled=reconciled, now=NOON + 9 * WEEK) == due


@pytest.mark.parametrize(
    ("now", "reconciled", "kind"),
    [
        (NOON + HOUR, Reconciled(), RunKind.IMPORT),
        (NOON + WEEK, Reconciled(), RunKind.RECONCILIATION),
        (NOON + WEEK + HOUR, Reconciled(tried_at=NOON + WEEK), RunKind.IMPORT),
    ],
    ids=["not yet", "both", "failed"],
)
def test_a_reconciliation_takes_the_place_of_an_import(now: datetime, reconciled: Reconciled, kind: RunKind) -> None:
    """At the hour of an import, when both are due."""
    assert kind_due(settings(), active_since=NOON, reconciled=reconciled, now=now) is kind


def test_a_reconciliation_never_takes_place_when_the_settings_say_so() -> None:
    """An interval of nothing."""
    never = settings(reconcile_every=timedelta(0))

    assert kind_due(never, active_since=NOON, reconciled=Reconciled(), now=NOON + 9 * WEEK) is RunKind.IMPORT
