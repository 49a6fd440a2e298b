"""Approving: exactly the plan that was asked about is carried out, each change looked at again first."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from taskforce.domain.links import Link, LinkState
from taskforce.domain.notices import NoticeKind
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import ApiCalls, Counts, Entity, SourceId, TargetId
from taskforce.domain.run import Run, RunStatus
from taskforce.engine.review import Review
from taskforce.errors import StalePlanError
from taskforce.testing.trouble import Fault
from tests.builders import account_id, contact_id
from tests.unit.engine.deciding_office import USUAL, an_office, approve, asked, phone_of, questions, reject, set_brake
from tests.unit.engine.office import COMPANY, CONTACT, USAGE, Office, without_times

CHANGED = (OutcomeKind.HELD, Reason.CHANGED_SINCE_PLANNED)
CREATED = (OutcomeKind.CREATED, Reason.NO_CANDIDATE)
UPDATED = (OutcomeKind.UPDATED, Reason.CHANGED)
LINKED = (OutcomeKind.LINKED, Reason.EXACT_MATCH)
DEACTIVATED = (OutcomeKind.DEACTIVATED, Reason.SOURCE_DELETED)


def a_mixed_plan(office: Office) -> None:
    """A parent and its child to be created with a contact each, one company to be linked, one to be updated, one to be
    set inactive."""
    office.company(companyName="There", phone="217-555-9999")
    office.account(11, Name="Child", ParentId=account_id(12))
    office.account(12, Name="Parent")
    office.account(13, Name="There")
    for number in (11, 12, 13):
        office.person(number, at=account_id(number))
    office.save(account_id(1), Phone="217-555-0199")
    office.source.delete(COMPANY, account_id(2))


MIXED = {
    account_id(1): UPDATED,
    account_id(2): DEACTIVATED,
    account_id(11): CREATED,
    account_id(12): CREATED,
    account_id(13): LINKED,
    **{contact_id(number): CREATED for number in (11, 12, 13)},
}


def test_exactly_the_plan_is_applied() -> None:
    """Autotask ends as if nobody had asked, and the one run tells the whole of it."""
    office, unasked = an_office(1, 2), an_office(1, 2, brake=USUAL)
    a_mixed_plan(office)
    a_mixed_plan(unasked)
    plain = unasked.run()
    waiting = asked(office)

    run = approve(office, waiting)

    assert office.outcomes(run) == unasked.outcomes(plain) == MIXED
    assert without_times(office.companies()) == without_times(unasked.companies())
    assert without_times(office.contacts()) == without_times(unasked.contacts())
    assert (run.id, run.status, run.message, run.digest) == (waiting.id, RunStatus.DONE, "", waiting.digest)
    assert (run.counts, run.started_at, run.finished_at) == (plain.counts, waiting.started_at, office.clock.now())
    assert office.stores.runs.awaiting() is None
    assert questions(office) == []
    assert office.stores.inbox.standing() == unasked.stores.inbox.standing()


def test_nothing_is_left_to_do_after_it() -> None:
    """The next import finds everything as it should be, and writes nothing."""
    office = an_office(1, 2)
    a_mixed_plan(office)
    approve(office, asked(office))
    before = (office.companies(), office.contacts())

    run = office.run()

    assert (run.status, office.outcomes(run)) == (RunStatus.DONE, {})
    assert (office.companies(), office.contacts()) == before


def test_calls_and_their_bound_are_those_of_both_parts() -> None:
    """Planning and applying are one run, and what it cost is told together."""
    office = an_office(1)
    office.save(account_id(1), Phone="217-555-0199")
    waiting = asked(office)
    before = office.target.calls

    run = approve(office, waiting)

    spent = office.target.calls - before
    assert spent == USAGE + 2
    assert run.calls == replace(waiting.calls, autotask=waiting.calls.autotask + spent)
    assert run.lower_bound == waiting.lower_bound + ApiCalls(salesforce=0, autotask=spent)


def test_progress_is_shown() -> None:
    """As in an import: the phases with what is ahead, records left out counted as done."""
    office = an_office(1, 2)
    office.save(account_id(1), Phone="217-555-0199")
    office.save(account_id(2), Phone="217-555-0188")
    office.person(1)
    waiting = asked(office)
    office.save(account_id(2), Phone="217-555-0177")
    office.run()
    begun = len(office.progress.phases)

    approve(office, waiting)

    shown = dict(zip(office.progress.phases[begun:], office.progress.done[begun:], strict=True))
    assert shown[("Writing to Autotask", 3)] == 2
    assert shown[("Writing to Autotask", 1)] == 1


# --- what may have happened meanwhile ---


@dataclass(frozen=True, kw_only=True)
class Meanwhile:
    """Somebody works on while a plan waits; afterwards one change of it no longer stands."""

    plan: Callable[[Office], SourceId]
    act: Callable[[Office], object]


def to_update(office: Office) -> SourceId:
    """The first account has a new phone."""
    office.save(account_id(1), Phone="217-555-0199")
    return account_id(1)


def to_create(office: Office) -> SourceId:
    """An account is new."""
    return office.account(3, Name="Company 3")


def to_create_contact(office: Office) -> SourceId:
    """The first account has a new contact."""
    return office.person(1)


def to_link(office: Office) -> SourceId:
    """An account is new whose company is there."""
    office.company(companyName="Company 3", phone="217-555-0000")
    return office.account(3, Name="Company 3")


def to_deactivate(office: Office) -> SourceId:
    """The first account was deleted."""
    office.source.delete(COMPANY, account_id(1))
    return account_id(1)


def first(office: Office) -> TargetId:
    """The company of the first account."""
    return office.companies()[0].id


def candidate(office: Office) -> TargetId:
    """The company that the third account is to be linked to."""
    [found] = [record for record in office.companies() if record.fields["companyName"] == "Company 3"]
    return found.id


def pair(office: Office, account: SourceId, target: TargetId, state: LinkState = LinkState.LINKED) -> None:
    """A person pairs two records, or says that they are to stay apart."""
    office.stores.links.put([Link(entity=COMPANY, source_id=account, target_id=target, state=state)])


def doubt(office: Office, source_id: SourceId) -> None:
    """A write of the record is in doubt."""
    office.stores.intents.send(COMPANY, [(source_id, 10_000, "")], office.clock.now())
    office.stores.intents.doubt(COMPANY, source_id)


def saved(**fields: str) -> Callable[[Office], object]:
    """The first account is saved once more, and read by the next import."""

    def act(office: Office) -> None:
        office.save(account_id(1), **fields)
        office.run()

    return act


def settings(**values: object) -> Callable[[Office], object]:
    """Somebody changes a setting."""

    def act(office: Office) -> None:
        office.settings = replace(office.settings, **values)  # type: ignore[arg-type]

    return act


HAPPENED = {
    "update, the account was saved again": Meanwhile(plan=to_update, act=saved(Phone="217-555-0177")),
    "update, another field was saved": Meanwhile(plan=to_update, act=saved(BillingCity="Chicago")),
    "update, what it changes was edited": Meanwhile(
        plan=to_update, act=lambda office: office.target.edit(COMPANY, first(office), {"phone": "217-555-0666"})
    ),
    "update, the company is inactive": Meanwhile(
        plan=to_update, act=lambda office: office.target.activate(COMPANY, first(office), is_active=False)
    ),
    "update, the company is gone": Meanwhile(
        plan=to_update, act=lambda office: office.target.remove(COMPANY, first(office))
    ),
    "update, the id was cleared": Meanwhile(
        plan=to_update, act=lambda office: office.target.set_id(COMPANY, first(office), None)
    ),
    "update, the id is another's": Meanwhile(
        plan=to_update, act=lambda office: office.target.set_id(COMPANY, first(office), account_id(77))
    ),
    "update, a person set the pair apart": Meanwhile(
        plan=to_update, act=lambda office: pair(office, account_id(1), first(office), LinkState.UNMAPPED)
    ),
    "update, a person paired it anew": Meanwhile(
        plan=to_update, act=lambda office: pair(office, account_id(1), office.company(carries=account_id(1)))
    ),
    "update, a person forgot the pair": Meanwhile(
        plan=to_update, act=lambda office: office.stores.links.remove(COMPANY, account_id(1))
    ),
    "update, it is not due any more": Meanwhile(
        plan=to_update, act=lambda office: office.stores.inbox.settle(COMPANY, [account_id(1)])
    ),
    "create, the company was typed in": Meanwhile(
        plan=to_create, act=lambda office: office.company(companyName="Company 3")
    ),
    "create, it was typed in with the id": Meanwhile(
        plan=to_create, act=lambda office: office.company(companyName="Whatever", carries=account_id(3))
    ),
    "create, one that is inactive fits": Meanwhile(
        plan=to_create, act=lambda office: office.company(companyName="Company 3", is_active=False)
    ),
    "create, a person paired it": Meanwhile(
        plan=to_create, act=lambda office: pair(office, account_id(3), office.company(companyName="Whatever"))
    ),
    "create, a person wants it left out": Meanwhile(
        plan=to_create, act=lambda office: pair(office, account_id(3), TargetId(0), LinkState.IGNORED)
    ),
    "create, the fallback type is another": Meanwhile(
        plan=lambda office: office.account(3, Name="Company 3", Type=None),
        act=settings(fallback_company_type="Prospect"),
    ),
    "contact, it was typed in": Meanwhile(
        plan=to_create_contact, act=lambda office: office.contact(first(office), title="Typed in")
    ),
    "contact, its company was separated": Meanwhile(
        plan=to_create_contact, act=lambda office: pair(office, account_id(1), first(office), LinkState.UNMAPPED)
    ),
    "contact, its company is inactive": Meanwhile(
        plan=to_create_contact, act=lambda office: office.target.activate(COMPANY, first(office), is_active=False)
    ),
    "link, what it changes was edited": Meanwhile(
        plan=to_link, act=lambda office: office.target.edit(COMPANY, candidate(office), {"phone": "217-555-0666"})
    ),
    "link, a second one fits": Meanwhile(plan=to_link, act=lambda office: office.company(companyName="Company 3")),
    "link, it was renamed": Meanwhile(
        plan=to_link, act=lambda office: office.target.edit(COMPANY, candidate(office), {"companyName": "Other"})
    ),
    "link, it is gone": Meanwhile(plan=to_link, act=lambda office: office.target.remove(COMPANY, candidate(office))),
    "link, it is inactive": Meanwhile(
        plan=to_link, act=lambda office: office.target.activate(COMPANY, candidate(office), is_active=False)
    ),
    "link, it carries another's id": Meanwhile(
        plan=to_link, act=lambda office: office.target.set_id(COMPANY, candidate(office), account_id(77))
    ),
    "link, a person gave it to another": Meanwhile(
        plan=to_link, act=lambda office: pair(office, account_id(77), candidate(office))
    ),
    "deactivation, it was restored": Meanwhile(
        plan=to_deactivate, act=lambda office: (office.source.undelete(COMPANY, account_id(1)), office.run())
    ),
    "deactivation, it is inactive already": Meanwhile(
        plan=to_deactivate, act=lambda office: office.target.activate(COMPANY, first(office), is_active=False)
    ),
    "deactivation, the id was cleared": Meanwhile(
        plan=to_deactivate, act=lambda office: office.target.set_id(COMPANY, first(office), None)
    ),
}


@pytest.mark.parametrize("name", HAPPENED)
def test_what_changed_meanwhile_is_left_out(name: str) -> None:
    """That one change is not made, everything else is; its record stays due for the next import."""
    happened = HAPPENED[name]
    office = an_office(1, 2)
    concerned = happened.plan(office)
    office.save(account_id(2), Phone="217-555-0122")
    waiting = asked(office)
    happened.act(office)
    before = without_times([*office.companies(), *office.contacts()])

    run = approve(office, waiting)

    assert office.outcomes(run) == {concerned: CHANGED, account_id(2): UPDATED}
    assert run.status is RunStatus.DONE
    assert run.message == (
        "1 change was left out, because its records are not as they were when the plan was made; the next import plans "
        "anew what is still wanted."
    )
    after = {(record.entity, record.id): record for record in without_times([*office.companies(), *office.contacts()])}
    for record in before:
        is_second = record.source_id == account_id(2)
        expected = replace(record, fields={**record.fields, "phone": "217-555-0122"}) if is_second else record
        assert after.pop((record.entity, record.id)) == expected
    assert after == {}
    if "not due" not in name:
        entity = CONTACT if concerned == contact_id(1) else COMPANY
        departed = office.stores.inbox.load(entity, [concerned])[0].has_departed
        now = office.clock.now()
        assert concerned in office.stores.inbox.due_ids(entity, now, after=None, limit=9, departed=departed)


@pytest.mark.parametrize("plan", [to_update, to_create])
def test_record_in_doubt_is_left_out(plan: Callable[[Office], SourceId]) -> None:
    """A write of it may still be on its way: nothing is sent for it, and the run says what is open."""
    office = an_office(1, 2)
    concerned = plan(office)
    office.save(account_id(2), Phone="217-555-0122")
    waiting = asked(office)
    doubt(office, concerned)

    run = approve(office, waiting)

    assert office.outcomes(run) == {concerned: CHANGED, account_id(2): UPDATED}
    assert run.status is RunStatus.TO_BE_CONTINUED
    assert run.message.startswith("The answer to 1 write was lost; a later import looks what became of it. 1 change")


def test_edit_of_another_field_is_none_of_the_plans_business() -> None:
    """What the plan does not change may have changed, and stays."""
    office = an_office(1)
    to_update(office)
    waiting = asked(office)
    office.target.edit(COMPANY, first(office), {"city": "Chicago"})

    run = approve(office, waiting)

    assert office.outcomes(run) == {account_id(1): UPDATED}
    [there] = office.companies()
    assert (there.fields["phone"], there.fields["city"]) == ("217-555-0199", "Chicago")


def test_contact_whose_company_is_not_created_waits_for_it() -> None:
    """The company was typed in meanwhile: the contact goes with it as soon as the two are linked."""
    office = an_office(1)
    to_create(office)
    person = office.person(3, at=account_id(3))
    waiting = asked(office)
    typed_in = office.company(companyName="Company 3")

    run = approve(office, waiting)

    assert office.outcomes(run) == {account_id(3): CHANGED, person: (OutcomeKind.HELD, Reason.COMPANY_NOT_LINKED)}
    set_brake(office, USUAL)
    assert office.outcomes(office.run()) == {account_id(3): LINKED, person: CREATED}
    assert [(record.source_id, record.company_id) for record in office.contacts()] == [(person, typed_in)]


def test_candidate_that_is_only_in_the_index_keeps_nothing_from_being_created() -> None:
    """It was deleted in Autotask, which no refresh tells; the plan knew it, and so does the approval."""
    office = an_office(1)
    gone = office.company(companyName="Company 3")
    office.account(4, Name="Company 4")
    approve(office, asked(office))
    office.target.remove(COMPANY, gone)
    to_create(office)
    waiting = asked(office)

    run = approve(office, waiting)

    assert office.outcomes(run) == {account_id(3): CREATED}


def test_absent_id_fields_separate_nobody() -> None:
    """An answer that leaves user-defined fields out is no proof that the id was cleared."""
    office = an_office(1)
    to_update(office)
    waiting = asked(office)
    office.target.omits_user_defined = True

    run = approve(office, waiting)

    assert office.outcomes(run) == {account_id(1): UPDATED}


def test_rest_of_the_work_follows_with_the_next_import() -> None:
    """What was left out is planned anew, and asked about if it is still unusual."""
    office = an_office(1, 2)
    for number in (1, 2):
        office.save(account_id(number), Phone="217-555-0199")
    waiting = asked(office)
    office.target.edit(COMPANY, first(office), {"phone": "217-555-0666"})
    approve(office, waiting)

    again = asked(office)

    assert again.id != waiting.id
    assert office.outcomes(approve(office, again)) == {account_id(1): UPDATED}
    assert [phone_of(office, number) for number in (1, 2)] == ["217-555-0199"] * 2


def a_merge(office: Office) -> tuple[SourceId, SourceId]:
    """The first account was merged into a new one, which takes over its company."""
    survivor = office.account(3, Name="Company 1", Phone="217-555-0199")
    office.source.delete(COMPANY, account_id(1), survivor=survivor)
    return account_id(1), survivor


def test_merge_is_followed_by_approval() -> None:
    """The link has moved when the plan was made; its new id is written when a person says so."""
    office = an_office(1)
    there = first(office)
    loser, survivor = a_merge(office)
    waiting = asked(office)
    before = office.companies()
    assert before[0].source_id == loser

    run = approve(office, waiting)

    assert office.outcomes(run) == {
        loser: (OutcomeKind.SKIPPED, Reason.MERGED),
        survivor: (OutcomeKind.UPDATED, Reason.LINK_MOVED),
    }
    assert [(each.id, each.source_id, each.fields["phone"]) for each in office.companies()] == [
        (there, survivor, "217-555-0199")
    ]


def test_merge_whose_plan_was_rejected_is_still_followed_later() -> None:
    """The link is the survivor's, and the next change of that one writes its id."""
    office = an_office(1)
    there = first(office)
    _, survivor = a_merge(office)
    reject(office, asked(office))
    set_brake(office, USUAL)
    office.save(survivor, Phone="217-555-0177")

    run = office.run()

    assert office.outcomes(run) == {survivor: (OutcomeKind.UPDATED, Reason.LINK_MOVED)}
    assert [(each.id, each.source_id) for each in office.companies()] == [(there, survivor)]


