"""What a run wrote is put back field by field, where Autotask still holds that (B15)."""

from dataclasses import replace
from itertools import count

import pytest

from taskforce.domain.filtering import RecordFilter, Unfit, conditions_of
from taskforce.domain.links import LinkState
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, SourceId
from taskforce.domain.run import Run, RunStatus, Undoing
from taskforce.domain.settings import BrakeLimits, Deletion
from taskforce.engine.approving import approve_run, reject_run
from taskforce.engine.review import Review
from taskforce.engine.undoing import run_undo
from taskforce.testing.trouble import Fault
from tests.builders import account_id, contact_id
from tests.unit.engine.office import COMPANY, CONTACT, FIRST_ACCOUNT, SETTINGS, Office, without_times
from tests.unit.engine.test_approval_kills import killed_at

LATER_PHONE = "217-555-0199"
PUT_BACK = (OutcomeKind.UPDATED, Reason.PUT_BACK)
UNDONE = (OutcomeKind.SKIPPED, Reason.UNDONE)


def undo(office: Office, run: Run, *, created: bool = False, dry: bool = False, approved: str = "") -> Run:
    """Take a run back, half an hour later."""
    office.clock.advance(SETTINGS.settle_time)
    return run_undo(office.world(), Undoing(run_id=run.id, creates=created), is_dry_run=dry, approved=approved)


def undo_until_done(office: Office, run: Run) -> None:
    """Undo once more as long as that says it is to be continued."""
    statuses = [undo(office, run).status]
    while statuses[-1] is RunStatus.TO_BE_CONTINUED and len(statuses) < 4:
        statuses.append(undo(office, run).status)
    assert statuses[-1] is RunStatus.DONE


def a_changed_company(**fields: str) -> tuple[Office, Run]:
    """An office with one pair, and the run that changed its phone."""
    office = Office()
    office.account(1)
    office.person(1)
    office.run()
    office.save(account_id(1), **(fields or {"Phone": LATER_PHONE}))
    return office, office.run()


def link_of(office: Office, source_id: SourceId = FIRST_ACCOUNT, entity: Entity = COMPANY) -> tuple[LinkState, bool]:
    """The state of a pair, and whether it remembers that something was undone."""
    link = office.stores.links.by_source(entity, [source_id])[source_id]
    return link.state, bool(link.undone)


def test_the_former_value_is_put_back() -> None:
    """The run before it stands as it did, and the undo says why."""
    office, run = a_changed_company()

    undone = undo(office, run)

    assert (undone.status, undone.counts[COMPANY].updated) == (RunStatus.DONE, 1)
    assert undone.undoes == Undoing(run_id=run.id)
    assert office.companies()[0].fields["phone"] == "217-555-0100"
    assert office.outcomes(undone) == {account_id(1): PUT_BACK}
    assert link_of(office) == (LinkState.LINKED, True)


def test_a_pair_that_was_separated_since_gets_its_former_values_too() -> None:
    """A wrong pair is why the run is undone; the id, which a person took off, stays off, and the pair apart."""
    office, run = a_changed_company()
    office.target.set_id(COMPANY, office.companies()[0].id, None)
    office.save(account_id(1), Phone="217-555-0177")
    office.run()
    assert link_of(office)[0] is LinkState.UNMAPPED

    undone = undo(office, run)
    later = office.run()

    assert office.outcomes(undone) == {account_id(1): PUT_BACK}
    assert (later.status, link_of(office)[0]) == (RunStatus.DONE, LinkState.UNMAPPED)
    [company] = office.companies()
    assert (company.fields["phone"], company.source_id) == ("217-555-0100", None)


def test_what_was_undone_is_not_written_again_by_itself() -> None:
    """Neither by an import that reads the record again, nor by a reconciliation."""
    office, run = a_changed_company()
    undo(office, run)
    office.save(account_id(1), Phone=LATER_PHONE)

    imported, reconciled = office.run(), office.reconcile()

    assert office.outcomes(imported) == {account_id(1): UNDONE}
    assert office.outcomes(reconciled)[account_id(1)] == UNDONE
    assert office.companies()[0].fields["phone"] == "217-555-0100"


def test_a_new_value_in_salesforce_ends_that() -> None:
    """All is written again from then on, also what was undone once."""
    office, run = a_changed_company()
    undo(office, run)
    office.save(account_id(1), Phone="217-555-0222")
    office.run()
    assert (office.companies()[0].fields["phone"], link_of(office)) == ("217-555-0222", (LinkState.LINKED, False))

    office.save(account_id(1), Phone=LATER_PHONE)
    office.run()

    assert office.companies()[0].fields["phone"] == LATER_PHONE


