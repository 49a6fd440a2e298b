"""The share of Autotask's limit is kept, whatever others send and whenever a run dies (protocol 5, B11)."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest

from taskforce.domain.records import ApiCalls, Counts
from taskforce.domain.run import Run, RunStatus
from taskforce.errors import BudgetExhausted
from taskforce.testing.target import MemoryTarget
from taskforce.testing.tripwire import Tripwire, untouched
from tests.builders import account_id, contact_id
from tests.unit.engine.office import COMPANY, CONTACT, SETTINGS, USAGE, Office

METADATA, INDEX = 6, 2
"""Requests of a first import besides its writes: the metadata, and one page of each entity."""

BEGIN = Office().clock.now()


def office_of(records: int, *, limit: int = 10_000, share: float = 0.5) -> Office:
    """So many accounts, each with a contact."""
    office = Office(settings=replace(SETTINGS, autotask_share=share))
    office.target.use.limit = limit
    for number in range(1, records + 1):
        office.account(number, Name=f"Company {number:03}")
        office.person(number, at=account_id(number))
    return office


def is_complete(office: Office, records: int) -> bool:
    """Every record stands there once, each contact under its company."""
    companies = {record.source_id: record.id for record in office.companies()}
    homes = {record.source_id: record.company_id for record in office.contacts()}
    return (
        len(office.companies()) == len(office.contacts()) == records
        and companies.keys() == {account_id(number) for number in range(1, records + 1)}
        and homes == {contact_id(number): companies[account_id(number)] for number in range(1, records + 1)}
    )


def run_to_the_end(office: Office) -> list[Run]:
    """Import, and go on each time when it was said."""
    runs = [office.run(later=timedelta(0))]
    while runs[-1].status is RunStatus.TO_BE_CONTINUED:
        resume_at = runs[-1].resume_at
        assert resume_at is not None
        runs.append(office.run(later=resume_at - office.clock.now()))
    return runs


def at_write(number: int, act: Callable[[], None]) -> Tripwire:
    """Something happens just before the n-th request that writes."""
    writes = count(1)

    def trip(place: str) -> None:
        if place.startswith(("create ", "update ")) and next(writes) == number:
            act()

    return trip


def test_import_with_nothing_to_do_asks_nothing() -> None:
    """The use is asked for before other requests to Autotask, and there are none."""
    office = office_of(1)
    office.run()

    assert office.run().calls == ApiCalls(salesforce=2, autotask=0)


def test_change_costs_one_usage_read() -> None:
    """However often Autotask is asked in a run: below 250 requests the use is asked for once."""
    office = office_of(100)
    first = office.run()
    office.save(account_id(1), Phone="217-555-0199")

    second = office.run()

    assert first.calls == first.lower_bound == ApiCalls(salesforce=4, autotask=USAGE + METADATA + INDEX + 200)
    assert second.calls == second.lower_bound == ApiCalls(salesforce=2, autotask=USAGE + 1 + 1)


def test_usage_reads_of_a_long_run_are_part_of_its_lower_bound() -> None:
    """Once before every 250 requests; pages and metadata are told apart from them."""
    office = office_of(300)

    run = office.run()

    requests = METADATA + INDEX + 600
    assert run.calls == run.lower_bound == ApiCalls(salesforce=4, autotask=requests + 3)


@pytest.mark.parametrize(
    ("limit", "runs", "calls"), [(400, 4, 646), (200, 8, 679), (100, 16, 717)], ids=["400", "200", "100"]
)
def test_first_load_takes_as_many_hours_as_the_share_asks_for(limit: int, runs: int, calls: int) -> None:
    """300 accounts and 300 contacts by a low limit: gone on with each time when the run said.

    The mark is never passed, nothing is there twice and nothing is missing; the clock stands still during a run, so
    that each spends the share of an hour. The figures are the price: 608 requests do the work, the others ask what is
    used and, in each further run, what is new in Autotask.
    """
    office = office_of(300, limit=limit)

    done = run_to_the_end(office)

    assert is_complete(office, 300)
    assert office.target.use.peak <= limit // 2
    assert (len(done), sum(run.calls.autotask for run in done)) == (runs, calls)
    assert all(run.calls == run.lower_bound for run in done)
    assert office.clock.now() - BEGIN == timedelta(hours=runs - 1)


def test_run_that_ran_out_says_why_and_when_it_goes_on() -> None:
    """With the figures of all integrations; everything is kept, and no write is in doubt."""
    office = office_of(60, limit=200)
    office.target.use.other_use = 30

    run = office.run(later=timedelta(minutes=10))

    assert (run.status, run.message) == (
        RunStatus.TO_BE_CONTINUED,
        (
            "95 of 200 requests of this hour are used, all integrations together; Taskforce stays below 100. "
            "It goes on at 10:10 UTC."
        ),
    )
    assert run.resume_at == datetime.fromisoformat("2026-03-02T10:10:00+00:00")
    assert run.counts == {COMPANY: Counts(created=33, postponed=27), CONTACT: Counts(created=17, postponed=43)}
    assert office.stores.intents.unsettled() == []


def test_it_goes_on_in_a_full_minute_and_tells_another_day() -> None:
    """People read minutes; a run in the evening may go on tomorrow."""
    office = office_of(60, limit=100)

    run = office.run(later=timedelta(hours=14, minutes=30, seconds=20))

    assert run.message.endswith("Taskforce stays below 50. It goes on at 00:31 UTC on 2026-03-03.")
    assert run.resume_at == datetime.fromisoformat("2026-03-03T00:31:00+00:00")


def test_others_that_have_used_it_all_cost_one_request() -> None:
    """That one tells; a quarter of an hour later it is asked again, and then it goes on."""
    office = office_of(3)
    office.target.use.other_use = 5_000
    first = office.run()
    second = office.run(later=timedelta(minutes=15))
    office.target.use.other_use = 0

    third = office.run(later=timedelta(minutes=15))

    assert [run.calls.autotask for run in (first, second)] == [1, 1]
    assert first.resume_at == office.clock.now() - timedelta(minutes=15)
    assert first.message.startswith("5,001 of 10,000 requests of this hour are used, all integrations together; ")
    assert (third.status, is_complete(office, 3)) == (RunStatus.DONE, True)


@pytest.mark.parametrize(("after", "sent"), [(0, 242), (100, 142), (240, 2)])
def test_others_that_begin_during_a_run_are_respected(after: int, sent: int) -> None:
    """A burst after so many writes is seen before the 251st request, and ends the run."""
    office = office_of(300)
    office.target.tripwire = at_write(after + 1, lambda: office.target.use.others_send(9_000))

    run = office.run()

    assert sum(counts.created for counts in run.counts.values()) == after + sent
    assert run.message.startswith("9,252 of 10,000 requests of this hour are used, all integrations together; ")
    office.target.tripwire = untouched
    assert [each.status for each in run_to_the_end(office)][-1] is RunStatus.DONE
    assert is_complete(office, 300)


def test_autotask_s_own_refusal_ends_a_run_in_the_same_way() -> None:
    """With the whole limit as the share, others may use it up between two usage reads."""
    office = office_of(60, limit=1_000, share=1.0)
    office.target.tripwire = at_write(5, lambda: office.target.use.others_send(1_000))

    run = office.run(later=timedelta(0))

    assert (run.status, run.message) == (
        RunStatus.TO_BE_CONTINUED,
        "Autotask takes no more requests for now. It goes on at 09:15 UTC.",
    )
    assert run.counts[COMPANY] == Counts(created=4, postponed=56)
    assert office.stores.intents.unsettled() == []


def test_dry_run_keeps_to_the_share_as_well() -> None:
    """It reads, and reads count."""
    office = office_of(3, limit=12)

    run = office.run(dry=True)

    assert (run.status, run.calls.autotask, office.target.use.peak) == (RunStatus.TO_BE_CONTINUED, 4, 4)


class Killed(BaseException):
    """The process is gone."""


def dies_at(step: int) -> Tripwire:
    """Dies at the n-th place that is passed."""
    passed = count(1)

    def trip(place: str) -> None:
        if next(passed) == step:
            raise Killed(place)

    return trip


def test_killed_runs_start_no_new_share() -> None:
    """Killed at any place of the first run and of the next, each resumed at once: what was sent is seen, and counts."""
    for step in count(5, 13):
        office = office_of(20, limit=60)
        was_killed = [killed_at(office, step), killed_at(office, step // 2)]

        runs = run_to_the_end(office)

        assert office.target.use.peak <= 30
        assert is_complete(office, 20)
        assert all(run.status is not RunStatus.COULD_NOT_RUN for run in runs)
        if not any(was_killed):
            break
    assert step > 80


def killed_at(office: Office, step: int) -> bool:
    """Run until killed; whether the run was long enough for that."""
    office.source.tripwire = office.target.tripwire = office.stores.tripwire = dies_at(step)
    try:
        office.run(later=timedelta(seconds=1))
    except Killed:
        return True
    finally:
        office.source.tripwire = office.target.tripwire = office.stores.tripwire = untouched
    return False


def test_runs_by_hand_while_nothing_is_left_stay_below_the_mark() -> None:
    """A person who does not wait is told the same again; the room for that is kept."""
    office = office_of(60, limit=200)
    office.run()

    again = [office.run(later=timedelta(minutes=1)) for _ in range(4)]

    assert [run.calls.autotask for run in again] == [1, 1, 1, 1]
    assert {run.resume_at for run in again} == {again[0].resume_at}
    assert office.target.use.peak <= 100


def test_spent_share_of_salesforce_goes_on_as_well() -> None:
    """When its error says how long to wait; the mend stands last."""
    office = office_of(1)
    spent = BudgetExhausted(
        "80 of the org's 100 API requests a day are used; Taskforce stops at 80%.",
        system="Salesforce",
        operation="query",
        retry_after=timedelta(hours=1),
        mend="Look who uses them.",
    )
    office.source.fail(spent)

    run = office.run()

    assert (run.status, run.resume_at) == (RunStatus.TO_BE_CONTINUED, office.clock.now() + timedelta(hours=1))
    assert run.message == (
        "80 of the org's 100 API requests a day are used; Taskforce stops at 80%. "
        "It goes on at 10:30 UTC. Look who uses them."
    )


def test_service_time_is_recorded() -> None:
    """The mean time of Autotask's answers, if it was asked for anything (protocol 5)."""
    office = office_of(1)
    office.target.takes = timedelta(seconds=0.4)

    assert [office.run().autotask_seconds_per_call for _ in range(2)] == [0.4, None]


