"""Applying: each change of the plan becomes one request to Autotask, in order, and its outcome is stored.

    Create → the create protocol (see `creating`): intent on disk, POST, link
    Link   → one PATCH with the Salesforce id and the differences
    Update → one PATCH with the differences

A record that Autotask refuses is kept and never holds up the others. What stops everything (credentials, budget, a lost
lease, a person) is raised after the store says what became of the change in hand.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TypeVar

from taskforce.domain import changes
from taskforce.domain.links import LinkState
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord, Value
from taskforce.engine.creating import create
from taskforce.engine.job import Job
from taskforce.engine.settling import settle_failure, settle_refusal, settle_waiting, settle_written
from taskforce.engine.stopping import stop_if_asked
from taskforce.errors import RecordRejected, TransientError, WriteInDoubt

Intended = TypeVar("Intended", bound=changes.Write)

SLICE = 200
"""Changes fetched from the plan at once."""

GIVE_UP_AFTER = 5
"""Failures to reach Autotask in a row that end the run."""


def apply_plan(job: Job, entity: Entity) -> None:
    """Apply the pending changes of one entity."""
    job.progress.phase(f"Writing {entity.plural} to Autotask", job.plan.pending(entity))
    failures = 0
    after = 0
    while batch := job.plan.next_pending(entity, after=after, limit=SLICE):
        for number, change in batch:
            stop_if_asked(job)
            failures = 0 if _apply(job, number, change) else failures + 1
            if failures >= GIVE_UP_AFTER:
                raise _unreachable(failures)
            job.progress.advance(1)
        after = batch[-1][0]


def _apply(job: Job, number: int, change: changes.Create | changes.Patch) -> bool:
    """Apply one change; False when Autotask could not be reached for it or did not answer."""
    references = _resolved(job, change)
    company_id = _company(job, change)
    if change.company is not None and company_id is None:
        settle_waiting(job, number, change, Reason.COMPANY_NOT_LINKED, change.company)
        return True
    change = _with_revisit(change, references)
    job.stores.check_lease()
    try:
        if isinstance(change, changes.Create):
            filled = replace(change, values={**change.values, **references})
            return create(job, number, filled, references, company_id)
        _patch(job, number, change, references)
    except RecordRejected as error:
        settle_refusal(job, number, change, error)
    except (TransientError, WriteInDoubt) as error:
        settle_failure(job, number, change, Reason.UNREACHABLE, error.message)
        return False
    return True


def _resolved(job: Job, change: changes.Write) -> dict[str, TargetId]:
    """The Autotask ids of the companies that the change refers to; one whose account was not linked is absent."""
    accounts = change.basis.references.values()
    companies = _linked_companies(job, accounts) if accounts else {}
    return {name: companies[account] for name, account in change.basis.references.items() if account in companies}


def _company(job: Job, change: changes.Write) -> TargetId | None:
    """The company a contact is written under; none while its account is not linked."""
    return _linked_companies(job, [change.company]).get(change.company) if change.company is not None else None


def _linked_companies(job: Job, accounts: Collection[SourceId]) -> dict[SourceId, TargetId]:
    links = job.stores.links.by_source(Entity.COMPANY, accounts)
    return {source: link.target_id for source, link in links.items() if link.state is LinkState.LINKED}


def _with_revisit(change: Intended, references: Mapping[str, TargetId]) -> Intended:
    """A reference that could not be resolved is looked at again when its account is linked."""
    missing = [account for name, account in change.basis.references.items() if name not in references]
    return replace(change, basis=replace(change.basis, revisit_after=missing[0])) if missing else change


def _patch(job: Job, number: int, change: changes.Patch, references: Mapping[str, TargetId]) -> None:
    """Send what differs; a reference that got its company in this run is among it."""
    subject = change.subject
    fields: dict[str, Value] = {each.field: each.after for each in change.field_changes}
    known = job.stores.index.records(subject.entity, [change.target_id]).get(change.target_id)
    before = known.fields if known is not None else {}
    fields.update({name: target for name, target in references.items() if before.get(name) != target})
    if fields or change.writes_id:
        job.target.update(
            subject.entity,
            job.schema,
            change.target_id,
            fields,
            source_id=subject.source_id if change.writes_id else None,
            company_id=change.company_id,
        )
        job.tally.writes += 1
    record = TargetRecord(
        entity=subject.entity,
        id=change.target_id,
        fields={**before, **fields},
        is_active=True,
        source_id=subject.source_id,
        source_id_as_written=subject.source_id,
        company_id=change.company_id,
    )
    settle_written(job, number, change, record, references)


def _unreachable(failures: int) -> TransientError:
    return TransientError(
        f"Autotask could not be reached {failures} times in a row.",
        system="Autotask",
        operation="write",
        code="unreachable",
        mend="Look whether Autotask is up; everything is kept, and the next import goes on.",
    )