def test_accounts_merged_while_the_plan_waits_are_left_out() -> None:
    """Neither the one that is gone nor the one that is left is written as it was planned."""
    office = an_office(1, 2)
    for number in (1, 2):
        office.save(account_id(number), Phone="217-555-0199")
    waiting = asked(office)
    office.source.delete(COMPANY, account_id(1), survivor=account_id(2))
    office.save(account_id(2), Phone="217-555-0177")
    office.run()
    before = office.companies()

    run = approve(office, waiting)

    assert office.outcomes(run) == {account_id(1): CHANGED, account_id(2): CHANGED}
    assert office.companies() == before


# --- who may decide, and how often ---


def test_plan_is_approved_once() -> None:
    """The second one is told so, and nothing is written again."""
    office = an_office(1)
    to_update(office)
    waiting = asked(office)
    approve(office, waiting)
    before = office.companies()

    with pytest.raises(StalePlanError) as caught:
        approve(office, waiting)

    assert str(caught.value) == "Run 2 was approved already. No plan of this connection waits."
    assert office.companies() == before


def test_rejected_plan_is_not_approved() -> None:
    """One decision is enough, whichever came first."""
    office = an_office(1)
    to_update(office)
    waiting = asked(office)
    reject(office, waiting)

    with pytest.raises(StalePlanError, match=r"^Run 2 was decided about already\. A person rejected this plan"):
        approve(office, waiting)

    assert phone_of(office, 1) == "217-555-0100"


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (1, "The plan of run 1 does not wait for a person. The one that waits is run 3."),
        (2, "Run 2 was a dry run, whose plan waits for nobody. The one that waits is run 3."),
        (4, "The plan of run 4 does not wait for a person. The one that waits is run 3."),
        (99, "There is no run 99. The one that waits is run 3."),
    ],
)
@pytest.mark.parametrize("decide", [approve, reject])
def test_only_the_run_that_waits_is_decided_about(decide: Callable[..., Run], number: int, message: str) -> None:
    """An earlier import, a dry run, the reminder of a later import, a number that never was."""
    office = an_office(1)
    to_update(office)
    office.run(dry=True)
    waiting = asked(office)
    office.run()
    before = office.companies()

    with pytest.raises(StalePlanError) as caught:
        decide(office, replace(waiting, id=number))

    assert str(caught.value) == message
    assert (office.companies(), office.stores.runs.awaiting(), questions(office)) == (before, waiting, ["3"])


