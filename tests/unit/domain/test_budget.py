"""How much may be sent, when the use is looked at again, and when a run that ran out goes on."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from taskforce.domain.budget import Budget, Spent, TenantUse, until_next_look
from tests.builders import NOON

HOUR = timedelta(hours=1)


def at(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def budget(share: float = 0.5, *earlier: Spent) -> Budget:
    """What a run begins with at noon."""
    return Budget(share=share, since=NOON, earlier=earlier)


def spent_until(used: int, *, minutes: float = 0, limit: int = 10_000, given: Budget | None = None) -> Budget:
    """A run whose look, so many minutes after it began, saw so many used."""
    return (given or budget()).after_look(TenantUse(used=used, limit=limit), at=at(minutes))


def test_a_run_begins_with_a_look() -> None:
    """Nothing is known before, so nothing is sent but that."""
    begun = budget()

    assert (begun.needs_look, begun.is_spent, begun.mark) == (True, False, 0)
    assert begun.sending(is_look=True) == replace(begun, sent=1)


@pytest.mark.parametrize(
    ("used", "allowed"),
    [(0, 250), (3_993, 250), (3_998, 249), (4_594, 100), (4_953, 10), (4_984, 10), (4_990, 4), (4_993, 1), (4_994, 0)],
)
def test_the_nearer_the_mark_the_sooner_the_next_look(used: int, allowed: int) -> None:
    """A quarter of what is left, 250 at most and 10 at least; five requests are kept for looks, one for this one."""
    seen = spent_until(used)

    assert (seen.mark, seen.until_look, seen.is_spent) == (5_000, allowed, allowed == 0)


@pytest.mark.parametrize(("limit", "mark", "allowed"), [(20, 10, 7), (40, 20, 10), (60, 30, 10), (3, 1, 0), (1, 0, 0)])
def test_low_limits(limit: int, mark: int, allowed: int) -> None:
    """Where little is allowed little is kept."""
    seen = spent_until(0, limit=limit)

    assert (seen.mark, seen.until_look) == (mark, allowed)


def test_requests_under_way_are_not_counted_by_a_look() -> None:
    """They may reach Autotask after it, and must fit as well."""
    seen = budget().after_look(TenantUse(used=4_990, limit=10_000), at=NOON, under_way=2)

    assert seen.until_look == 2


def test_allowance_is_spent_one_by_one() -> None:
    """Then the use is looked at again; the look itself takes nothing of it."""
    seen = spent_until(4_993)

    sent = seen.sending()

    assert (sent.until_look, sent.needs_look, sent.is_spent) == (0, True, False)
    assert sent.sending(is_look=True).until_look == 0


@pytest.mark.parametrize("use", [None, TenantUse(used=9_999, limit=0)])
def test_without_a_limit_nothing_is_counted_down(use: TenantUse | None) -> None:
    """A database that reports none is not asked again and again."""
    seen = budget().sending(is_look=True).after_look(use, at=NOON)

    assert (seen.needs_look, seen.is_spent, seen.sending().needs_look) == (False, False, False)


def test_a_count_that_lags_behind_is_not_believed() -> None:
    """Autotask cannot have counted less than we sent in this hour; what we sent before that is forgotten."""
    run = replace(budget(), sent=4_000)
    soon = run.after_look(TenantUse(used=12, limit=10_000), at=at(30))
    later = run.after_look(TenantUse(used=12, limit=10_000), at=at(75))

    assert soon.use == TenantUse(used=4_000, limit=10_000)
    assert later.use == TenantUse(used=3_200, limit=10_000)


def test_requests_leave_the_window_as_they_were_made() -> None:
    """Evenly between the beginning and the end of the time in which they were made."""
    spent = Spent(since=NOON, until=at(10), calls=100)

    assert [spent.later_than(at(minutes)) for minutes in (-1, 0, 2.5, 10, 11)] == [100, 100, 75, 0, 0]
    assert [Spent(since=NOON, until=NOON, calls=7).later_than(at(minutes)) for minutes in (-1, 0, 1)] == [7, 0, 0]


def test_own_requests_free_the_budget_an_hour_later() -> None:
    """5,000 requests between noon and 12:10: a useful part of the share is free when the first of them are an hour old.

    200 for the work and five for looks are less than the requests of one minute.
    """
    run = spent_until(5_000, minutes=10, given=replace(budget(), sent=5_000))

    assert run.is_spent
    assert run.resume_at(at(10)) == at(61)


def test_of_a_small_share_more_must_be_free() -> None:
    """50 of 500 rather than 20: a run that could send no more than those would hardly be worth its start."""
    small = replace(budget(), sent=500).after_look(TenantUse(used=500, limit=1_000), at=at(10))

    assert (small.is_spent, small.resume_at(at(10))) == (True, at(62))


def test_earlier_runs_free_it_sooner() -> None:
    """What a run at 11:05 spent leaves the hour first."""
    earlier = Spent(since=at(-55), until=at(-54), calls=1_000)
    run = spent_until(5_000, minutes=3, given=replace(budget(0.5, earlier), sent=4_000))

    assert run.resume_at(at(3)) == at(6)


def test_others_are_taken_to_go_on() -> None:
    """Of 4,000 requests of others and 1,000 of ours only ours will be fewer: 205 of them must be gone."""
    run = spent_until(5_000, minutes=10, given=replace(budget(), sent=1_000))

    assert run.resume_at(at(10)) == at(63)


@pytest.mark.parametrize("used", [4_996, 5_000, 9_000, 12_000])
def test_others_that_leave_nothing_are_looked_at_again(used: int) -> None:
    """Nobody knows when they will stop: a quarter of an hour later one request tells."""
    assert spent_until(used).resume_at(at(1)) == at(16)


def test_nothing_is_known_without_a_look() -> None:
    """Autotask refused even that."""
    assert budget().after_refusal().resume_at(at(1)) == at(16)


def test_a_refusal_means_that_the_limit_is_reached() -> None:
    """Whatever the last look saw; 3,000 of ours of 12:00 leave room below the mark when they are old enough."""
    run = replace(spent_until(2_000, given=budget(0.9)), sent=3_000)

    assert run.after_refusal().use == TenantUse(used=10_000, limit=10_000)
    assert run.after_refusal().resume_at(at(1)) == at(61)


def test_the_sentence_has_the_figures() -> None:
    """What is used, by whom, and how far Taskforce goes."""
    run = spent_until(5_012)
    odd = budget(0.25).after_look(TenantUse(used=900, limit=1_000, window=timedelta(minutes=5)), at=NOON)

    assert run.sentence() == (
        "5,012 of 10,000 requests of this hour are used, all integrations together; Taskforce stays below 5,000."
    )
    assert odd.sentence() == (
        "900 of 1,000 requests of the last 5 minutes are used, all integrations together; Taskforce stays below 250."
    )


def test_nothing_left_allows_nothing() -> None:
    """Less than nothing neither."""
    assert [until_next_look(left) for left in (-5, 0, 1, 10, 11, 100, 2_000)] == [0, 0, 1, 10, 10, 25, 250]


@pytest.mark.parametrize(
    ("requests", "minutes"),
    [
        (0, 0),
        (1_995, 1_995 / 300),
        (1_996, 61.65 + 1 / 300),
        (10_000, 5 * 61.65 + 25 / 300),
    ],
)
def test_everything_is_foreseen_to_be_sent_with_pauses(requests: int, minutes: float) -> None:
    """Five a second, 1,995 an hour: sent in seven minutes, and again when 200 of them have left the hour."""
    done_at = spent_until(3_000).done_at(NOON, requests, timedelta(seconds=0.2))

    assert done_at is not None
    assert abs(done_at - at(minutes)) <= timedelta(seconds=1)


def test_nothing_is_foreseen_where_nothing_is_known_or_left() -> None:
    """No look yet, no limit told, or others who leave no useful part of the share."""
    each = timedelta(seconds=0.2)
    told = [
        budget().done_at(NOON, 10, each),
        budget().after_look(None, at=NOON).done_at(NOON, 10, each),
        spent_until(4_800).done_at(NOON, 1_000, each),
    ]

    assert told == [None, None, None]
