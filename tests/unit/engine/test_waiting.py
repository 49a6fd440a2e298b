"""Records that wait for another one, and how they come back."""

from dataclasses import replace
from datetime import timedelta

from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Evidence, Note, Reason
from taskforce.domain.records import SourceId
from taskforce.domain.run import Run
from taskforce.domain.settings import Overflow
from taskforce.testing.tripwire import Tripwire
from taskforce.testing.trouble import Fault
from tests.builders import account_id, contact_id
from tests.unit.engine.office import (
    COMPANY,
    CONTACT,
    FIRST_ACCOUNT,
    SETTINGS,
    USAGE,
    Office,
    company,
    contact,
    without_times,
)

CREATED = (OutcomeKind.CREATED, Reason.NO_CANDIDATE)
LINKED = (OutcomeKind.LINKED, Reason.EXACT_MATCH)
UPDATED = (OutcomeKind.UPDATED, Reason.CHANGED)
WAITS_FOR_COMPANY = (OutcomeKind.HELD, Reason.COMPANY_NOT_LINKED)


def notes_of(office: Office, run: Run, record: SourceId) -> tuple[Note, ...]:
    """The remarks of a run on a record."""
    entries = office.stores.plan(run.id).entries()
    return next(entry.decision.notes for entry in entries if entry.decision.subject.source_id == record)


# --- contacts and their company ---


def test_contact_waits_for_its_held_company_and_goes_with_it() -> None:
    """A contact of a held account is left alone, and created in the run in which the account is linked."""
    office = Office()
    first, second = office.company(), office.company()
    account, person = office.account(), office.person()
    held = office.run()
    office.target.edit(COMPANY, second, {"companyName": "Another"})
    office.account(2, Name="Third")

    released = office.run()

    assert office.outcomes(held) == {account: (OutcomeKind.HELD, Reason.AMBIGUOUS), person: WAITS_FOR_COMPANY}
    assert office.outcomes(released) == {account: LINKED, account_id(2): CREATED, person: CREATED}
    [made] = office.contacts()
    assert without_times([made]) == [contact(made.id, person, first)]


def test_contact_without_its_account_in_the_inbox_waits() -> None:
    """A contact of an account that was never read waits until it is."""
    office = Office()
    person = office.person()
    waiting = office.run()
    account = office.account()

    released = office.run()

    assert office.outcomes(waiting) == {person: WAITS_FOR_COMPANY}
    assert office.outcomes(released) == {account: CREATED, person: CREATED}


def test_contact_waits_when_its_company_is_refused() -> None:
    """A contact whose company Autotask refuses is kept, and goes with it at the next attempt; its phase ends."""
    office = Office()
    account, person = office.account(), office.person()
    office.trouble(Fault.REJECTED, "create company")
    refused = office.run()
    shown = dict(zip(office.progress.phases, office.progress.done, strict=True))

    accepted = office.run(by_hand=True)

    assert office.outcomes(refused) == {account: (OutcomeKind.FAILED, Reason.REJECTED), person: WAITS_FOR_COMPANY}
    assert shown["Writing to Autotask", 2] == 2
    assert office.outcomes(accepted) == {account: CREATED, person: CREATED}


def test_contact_that_fits_waits_when_the_link_of_its_company_is_refused() -> None:
    """A contact is not written under a company whose own link failed."""
    office = Office()
    there = office.company(phone="217-555-9999")
    office.contact(there)
    account, person = office.account(), office.person()
    office.trouble(Fault.REJECTED, "update company")

    run = office.run()

    assert office.outcomes(run) == {account: (OutcomeKind.FAILED, Reason.REJECTED), person: WAITS_FOR_COMPANY}


def test_contact_of_a_company_that_is_gone_waits_and_comes_back_with_it() -> None:
    """A contact changed while its company was inactive is updated once the company is active again."""
    office = Office()
    account, person = office.account(), office.person()
    office.run()
    [made] = office.companies()
    office.target.activate(COMPANY, made.id, is_active=False)
    office.save(account, Phone="217-555-0199")
    office.save(person, Title="CEO")
    office.run()
    office.save(person, Title="CFO")
    office.run()
    office.target.activate(COMPANY, made.id)
    office.save(account, Phone="217-555-0177")

    office.run()

    [employee] = office.contacts()
    assert without_times([employee]) == [contact(employee.id, person, made.id, title="CFO")]


