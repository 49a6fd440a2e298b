"""An office whose database the old extension served, and what is taken over of it."""

from dataclasses import replace

from taskforce.domain.adopting import Finding, finding_of
from taskforce.domain.links import Link
from taskforce.domain.records import SourceId, TargetId
from taskforce.domain.run import Run
from taskforce.domain.settings import ConnectionSettings
from taskforce.engine.adopting import run_adoption
from tests.builders import account_id
from tests.unit.engine.office import COMPANY, CONTACT, SETTINGS, Office

OLD = "Salesforce Account ID"


def adopt(office: Office, *, dry: bool = False) -> Run:
    """Take over, half an hour later."""
    office.clock.advance(SETTINGS.settle_time)
    return run_adoption(office.world(), is_dry_run=dry)


def old_office(settings: ConnectionSettings = SETTINGS) -> Office:
    """One whose database has the old extension's field besides Taskforce's own."""
    office = Office(settings=settings)
    office.target.tenant = replace(office.target.tenant, adopted_id_fields={COMPANY: (OLD,)})
    return office


def adopted_company(office: Office, number: int, *, short: bool = False, **fields: str) -> TargetId:
    """A company that carries the id of an account in the old field."""
    there = office.company(**fields)
    office.target.set_id(COMPANY, there, account_id(number)[: 15 if short else 18], field=OLD)
    return there


def link_of(office: Office, source_id: SourceId) -> Link | None:
    """What is known of a record's pair."""
    found = [office.stores.links.by_source(entity, [source_id]) for entity in (COMPANY, CONTACT)]
    return next((each[source_id] for each in found if source_id in each), None)


def findings(office: Office, run: Run) -> list[Finding]:
    """What the records of a run were found to be, in their order."""
    outcomes = [entry.outcome for entry in office.stores.plan(run.id).entries()]
    return [finding_of(outcome.kind, outcome.reason) for outcome in outcomes if outcome is not None]


def looked_at(office: Office, run: Run) -> list[TargetId | None]:
    """The Autotask record of each outcome of a run, whatever became of it."""
    return [entry.outcome.target_id for entry in office.stores.plan(run.id).entries() if entry.outcome is not None]
