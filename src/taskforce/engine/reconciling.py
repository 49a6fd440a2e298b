"""A reconciliation: both sides are read as a whole, so that what moved without a trace is found (protocol 3).

    metadata, anew
    all of Salesforce   → Inbox, each id noted as seen; the cursor moves once everything was read
    all of Autotask     → index; what was not seen is gone
    paired, not seen    → asked for by id; not shown: deleted for good, or hidden

Planning then compares every record, whatever it was when last seen. A reading that shows suspiciously little concludes
nothing. A reconciliation that dies begins anew, and imports go on from where they were.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace

from taskforce.domain.links import LinkState
from taskforce.domain.mapping import fields_to_read
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetRecord, Value
from taskforce.domain.schema import SourceSchema
from taskforce.engine.indexing import read_wholly
from taskforce.engine.job import Job
from taskforce.engine.metadata import ensure_source_schema, ensure_target_schema
from taskforce.engine.reading import READ_AT_ONCE, move_cursor, note_merges, note_page, read_each, tombstone
from taskforce.engine.stopping import Stopped, stop_if_asked
from taskforce.errors import AccessError, BudgetExhausted

_NAMES: Mapping[Entity, Mapping[str, str]] = {
    Entity.COMPANY: {"Name": "companyName"},
    Entity.CONTACT: {"FirstName": "firstName", "LastName": "lastName"},
}
"""Where Autotask keeps the name of a record that Salesforce shows no more."""


def read_both_sides(job: Job) -> None:
    """Read everything, and store what became of what is not there any more."""
    try:
        ensure_source_schema(job, anew=True)
        ensure_target_schema(job, anew=True)
        with job.stores.transaction():
            job.stores.sightings.begin()
        read_each(job, _schema(job), _read_all)
        for entity in Entity:
            read_wholly(job, entity)
        for entity in Entity:
            _seek_missing(job, entity)
        with job.stores.transaction():
            job.stores.sightings.begin()  # nobody asks any more, and they take room
    except (Stopped, BudgetExhausted):
        job.remarks.append("Not everything was read, so nothing was compared: the next reconciliation begins anew.")
        raise


def _schema(job: Job) -> SourceSchema:
    assert job.source_schema is not None, "metadata was just read"  # noqa: S101 - a defect, not input  # nosec B101
    return job.source_schema


def _read_all(job: Job, entity: Entity, schema: SourceSchema) -> None:
    """Every record into the Inbox, and its id among those that were seen.

    The incremental reading stands where it stood until the last page is stored; then all that was changed before this
    reading began has been seen.
    """
    cursor = job.stores.cursors.get(entity)
    fields = fields_to_read(entity, schema, job.settings)
    asked_at, shown = None, 0
    with closing(job.source.changes(entity, fields, since=None, after=None)) as pages:
        for page in pages:
            asked_at = asked_at or page.asked_at
            _receive(job, entity, page.records)
            shown += len(page.records)
            note_page(job, entity, page)
    _refuse_blindness(job, entity, shown)
    with job.stores.transaction():
        move_cursor(job, entity, cursor, replace(cursor, asked_at=asked_at).completed())


def _receive(job: Job, entity: Entity, records: Sequence[SourceRecord]) -> None:
    """Store records as due and as seen, also those that wait or fail; what a person rejected stays so."""
    ids = [record.id for record in records]
    with job.stores.transaction():
        job.stores.inbox.put(entity, records)
        job.stores.inbox.release(entity, ids, unless=Reason.PLAN_REJECTED)
        job.stores.sightings.add(entity, ids)
        note_merges(job, entity, [record for record in records if not record.is_gone])


def _refuse_blindness(job: Job, entity: Entity, shown: int) -> None:
    """A Salesforce that shows next to nothing of what is known has hidden it, rather than lost it (protocol 6)."""
    missing = sum(len(ids) for ids in _missing(job, entity))
    limits = job.settings.brake
    is_much = missing >= limits.floor and missing > limits.share * (shown + missing)
    if not (is_much or (missing and not shown)) or job.accepts_missing:
        return
    objects = f"{entity.source_object.lower()}s"
    raise AccessError(
        f"Salesforce showed {shown} {objects}, and no longer shows {missing} that are known; nothing was concluded.",
        system="Salesforce",
        operation="read everything",
        code="few_shown",
        mend="Check that its user sees all records (View All). "
        "If the others are really gone: reconcile with --accept-missing.",
    )


def _missing(job: Job, entity: Entity) -> Iterator[Sequence[SourceId]]:
    """Those that should have been seen and were not, in slices."""
    after: SourceId | None = None
    while ids := job.stores.sightings.missing(entity, after=after, limit=READ_AT_ONCE):
        yield ids
        after = ids[-1]


def _seek_missing(job: Job, entity: Entity) -> None:
    """Ask for those by their ids: what is shown is read like any other, the rest has vanished."""
    job.progress.phase(f"Looking for {entity.plural} that Salesforce did not show")
    fields = fields_to_read(entity, _schema(job), job.settings)
    for ids in _missing(job, entity):
        found = job.source.read(entity, fields, ids)
        there = {record.id for record in found}
        _receive(job, entity, [*found, *_vanished(job, entity, [each for each in ids if each not in there])])
        job.tally.wanted_reads += 1
        job.progress.advance(len(ids))
        stop_if_asked(job)


def _vanished(job: Job, entity: Entity, ids: Sequence[SourceId]) -> list[SourceRecord]:
    """What stands in the Inbox for records that are gone, with the names that Autotask knows them by.

    Those that were linked count for the brake, unless a person has said that they are gone.
    """
    links = job.stores.links.by_source(entity, ids)
    if not job.accepts_missing:
        job.tally.vanished += sum(link.state is LinkState.LINKED for link in links.values())
    targets = {source: link.target_id for source, link in links.items()}
    known = job.stores.index.records(entity, targets.values())
    names = {source: _names(known[target]) for source, target in targets.items() if target in known}
    seen_at = job.stores.cursors.get(entity).read_through or job.clock.now()
    return [replace(tombstone(entity, each, seen_at), fields=names.get(each, {})) for each in ids]


def _names(record: TargetRecord) -> Mapping[str, Value]:
    return {field: record.fields.get(name) for field, name in _NAMES[record.entity].items()}
