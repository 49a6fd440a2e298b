"""A kill at every store transaction and every request: resumed, both sides agree and nothing is there twice."""

from dataclasses import replace
from itertools import count

import pytest

from taskforce.domain.links import LinkState
from taskforce.domain.notices import NoticeKind
from taskforce.domain.records import Counts
from taskforce.domain.run import RunKind, RunStatus
from taskforce.domain.settings import Deletion
from taskforce.testing.tripwire import Tripwire, untouched
from tests.builders import account_id, contact_id
from tests.unit.engine.office import COMPANY, CONTACT, SETTINGS, Office, company, contact, without_times


class Killed(BaseException):
    """The process is gone: no error of Taskforce, and nobody catches it."""


def dies_at(step: int) -> Tripwire:
    """Dies at the n-th place that is passed."""
    passed = count(1)

    def trip(place: str) -> None:
        if next(passed) == step:
            raise Killed(place)

    return trip


def an_awkward_book() -> Office:
    """A parent and its child, one company to be linked, a contact each, one of them in Autotask already."""
    office = Office()
    there = office.company(companyName="There", phone="217-555-9999")
    office.contact(there, title="Boss")
    office.account(1, Name="Child", ParentId=account_id(2))
    office.account(2, Name="Parent")
    office.account(3, Name="There")
    for number in (1, 2, 3):
        office.person(number, at=account_id(number))
    return office


def killed_at(office: Office, step: int, *, kind: RunKind = RunKind.IMPORT) -> bool:
    """Run until killed; whether the run was long enough for that."""
    trip = dies_at(step)
    office.source.tripwire = office.target.tripwire = office.stores.tripwire = trip
    try:
        office.run() if kind is RunKind.IMPORT else office.reconcile()
    except Killed:
        return True
    finally:
        office.source.tripwire = office.target.tripwire = office.stores.tripwire = untouched
    return False


def run_until_quiet(office: Office) -> None:
    """As many runs as it takes, each half an hour later."""
    statuses = [office.run().status for _ in range(4)]
    assert statuses[-1] is RunStatus.DONE


def agree(office: Office) -> None:
    """Everything of the book stands in Autotask once, with its values and where it belongs."""
    ids = {record.source_id: record.id for record in office.companies()}
    child, parent, there = (ids[account_id(n)] for n in (1, 2, 3))
    records = {record.id: record for record in office.companies()}
    assert without_times(office.companies()) == sorted(
        [
            company(records[child].id, account_id(1), companyName="Child", parentCompanyID=parent),
            company(records[parent].id, account_id(2), companyName="Parent"),
            company(records[there].id, account_id(3), companyName="There"),
        ],
        key=lambda record: record.id,
    )
    contacts = {record.source_id: record.id for record in office.contacts()}
    assert without_times(office.contacts()) == sorted(
        (
            contact(contacts[contact_id(n)], contact_id(n), records[ids[account_id(n)]].id, title=None)
            for n in (1, 2, 3)
        ),
        key=lambda record: record.id,
    )


def test_first_import_killed_at_every_step() -> None:
    """Wherever the first import dies, the following ones complete it."""
    for step in count(1):
        office = an_awkward_book()
        was_killed = killed_at(office, step)

        run_until_quiet(office)

        agree(office)
        assert office.stores.inbox.standing().held == 0
        if not was_killed:
            break
    assert step > 50


def test_import_of_changes_killed_at_every_step() -> None:
    """Wherever an import of changes dies, and whatever is put back meanwhile, Autotask ends like Salesforce."""
    for step in count(1):
        office = an_awkward_book()
        run_until_quiet(office)
        office.save(account_id(1), Phone="217-555-0199")
        office.save(account_id(3), Phone="217-555-0199")
        was_killed = killed_at(office, step)
        office.save(account_id(3), Phone="217-555-0100")

        run_until_quiet(office)

        phones = {record.source_id: record.fields["phone"] for record in office.companies()}
        assert phones == {
            account_id(1): "217-555-0199",
            account_id(2): "217-555-0100",
            account_id(3): "217-555-0100",
        }
        if not was_killed:
            break
    assert step > 10