def test_digest_of_another_plan_approves_nothing() -> None:
    """A program that has seen another plan decides nothing; the right digest does."""
    office = an_office(1)
    to_update(office)
    waiting = asked(office)

    with pytest.raises(StalePlanError) as caught:
        approve(office, waiting, digest="0" * 32)

    assert str(caught.value) == (
        "The plan of run 2 is not the one of the digest given; nothing was written. "
        "Look at it with taskforce run 2, and approve that."
    )
    assert (phone_of(office, 1), office.stores.runs.awaiting()) == ("217-555-0100", waiting)
    assert approve(office, waiting, digest=waiting.digest).status is RunStatus.DONE


def test_plan_that_is_not_what_was_asked_about_is_planned_anew() -> None:
    """Its run is closed, nothing is written, and the records are due."""
    office = an_office(1, 2)
    for number in (1, 2):
        office.save(account_id(number), Phone="217-555-0199")
    waiting = asked(office)
    plan = office.stores.plan(waiting.id)
    [(lost, _), (_, _)] = plan.next_pending(COMPANY, after=0, limit=9)
    plan.settle(lost, Outcome(kind=OutcomeKind.UPDATED, reason=Reason.CHANGED), office.clock.now())
    before = office.companies()

    with pytest.raises(StalePlanError) as caught:
        approve(office, waiting)

    assert str(caught.value) == (
        "Run 2: This plan was no longer the one that was asked about, and nothing of it was written. "
        "The next import plans anew."
    )
    assert (office.companies(), questions(office)) == (before, [])
    closed = office.stores.runs.find(waiting.id)
    assert closed is not None
    assert (closed.status, closed.counts[COMPANY]) == (RunStatus.REJECTED, Counts(updated=1, postponed=1))
    again = asked(office)
    assert office.stores.plan(again.id).pending(COMPANY) == 2