def test_a_person_ends_that() -> None:
    """`taskforce retry` has it written all the same."""
    office, run = a_changed_company()
    undo(office, run)

    Review(connection="acme", stores=office.stores, target=office.target).retry(COMPANY, account_id(1))
    office.run()

    assert (office.companies()[0].fields["phone"], link_of(office)) == (LATER_PHONE, (LinkState.LINKED, False))


def test_what_changed_since_is_left_and_listed() -> None:
    """Field by field: the other field of the same record is put back."""
    office, run = a_changed_company(Phone=LATER_PHONE, BillingCity="Shelbyville")
    office.target.edit(COMPANY, office.companies()[0].id, {"phone": "217-555-0666"})

    undone = undo(office, run)

    fields = office.companies()[0].fields
    assert (fields["phone"], fields["city"]) == ("217-555-0666", "Springfield")
    evidence = {"written": LATER_PHONE, "now": "217-555-0666", "before": "217-555-0100"}
    assert office.stores.plan(undone.id).entries()[0].decision.notes == (
        Note(reason=Reason.CHANGED_SINCE_RUN, field="phone", evidence=evidence),
    )


def test_a_record_that_changed_altogether_is_left() -> None:
    """And a later import keeps it current as before."""
    office, run = a_changed_company()
    office.save(account_id(1), Phone="217-555-0222")
    office.run()

    undone = undo(office, run)

    assert office.outcomes(undone) == {account_id(1): (OutcomeKind.SKIPPED, Reason.CHANGED_SINCE_RUN)}
    assert (office.companies()[0].fields["phone"], link_of(office)) == ("217-555-0222", (LinkState.LINKED, False))


def test_undoing_twice_changes_nothing() -> None:
    """What stands as before is left alone."""
    office, run = a_changed_company()
    undo(office, run)
    before = office.companies()

    again = undo(office, run)

    assert office.outcomes(again) == {account_id(1): (OutcomeKind.UNCHANGED, Reason.UNCHANGED)}
    assert (office.companies(), again.lower_bound) == (before, again.calls)


def test_a_preview_writes_nothing_and_can_be_approved() -> None:
    """Exactly its plan is carried out, even one that the brake would stop."""
    office, run = a_changed_company()
    office.settings = replace(office.settings, brake=BrakeLimits(updates=0))
    before, links = office.companies(), link_of(office)

    preview = undo(office, run, dry=True)
    assert (office.companies(), link_of(office), bool(preview.digest)) == (before, links, True)
    undone = undo(office, run, approved=preview.digest)

    assert (undone.status, office.companies()[0].fields["phone"]) == (RunStatus.DONE, "217-555-0100")


@pytest.mark.parametrize("is_approved", [True, False])
def test_an_unusual_undo_waits(is_approved: bool) -> None:
    """The brake holds for an undo as for any plan; a rejected one leaves no record waiting."""
    office, run = a_changed_company()
    office.settings = replace(office.settings, brake=BrakeLimits(updates=0))
    waiting = undo(office, run)
    assert (waiting.status, office.companies()[0].fields["phone"]) == (RunStatus.AWAITING_APPROVAL, LATER_PHONE)

    ended = (approve_run if is_approved else reject_run)(office.world(), waiting.id)

    phone = "217-555-0100" if is_approved else LATER_PHONE
    status = RunStatus.DONE if is_approved else RunStatus.REJECTED
    assert (ended.status, ended.held, office.companies()[0].fields["phone"]) == (status, 0, phone)
    assert link_of(office) == (LinkState.LINKED, is_approved)


def test_an_edit_while_the_undo_waits_is_kept() -> None:
    """Each change is looked at again."""
    office, run = a_changed_company()
    office.settings = replace(office.settings, brake=BrakeLimits(updates=0))
    waiting = undo(office, run)
    office.target.edit(COMPANY, office.companies()[0].id, {"phone": "217-555-0666"})

    ended = approve_run(office.world(), waiting.id)

    assert office.outcomes(ended) == {account_id(1): (OutcomeKind.SKIPPED, Reason.CHANGED_SINCE_RUN)}
    assert ended.message == "1 change was left out, because its records are not as they were when the plan was made."
    assert office.companies()[0].fields["phone"] == "217-555-0666"