def test_contact_of_the_same_name_under_a_company_of_the_same_name_is_held() -> None:
    """A namesake of the contact under a namesake of its company is for a person to judge."""
    office = Office()
    branch = office.company(city="Chicago")
    office.contact(branch)
    account, person = office.account(), office.person()

    run = office.run()

    assert office.outcomes(run) == {account: CREATED, person: (OutcomeKind.HELD, Reason.SAME_NAME_OTHER_COMPANY)}


def test_contact_of_the_same_name_under_another_company_is_no_candidate() -> None:
    """Contacts are looked for under their own company."""
    office = Office()
    elsewhere = office.company(companyName="Elsewhere")
    office.contact(elsewhere)
    account, person = office.account(), office.person()

    run = office.run()

    assert office.outcomes(run) == {account: CREATED, person: CREATED}


def test_contact_that_moved_to_another_account_is_held() -> None:
    """Autotask's API cannot move a contact: one that changed its account and a value is reported, not written."""
    office = Office()
    office.account(1)
    office.account(2, Name="Other")
    person = office.person(at=account_id(1))
    office.run()
    before = office.contacts()
    office.save(person, AccountId=account_id(2), Title="CEO")

    run = office.run()

    assert office.outcomes(run) == {person: (OutcomeKind.HELD, Reason.MOVED)}
    assert office.contacts() == before


def test_contact_that_only_moved_to_another_account_is_held() -> None:
    """A contact that changed nothing but its account is reported as well."""
    office = Office()
    office.account(1)
    office.account(2, Name="Other")
    person = office.person(at=account_id(1))
    office.run()
    office.save(person, AccountId=account_id(2))

    run = office.run()

    assert office.outcomes(run) == {person: (OutcomeKind.HELD, Reason.MOVED)}


def test_contact_that_moved_to_a_new_account_is_held() -> None:
    """A contact that moved to an account which is created in the same run is not written under it."""
    office = Office()
    office.account(1)
    person = office.person(at=account_id(1))
    office.run()
    before = office.contacts()
    account = office.account(2, Name="Other")
    office.save(person, AccountId=account, Title="CEO")

    run = office.run()

    assert office.outcomes(run) == {account: CREATED, person: (OutcomeKind.HELD, Reason.MOVED)}
    assert office.contacts() == before


def test_contact_that_carries_its_id_under_another_company_is_held() -> None:
    """An adopted contact that stands under another company is not written under the wrong one."""
    office = Office()
    elsewhere = office.company(companyName="Elsewhere")
    office.contact(elsewhere, carries=contact_id(1), title="CEO")
    account, person = office.account(), office.person(Title="CFO")
    before = office.contacts()

    run = office.run()

    assert office.outcomes(run) == {account: CREATED, person: (OutcomeKind.HELD, Reason.MOVED)}
    assert office.contacts() == before


# --- parents ---


def test_parent_and_child_go_in_one_run() -> None:
    """The parent is created first, whatever the order of ids, and the child refers to it."""
    office = Office()
    child = office.account(1, Name="Child", ParentId=account_id(2))
    parent = office.account(2, Name="Parent")

    office.run()

    [above, below] = office.companies()
    assert without_times([above, below]) == [
        company(above.id, parent, companyName="Parent"),
        company(below.id, child, companyName="Child", parentCompanyID=above.id),
    ]


def test_child_goes_without_its_held_parent_and_gets_it_later() -> None:
    """A parent that waits does not hold up the child, which gets its parent when that is linked."""
    office = Office()
    parent_company = office.company(companyName="Parent")
    double = office.company(companyName="Parent")
    parent = office.account(1, Name="Parent")
    child = office.account(2, Name="Child", ParentId=parent, Phone="309-555-0142")
    first = office.run()
    office.target.edit(COMPANY, double, {"companyName": "Another"})
    office.account(3, Name="Third")

    second = office.run()

    assert office.outcomes(first) == {parent: (OutcomeKind.HELD, Reason.AMBIGUOUS), child: CREATED}
    assert notes_of(office, first, child) == (
        Note(reason=Reason.PARENT_NOT_LINKED, field="parentCompanyID", evidence={"parent": parent}),
    )
    assert office.outcomes(second) == {parent: LINKED, account_id(3): CREATED, child: UPDATED}
    [made] = [record for record in office.companies() if record.source_id == child]
    assert made.fields["parentCompanyID"] == parent_company


