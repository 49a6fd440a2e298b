"""A dry run shows what an import would do, and does nothing."""

from dataclasses import replace

from taskforce.domain.changes import Create, Link, Update
from taskforce.domain.diffing import FieldChange
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Counts
from taskforce.domain.run import RunStatus
from taskforce.testing.store_state import State
from tests.builders import account_id
from tests.unit.engine.office import COMPANY, COMPANY_OF_ACCOUNT, CONTACT, Office


def kept(office: Office) -> State:
    """All that is stored, apart from the history."""
    state = office.stores.state.copy()
    state.runs.clear()
    state.plans.clear()
    return state


def test_dry_run_writes_nothing_anywhere() -> None:
    """Neither Autotask nor the store differ afterwards, and the counts are those the import then has."""
    office = Office()
    office.company(companyName="There", phone="217-555-9999")
    office.company(companyName="Twice")
    office.company(companyName="Twice")
    for number, name in enumerate(("There", "Twice", "New"), start=1):
        office.account(number, Name=name)
        office.person(number, at=account_id(number))
    before = (kept(office), office.companies(), office.contacts())

    tried = office.run(dry=True)

    assert (kept(office), office.companies(), office.contacts()) == before
    assert (tried.is_dry_run, tried.status) == (True, RunStatus.DONE)
    imported = office.run()
    assert tried.counts == imported.counts
    assert (tried.held, tried.failing) == (imported.held, imported.failing)


def test_dry_run_lists_every_change_field_by_field() -> None:
    """The plan of a dry run holds what each record would get, before and after."""
    office = Office()
    updated = office.account(1)
    office.run()
    linked = office.account(2, Name="There")
    there = office.company(companyName="There", phone="217-555-9999")
    created = office.account(3, Name="New")
    office.save(updated, Phone="217-555-0199")

    run = office.run(dry=True)

    changes = {entry.decision.subject.source_id: entry.decision for entry in office.stores.plan(run.id).entries()}
    update, link, create = changes[updated], changes[linked], changes[created]
    assert isinstance(update, Update)
    assert isinstance(link, Link)
    assert isinstance(create, Create)
    assert update.field_changes == (FieldChange(field="phone", before="217-555-0100", after="217-555-0199"),)
    assert (link.target_id, link.writes_id) == (there, True)
    assert link.field_changes == (FieldChange(field="phone", before="217-555-9999", after="217-555-0100"),)
    assert create.values == {**COMPANY_OF_ACCOUNT, "companyName": "New"}
    assert office.outcomes(run) == {
        updated: (OutcomeKind.UPDATED, Reason.CHANGED),
        linked: (OutcomeKind.LINKED, Reason.EXACT_MATCH),
        created: (OutcomeKind.CREATED, Reason.NO_CANDIDATE),
    }


def test_dry_run_lists_missing_user_defined_fields() -> None:
    """Fields that an import would create are named, not created."""
    office = Office()
    office.target.tenant = replace(office.target.tenant, id_fields={})
    office.account()
    office.person()

    run = office.run(dry=True)

    assert run.message == (
        "Autotask has no user-defined field for the Salesforce id on companies and contacts; an import creates it."
    )
    assert run.counts == {COMPANY: Counts(created=1), CONTACT: Counts(created=1)}
    assert office.target.tenant.id_fields == {}


def test_dry_run_leaves_creates_in_doubt_as_they_are() -> None:
    """A create whose answer was lost is neither settled nor reported as work to be continued."""
    office = Office()
    account = office.account()
    with office.stores.transaction():
        office.stores.intents.send(COMPANY, [(account, 1, "digest")], office.clock.now())
    before = kept(office)

    run = office.run(dry=True)

    assert (run.status, office.outcomes(run)) == (
        RunStatus.DONE,
        {account: (OutcomeKind.HELD, Reason.WRITE_IN_DOUBT)},
    )
    assert kept(office) == before


def test_dry_run_after_the_user_defined_field_was_lost_shows_what_an_import_would_do() -> None:
    """An import creates a lost field anew and writes the id again; a dry run says so instead of giving up."""
    office = Office()
    account = office.account()
    office.run()
    office.target.drop_id_field(COMPANY)
    office.save(account, Phone="217-555-0199")
    office.run()

    run = office.run(dry=True)

    assert (run.status, office.outcomes(run)) == (RunStatus.DONE, {account: (OutcomeKind.UPDATED, Reason.CHANGED)})
