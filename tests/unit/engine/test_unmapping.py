"""Pairs that somebody separates in Autotask, and records that go away there."""

from dataclasses import replace

from taskforce.domain.links import Link, LinkState
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import SourceId, TargetId
from taskforce.domain.run import RunStatus
from taskforce.domain.settings import BrakeLimits
from tests.builders import account_id
from tests.unit.engine.office import COMPANY, CONTACT, SETTINGS, Office, company, contact, without_times

UNMAPPED = (OutcomeKind.SKIPPED, Reason.UNMAPPED)
UPDATED = (OutcomeKind.UPDATED, Reason.CHANGED)
ORPHANED = (OutcomeKind.HELD, Reason.ORPHANED)


def linked(office: Office, *numbers: int) -> list[TargetId]:
    """Accounts that are imported already; the ids of their companies."""
    for number in numbers:
        office.account(number, Name=f"Company {number}")
    office.run()
    return [record.id for record in office.companies()]


def state_of(office: Office, account: SourceId) -> LinkState:
    """How the link of an account stands."""
    link: Link = office.stores.links.by_source(COMPANY, [account])[account]
    return link.state


def test_cleared_id_separates_the_pair_at_the_next_touch() -> None:
    """When the account changes next, the cleared field is noticed: nothing is written, then or later."""
    office = Office()
    first, second = linked(office, 1, 2)
    office.target.set_id(COMPANY, first, None)
    office.save(account_id(1), Phone="217-555-0199")
    office.save(account_id(2), Phone="217-555-0198")
    before = office.companies()

    run = office.run()
    office.save(account_id(1), Phone="217-555-0177")
    calls = office.work_calls
    later = office.run()

    assert office.outcomes(run) == {account_id(1): UNMAPPED, account_id(2): UPDATED}
    assert office.outcomes(later) == {account_id(1): UNMAPPED}
    assert office.work_calls == calls
    assert office.companies()[0] == before[0]
    assert without_times(office.companies())[1] == company(
        second, account_id(2), companyName="Company 2", phone="217-555-0198"
    )


def test_contacts_of_a_separated_company_are_left_alone() -> None:
    """Nothing is written to the contacts of a company that was separated from its account."""
    office = Office()
    [there] = linked(office, 1)
    person = office.person()
    office.run()
    office.target.set_id(COMPANY, there, None)
    office.account(2, Name="Keeps user-defined fields in the answer")
    office.run()
    office.save(account_id(1), Phone="217-555-0199")
    office.save(account_id(2), Phone="217-555-0199")
    office.save(person, Title="CEO")
    before = office.contacts()

    run = office.run()

    assert office.outcomes(run)[account_id(1)] == UNMAPPED
    assert office.outcomes(run)[person] == (OutcomeKind.HELD, Reason.COMPANY_NOT_LINKED)
    assert office.contacts() == before


def test_id_replaced_by_another_separates_the_pair() -> None:
    """A company that carries another account's id now is no longer this one's."""
    office = Office()
    [there] = linked(office, 1)
    office.target.set_id(COMPANY, there, account_id(7))
    office.save(account_id(1), Phone="217-555-0199")
    before = office.companies()

    run = office.run()

    assert office.outcomes(run) == {account_id(1): UNMAPPED}
    assert office.companies() == before


def test_absent_user_defined_fields_are_confirmed_as_cleared() -> None:
    """An answer without user-defined fields is followed by a question by value: not found means separated."""
    office = Office()
    [there] = linked(office, 1)
    office.target.set_id(COMPANY, there, None)
    office.save(account_id(1), Phone="217-555-0199")

    run = office.run()

    assert office.outcomes(run) == {account_id(1): UNMAPPED}
    assert state_of(office, account_id(1)) is LinkState.UNMAPPED


def test_absent_user_defined_fields_alone_separate_nothing() -> None:
    """A record that is found by its id carries it, whatever the other answer left out."""
    office = Office()
    [there] = linked(office, 1)
    office.target.omits_user_defined = True
    office.save(account_id(1), Phone="217-555-0199")

    run = office.run()

    assert office.outcomes(run) == {account_id(1): UPDATED}
    assert without_times(office.companies()) == [
        company(there, account_id(1), companyName="Company 1", phone="217-555-0199")
    ]


def test_definitions_are_looked_at_once_in_a_run() -> None:
    """However many records lack their id, the definitions of the fields are asked for once."""
    office = Office()
    linked(office, 1)
    person = office.person()
    office.run()
    office.target.omits_user_defined = True
    office.save(account_id(1), Phone="217-555-0199")
    office.save(person, Title="CEO")
    described = office.target.described

    run = office.run()

    assert office.outcomes(run) == {account_id(1): UPDATED, person: UPDATED}
    assert office.target.described == described + 1


