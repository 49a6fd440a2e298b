"""Records that leave Salesforce: merged, deleted, restored (B6)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from taskforce.domain.links import Link, LinkState
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.ownership import NOTHING_WRITTEN
from taskforce.domain.reasons import Reason
from taskforce.domain.records import SourceId, TargetId
from taskforce.domain.run import RunStatus
from taskforce.domain.settings import Deletion
from taskforce.testing.trouble import Fault
from tests.builders import account_id, contact_id
from tests.unit.engine.office import COMPANY, CONTACT, SETTINGS, Office, company, contact, without_times

FIRST, SECOND, THIRD = account_id(1), account_id(2), account_id(3)
DELETED = (OutcomeKind.SKIPPED, Reason.DELETED)
MERGED = (OutcomeKind.SKIPPED, Reason.MERGED)
FOLLOWED = (OutcomeKind.UPDATED, Reason.LINK_MOVED)
HELD = (OutcomeKind.HELD, Reason.MERGED_BOTH_LINKED)
DEACTIVATED = (OutcomeKind.DEACTIVATED, Reason.SOURCE_DELETED)
REACTIVATED = (OutcomeKind.UPDATED, Reason.REACTIVATED)
DEACTIVATE = replace(SETTINGS, deletion=Deletion.DEACTIVATE)


def linked(office: Office, *numbers: int) -> list[TargetId]:
    """Accounts that are imported already; the ids of their companies."""
    for number in numbers:
        office.account(number, Name=f"Company {number}")
    office.run()
    return [record.id for record in office.companies()]


def link_of(office: Office, source_id: SourceId) -> Link | None:
    """The pair of a record without what it remembers of values and times."""
    entity = COMPANY if source_id.startswith("001") else CONTACT
    found = office.stores.links.by_source(entity, [source_id]).get(source_id)
    return found and replace(found, fingerprint="", written_at=None, written=NOTHING_WRITTEN)


def state_of(office: Office, source_id: SourceId) -> LinkState | None:
    """How the pair of a record stands, if it has one."""
    link = link_of(office, source_id)
    return link.state if link is not None else None


# --- merges ---


def test_link_follows_the_survivor_of_a_merge() -> None:
    """The survivor gets the loser's company, its values and its id, in the run that sees the merge."""
    office = Office()
    [there] = linked(office, 1)
    office.save(FIRST, Phone="217-555-0111")
    office.account(2, Name="Company 2")
    office.source.delete(COMPANY, FIRST, survivor=SECOND)

    run = office.run()

    assert office.outcomes(run) == {FIRST: MERGED, SECOND: FOLLOWED}
    assert without_times(office.companies()) == [company(there, SECOND, companyName="Company 2")]
    assert (link_of(office, FIRST), link_of(office, SECOND)) == (
        None,
        Link(entity=COMPANY, source_id=SECOND, target_id=there),
    )


@pytest.mark.parametrize("order", [(FIRST, SECOND), (SECOND, FIRST)])
def test_link_follows_a_chain_of_merges(order: tuple[SourceId, SourceId]) -> None:
    """Merged into one that was merged itself: the last survivor gets the link, in whatever order they are seen."""
    office = Office()
    [there] = linked(office, 1)
    office.account(2, Name="Company 2")
    office.account(3, Name="Company 3")
    survivors = {FIRST: SECOND, SECOND: THIRD}
    for loser in order:
        office.source.delete(COMPANY, loser, survivor=survivors[loser])

    office.run()

    assert without_times(office.companies()) == [company(there, THIRD, companyName="Company 3")]
    assert link_of(office, THIRD) == Link(entity=COMPANY, source_id=THIRD, target_id=there)