# --- trouble while applying ---


def test_approved_plan_that_runs_out_of_budget_is_continued() -> None:
    """It ends like any run; what it did not reach is planned anew, and asked about if it is still unusual."""
    office = an_office(1)
    for number in (3, 4, 5):
        office.account(number, Name=f"Company {number}")
    waiting = asked(office)
    office.trouble(Fault.NO_BUDGET, "create", skip=1)

    run = approve(office, waiting)

    assert (run.status, run.counts[COMPANY]) == (RunStatus.TO_BE_CONTINUED, Counts(created=1, postponed=2))
    assert None not in office.outcomes(run).values()
    again = asked(office)
    assert approve(office, again).counts[COMPANY] == Counts(created=2)
    assert len(office.companies()) == 4


def test_stopped_approval_keeps_everything() -> None:
    """A person interrupts it; every change has one outcome, and nothing is lost."""
    office = an_office(1, 2)
    a_mixed_plan(office)
    waiting = asked(office)
    office._asked, office.stop_at = 0, 4

    run = approve(office, waiting)

    office.stop_at = None
    assert run.status is RunStatus.CANCELLED
    assert None not in office.outcomes(run).values()
    assert sum(each.postponed for each in run.counts.values()) > 0
    set_brake(office, USUAL)
    assert office.run().status is RunStatus.DONE
    assert len(office.companies()) == 5