@pytest.mark.parametrize("first", [3, 20, 40])
def test_second_import_killed_as_well(first: int) -> None:
    """A run that resumes after a kill may be killed too."""
    for step in count(1):
        office = an_awkward_book()
        killed_at(office, first)
        was_killed = killed_at(office, step)

        run_until_quiet(office)

        agree(office)
        if not was_killed:
            break
    assert len(office.companies()) == 3
    assert office.stores.cursors.get(COMPANY).position is None


def an_untraced_book() -> Office:
    """Imported, and then changed where no import looks: edits, a deletion for good, a copied id, a record gone."""
    office = an_awkward_book()
    office.account(4, Name="Twin")
    office.person(4, at=account_id(3), LastName="Gone in Salesforce")
    run_until_quiet(office)
    ids = {record.source_id: record.id for record in office.companies()}
    office.target.edit(COMPANY, ids[account_id(1)], {"phone": "555-EDITED", "parentCompanyID": None})
    office.company(companyName="Copied", carries=account_id(4))
    office.source.remove(CONTACT, contact_id(4))
    [gone] = [record.id for record in office.contacts() if record.source_id == contact_id(3)]
    office.target.remove(CONTACT, gone)
    return office


def test_reconciliation_killed_at_every_step() -> None:
    """Wherever it dies, imports go on, and the next reconciliation leaves nothing to find for the one after it."""
    for step in count(1):
        office = an_untraced_book()
        was_killed = killed_at(office, step, kind=RunKind.RECONCILIATION)
        cursor = office.stores.cursors.get(COMPANY)
        run_until_quiet(office)

        assert office.reconcile().status is RunStatus.DONE
        last = office.reconcile()

        assert cursor.position is None
        assert last.counts == {COMPANY: Counts(unchanged=3, held=1), CONTACT: Counts(unchanged=2, held=1)}
        assert last.calls == last.lower_bound
        [child] = [record for record in office.companies() if record.source_id == account_id(1)]
        assert child.fields["phone"] == "217-555-0100"
        assert [notice.subject for notice in office.stores.notices.open(NoticeKind.DUPLICATE_ID)] == [account_id(4)]
        assert office.stores.links.by_source(CONTACT, [contact_id(4)])[contact_id(4)].state is LinkState.VANISHED
        if not was_killed:
            break
    assert step > 40


def test_merge_killed_at_every_step() -> None:
    """Wherever an import dies that follows a merge and a chain, the last survivor ends with the company."""
    for step in count(1):
        office = Office()
        for number in (1, 4):
            office.account(number, Name=f"Company {number}")
        office.person(1, at=account_id(1))
        run_until_quiet(office)
        [first, _] = [record.id for record in office.companies()]
        office.account(2, Name="Company 2")
        office.account(3, Name="Company 3")
        office.source.delete(COMPANY, account_id(1), survivor=account_id(2))
        office.source.delete(COMPANY, account_id(2), survivor=account_id(3))
        office.save(contact_id(1), AccountId=account_id(3))
        was_killed = killed_at(office, step)

        run_until_quiet(office)

        [one, other] = office.companies()
        assert without_times([one]) == [company(first, account_id(3), companyName="Company 3")]
        assert (other.source_id, other.fields["companyName"]) == (account_id(4), "Company 4")
        assert [(each.source_id, each.company_id) for each in office.contacts()] == [(contact_id(1), first)]
        if not was_killed:
            break
    assert step > 10


def test_deactivation_killed_at_every_step() -> None:
    """Wherever an import dies, deleted records end inactive, restored ones active, and nothing is there twice."""
    for step in count(1):
        office = Office(settings=replace(SETTINGS, deletion=Deletion.DEACTIVATE))
        for number in (1, 2):
            office.account(number, Name=f"Company {number}")
            office.person(number, at=account_id(number))
        run_until_quiet(office)
        for entity, name in ((COMPANY, account_id), (CONTACT, contact_id)):
            office.source.delete(entity, name(1))
            office.source.delete(entity, name(2))
        killed_at(office, step)
        for entity, name in ((COMPANY, account_id), (CONTACT, contact_id)):
            office.source.undelete(entity, name(2))
        was_killed = killed_at(office, step)

        run_until_quiet(office)

        standing = [(each.source_id, each.is_active) for each in (*office.companies(), *office.contacts())]
        assert standing == [
            (account_id(1), False),
            (account_id(2), True),
            (contact_id(1), False),
            (contact_id(2), True),
        ]
        if not was_killed:
            break
    assert step > 10
