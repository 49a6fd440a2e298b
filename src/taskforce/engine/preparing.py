"""What a change comes to as a request, once it is known where the accounts it refers to stand in Autotask."""

from collections.abc import Mapping
from dataclasses import replace

from taskforce.domain import changes
from taskforce.domain.links import LinkState
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord, Value
from taskforce.engine.job import Job
from taskforce.engine.sending import Request


class Companies:
    """The Autotask ids of accounts that are linked, looked up once; accounts do not lose their link while applying."""

    MOST_KEPT = 1000

    def __init__(self, job: Job) -> None:
        self._job = job
        self._known: dict[SourceId, TargetId] = {}

    def of(self, change: changes.Write) -> dict[SourceId, TargetId]:
        """Those of the accounts that a change refers to; one that is not linked yet is absent."""
        unknown = change.accounts - self._known.keys()
        if unknown:
            if len(self._known) > self.MOST_KEPT:
                self._known.clear()
                unknown = change.accounts
            links = self._job.stores.links.by_source(Entity.COMPANY, unknown)
            linked = [link for link in links.values() if link.state is LinkState.LINKED]
            self._known.update((link.source_id, link.target_id) for link in linked)
        return {account: self._known[account] for account in change.accounts if account in self._known}


def prepared(
    job: Job, number: int, change: changes.Create | changes.Patch, companies: Mapping[SourceId, TargetId]
) -> Request | None:
    """The request of a change; None when the company that a contact belongs to was not linked after all.

    A reference whose account was not linked is left out, and looked at again when that is linked. One that is to stay
    as it is in Autotask counts as looked up, and is not sent.
    """
    references = {name: companies[each] for name, each in change.basis.references.items() if each in companies}
    company_id = companies.get(change.company) if change.company is not None else _own_company(change)
    if change.company is not None and company_id is None:
        return None
    missing = [account for name, account in change.basis.references.items() if name not in references]
    if missing:
        change = replace(change, basis=replace(change.basis, revisit_after=missing[0]))
    known = _known(job, change)
    before = known.fields if known is not None else {}
    sent = {name: target for name, target in references.items() if name not in change.basis.kept}
    fields = _fields(change, sent, before)
    carried = _carried(change, known)
    record = TargetRecord(
        entity=change.subject.entity,
        id=change.target_id if isinstance(change, changes.Patch) else TargetId(-1),
        fields={**before, **fields},
        is_active=_is_active(change, fields, known),
        source_id=carried,
        source_id_as_written=carried,
        company_id=company_id,
        changed_at=known.changed_at if known is not None else None,
    )
    return Request(
        number=number,
        change=change,
        references=references,
        company_id=company_id,
        fields=fields,
        record=record,
        server_time=job.target.server_time,
    )


def _own_company(change: changes.Create | changes.Patch) -> TargetId | None:
    """Where a contact stands whose account no longer matters."""
    is_on_its_own = isinstance(change, changes.Deactivate) or change.is_undo
    return change.company_id if isinstance(change, changes.Patch) and is_on_its_own else None


def _known(job: Job, change: changes.Create | changes.Patch) -> TargetRecord | None:
    """The record as the index knows it; nothing, for one to be created."""
    if isinstance(change, changes.Create):
        return None
    return job.stores.index.records(change.subject.entity, [change.target_id]).get(change.target_id)


def _carried(change: changes.Create | changes.Patch, known: TargetRecord | None) -> SourceId | None:
    """The Salesforce id that stands there afterwards; an undo leaves it as it is."""
    if isinstance(change, changes.Patch) and change.clears_id:
        return None
    return known.source_id if change.is_undo and known is not None else change.subject.source_id


def _is_active(change: changes.Create | changes.Patch, fields: Mapping[str, Value], known: TargetRecord | None) -> bool:
    """Whether the record is active afterwards; an undo may put values back of one that is not."""
    if change.is_undo and known is not None and "isActive" not in fields:
        return known.is_active
    return fields.get("isActive") is not False


def _fields(
    change: changes.Create | changes.Patch, references: Mapping[str, TargetId], before: Mapping[str, Value]
) -> Mapping[str, Value]:
    """What is sent; a reference that got its company in this run is among it."""
    if isinstance(change, changes.Create):
        return {**change.values, **references}
    differing = {each.field: each.after for each in change.field_changes}
    return {**differing, **{name: target for name, target in references.items() if before.get(name) != target}}