def test_record_that_is_refused_holds_up_no_other() -> None:
    """As in an import."""
    office = an_office(1)
    for number in (3, 4):
        office.account(number, Name=f"Company {number}")
    waiting = asked(office)
    office.trouble(Fault.REJECTED, "create")

    run = approve(office, waiting)

    assert (run.status, run.counts[COMPANY], run.failing) == (
        RunStatus.DONE_WITH_FAILURES,
        Counts(created=1, failed=1),
        1,
    )


@pytest.mark.parametrize("fault", [Fault.LOST_AFTER, Fault.LOST_BEFORE, Fault.LATE])
@pytest.mark.parametrize("operation", ["create company", "update company", "create contact"])
def test_lost_answer_is_settled_as_in_an_import(fault: Fault, operation: str) -> None:
    """The write in doubt is looked at by a later import, and nothing is there twice."""
    office = an_office(1, 2)
    a_mixed_plan(office)
    waiting = asked(office)
    office.trouble(fault, operation)
    set_brake(office, USUAL)

    run = approve(office, waiting)

    assert run.status is RunStatus.TO_BE_CONTINUED
    for _ in range(3):
        last = office.run()
    assert (last.status, office.stores.intents.unsettled()) == (RunStatus.DONE, [])
    assert (len(office.companies()), len(office.contacts())) == (5, 3)
    assert phone_of(office, 1) == "217-555-0199"


