"""What a change comes to as a request, once it is known where the accounts it refers to stand in Autotask."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from taskforce.domain import changes
from taskforce.domain.links import LinkState
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord, Value
from taskforce.engine.job import Job
from taskforce.engine.sending import Request
from taskforce.engine.stores import Intended


class Surroundings:
    """What is known of the changes of one slice: the Autotask ids of the accounts that they refer to, and the Autotask
    records that they change. No account loses its link while changes are applied, and none changes the record of
    another."""

    def __init__(self, job: Job, intended: Sequence[Intended]) -> None:
        self._stores = job.stores
        self._companies: dict[SourceId, TargetId] = {}
        self._records: dict[tuple[Entity, TargetId], TargetRecord] = {}
        patches = [change for _, change in intended if isinstance(change, changes.Patch)]
        for entity in Entity:
            ids = [each.target_id for each in patches if each.subject.entity is entity]
            found = job.stores.index.records(entity, ids)
            self._records.update(((entity, target_id), record) for target_id, record in found.items())
        self._look_up(frozenset().union(*(change.accounts for _, change in intended)))

    def companies(self, change: changes.Write) -> dict[SourceId, TargetId]:
        """The companies of the accounts that a change refers to; one that is not linked yet is absent."""
        if unknown := change.accounts - self._companies.keys():
            self._look_up(unknown)
        return {account: self._companies[account] for account in change.accounts if account in self._companies}

    def record(self, change: changes.Applicable) -> TargetRecord | None:
        """The record as the index knows it; nothing, for one to be created."""
        if isinstance(change, changes.Create):
            return None
        return self._records.get((change.subject.entity, change.target_id))

    def _look_up(self, accounts: Iterable[SourceId]) -> None:
        links = self._stores.links.by_source(Entity.COMPANY, accounts).values()
        self._companies.update((link.source_id, link.target_id) for link in links if link.state is LinkState.LINKED)


def prepared(job: Job, number: int, change: changes.Applicable, known: Surroundings) -> Request | None:
    """The request of a change; None when the company that a contact belongs to was not linked after all.

    A reference whose account was not linked is left out, and looked at again when that is linked. One that is to stay
    as it is in Autotask counts as looked up, and is not sent.
    """
    companies = known.companies(change)
    references = {name: companies[each] for name, each in change.basis.references.items() if each in companies}
    company_id = companies.get(change.company) if change.company is not None else _own_company(change)
    if change.company is not None and company_id is None:
        return None
    missing = [account for name, account in change.basis.references.items() if name not in references]
    if missing:
        change = replace(change, basis=replace(change.basis, revisit_after=missing[0]))
    present = known.record(change)
    before = present.fields if present is not None else {}
    sent = {name: target for name, target in references.items() if name not in change.basis.kept}
    fields = _fields(change, sent, before)
    carried = _carried(change, present)
    record = TargetRecord(
        entity=change.subject.entity,
        id=change.target_id if isinstance(change, changes.Patch) else TargetId(-1),
        fields={**before, **fields},
        is_active=_is_active(change, fields, present),
        source_id=carried,
        source_id_as_written=carried,
        company_id=company_id,
        changed_at=present.changed_at if present is not None else None,
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


def _own_company(change: changes.Applicable) -> TargetId | None:
    """Where a contact stands whose account no longer matters."""
    is_on_its_own = isinstance(change, changes.Deactivate) or change.is_undo
    return change.company_id if isinstance(change, changes.Patch) and is_on_its_own else None


def _carried(change: changes.Applicable, known: TargetRecord | None) -> SourceId | None:
    """The Salesforce id that stands there afterwards; an undo leaves it as it is."""
    if isinstance(change, changes.Patch) and change.clears_id:
        return None
    return known.source_id if change.is_undo and known is not None else change.subject.source_id


def _is_active(change: changes.Applicable, fields: Mapping[str, Value], known: TargetRecord | None) -> bool:
    """Whether the record is active afterwards; an undo may put values back of one that is not."""
    if change.is_undo and known is not None and "isActive" not in fields:
        return known.is_active
    return fields.get("isActive") is not False


def _fields(
    change: changes.Applicable, references: Mapping[str, TargetId], before: Mapping[str, Value]
) -> Mapping[str, Value]:
    """What is sent; a reference that got its company in this run is among it."""
    if isinstance(change, changes.Create):
        return {**change.values, **references}
    differing = {each.field: each.after for each in change.field_changes}
    return {**differing, **{name: target for name, target in references.items() if before.get(name) != target}}