def test_company_that_was_read_without_its_fields_is_not_separated() -> None:
    """New contacts go under it: whether it carries its id was asked by value, and is known from then on."""
    office = Office()
    [there] = linked(office, 1)
    office.target.omits_user_defined = True
    office.target.edit(COMPANY, there, {"city": "Chicago"})
    person = office.person()

    run = office.run()
    calls = office.work_calls
    other = office.person(2, LastName="Roe")
    later = office.run()

    assert office.outcomes(run) == {person: (OutcomeKind.CREATED, Reason.NO_CANDIDATE)}
    assert office.outcomes(later) == {other: (OutcomeKind.CREATED, Reason.NO_CANDIDATE)}
    assert office.work_calls == calls + 3


def test_company_that_was_cleared_and_read_without_its_fields_is_separated() -> None:
    """The only row of its answer has no value, so the answer lists none: that it is cleared is asked by value."""
    office = Office()
    [there] = linked(office, 1)
    office.target.set_id(COMPANY, there, None)
    person = office.person()

    run = office.run()

    assert office.outcomes(run) == {person: (OutcomeKind.HELD, Reason.COMPANY_NOT_LINKED)}
    assert office.contacts() == []


def test_company_whose_field_is_gone_stops_the_run_for_its_contacts_too() -> None:
    """Without the field nothing tells whether the company was separated, so nothing is written under it."""
    office = Office()
    [there] = linked(office, 1)
    office.target.drop_id_field(COMPANY)
    office.target.edit(COMPANY, there, {"city": "Chicago"})
    office.person()

    run = office.run()

    assert run.status is RunStatus.COULD_NOT_RUN
    assert "no pair was separated" in run.message
    assert office.contacts() == []


def test_ids_that_need_not_stand_there_are_not_asked_for() -> None:
    """After the field was made anew no record carries its id: none of many is asked for by value."""
    office = Office(settings=replace(SETTINGS, brake=BrakeLimits(floor=100)))
    linked(office, *range(1, 31))
    office.target.drop_id_field(COMPANY)
    office.stores.schemas.expire()
    for number in range(1, 31):
        office.save(account_id(number), Phone="217-555-0199")

    run = office.run()

    assert set(office.outcomes(run).values()) == {UPDATED}
    assert {record.source_id for record in office.companies()} == {account_id(n) for n in range(1, 31)}
    assert run.calls == run.lower_bound


def test_id_with_15_characters_or_in_an_adopted_field_separates_nothing() -> None:
    """What stands there is an id in its older form, or where the old extension wrote it."""
    office = Office()
    old_field = "Salesforce Account ID"
    office.target.tenant = replace(office.target.tenant, adopted_id_fields={COMPANY: (old_field,)})
    first, second = linked(office, 1, 2)
    office.target.set_id(COMPANY, first, account_id(1)[:15])
    office.target.set_id(COMPANY, second, None)
    office.target.set_id(COMPANY, second, account_id(2), field=old_field)
    office.save(account_id(1), Phone="217-555-0199")
    office.save(account_id(2), Phone="217-555-0199")

    run = office.run()

    assert office.outcomes(run) == {account_id(1): UPDATED, account_id(2): UPDATED}


def test_words_in_the_field_separate_the_pair() -> None:
    """Somebody wrote something else than an id over it: that is as good as cleared, and is left as it is."""
    office = Office()
    [there] = linked(office, 1)
    office.target.set_id(COMPANY, there, "do not sync")
    office.save(account_id(1), Phone="217-555-0199")
    before = office.companies()

    run = office.run()

    assert (office.outcomes(run), office.companies()) == ({account_id(1): UNMAPPED}, before)


def test_user_defined_field_that_is_gone_stops_the_run() -> None:
    """Without the field's definition nothing tells whether pairs were separated: the run stops and says so."""
    office = Office()
    [there] = linked(office, 1)
    office.target.drop_id_field(COMPANY)
    office.save(account_id(1), Phone="217-555-0199")
    before = office.companies()

    run = office.run()

    assert run.status is RunStatus.COULD_NOT_RUN
    assert run.message == (
        "Autotask's user-defined field for the Salesforce id on companies is gone. "
        "Restore it, or run the import again to create it anew; no pair was separated."
    )
    assert state_of(office, account_id(1)) is LinkState.LINKED
    assert office.companies() == before
    assert there == before[0].id