def test_what_a_link_has_overwritten_is_put_back_and_the_pair_stays() -> None:
    """Only values go back: the Salesforce id stays where it is."""
    office = Office()
    there = office.company(phone="217-555-0777")
    office.account(1)
    run = office.run()

    undo(office, run)

    (company,) = office.companies()
    assert (company.id, company.fields["phone"], company.source_id) == (there, "217-555-0777", account_id(1))
    assert link_of(office) == (LinkState.LINKED, True)


def test_a_parent_from_the_same_run_is_taken_away_again() -> None:
    """What stood in the reference before is known, though its company came with the run."""
    office = Office()
    office.account(1)
    office.run()
    office.account(2, Name="Parent")
    office.save(account_id(1), ParentId=account_id(2))
    run = office.run()
    parent = office.companies()[1].id
    assert office.companies()[0].fields["parentCompanyID"] == parent

    undone = undo(office, run, created=True)

    assert office.companies()[0].fields.get("parentCompanyID") is None
    assert office.outcomes(undone)[account_id(1)] == PUT_BACK


def test_created_records_are_listed_and_left_unless_asked_for() -> None:
    """Only values are put back."""
    office = Office()
    office.account(1)
    run = office.run()

    undone = undo(office, run)

    assert office.outcomes(undone) == {account_id(1): (OutcomeKind.SKIPPED, Reason.CREATED_STAYS)}
    assert office.companies()[0].is_active


def test_created_records_are_set_inactive_and_left_out_from_then_on() -> None:
    """A parent, its child and their contacts, that hang on nothing but each other."""
    office = Office()
    office.account(1, Name="Parent")
    office.account(2, Name="Child", ParentId=account_id(1))
    office.person(1, at=account_id(1))
    office.person(2, at=account_id(2))
    run = office.run()

    undone = undo(office, run, created=True)
    office.save(account_id(1), Phone=LATER_PHONE)
    after = office.run()

    deactivated = (OutcomeKind.DEACTIVATED, Reason.CREATION_UNDONE)
    everything = [account_id(1), account_id(2), contact_id(1), contact_id(2)]
    assert (undone.status, office.outcomes(undone)) == (RunStatus.DONE, dict.fromkeys(everything, deactivated))
    assert {each.is_active for each in [*office.companies(), *office.contacts()]} == {False}
    assert office.outcomes(after) == {account_id(1): (OutcomeKind.SKIPPED, Reason.IGNORED)}
    assert link_of(office, contact_id(1), CONTACT) == (LinkState.IGNORED, False)


def test_a_created_company_on_which_something_hangs_is_left() -> None:
    """Somebody typed a contact in meanwhile."""
    office = Office()
    office.account(1)
    office.person(1)
    run = office.run()
    office.contact(office.companies()[0].id, firstName="Typed")

    undone = undo(office, run, created=True)

    assert office.outcomes(undone) == {
        account_id(1): (OutcomeKind.SKIPPED, Reason.HAS_ATTACHED),
        contact_id(1): (OutcomeKind.DEACTIVATED, Reason.CREATION_UNDONE),
    }
    (left,) = [
        entry.decision
        for entry in office.stores.plan(undone.id).entries()
        if entry.outcome and entry.outcome.reason is Reason.HAS_ATTACHED
    ]
    assert left.evidence == {"target": office.companies()[0].id, "contacts": 2}
    assert link_of(office) == (LinkState.LINKED, False)


def test_a_company_stays_when_its_contact_was_refused() -> None:
    """Undoing once more does the rest."""
    office = Office()
    office.account(1)
    office.person(1)
    run = office.run()
    office.trouble(Fault.REJECTED, "update contact")

    first = undo(office, run, created=True)
    assert (first.status, office.companies()[0].is_active) == (RunStatus.DONE_WITH_FAILURES, True)
    assert first.failing == 0
    undo(office, run, created=True)

    assert {each.is_active for each in [*office.companies(), *office.contacts()]} == {False}


def test_a_deactivation_is_taken_back_and_stays_so() -> None:
    """The account is gone from Salesforce; no reconciliation sets its company inactive again."""
    office = Office(settings=replace(SETTINGS, deletion=Deletion.DEACTIVATE))
    office.account(1)
    office.run()
    office.source.delete(COMPANY, account_id(1))
    run = office.run()
    assert not office.companies()[0].is_active

    undo(office, run)
    office.reconcile()

    assert (office.companies()[0].is_active, link_of(office)) == (True, (LinkState.DELETED, True))


