"""One import after the other, nothing going wrong."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import ApiCalls, Counts, Value
from taskforce.domain.run import RunStatus
from taskforce.domain.settings import ConnectionSettings
from tests.builders import account_id, contact_id
from tests.unit.engine.office import COMPANY, CONTACT, USAGE, Office, company, contact, without_times

NOBODY: Mapping[str, Value] = {"Owner.LastName": "Nobody"}


def test_first_import_creates_companies_and_contacts() -> None:
    """What nothing fits is created with its values and its Salesforce id."""
    office = Office()
    account = office.account(Industry="Energy", Rating="Warm", AnnualRevenue=None)
    person = office.person(Title="CEO")

    run = office.run()

    [made] = office.companies()
    assert without_times([made]) == [company(made.id, account, marketSegmentID=22, classification=32)]
    [employee] = office.contacts()
    assert without_times([employee]) == [contact(employee.id, person, made.id, title="CEO")]
    assert (run.status, run.message) == (RunStatus.DONE, "")
    assert run.counts == {COMPANY: Counts(created=1), CONTACT: Counts(created=1)}


def test_first_import_links_what_fits() -> None:
    """The one company with the same key gets the id and the differences in one call, its contact likewise."""
    office = Office()
    there = office.company(phone="217-555-9999", companyName=" ACME ")
    employee = office.contact(there, emailAddress=None)
    account, person = office.account(), office.person()

    run = office.run()

    assert without_times(office.companies()) == [company(there, account)]
    assert without_times(office.contacts()) == [contact(employee, person, there)]
    assert run.counts == {COMPANY: Counts(linked=1), CONTACT: Counts(linked=1)}
    assert run.calls.autotask == USAGE + 6 + 1 + 1 + 2


def test_link_without_differences_and_with_the_id_costs_no_write() -> None:
    """A company that carries the id already and differs in nothing is linked without a call."""
    office = Office()
    account = office.account()
    there = office.company(carries=account)

    run = office.run()

    assert run.counts[COMPANY] == Counts(linked=1)
    assert run.calls.autotask == USAGE + 6 + 1
    assert office.outcomes(run) == {account: (OutcomeKind.LINKED, Reason.CARRIES_ID)}
    assert without_times(office.companies()) == [company(there, account)]


def test_link_without_a_write_is_no_write_to_wait_for() -> None:
    """What is changed in Salesforce a moment later is written at once: what Autotask shows is not too old for that."""
    office = Office()
    account = office.account()
    office.company(carries=account)
    office.run()
    office.save(account, Phone="217-555-0199")

    run = office.run(later=timedelta(seconds=20))

    assert office.outcomes(run) == {account: (OutcomeKind.UPDATED, Reason.CHANGED)}


def test_id_of_the_old_extension_is_adopted() -> None:
    """A company that carries the id in 15 characters is linked whatever its name, and gets the id in 18."""
    office = Office()
    account = office.account()
    there = office.company(companyName="Other name", carries=account[:15])

    run = office.run()

    assert office.outcomes(run) == {account: (OutcomeKind.LINKED, Reason.CARRIES_ID)}
    assert without_times(office.companies()) == [company(there, account)]


def test_field_of_the_old_extension_is_read() -> None:
    """A company that carries the id in the old extension's field is linked, and gets it in the new one as well."""
    office = Office()
    office.target.tenant = replace(office.target.tenant, adopted_id_fields={COMPANY: ("Salesforce Account ID",)})
    account = office.account()
    there = office.company(companyName="Other name")
    office.target.set_id(COMPANY, there, account[:15], field="Salesforce Account ID")

    run = office.run()

    assert office.outcomes(run) == {account: (OutcomeKind.LINKED, Reason.CARRIES_ID)}
    assert without_times(office.companies()) == [company(there, account)]