def test_short_doubt_is_settled_within_the_approval() -> None:
    """When the settle time is short, the run waits and ends what it began."""
    office = an_office(1)
    office.settings = replace(office.settings, settle_time=timedelta(seconds=2))
    to_create(office)
    waiting = asked(office)
    office.trouble(Fault.LOST_BEFORE, "create")

    run = approve(office, waiting)

    assert (run.status, office.outcomes(run)) == (RunStatus.DONE, {account_id(3): CREATED})


def test_access_that_is_refused_stops_the_approval() -> None:
    """A person mends it; the plan is not waiting any more, and what is left is planned anew."""
    office = an_office(1)
    to_create(office)
    waiting = asked(office)
    office.trouble(Fault.DENIED, "list")

    run = approve(office, waiting)

    assert (run.status, run.counts[COMPANY]) == (RunStatus.COULD_NOT_RUN, Counts(postponed=1))
    assert office.stores.notices.open(NoticeKind.APPROVAL) == []
    assert approve(office, asked(office)).status is RunStatus.DONE


def test_large_plans_are_read_in_slices() -> None:
    """Records are looked at 500 at a time, and each is written once."""
    office = an_office(1, brake=USUAL)
    for number in range(2, 1100):
        office.account(number, Name=f"Company {number}")
    waiting = asked(office)
    before = office.work_calls

    run = approve(office, waiting)

    assert (run.status, run.counts[COMPANY]) == (RunStatus.DONE, Counts(created=1098))
    assert office.work_calls - before == 1098 + 1
    assert len({record.source_id for record in office.companies()}) == len(office.companies()) == 1099


