"""When people are told that imports do not succeed."""

from datetime import datetime, timedelta

import pytest

from taskforce.domain.alarm import SUCCESSES, Health, believed_until
from taskforce.domain.run import RunStatus
from tests.builders import NOON

TWO_HOURS = timedelta(hours=2)
A_MINUTE = timedelta(minutes=1)
YEAR = timedelta(days=365)


def overdue(
    succeeded: timedelta | None = None,
    *,
    active: timedelta | None = -YEAR,
    alarm_after: timedelta = TWO_HOURS,
) -> datetime | None:
    """Since when imports are overdue at noon; all moments as differences from then."""
    return Health(
        active_since=None if active is None else NOON + active,
        alarm_after=alarm_after,
        succeeded_at=None if succeeded is None else NOON + succeeded,
    ).overdue_since(NOON)


def test_which_runs_are_successes() -> None:
    """Those with an end of their own; whoever died, was stopped, could not run or waits for a person is none."""
    assert set(RunStatus) - SUCCESSES == {
        RunStatus.RUNNING,
        RunStatus.AWAITING_APPROVAL,
        RunStatus.CANCELLED,
        RunStatus.REJECTED,
        RunStatus.COULD_NOT_RUN,
    }


@pytest.mark.parametrize(
    ("succeeded", "since"), [(-A_MINUTE, None), (A_MINUTE - TWO_HOURS, None), (-TWO_HOURS, NOON - TWO_HOURS)]
)
def test_people_are_told_after_the_set_time(succeeded: timedelta, since: datetime | None) -> None:
    """Counted from the latest success."""
    assert overdue(succeeded) == since


@pytest.mark.parametrize(("active", "since"), [(A_MINUTE - TWO_HOURS, None), (-TWO_HOURS, NOON - TWO_HOURS)])
def test_without_a_success_the_time_counts_from_when_it_was_set_active(
    active: timedelta, since: datetime | None
) -> None:
    """A new connection has its time as well."""
    assert overdue(active=active) == since


def test_a_success_of_before_it_was_set_active_anew_does_not_count() -> None:
    """What was not active for a week is not a week overdue."""
    assert overdue(-timedelta(days=7), active=-A_MINUTE) is None


def test_nobody_is_told_where_nobody_waits() -> None:
    """Neither while it is not active, nor when the alarm is switched off."""
    assert overdue(-YEAR, active=None) is None
    assert overdue(-YEAR, alarm_after=timedelta()) is None


def test_a_success_a_little_ahead_counts_as_now() -> None:
    """The clock was set back an hour after it: that it succeeded is known, when is not."""
    assert overdue(timedelta(hours=1)) is None


def test_a_clock_that_was_set_back_does_not_silence_the_alarm() -> None:
    """A success of next year counts for nothing."""
    assert overdue(YEAR) == NOON - YEAR
    assert overdue(YEAR, active=YEAR) == NOON


@pytest.mark.parametrize("ahead", [timedelta(), A_MINUTE, timedelta(hours=1), TWO_HOURS])
def test_it_is_silent_for_two_set_times_at_most(ahead: timedelta) -> None:
    """Wherever the clock stood when the last import succeeded."""
    health = Health(active_since=NOON - YEAR, alarm_after=TWO_HOURS, succeeded_at=NOON + ahead)

    assert health.overdue_since(NOON + 2 * TWO_HOURS) is not None
    assert believed_until(NOON, TWO_HOURS) == NOON + TWO_HOURS