def test_chain_that_is_seen_piece_by_piece() -> None:
    """The second merge moves the link on, though the first was followed before."""
    office = Office()
    [there] = linked(office, 1)
    office.account(2, Name="Company 2")
    office.source.delete(COMPANY, FIRST, survivor=SECOND)
    office.run()
    office.account(3, Name="Company 3")
    office.source.delete(COMPANY, SECOND, survivor=THIRD)

    office.run()

    assert without_times(office.companies()) == [company(there, THIRD, companyName="Company 3")]


def test_chain_whose_middle_was_never_written() -> None:
    """Autotask refused the second id: the first one stands there still, and nobody separated the pair."""
    office = Office()
    [there] = linked(office, 1)
    office.account(2, Name="Company 2")
    office.source.delete(COMPANY, FIRST, survivor=SECOND)
    office.trouble(Fault.REJECTED, "update company")
    office.run()
    office.account(3, Name="Company 3")
    office.source.delete(COMPANY, SECOND, survivor=THIRD)

    office.run()

    assert without_times(office.companies()) == [company(there, THIRD, companyName="Company 3")]


def test_two_linked_records_that_merge_wait_for_a_person() -> None:
    """The loser's company is left as it is, and what hangs on it is counted."""
    office = Office()
    kept, lost = linked(office, 1, 2)
    office.contact(lost)
    office.company(companyName="Daughter", parentCompanyID=lost)
    office.source.delete(COMPANY, SECOND, survivor=FIRST)
    office.save(FIRST, Phone="217-555-0111")
    before = office.companies()[1]

    run = office.run()

    [held] = [
        each.decision for each in office.stores.plan(run.id).entries() if each.decision.subject.source_id == SECOND
    ]
    assert office.outcomes(run)[SECOND] == HELD
    assert held.evidence == {
        "target": lost,
        "survivor": FIRST,
        "target_of_survivor": kept,
        "contacts": 1,
        "child companies": 1,
    }
    assert office.companies()[1] == before
    assert link_of(office, SECOND) == Link(entity=COMPANY, source_id=SECOND, target_id=lost, state=LinkState.HELD)
    assert run.held == 1


def test_contacts_move_with_their_merged_account() -> None:
    """Contacts of the loser stand under the company that the survivor got: nothing moves in Autotask."""
    office = Office()
    [there] = linked(office, 1)
    person = office.person(at=FIRST)
    office.run()
    office.account(2, Name="Company 2")
    office.source.delete(COMPANY, FIRST, survivor=SECOND)
    office.save(person, AccountId=SECOND)

    run = office.run()

    [made] = office.contacts()
    assert office.outcomes(run)[person] == (OutcomeKind.UNCHANGED, Reason.UNCHANGED)
    assert without_times([made]) == [contact(made.id, person, there)]


def test_merged_contacts_hand_on_their_link() -> None:
    """Contacts merge as accounts do."""
    office = Office()
    [there] = linked(office, 1)
    office.person(1)
    office.run()
    office.person(2, FirstName="Joanna")
    office.source.delete(CONTACT, contact_id(1), survivor=contact_id(2))

    office.run()

    [made] = office.contacts()
    assert without_times([made]) == [contact(made.id, contact_id(2), there, firstName="Joanna")]


def test_merge_waits_while_a_create_for_the_survivor_is_in_doubt() -> None:
    """Nobody knows yet whether the survivor has a company of its own."""
    office = Office()
    linked(office, 1)
    office.account(2, Name="Company 2")
    office.trouble(Fault.LOST_AFTER, "create company")
    office.run()
    office.source.delete(COMPANY, FIRST, survivor=SECOND)

    early = office.run(later=timedelta(minutes=1))
    late = office.run()

    assert office.outcomes(early)[FIRST] == (OutcomeKind.HELD, Reason.WRITE_IN_DOUBT)
    assert office.outcomes(late)[FIRST] == HELD