def test_child_gets_its_parent_after_the_parent_was_refused() -> None:
    """A parent whose create is refused reaches its child once it is accepted."""
    office = Office()
    parent = office.account(1, Name="Parent")
    child = office.account(2, Name="Child", ParentId=parent)
    office.trouble(Fault.REJECTED, "create company")
    office.run()

    office.run(by_hand=True)

    made = {record.source_id: record for record in office.companies()}
    assert made[child].fields["parentCompanyID"] == made[parent].id


def test_linked_child_gets_its_parent_after_the_parent_was_refused() -> None:
    """A child that was matched, not created, gets its parent too when that is accepted later."""
    office = Office()
    office.company(companyName="Child", phone="217-555-9999")
    parent = office.account(1, Name="Parent")
    child = office.account(2, Name="Child", ParentId=parent)
    office.trouble(Fault.REJECTED, "create company")
    office.run()

    office.run(by_hand=True)

    made = {record.source_id: record for record in office.companies()}
    assert made[child].fields["parentCompanyID"] == made[parent].id


def test_child_that_is_linked_already_gets_its_parent_later() -> None:
    """A linked child whose parent waits is left as it is, and gets its parent when that is linked."""
    office = Office()
    office.company(companyName="Parent")
    double = office.company(companyName="Parent")
    child = office.account(2, Name="Child")
    office.run()
    parent = office.account(1, Name="Parent")
    office.save(child, ParentId=parent)
    waiting = office.run()
    again = office.run(later=timedelta(minutes=1))
    office.target.edit(COMPANY, double, {"companyName": "Another"})
    office.account(3, Name="Third")

    linked = office.run()

    assert office.outcomes(waiting)[child] == (OutcomeKind.UNCHANGED, Reason.UNCHANGED)
    assert child not in office.outcomes(again)
    assert office.outcomes(linked) == {parent: LINKED, account_id(3): CREATED, child: UPDATED}


def test_parent_is_taken_away_when_it_is_blank() -> None:
    """A child that lost its parent in Salesforce loses it in Autotask."""
    office = Office()
    parent = office.account(1, Name="Parent")
    child = office.account(2, Name="Child", ParentId=parent)
    office.run()
    office.save(child, ParentId=None)

    office.run()

    [_, made] = office.companies()
    assert without_times([made]) == [company(made.id, child, companyName="Child")]


def test_loop_in_one_run_is_opened_at_one_place() -> None:
    """Accounts whose parents form a loop are imported without the closing link, and that is reported."""
    office = Office()
    one = office.account(1, Name="One", ParentId=account_id(2))
    two = office.account(2, Name="Two", ParentId=account_id(1))

    run = office.run()

    [first, second] = office.companies()
    assert without_times([first, second]) == [
        company(first.id, two, companyName="Two"),
        company(second.id, one, companyName="One", parentCompanyID=first.id),
    ]
    assert notes_of(office, run, two) == (
        Note(reason=Reason.PARENT_LOOP, field="parentCompanyID", evidence={"parent": one}),
    )


def test_loop_read_in_pieces_is_not_closed() -> None:
    """A parent that would close a loop with what stands in Autotask already is left out."""
    office = Office()
    one = office.account(1, Name="One", ParentId=account_id(2))
    two = office.account(2, Name="Two")
    office.run()
    before = office.companies()
    office.save(two, ParentId=one)

    run = office.run()

    assert office.companies() == before
    assert notes_of(office, run, two) == (
        Note(reason=Reason.PARENT_LOOP, field="parentCompanyID", evidence={"parent": one}),
    )


def test_match_that_would_close_a_loop_goes_without_its_parent() -> None:
    """An account matched to a company that stands above its own parent does not close the loop."""
    office = Office()
    top = office.company(companyName="Top")
    office.company(companyName="Below", parentCompanyID=top, carries=account_id(2))
    account = office.account(1, Name="Top", ParentId=account_id(2))
    office.account(2, Name="Below")

    office.run()

    [made] = [record for record in office.companies() if record.id == top]
    assert without_times([made]) == [company(top, account, companyName="Top")]


def test_long_line_of_parents_is_no_loop() -> None:
    """Sixty generations are followed to their end."""
    office = Office()
    for number in range(1, 61):
        office.account(number, Name=f"Company {number}", ParentId=account_id(number + 1) if number < 60 else None)
    top = office.account(90, Name="Top")
    office.run()
    office.save(top, ParentId=account_id(1))

    run = office.run()

    assert notes_of(office, run, top) == ()
    assert office.outcomes(run)[top] == UPDATED