def test_every_change_is_looked_at_in_one_read_of_500() -> None:
    """The cost of looking again is one request per 500 records that are to be changed, besides the looks at the use of
    the tenant's limit (protocol 4)."""
    office = an_office(*range(1, 701), brake=USUAL)
    for number in range(1, 701):
        office.save(account_id(number), Phone="217-555-0199")
    waiting = asked(office)
    before = office.work_calls

    run = approve(office, waiting)

    assert run.counts[COMPANY] == Counts(updated=700)
    assert office.work_calls - before == 700 + 2


def test_contacts_follow_their_companies() -> None:
    """Companies of the plan come first, whatever the ids."""
    office = an_office(1)
    for number in range(10, 15):
        office.account(number, Name=f"Company {number}")
        office.person(number, at=account_id(number))
    waiting = asked(office)

    run = approve(office, waiting)

    companies = {record.id: record.source_id for record in office.companies()}
    places = {record.source_id: companies[record.company_id] for record in office.contacts() if record.company_id}
    assert run.counts == {Entity.COMPANY: Counts(created=5), Entity.CONTACT: Counts(created=5)}
    assert places == {contact_id(number): account_id(number) for number in range(10, 15)}


# --- contacts that moved, and that a person wants created anew under their new company ---


def a_move(office: Office, number: int = 1) -> SourceId:
    """A contact of the first account moved to the second, and a person has said that another takes its place."""
    person = office.person(number)
    approve(office, asked(office))
    office.save(person, AccountId=account_id(2))
    office.run()
    Review(connection="acme", stores=office.stores, target=office.target).replace(person)
    return person