def test_merge_into_a_separated_record_waits_for_a_person() -> None:
    """A person's decision about the survivor is not undone by a merge."""
    office = Office()
    first, _ = linked(office, 1, 2)
    office.target.set_id(COMPANY, first, None)
    office.save(FIRST, Phone="217-555-0111")
    office.run()
    office.source.delete(COMPANY, SECOND, survivor=FIRST)

    run = office.run()

    assert office.outcomes(run) == {SECOND: HELD}


def test_loser_that_is_restored_stands_on_its_own() -> None:
    """Its former company belongs to the survivor, so it waits like any other that finds its match taken."""
    office = Office()
    [there] = linked(office, 1)
    office.account(2, Name="Company 1")
    office.source.delete(COMPANY, FIRST, survivor=SECOND)
    office.run()
    office.source.undelete(COMPANY, FIRST)

    run = office.run()

    assert office.outcomes(run) == {FIRST: (OutcomeKind.HELD, Reason.TAKEN)}
    assert without_times(office.companies()) == [company(there, SECOND, companyName="Company 1")]


def test_merge_of_a_record_without_a_pair_changes_nothing() -> None:
    """There is no link to follow."""
    office = Office()
    linked(office, 1)
    office.account(2, Name="Company 2")
    office.source.delete(COMPANY, SECOND, survivor=FIRST)
    office.save(FIRST, Phone="217-555-0111")

    run = office.run()

    assert office.outcomes(run)[SECOND] == DELETED
    assert len(office.companies()) == 1


# --- deletions ---


def test_deletion_is_asked_for_no_autotask_call() -> None:
    """By default nothing changes in Autotask, and nothing is asked there."""
    office = Office()
    linked(office, 1)
    office.source.delete(COMPANY, FIRST)
    before = office.companies()
    calls = office.target.calls

    run = office.run()

    assert (office.outcomes(run), office.companies()) == ({FIRST: DELETED}, before)
    assert office.target.calls == calls


def test_deletion_deactivates_by_setting_and_restoring_reactivates() -> None:
    """Company and contact are set inactive, and active again with what changed meanwhile."""
    office = Office(settings=DEACTIVATE)
    [there] = linked(office, 1)
    person = office.person()
    office.run()
    office.source.delete(COMPANY, FIRST)
    office.source.delete(CONTACT, person)

    deleted = office.run()
    gone = [(record.is_active, record.source_id) for record in (*office.companies(), *office.contacts())]
    states = [state_of(office, each) for each in (FIRST, person)]
    office.source.undelete(COMPANY, FIRST)
    office.source.undelete(CONTACT, person)
    office.save(FIRST, Phone="217-555-0111")
    restored = office.run()

    assert office.outcomes(deleted) == {FIRST: DEACTIVATED, person: DEACTIVATED}
    assert gone == [(False, FIRST), (False, person)]
    assert states == [LinkState.DEACTIVATED] * 2
    assert office.outcomes(restored) == {FIRST: REACTIVATED, person: REACTIVATED}
    assert without_times(office.companies()) == [company(there, FIRST, companyName="Company 1", phone="217-555-0111")]
    assert [(record.is_active, record.source_id) for record in office.contacts()] == [(True, person)]
    assert [state_of(office, each) for each in (FIRST, person)] == [LinkState.LINKED] * 2


def test_company_that_people_deactivated_is_not_reactivated() -> None:
    """Only what Taskforce had deactivated comes back by itself."""
    office = Office(settings=DEACTIVATE)
    [there] = linked(office, 1)
    office.target.activate(COMPANY, there, is_active=False)
    office.source.delete(COMPANY, FIRST)
    deleted = office.run()
    office.source.undelete(COMPANY, FIRST)
    office.save(FIRST, Phone="217-555-0111")

    restored = office.run()

    assert office.outcomes(deleted) == {FIRST: DELETED}
    assert office.outcomes(restored) == {FIRST: (OutcomeKind.HELD, Reason.ORPHANED)}
    assert [record.is_active for record in office.companies()] == [False]


