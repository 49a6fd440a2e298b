"""Reading Salesforce: every change into the Inbox, none lost (protocol 3), and what people want looked at."""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime

from taskforce.domain.cursor import Cursor
from taskforce.domain.mapping import fields_to_read
from taskforce.domain.records import Entity, SourceId, SourceRecord
from taskforce.domain.schema import SourceSchema
from taskforce.engine.job import Job
from taskforce.engine.metadata import ensure_source_schema
from taskforce.engine.ports import SourcePage
from taskforce.engine.stopping import stop_if_asked
from taskforce.engine.stores import slices
from taskforce.errors import ProtocolError

UNKNOWN_FIELD = "INVALID_FIELD"
"""Salesforce's code when a field that was described is no longer visible."""

READ_AT_ONCE = 200
"""Records asked for by their ids in one request."""


def read_changes(job: Job) -> None:
    """Store every account and contact that changed since the last reading, with one overlap, or is wanted."""
    read_each(job, ensure_source_schema(job), _read)


def read_each(job: Job, schema: SourceSchema, read: Callable[[Job, Entity, SourceSchema], None]) -> None:
    """Read one object after the other; once more with new metadata when a field has become invisible."""
    for entity in Entity:
        job.progress.phase(f"Reading {entity.plural} from Salesforce")
        job.tally.source_records.setdefault(entity, 0)
        try:
            read(job, entity, schema)
        except ProtocolError as error:
            if error.code != UNKNOWN_FIELD:
                raise
            schema = ensure_source_schema(job, anew=True)
            read(job, entity, schema)


def _read(job: Job, entity: Entity, schema: SourceSchema) -> None:
    """Page by page: records and the cursor behind them are stored together, so that a crash repeats a page at most."""
    cursor = job.stores.cursors.get(entity)
    fields = fields_to_read(entity, schema, job.settings)
    since = cursor.since(job.settings.read_overlap)
    with closing(job.source.changes(entity, fields, since=since, after=cursor.position)) as pages:
        for page in pages:
            known, cursor = cursor, cursor.after_page(position=page.position, asked_at=page.asked_at)
            with job.stores.transaction():
                job.stores.inbox.put(entity, page.records)
                note_merges(job, entity, page.records)
                move_cursor(job, entity, known, cursor)
            note_page(job, entity, page)
    with job.stores.transaction():
        move_cursor(job, entity, cursor, cursor.completed())
    _read_wanted(job, entity, fields, cursor.asked_at)


def note_page(job: Job, entity: Entity, page: SourcePage) -> None:
    """Count a page that is stored, pass on what is to be said of it, and stop if that is wished."""
    job.tally.source_records[entity] += len(page.records)
    job.progress.advance(len(page.records))
    job.remarks.extend(filter(None, [page.remark]))
    stop_if_asked(job)


def _read_wanted(job: Job, entity: Entity, fields: Sequence[str], asked_at: datetime | None) -> None:
    """Store what is wanted though it did not change; what has just been read is not wanted any more."""
    for ids in slices(job.stores.inbox.wanted(entity), READ_AT_ONCE):
        found = job.source.read(entity, fields, ids)
        gone = set(ids) - {record.id for record in found}
        tombstones = [tombstone(entity, each, asked_at or job.clock.now()) for each in sorted(gone)]
        with job.stores.transaction():
            job.stores.inbox.put(entity, [*found, *tombstones])
            note_merges(job, entity, found)
        job.tally.wanted_reads += 1
        job.progress.advance(len(ids))
        stop_if_asked(job)


def tombstone(entity: Entity, source_id: SourceId, seen_at: datetime) -> SourceRecord:
    """Stands for a record that Salesforce does not show any more."""
    return SourceRecord(entity=entity, id=source_id, modified_at=seen_at, fields={}, is_deleted=True, is_gone=True)


def note_merges(job: Job, entity: Entity, records: Sequence[SourceRecord]) -> None:
    """Remember who was merged into whom, in whatever order the records arrive (B6); inside a transaction."""
    merged = {each.id: each.master_id for each in records if each.is_deleted and each.master_id is not None}
    job.stores.merges.remove(entity, [each.id for each in records if each.id not in merged])
    job.stores.merges.put(entity, merged)


def move_cursor(job: Job, entity: Entity, known: Cursor, cursor: Cursor) -> None:
    """Move the cursor on, inside a transaction, unless somebody has set it back meanwhile to have all read anew."""
    if job.stores.cursors.get(entity) == known:
        job.stores.cursors.put(entity, cursor)