def story(office: Office, run: Run) -> list[tuple[OutcomeKind, Reason]]:
    """The outcomes of a run in the order of its plan."""
    outcomes = [entry.outcome for entry in office.stores.plan(run.id).entries()]
    return [(outcome.kind, outcome.reason) for outcome in outcomes if outcome is not None]


def test_replaced_contact_gives_up_its_id_first() -> None:
    """Both changes were approved together, and are made in their order."""
    office = an_office(1, 2)
    person = a_move(office)
    old, new_home = office.contacts()[0], office.companies()[1].id
    waiting = asked(office)

    run = approve(office, waiting)

    assert story(office, run) == [(OutcomeKind.DEACTIVATED, Reason.REPLACED), CREATED]
    assert [(each.id == old.id, each.source_id, each.is_active, each.company_id) for each in office.contacts()] == [
        (True, None, False, old.company_id),
        (False, person, True, new_home),
    ]


def test_nothing_is_taken_from_a_contact_without_a_successor() -> None:
    """Somebody typed the new one in meanwhile: the old one keeps its id until that is planned anew."""
    office = an_office(1, 2)
    person = a_move(office)
    waiting = asked(office)
    typed_in = office.contact(office.companies()[1].id)
    before = office.contacts()

    run = approve(office, waiting)

    assert (story(office, run), office.contacts()) == ([CHANGED, CHANGED], before)
    set_brake(office, USUAL)
    assert story(office, office.run()) == [(OutcomeKind.DEACTIVATED, Reason.REPLACED), LINKED]
    assert [(each.source_id, each.is_active) for each in office.contacts()] == [(None, False), (person, True)]
    assert office.contacts()[1].id == typed_in


def test_successor_is_not_made_when_the_old_contact_is_not_as_it_was() -> None:
    """Somebody set it inactive meanwhile; so the two wait for the next plan together."""
    office = an_office(1, 2)
    a_move(office)
    waiting = asked(office)
    office.target.activate(CONTACT, office.contacts()[0].id, is_active=False)
    before = office.contacts()

    run = approve(office, waiting)

    assert (story(office, run), office.contacts()) == ([CHANGED, CHANGED], before)
    assert approve(office, asked(office)).counts[CONTACT] == Counts(created=1, deactivated=1)


def test_rejected_replacement_can_be_asked_for_again() -> None:
    """The record waits with its old contact as it stands; a person who says it again gets a new plan."""
    office = an_office(1, 2)
    person = a_move(office)
    before = office.contacts()
    reject(office, asked(office))
    assert (office.run().status, office.contacts()) == (RunStatus.DONE, before)

    Review(connection="acme", stores=office.stores, target=office.target).replace(person)

    assert approve(office, asked(office)).counts[CONTACT] == Counts(created=1, deactivated=1)


@pytest.mark.parametrize("others", [498, 499])
def test_slices_do_not_part_the_two(others: int) -> None:
    """However the 500 of a slice are counted, the successor is looked at together with what it follows."""
    office = an_office(1, 2)
    person = a_move(office, 9000)
    for number in range(1001, 1001 + others):
        office.person(number, at=account_id(2), LastName=f"Doe {number}")
    waiting = asked(office)
    office.contact(office.companies()[1].id)

    run = approve(office, waiting)

    assert story(office, run) == [CREATED] * others + [CHANGED] * 2
    assert office.contacts()[0].source_id == person
