"""Reading Salesforce: every change into the Inbox, none lost (protocol 3)."""

from collections.abc import Sequence

from taskforce.domain.cursor import Cursor
from taskforce.domain.mapping import MAPPINGS
from taskforce.domain.records import Entity, SourceRecord
from taskforce.domain.schema import SourceSchema
from taskforce.engine.job import Job
from taskforce.engine.metadata import ensure_source_schema
from taskforce.engine.stopping import stop_if_asked
from taskforce.errors import ProtocolError

UNKNOWN_FIELD = "INVALID_FIELD"
"""Salesforce's code when a field that was described is no longer visible."""


def read_changes(job: Job) -> None:
    """Store every account and contact that changed since the last reading, with one overlap."""
    schema = ensure_source_schema(job)
    for entity in Entity:
        job.progress.phase(f"Reading {entity.plural} from Salesforce")
        try:
            _read(job, entity, schema)
        except ProtocolError as error:
            if error.code != UNKNOWN_FIELD:
                raise
            schema = ensure_source_schema(job, anew=True)
            _read(job, entity, schema)


def _read(job: Job, entity: Entity, schema: SourceSchema) -> None:
    """Page by page: records and the cursor behind them are stored together, so that a crash repeats a page at most."""
    cursor = job.stores.cursors.get(entity)
    fields = MAPPINGS[entity].source_fields(schema.fields[entity])
    since = cursor.since(job.settings.read_overlap)
    for page in job.source.changes(entity, fields, since=since, after=cursor.position):
        known, cursor = cursor, cursor.after_page(position=page.position, asked_at=page.asked_at)
        with job.stores.transaction():
            job.stores.inbox.put(entity, page.records)
            _note_merges(job, entity, page.records)
            _move(job, entity, known, cursor)
        job.tally.source_records[entity] += len(page.records)
        job.progress.advance(len(page.records))
        stop_if_asked(job)
    with job.stores.transaction():
        _move(job, entity, cursor, cursor.completed())


def _note_merges(job: Job, entity: Entity, records: Sequence[SourceRecord]) -> None:
    """Remember who was merged into whom, in whatever order the records arrive (B6)."""
    merged = {each.id: each.master_id for each in records if each.is_deleted and each.master_id is not None}
    job.stores.merges.remove(entity, [each.id for each in records if each.id not in merged])
    job.stores.merges.put(entity, merged)


def _move(job: Job, entity: Entity, known: Cursor, cursor: Cursor) -> None:
    """Move the cursor on, unless somebody has set it back meanwhile to have everything read anew."""
    if job.stores.cursors.get(entity) == known:
        job.stores.cursors.put(entity, cursor)