# --- twins, and what is typed in meanwhile ---


def test_twins_in_salesforce_make_one_company() -> None:
    """Of two accounts with one key the first is created, and the second waits for a person."""
    office = Office()
    first, second = office.account(1), office.account(2)

    run = office.run()

    assert office.outcomes(run) == {first: CREATED, second: (OutcomeKind.HELD, Reason.TAKEN)}
    [made] = office.companies()
    assert made.source_id == first


def test_twins_in_different_slices_make_one_company() -> None:
    """The plan knows its own creates beyond one slice."""
    office = Office()
    for number in range(2, 502):
        office.account(number, Name=f"Company {number}")
    first, second = office.account(1), office.account(900)

    run = office.run()

    assert office.outcomes(run)[first] == CREATED
    assert office.outcomes(run)[second] == (OutcomeKind.HELD, Reason.TAKEN)


def test_twins_that_fit_one_company_are_linked_once() -> None:
    """Of two accounts that fit one company the first is linked, and the second waits."""
    office = Office()
    there = office.company()
    first, second = office.account(1), office.account(2)

    run = office.run()

    assert office.outcomes(run) == {first: LINKED, second: (OutcomeKind.HELD, Reason.TAKEN)}
    assert without_times(office.companies()) == [company(there, first)]


def test_contact_twins_make_one_contact() -> None:
    """Two contacts of one name at one account are told apart by nobody but a person."""
    office = Office()
    office.account()
    first, second = office.person(1), office.person(2)

    run = office.run()

    assert office.outcomes(run)[first] == CREATED
    assert office.outcomes(run)[second] == (OutcomeKind.HELD, Reason.TAKEN)
    assert [record.source_id for record in office.contacts()] == [first]


def test_candidate_typed_in_at_noon_is_found() -> None:
    """A company that somebody types into Autotask between two runs is linked, not created again."""
    office = Office()
    office.account(1)
    office.run()
    there = office.company(companyName="Noon")
    account = office.account(2, Name="Noon")

    spent = office.spent()

    assert spent.autotask == USAGE + 1 + 1 + 1
    [_, linked] = office.companies()
    assert without_times([linked]) == [company(there, account, companyName="Noon")]


def test_candidate_that_becomes_visible_late_is_found() -> None:
    """The index is refreshed with an overlap on Autotask's clock."""
    office = Office()
    office.account(1)
    office.run()
    office.clock.advance(-timedelta(minutes=5))
    there = office.company(companyName="Late")
    office.clock.advance(timedelta(minutes=5))
    account = office.account(2, Name="Late")

    run = office.run()

    assert office.outcomes(run) == {account: LINKED}
    assert without_times(office.companies())[1] == company(there, account, companyName="Late")


def test_held_record_is_looked_at_again_when_its_candidate_changes() -> None:
    """An inactive candidate that is activated links at the next refresh of the index."""
    office = Office()
    there = office.company(is_active=False)
    account = office.account()
    office.run()
    office.target.activate(COMPANY, there)
    office.account(2, Name="Reason to look")

    run = office.run()

    assert office.outcomes(run) == {account: LINKED, account_id(2): CREATED}


def test_held_record_is_looked_at_again_when_taskforce_itself_changes_its_candidate() -> None:
    """A twin is held for a company that is another's; when that one is renamed by an import, the twin gets its own."""
    office = Office()
    first, twin = office.account(1), office.account(2)
    held = office.run()
    office.save(first, Name="Another")
    renamed = office.run()

    released = office.run()

    taken = (OutcomeKind.HELD, Reason.TAKEN)
    assert office.outcomes(held) == {first: CREATED, twin: taken}
    assert office.outcomes(renamed) == {first: UPDATED, twin: taken}
    assert office.outcomes(released) == {twin: CREATED}


def test_duplicate_id_is_looked_at_again_when_one_carrier_loses_it() -> None:
    """A record held for an id that stands twice goes on once a person has cleared one, whatever its name."""
    office = Office()
    account = office.account()
    right = office.company(carries=account, companyName="Right")
    wrong = office.company(carries=account, companyName="Wrong")
    office.run()
    office.target.set_id(COMPANY, wrong, None)
    office.account(2, Name="Reason to look")

    run = office.run()

    assert office.outcomes(run)[account] == (OutcomeKind.LINKED, Reason.CARRIES_ID)
    assert without_times(office.companies())[0] == company(right, account)


