"""When a failing record is tried again."""

from datetime import timedelta

import pytest

from taskforce.domain.reasons import Reason
from taskforce.domain.retry import BY_THE_NEXT_IMPORT, METADATA_CODES, longest_wait_from, next_attempt, refusal
from tests.builders import NOON, account_id


def wait(reason: Reason, attempt: int, number: int = 1) -> timedelta | None:
    """How long a record waits after so many failures in a row."""
    at = next_attempt(reason, account_id(number), attempt=attempt, now=NOON)
    return None if at is None else max(at - NOON, timedelta())


@pytest.mark.parametrize(
    ("attempt", "at_least"),
    [
        (1, timedelta()),
        (2, timedelta(minutes=30)),
        (3, timedelta(hours=1)),
        (5, timedelta(hours=4)),
        (1000, timedelta(hours=4)),
    ],
)
def test_what_may_pass_waits_longer_each_time(attempt: int, at_least: timedelta) -> None:
    """First for the next import only, then from half an hour up to four hours, and up to a quarter more by jitter."""
    waits = [wait(Reason.UNREACHABLE, attempt, number) for number in range(1, 200)]

    assert min(each for each in waits if each is not None) >= at_least
    assert max(each for each in waits if each is not None) <= at_least * 1.25


def test_what_failed_together_does_not_come_back_together() -> None:
    """Jitter spreads the records over the whole quarter, the same for a record each time it is asked."""
    waits = [wait(Reason.UNREACHABLE, 5, number) for number in range(1, 200)]
    minutes = sorted(each.total_seconds() / 60 for each in waits if each is not None)

    assert waits == [wait(Reason.UNREACHABLE, 5, number) for number in range(1, 200)]
    assert (len(set(minutes)), minutes[0] < 245, minutes[-1] > 295) == (199, True, True)


def test_what_will_not_pass_is_not_tried_by_itself() -> None:
    """However often it was tried by a person."""
    assert [wait(Reason.REJECTED, attempt) for attempt in (1, 2, 50)] == [None, None, None]


def test_what_metadata_may_have_caused_goes_with_the_next_import() -> None:
    """Which reads the metadata anew; no wait is needed."""
    assert wait(Reason.METADATA_OUTDATED, 7) == timedelta()


def test_the_next_import_comes_whatever_the_clock_says_then() -> None:
    """Set back by years, it does not put off what is to be tried by the next import."""
    assert next_attempt(Reason.UNREACHABLE, account_id(), attempt=1, now=NOON) == BY_THE_NEXT_IMPORT


@pytest.mark.parametrize("code", sorted(METADATA_CODES))
def test_metadata_is_to_blame_only_until_it_was_read_anew(code: str) -> None:
    """A refusal by lists that this very run has read is one for good."""
    assert refusal(code, metadata_is_new=False) is Reason.METADATA_OUTDATED
    assert refusal(code, metadata_is_new=True) is Reason.REJECTED


def test_other_refusals_are_for_good() -> None:
    """No metadata helps against a double name."""
    assert refusal("duplicate", metadata_is_new=False) is Reason.REJECTED


def test_no_attempt_is_planned_further_away_than_the_longest_wait() -> None:
    """What lies behind that was planned by a clock that was ahead."""
    waits = [wait(Reason.UNREACHABLE, 99, number) for number in range(1, 200)]

    assert longest_wait_from(NOON) == NOON + timedelta(hours=5)
    assert all(each is not None and NOON + each <= longest_wait_from(NOON) for each in waits)