def test_deleted_record_whose_pair_was_separated_is_left_alone() -> None:
    """A cleared id is noticed before anything is written."""
    office = Office(settings=DEACTIVATE)
    [there] = linked(office, 1)
    office.target.set_id(COMPANY, there, None)
    office.source.delete(COMPANY, FIRST)

    run = office.run()

    assert office.outcomes(run) == {FIRST: (OutcomeKind.SKIPPED, Reason.UNMAPPED)}
    assert [record.is_active for record in office.companies()] == [True]


def test_deleted_record_whose_company_is_gone() -> None:
    """There is nothing to set inactive."""
    office = Office(settings=DEACTIVATE)
    [there] = linked(office, 1)
    office.target.remove(COMPANY, there)
    office.source.delete(COMPANY, FIRST)

    run = office.run()

    assert office.outcomes(run) == {FIRST: DELETED}
    assert state_of(office, FIRST) is LinkState.ORPHANED


def test_contact_whose_account_went_first_is_deactivated_where_it_stands() -> None:
    """Its company need not be linked any more."""
    office = Office(settings=DEACTIVATE)
    linked(office, 1)
    person = office.person()
    office.run()
    office.source.delete(COMPANY, FIRST)
    office.run()
    office.source.delete(CONTACT, person)

    run = office.run()

    assert office.outcomes(run) == {person: DEACTIVATED}
    assert [record.is_active for record in office.contacts()] == [False]


@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER])
def test_deactivation_whose_answer_was_lost_is_read_back(fault: Fault) -> None:
    """As with any other write: wait, look, and do it if it was not done."""
    office = Office(settings=DEACTIVATE)
    linked(office, 1)
    office.source.delete(COMPANY, FIRST)
    office.trouble(fault, "update company")

    office.run()
    office.run()

    assert [record.is_active for record in office.companies()] == [False]
    assert state_of(office, FIRST) is LinkState.DEACTIVATED


def test_deleted_and_restored_between_two_imports() -> None:
    """Nothing happened, as far as Autotask is concerned."""
    office = Office(settings=DEACTIVATE)
    linked(office, 1)
    office.source.delete(COMPANY, FIRST)
    office.source.undelete(COMPANY, FIRST)
    before = office.companies()

    office.run()

    assert office.companies() == before


@pytest.mark.parametrize(("first", "twin"), [(1, 2), (2, 1)])
def test_restored_record_and_its_twin_in_one_import(first: int, twin: int) -> None:
    """The deletion was seen by an import that came no further: one of the two gets the company, the other waits."""
    office = Office()
    office.account(first, Name="Company")
    office.run()
    [there] = [record.id for record in office.companies()]
    office.account(twin, Name="Company")
    office.run()
    office.source.delete(COMPANY, account_id(first))
    office.trouble(Fault.DENIED, "list companies")
    office.save(account_id(twin), Phone="217-555-0111")
    office.run()
    office.source.undelete(COMPANY, account_id(first))

    runs = [office.run(), office.run()]

    owners = [each for each in (FIRST, SECOND) if state_of(office, each) is LinkState.LINKED]
    assert [run.status for run in runs] == [RunStatus.DONE, RunStatus.DONE]
    assert (len(owners), [record.id for record in office.companies()]) == (1, [there])
    assert [record.source_id for record in office.companies()] == owners


def test_restored_record_whose_twin_has_its_company() -> None:
    """Its pair was over when the twin got the company: it finds its match taken, and was separated by nobody."""
    office = Office()
    linked(office, 1)
    office.account(2, Name="Company 1")
    office.run()
    office.source.delete(COMPANY, FIRST)
    office.run()
    office.source.undelete(COMPANY, FIRST)

    run = office.run()

    assert office.outcomes(run)[FIRST] == (OutcomeKind.HELD, Reason.TAKEN)
    assert (link_of(office, FIRST), state_of(office, SECOND)) == (None, LinkState.LINKED)