def test_held_record_is_looked_at_again_when_it_changes() -> None:
    """A held account that gets another name in Salesforce is decided anew."""
    office = Office()
    office.company(is_active=False)
    account = office.account()
    office.run()
    office.save(account, Name="Acme Two")

    run = office.run()

    assert office.outcomes(run) == {account: CREATED}


def test_held_record_read_again_in_the_overlap_keeps_waiting() -> None:
    """The same version of a held record costs nothing."""
    office = Office()
    office.company(is_active=False)
    office.account()
    office.run(later=timedelta())

    spent = office.spent(later=timedelta(minutes=1))

    assert spent.autotask == 0
    assert office.outcomes(office.stores.state.runs[2]) == {}


def test_near_match_is_marked_on_the_create() -> None:
    """A create that is much like what stands there says so."""
    office = Office()
    there = office.company(companyName="Acme, Inc.", city="Chicago")
    account = office.account()

    run = office.run()

    evidence: Evidence = {"candidate": there, "name": "Acme, Inc.", "because": "phone"}
    assert notes_of(office, run, account) == (Note(reason=Reason.NEAR_MATCH, evidence=evidence),)


def test_candidate_that_gets_another_id_meanwhile_is_not_overwritten() -> None:
    """A candidate that carries another account's id when it is looked at is left to that one."""
    office = Office()
    there = office.company()
    office.account(1, Name="Reason to read all")
    office.run()
    office.target.tripwire = _writes_id_before_the_look(office)
    account = office.account(2)

    run = office.run()

    assert office.outcomes(run)[account] == (OutcomeKind.HELD, Reason.TAKEN)
    assert [record.source_id for record in office.companies() if record.id == there] == [account_id(77)]


def _writes_id_before_the_look(office: Office) -> Tripwire:
    def somebody_is_quicker(place: str) -> None:
        if place == "read companies":
            office.target.set_id(COMPANY, office.companies()[0].id, account_id(77))

    return somebody_is_quicker


def test_candidate_that_is_gone_is_none() -> None:
    """A contact that was deleted in Autotask since the index was read does not stand in the way of a new one."""
    office = Office()
    office.account()
    office.person(1, LastName="Reason to read all")
    office.run()
    [made] = office.companies()
    there = office.contact(made.id)
    office.person(2, LastName="Another reason to read")
    office.run()
    office.target.remove(CONTACT, there)
    person = office.person(3)

    run = office.run()

    assert office.outcomes(run) == {person: CREATED}


def test_what_fits_takes_the_place_of_a_candidate_that_is_gone() -> None:
    """The company that carried the id was deleted in Autotask since the index was read; another one has the name."""
    office = Office()
    carrier = office.company(companyName="Other", carries=FIRST_ACCOUNT)
    office.company()
    office.account(2, Name="Reason to read all")
    office.run()
    office.target.remove(COMPANY, carrier)
    office.account()

    run = office.run()

    assert office.outcomes(run) == {FIRST_ACCOUNT: (OutcomeKind.LINKED, Reason.EXACT_MATCH)}


def test_reason_of_waiting_is_told_at_the_end_of_a_run() -> None:
    """Held records are counted as standing until they are decided."""
    office = Office()
    office.person(at=FIRST_ACCOUNT)

    run = office.run()

    assert (run.held, run.failing, office.run().held) == (1, 0, 1)


def test_a_company_that_is_gone_is_said_to_be_so_whatever_its_values_are() -> None:
    """Its contacts wait then, instead of being refused by Autotask for good.

    Found by `make torture FIRST=3010`: a name that was too long hid that the company was gone.
    """
    office = Office(settings=replace(SETTINGS, overflow=Overflow.REFUSE))
    account = office.account()
    office.run()
    office.target.remove(COMPANY, office.companies()[0].id)
    office.save(account, Name="Long " * 100)
    person = office.person()
    office.run()

    run = office.reconcile()

    assert office.outcomes(run) == {
        account: (OutcomeKind.HELD, Reason.ORPHANED),
        person: (OutcomeKind.HELD, Reason.COMPANY_NOT_LINKED),
    }