def test_first_import_holds_what_a_person_must_decide() -> None:
    """Two that fit, one that is taken, one that is inactive: nothing is created, nothing overwritten."""
    office = Office()
    office.company(companyName="Twice")
    office.company(companyName="Twice")
    office.company(companyName="Taken", carries=account_id(99))
    office.company(companyName="Asleep", is_active=False)
    twice, taken, asleep = (office.account(n, Name=name) for n, name in enumerate(("Twice", "Taken", "Asleep")))
    before = office.companies()

    run = office.run()

    assert office.companies() == before
    assert office.outcomes(run) == {
        twice: (OutcomeKind.HELD, Reason.AMBIGUOUS),
        taken: (OutcomeKind.HELD, Reason.TAKEN),
        asleep: (OutcomeKind.HELD, Reason.CANDIDATE_INACTIVE),
    }
    assert (run.status, run.held, run.failing) == (RunStatus.DONE, 3, 0)


def test_two_records_that_carry_one_id_wait_for_a_person() -> None:
    """An id that stands on two companies is held, and none of them is touched."""
    office = Office()
    account = office.account()
    office.company(carries=account)
    office.company(carries=account, companyName="Copy")
    before = office.companies()

    run = office.run()

    assert office.outcomes(run) == {account: (OutcomeKind.HELD, Reason.DUPLICATE_ID)}
    assert office.companies() == before


def test_what_is_out_of_scope_is_skipped() -> None:
    """Deleted records, person accounts and contacts without an account are left alone."""
    office = Office()
    office.source.visible[COMPANY] |= {"IsPersonAccount"}
    deleted, lone = office.account(1), office.person(1, at=None)
    office.source.delete(COMPANY, deleted)
    private = office.account(2, Name="Jane Roe", IsPersonAccount=True)

    run = office.run()

    assert office.outcomes(run) == {
        deleted: (OutcomeKind.SKIPPED, Reason.DELETED),
        private: (OutcomeKind.SKIPPED, Reason.PERSON_ACCOUNT),
        lone: (OutcomeKind.SKIPPED, Reason.NO_ACCOUNT),
    }
    assert office.companies() == office.contacts() == []


def test_owner_not_found_holds_a_create_until_the_resource_is_there() -> None:
    """Without a default account manager the account waits; it goes when metadata with the resource is read."""
    office = Office(settings=ConnectionSettings())
    account = office.account(**NOBODY)
    person = office.person()

    first = office.run()
    office.save(account, **{"Owner.LastName": "Owner"})
    second = office.run()

    assert office.outcomes(first) == {
        account: (OutcomeKind.HELD, Reason.OWNER_NOT_FOUND),
        person: (OutcomeKind.HELD, Reason.COMPANY_NOT_LINKED),
    }
    assert office.outcomes(second) == {
        account: (OutcomeKind.CREATED, Reason.NO_CANDIDATE),
        person: (OutcomeKind.CREATED, Reason.NO_CANDIDATE),
    }


def test_second_import_does_nothing() -> None:
    """Nothing changed: one request per Salesforce object, none to Autotask, nothing written."""
    office = Office()
    office.account(1)
    office.account(2, Name="Kid", ParentId=account_id(1))
    office.person()
    office.run()
    before = (office.companies(), office.contacts())

    spent = office.spent()

    assert spent == ApiCalls(salesforce=2, autotask=0)
    assert (office.companies(), office.contacts()) == before


def test_import_straight_after_another_looks_at_the_overlap_for_free() -> None:
    """Records that are read twice, because they changed within the overlap, cost no call."""
    office = Office()
    office.account(1)
    office.account(2, Name="Kid", ParentId=account_id(1))
    office.person()
    office.run(later=timedelta())

    spent = office.spent(later=timedelta(minutes=1))

    assert spent == ApiCalls(salesforce=2, autotask=0)
    assert set(office.outcomes(office.stores.state.runs[2]).values()) == {(OutcomeKind.UNCHANGED, Reason.UNCHANGED)}