def test_user_defined_field_that_is_gone_among_others_stops_the_run() -> None:
    """Other user-defined fields in the answer do not make a field that is gone look like one that was cleared."""
    office = Office()
    [there] = linked(office, 1)
    office.target.set_id(COMPANY, there, "North", field="Region")
    office.target.drop_id_field(COMPANY)
    office.save(account_id(1), Phone="217-555-0199")

    run = office.run()

    assert run.status is RunStatus.COULD_NOT_RUN
    assert state_of(office, account_id(1)) is LinkState.LINKED


def test_user_defined_field_that_was_recreated_empty_separates_nothing() -> None:
    """After the field was removed, the import that creates it anew does not take every pair for separated."""
    office = Office()
    [there] = linked(office, 1)
    office.target.drop_id_field(COMPANY)
    office.save(account_id(1), Phone="217-555-0199")
    office.run()

    office.run()

    assert state_of(office, account_id(1)) is LinkState.LINKED
    assert without_times(office.companies()) == [
        company(there, account_id(1), companyName="Company 1", phone="217-555-0199")
    ]


def test_inactive_company_is_an_orphan_until_it_is_active_again() -> None:
    """Nothing is written to an inactive company; active again, the link resumes with what was missed."""
    office = Office()
    [there] = linked(office, 1)
    office.target.activate(COMPANY, there, is_active=False)
    office.save(account_id(1), Phone="217-555-0199")
    gone = office.run()
    state = state_of(office, account_id(1))
    office.target.activate(COMPANY, there)
    office.account(2, Name="Reason to look")

    resumed = office.run()

    assert (office.outcomes(gone), state) == ({account_id(1): ORPHANED}, LinkState.ORPHANED)
    assert office.outcomes(resumed)[account_id(1)] == UPDATED
    assert state_of(office, account_id(1)) is LinkState.LINKED
    assert without_times(office.companies())[0] == company(
        there, account_id(1), companyName="Company 1", phone="217-555-0199"
    )


def test_orphan_that_was_renamed_resumes_as_well() -> None:
    """An orphan resumes when its record is active again, whatever the two are called by then."""
    office = Office()
    [there] = linked(office, 1)
    office.target.activate(COMPANY, there, is_active=False)
    office.save(account_id(1), Name="Renamed")
    office.run()
    office.target.activate(COMPANY, there)
    office.account(2, Name="Reason to look")

    resumed = office.run()

    assert office.outcomes(resumed)[account_id(1)] == UPDATED


def test_record_that_is_gone_is_an_orphan() -> None:
    """A contact deleted in Autotask is reported and not created again."""
    office = Office()
    linked(office, 1)
    person = office.person()
    office.run()
    [there] = office.contacts()
    office.target.remove(CONTACT, there.id)
    office.save(person, Title="CEO")

    run = office.run()

    assert office.outcomes(run) == {person: ORPHANED}
    assert office.contacts() == []


def test_ignored_record_is_left_alone() -> None:
    """A record that a person decided to leave out is never matched again."""
    office = Office()
    [there] = linked(office, 1)
    office.stores.links.set_state(COMPANY, account_id(1), LinkState.IGNORED)
    office.save(account_id(1), Phone="217-555-0199")

    run = office.run()

    assert office.outcomes(run) == {account_id(1): (OutcomeKind.SKIPPED, Reason.IGNORED)}
    assert without_times(office.companies()) == [company(there, account_id(1), companyName="Company 1")]


def test_missing_user_defined_fields_are_created() -> None:
    """The first import creates the two fields, and the contact found by name gets its id in the new one."""
    office = Office()
    office.target.tenant = replace(office.target.tenant, id_fields={})
    there = office.company()
    employee = office.contact(there)
    account, person = office.account(), office.person()

    run = office.run()

    assert run.status is RunStatus.DONE
    assert without_times(office.companies()) == [company(there, account)]
    assert without_times(office.contacts()) == [contact(employee, person, there)]


def test_refusal_to_create_user_defined_fields_says_which() -> None:
    """When Autotask does not let them be created, the run says what to create by hand."""
    office = Office()
    office.target.tenant = replace(office.target.tenant, id_fields={})
    office.target.may_create_fields = False
    office.account()

    run = office.run()

    assert run.status is RunStatus.COULD_NOT_RUN
    assert run.message == (
        "Autotask does not let this user create user-defined fields. "
        "Create them by hand: Salesforce Company ID, Salesforce Contact ID."
    )
