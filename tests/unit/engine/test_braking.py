"""A plan that changes unusually much: nothing is written, a person is asked, and nothing is lost meanwhile."""

from datetime import timedelta

import pytest

from taskforce.domain.notices import Notice, NoticeKind
from taskforce.domain.records import Counts
from taskforce.domain.run import RunKind, RunStatus
from taskforce.domain.settings import BrakeLimits
from taskforce.engine.braking import count_linked, question, what_is_unusual
from taskforce.engine.runs import new_job, run_import
from taskforce.testing.trouble import Fault
from tests.builders import account_id, contact_id
from tests.unit.engine.deciding_office import (
    NOTHING_UNASKED,
    USUAL,
    an_office,
    approve,
    asked,
    phone_of,
    questions,
    reject,
    set_brake,
    writes,
)
from tests.unit.engine.office import COMPANY, CONTACT, Office

WAITS = RunStatus.AWAITING_APPROVAL


def test_nothing_is_applied_over_a_limit() -> None:
    """Both sides are as before; the run waits with its plan, says the figures and what can be done, and somebody is
    told."""
    office = an_office(1, 2, brake=BrakeLimits(creates=1))
    office.account(3, Name="New")
    office.account(4, Name="Newer")
    office.person(1)
    office.save(account_id(1), Phone="217-555-0199")
    before, read = writes(office), [office.source.record(COMPANY, account_id(n)) for n in (1, 2, 3, 4)]

    run = office.run()

    message = (
        "This plan changes unusually much, so nothing of it was written: 3 records would be created (the limit is 1). "
        "In all: 3 created, 1 changed, 0 set inactive, 0 values cleared. taskforce run 2 shows every change of it, "
        "taskforce approve 2 carries out exactly these, taskforce reject 2 drops them."
    )
    plan = office.stores.plan(run.id)
    assert (run.status, run.message, run.status.exit_status) == (WAITS, message, 1)
    assert run.digest == plan.digest() != ""
    assert (plan.pending(COMPANY), plan.pending(CONTACT)) == (3, 1)
    assert run.counts == {COMPANY: Counts(), CONTACT: Counts()}
    assert (writes(office), [office.source.record(COMPANY, account_id(n)) for n in (1, 2, 3, 4)]) == (before, read)
    assert list(office.stores.notices.open(NoticeKind.APPROVAL)) == [
        Notice(kind=NoticeKind.APPROVAL, subject="2", text=message, told_at=office.clock.now())
    ]


def test_what_is_within_the_limits_is_applied_unasked() -> None:
    """Exactly as many as the limit are no reason to ask."""
    office = an_office(1, brake=BrakeLimits(creates=2, updates=1))
    office.account(2, Name="New")
    office.account(3, Name="Newer")
    office.save(account_id(1), Phone="217-555-0199")

    assert office.run().status is RunStatus.DONE
    assert len(office.companies()) == 3


def test_share_of_what_is_linked_is_a_limit() -> None:
    """More than half of the records change at once, from the floor on."""
    office = an_office(*range(1, 5), brake=BrakeLimits(floor=3))
    for number in (1, 2, 3):
        office.save(account_id(number), Phone="217-555-0199")

    run = office.run()

    assert run.status is WAITS
    assert "3 records would be changed, 75% as many as are linked (the limit is 50%)" in run.message


def test_cleared_values_are_counted() -> None:
    """Fields that are blank in Salesforce all of a sudden."""
    office = an_office(1, brake=BrakeLimits(cleared=1))
    office.save(account_id(1), BillingCity=None, BillingState=None)

    assert "2 values would be cleared (the limit is 1)" in asked(office).message


def test_deactivations_are_counted() -> None:
    """Accounts that were deleted in Salesforce."""
    office = an_office(1, 2, brake=BrakeLimits(deactivations=1))
    for number in (1, 2):
        office.source.delete(COMPANY, account_id(number))
    before = writes(office)

    assert "2 records would be set inactive (the limit is 1)" in asked(office).message
    assert writes(office) == before