def test_target_without_a_budget_counts_no_share() -> None:
    """Only a run has a budget: a check asks what it needs."""
    target = MemoryTarget(clock=Office().clock)
    target.use.limit, target.use.other_use = 10, 9

    assert target.usage() == target.use.count()
    assert (target.use.count().used, target.use.take()) == (10, False)


def test_a_run_says_when_the_last_will_be_written() -> None:
    """Its pace so far, and the pauses that the limit will force on it: within a tenth of the time it takes."""
    office = office_of(100, limit=200)
    begun = office.clock.now()

    def takes_a_second(place: str) -> None:
        if place.startswith("create c"):
            office.clock.advance(timedelta(seconds=1))

    office.target.tripwire = takes_a_second
    runs = run_to_the_end(office)
    end = office.clock.now()

    [first, *_] = [re.search(r"written at about (.{16}) UTC", said) for said in office.progress.said]
    assert first is not None
    foreseen = datetime.strptime(f"{first[1]} +0000", "%Y-%m-%d %H:%M %z")
    assert len(runs) > 2
    assert abs(foreseen - end) <= (end - begun) / 10


def test_nothing_is_foreseen_where_no_pause_is_needed() -> None:
    """Those who watch see how quick it goes."""
    office = office_of(30)
    office.target.tripwire = lambda _: office.clock.advance(timedelta(seconds=1))
    office.run()

    assert office.progress.said == []