def test_skipped_record_read_twice_costs_no_call() -> None:
    """A contact without an account that is read again within the overlap needs no look at Autotask."""
    office = Office()
    office.account()
    office.person(at=None)
    office.run(later=timedelta())

    spent = office.spent(later=timedelta(minutes=1))

    assert spent == ApiCalls(salesforce=2, autotask=0)


def test_one_change_is_one_write() -> None:
    """A changed account costs one look and one write, and only the changed field moves."""
    office = Office()
    account = office.account(1)
    office.account(2, Name="Other")
    office.run()
    [made, other] = office.companies()
    office.save(account, Phone="217-555-0199")

    spent = office.spent()

    assert spent == ApiCalls(salesforce=2, autotask=USAGE + 1 + 1)
    assert without_times(office.companies()) == [
        company(made.id, account, phone="217-555-0199"),
        company(other.id, account_id(2), companyName="Other"),
    ]


def test_change_that_moves_no_mapped_value_costs_no_call() -> None:
    """An account saved without a change to its mapped values needs no look at Autotask."""
    office = Office()
    account = office.account()
    office.run()
    office.save(account, Description="new")

    spent = office.spent()

    assert spent == ApiCalls(salesforce=2, autotask=0)


def test_change_that_stands_in_autotask_already_is_not_written() -> None:
    """A value somebody has typed into both systems costs a look and no write."""
    office = Office()
    account = office.account()
    office.run()
    [made] = office.companies()
    office.save(account, Phone="217-555-0199")
    office.target.edit(COMPANY, made.id, {"phone": "217-555-0199"})

    spent = office.spent()

    assert spent == ApiCalls(salesforce=2, autotask=USAGE + 1)
    assert office.outcomes(office.stores.state.runs[2]) == {account: (OutcomeKind.UNCHANGED, Reason.UNCHANGED)}


def test_deleted_account_leaves_its_company_and_comes_back() -> None:
    """A deletion in Salesforce changes nothing in Autotask; undeleted, the account is kept current again."""
    office = Office()
    account = office.account()
    office.run()
    before = office.companies()
    office.source.delete(COMPANY, account)
    deleted = office.run()
    office.source.undelete(COMPANY, account)
    office.save(account, Phone="217-555-0199")

    undeleted = office.run()

    assert office.outcomes(deleted) == {account: (OutcomeKind.SKIPPED, Reason.DELETED)}
    assert office.outcomes(undeleted) == {account: (OutcomeKind.UPDATED, Reason.CHANGED)}
    assert without_times(office.companies()) == [company(before[0].id, account, phone="217-555-0199")]


def test_counts_the_calls_of_this_run_alone() -> None:
    """A run reports what it spent itself, not what the same session spent before."""
    office = Office()
    office.account()
    office.run()

    run = office.run()

    assert run.calls == ApiCalls(salesforce=2, autotask=0)


def test_more_records_than_a_slice_are_all_imported() -> None:
    """Slices of the plan and of the applying join without a gap."""
    office = Office()
    for number in range(1, 702):
        office.account(number, Name=f"Company {number}", Phone=f"217-{number:07d}")
        office.person(number, at=account_id(number), LastName=f"Doe {number}")

    run = office.run()

    assert run.counts == {COMPANY: Counts(created=701), CONTACT: Counts(created=701)}
    assert {record.source_id for record in office.companies()} == {account_id(n) for n in range(1, 702)}
    assert {record.source_id for record in office.contacts()} == {contact_id(n) for n in range(1, 702)}


def test_person_watching_sees_every_phase() -> None:
    """The phases of a run, with how many records each has."""
    office = Office()
    office.account()
    office.person()

    office.run()

    assert list(zip(office.progress.phases, office.progress.done, strict=True)) == [
        (("Reading companies from Salesforce", None), 1),
        (("Reading contacts from Salesforce", None), 1),
        (("Reading companies from Autotask", None), 0),
        (("Planning companies", 1), 1),
        (("Reading contacts from Autotask", None), 0),
        (("Planning contacts", 1), 1),
        (("Writing to Autotask", 2), 2),
    ]