def test_empty_plan_is_not_asked_about() -> None:
    """Nothing changed, or nothing but what needs no write."""
    office = an_office(1)
    office.save(account_id(1), Description="Not imported")
    office.person(1, at=None)

    assert [office.run().status for _ in range(3)] == [RunStatus.DONE] * 3


def test_first_import_creates_as_much_as_it_likes() -> None:
    """Everything is new to it."""
    office = Office()
    set_brake(office, NOTHING_UNASKED)
    for number in range(1, 30):
        office.account(number, Name=f"Company {number}")

    run = office.run()

    assert (run.status, run.counts[COMPANY]) == (RunStatus.DONE, Counts(created=29))


def test_first_import_that_goes_on_is_still_the_first() -> None:
    """It ran out of budget in between; the import after it is the second."""
    office = Office()
    set_brake(office, NOTHING_UNASKED)
    for number in range(1, 5):
        office.account(number, Name=f"Company {number}")
    office.trouble(Fault.NO_BUDGET, "create", skip=2)
    first, second = office.run(), office.run()
    office.account(5, Name="Late")

    assert [first.status, second.status] == [RunStatus.TO_BE_CONTINUED, RunStatus.DONE]
    assert office.run().status is WAITS


def test_dry_run_is_no_first_import() -> None:
    """Whoever looks before the first import is not asked about its creates later."""
    office = Office()
    set_brake(office, NOTHING_UNASKED)
    office.account(1)

    assert [office.run(dry=True).status, office.run().status] == [RunStatus.DONE, RunStatus.DONE]


def test_first_import_is_asked_what_it_overwrites() -> None:
    """Companies that stood in Autotask before are somebody's work."""
    office = Office()
    set_brake(office, BrakeLimits(updates=1))
    for number in (1, 2):
        office.company(companyName=f"Company {number}", phone="217-555-0000")
        office.account(number, Name=f"Company {number}")
    office.account(3, Name="New")

    run = asked(office)

    assert "2 records would be changed (the limit is 1)" in run.message
    assert len(office.companies()) == 2
    assert approve(office, run).counts[COMPANY] == Counts(created=1, linked=2)


def test_later_imports_read_and_wait() -> None:
    """While a plan waits nothing is planned or written; what changes meanwhile is kept and follows the decision."""
    office = an_office(1, 2)
    office.save(account_id(1), Phone="217-555-0199")
    waiting = asked(office)
    office.save(account_id(2), Phone="217-555-0188")
    office.account(3, Name="New")
    before, calls = writes(office), office.target.calls

    later = office.run()

    assert (later.status, later.digest, later.counts[COMPANY], later.status.exit_status) == (WAITS, "", Counts(), 1)
    assert later.message == (
        "Nothing was planned or written, because the plan of run 2 waits for a person; what changed in Salesforce "
        "meanwhile is kept. taskforce run 2 shows every change of it, taskforce approve 2 carries out exactly these, "
        "taskforce reject 2 drops them."
    )
    assert (writes(office), office.target.calls, questions(office)) == (before, calls, ["2"])
    assert office.stores.plan(later.id).entries() == []
    assert office.stores.runs.awaiting() == waiting
    assert office.stores.inbox.load(COMPANY, [account_id(3)])[0].fields["Name"] == "New"
    approve(office, waiting)
    set_brake(office, USUAL)
    assert office.run().status is RunStatus.DONE
    assert [phone_of(office, number) for number in (1, 2, 3)] == ["217-555-0199", "217-555-0188", "217-555-0100"]


def test_reconciliation_waits_as_well() -> None:
    """Whatever kind of run: of one connection one plan waits."""
    office = an_office(1)
    office.save(account_id(1), Phone="217-555-0199")
    waiting = asked(office)

    later = run_import(office.world(), kind=RunKind.RECONCILIATION)

    assert (later.status, later.digest) == (WAITS, "")
    assert office.stores.runs.awaiting() == waiting