@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER])
def test_an_undo_whose_answer_is_lost_is_looked_for(fault: Fault) -> None:
    """Whether it was carried out or not, undoing once more comes to the same."""
    office, run = a_changed_company()
    office.trouble(fault, "update company")

    undo_until_done(office, run)
    office.reconcile()

    assert (office.companies()[0].fields["phone"], link_of(office)) == ("217-555-0100", (LinkState.LINKED, True))


def test_what_waits_in_the_inbox_is_not_settled_by_an_undo() -> None:
    """A change in Salesforce that was read but not written yet is written by the next import."""
    office, run = a_changed_company()
    office.save(account_id(1), Phone="217-555-0222")
    office.trouble(Fault.REJECTED, "update company")
    office.run()

    undo(office, run)
    assert office.companies()[0].fields["phone"] == "217-555-0100"
    office.run(by_hand=True)

    assert office.companies()[0].fields["phone"] == "217-555-0222"


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("preview", "Run 3 was a preview, and wrote nothing."),
        ("undo", "Run 3 is an undo itself: taskforce retry has the values of Salesforce written again."),
        ("nothing", "There is no such run of this connection."),
    ],
)
def test_what_cannot_be_undone(what: str, message: str) -> None:
    """It is said why, and nothing is written."""
    office, run = a_changed_company()
    other = {
        "preview": lambda: office.run(dry=True),
        "undo": lambda: undo(office, run),
        "nothing": lambda: replace(run, id=99),
    }[what]()
    before = office.companies()

    refused = undo(office, other)

    assert (refused.status, refused.message) == (RunStatus.COULD_NOT_RUN, message)
    assert office.companies() == before


def test_an_undo_killed_at_every_step_goes_on() -> None:
    """Wherever it dies, undoing once more gives back the former state, and no import writes it again."""
    for step in count(1):
        office = Office()
        for number in (1, 2):
            office.account(number, Name=f"Company {number}")
        office.person(1)
        office.run()
        former = without_times([*office.companies(), *office.contacts()])
        office.save(account_id(1), Phone=LATER_PHONE)
        office.save(account_id(2), BillingCity="Shelbyville")
        office.save(contact_id(1), Email="new@acme.example")
        run = office.run()
        was_killed = killed_at(office, step, lambda: undo(office, run))  # noqa: B023 - called at once

        undo_until_done(office, run)
        office.reconcile()

        assert without_times([*office.companies(), *office.contacts()]) == former
        assert office.stores.intents.unsettled() == []
        if not was_killed:
            break
    assert step > 15


def test_a_stopped_undo_says_how_it_goes_on() -> None:
    """What was put back stands; saying it once more does the rest."""
    office, run = a_changed_company()
    office._asked, office.stop_at = 0, 2

    stopped = undo(office, run)
    office.stop_at = None
    undone = undo(office, run)

    assert stopped.status is RunStatus.CANCELLED
    assert stopped.message.endswith("Undoing the run once more goes on with what is left.")
    assert (undone.status, office.companies()[0].fields["phone"]) == (RunStatus.DONE, "217-555-0100")


def test_a_merged_pair_forgets_what_was_undone() -> None:
    """The survivor's values are others: they are written."""
    office, run = a_changed_company()
    undo(office, run)
    office.account(2, Name="Acme", Phone="217-555-0333")
    office.source.delete(COMPANY, account_id(1), survivor=account_id(2))

    office.run()

    assert [(each.source_id, each.fields["phone"]) for each in office.companies()] == [(account_id(2), "217-555-0333")]
    assert link_of(office, account_id(2)) == (LinkState.LINKED, False)


def test_what_the_filter_had_set_inactive_stays_the_accounts_own() -> None:
    """The account is there in Salesforce: its company is nobody else's, and is not set inactive again."""
    customers = RecordFilter(accounts=(conditions_of("Type = Customer"),), unfit=Unfit.DEACTIVATE)
    office = Office(settings=replace(SETTINGS, record_filter=customers))
    office.account(1, Type="Customer")
    office.run()
    office.save(account_id(1), Type="Prospect")
    run = office.run()

    undo(office, run)
    office.account(2, Type="Customer")
    office.run()
    office.reconcile()

    assert office.outcomes(run) == {account_id(1): (OutcomeKind.DEACTIVATED, Reason.UNFIT)}
    assert link_of(office) == (LinkState.LINKED, True)
    assert [(each.source_id, each.is_active) for each in office.companies()] == [(account_id(1), True)]