def test_doubts_are_settled_while_a_plan_waits() -> None:
    """What became of a lost write is found out, and nothing more is sent."""
    office = an_office(1, brake=USUAL)
    office.account(2, Name="Lost")
    office.trouble(Fault.LOST_AFTER, "create")
    office.run()
    set_brake(office, NOTHING_UNASKED)
    office.save(account_id(1), Phone="217-555-0199")
    run_import(office.world())
    before = writes(office)
    assert (questions(office), len(office.stores.intents.unsettled())) == (["3"], 1)

    later = office.run()

    assert later.status is WAITS
    assert office.stores.intents.unsettled() == []
    assert account_id(2) in office.stores.links.by_source(COMPANY, [account_id(2)])
    assert writes(office) == before


def test_dry_run_shows_all_there_is_to_do() -> None:
    """It plans as ever, also while a plan waits, and never waits itself."""
    office = an_office(1, 2)
    office.save(account_id(1), Phone="217-555-0199")
    waiting = asked(office)
    office.account(3, Name="New")

    dry = office.run(dry=True)

    assert (dry.status, dry.counts[COMPANY]) == (RunStatus.DONE, Counts(created=1, updated=1))
    assert office.stores.runs.awaiting() == waiting
    assert questions(office) == ["2"]


@pytest.mark.parametrize("decide", [approve, reject])
def test_next_import_is_an_ordinary_one(decide: object) -> None:
    """After either decision imports plan and write again."""
    office = an_office(1)
    office.save(account_id(1), Phone="217-555-0199")
    waiting = asked(office)
    assert callable(decide)
    decide(office, waiting)
    set_brake(office, USUAL)
    office.account(2, Name="New")
    office.person(1)

    run = office.run()

    assert (run.status, run.counts) == (RunStatus.DONE, {COMPANY: Counts(created=1), CONTACT: Counts(created=1)})
    assert contact_id(1) in {record.source_id for record in office.contacts()}


def test_question_of_a_worker_that_was_overtaken_is_not_put() -> None:
    """Who lost the lease before the end of planning asks nobody: the plan of another may wait by now."""
    office = an_office(1)
    office.save(account_id(1), Phone="217-555-0199")
    planned = office.stores.plan(2)

    def lose(place: str) -> None:
        if place == "committed" and planned.pending(COMPANY):
            office.stores.lose_lease()

    office.stores.tripwire = lose

    run = office.run()

    assert (run.status, run.digest) == (RunStatus.COULD_NOT_RUN, "")
    assert run.message == "Another worker has taken over this connection."
    assert (office.stores.runs.awaiting(), questions(office)) == (None, [])
    assert run.counts[COMPANY] == Counts(postponed=1)


def test_salesforce_that_shows_far_less_is_unusual() -> None:
    """What a reconciliation did not find any more counts like a change."""
    office = an_office(1, 2)
    run = office.stores.runs.start(RunKind.RECONCILIATION, is_dry_run=False, now=office.clock.now())
    job = new_job(office.world(), run)
    job.tally.vanished = 2

    unusual = what_is_unusual(job, count_linked(job))

    assert unusual == ("Salesforce shows none of the linked records any more (2 are linked)",)
    assert unusual[0] in question(job, unusual)


@pytest.mark.parametrize(("kind", "counted"), [(RunKind.IMPORT, 101), (RunKind.RECONCILIATION, 120)])
def test_only_as_many_pairs_are_counted_as_could_matter(kind: RunKind, counted: int) -> None:
    """One changed record, of which at most fifty values may be cleared, is no share above a half of a hundred pairs."""
    office = an_office(*range(1, 121), brake=BrakeLimits(creates=None, share=0.5))
    with office.stores.transaction():
        office.stores.inbox.want(COMPANY, [account_id(1)])
        office.stores.inbox.put(COMPANY, [office.source.record(COMPANY, account_id(1))])
    run = office.stores.runs.start(kind, is_dry_run=False, now=office.clock.now())

    assert count_linked(new_job(office.world(), run)) == counted


def test_cost_of_asking_is_that_of_planning() -> None:
    """A waiting import costs its reading of Salesforce alone, however long it waits."""
    office = an_office(1)
    office.save(account_id(1), Phone="217-555-0199")
    asked(office)

    spent = [office.spent(later=timedelta(hours=2)) for _ in range(3)]

    assert [(each.salesforce, each.autotask) for each in spent] == [(2, 0)] * 3
