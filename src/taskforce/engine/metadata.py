"""Both systems' metadata: kept for a day, read anew when a request is refused for it (protocol 4)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from taskforce.domain.cursor import Cursor
from taskforce.domain.mapping import ESSENTIAL
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, TargetId
from taskforce.domain.schema import REQUIRED, SourceSchema, TargetSchema
from taskforce.engine.job import Job
from taskforce.engine.ports import Target
from taskforce.engine.stores import Stores
from taskforce.errors import AccessError, ProtocolError

FRESH_FOR = timedelta(days=1)
FEW_RESOURCES = 3
"""So few may all have left or been renamed; of more at least one is still there."""

_SOLVED_BY_METADATA = (Reason.OWNER_NOT_FOUND, Reason.TYPE_NOT_FOUND)
_SOLVED_BY_OTHER_METADATA = (Reason.REJECTED,)
"""Tried again only when the metadata is no longer what it was: each attempt is a request."""


def ensure_source_schema(job: Job, *, anew: bool = False) -> SourceSchema:
    """Salesforce's visible fields, described at most once a day.

    Fields that have become visible are imported for all records: Salesforce is read from the beginning.
    """
    stored = job.stores.schemas.source()
    now = job.clock.now()
    if stored is not None and not anew and _is_fresh(job, stored[1]):
        job.source_schema = stored[0]
        return stored[0]
    calls = job.source.calls
    schema = job.source.describe(job.settings.mappings)
    job.tally.describes += job.source.calls - calls
    _refuse_hidden(schema)
    if stored is not None:
        _refuse_other_org(stored[0], schema)
    with job.stores.transaction():
        _refuse_second(job.stores, schema, job.stores.schemas.target())
        job.stores.schemas.put_source(schema, now)
        job.stores.inbox.release_reasons([Reason.FIELD_NOT_VISIBLE])
        for entity in Entity:
            if stored is not None and schema.shows_more_than(stored[0], entity):
                job.stores.cursors.put(entity, Cursor())
    job.source_schema = schema
    return schema


def _is_fresh(job: Job, read_at: datetime) -> bool:
    """Read within a day; a time in the future comes of a clock that was ahead, and counts for nothing."""
    return timedelta(0) <= job.clock.now() - read_at < FRESH_FOR


def _refuse_hidden(schema: SourceSchema) -> None:
    """A field that may not be seen is no blank: without the essential ones every record would be taken for another."""
    for entity in Entity:
        hidden = sorted(ESSENTIAL[entity] - schema.fields[entity])
        if hidden:
            raise AccessError(
                f"The Salesforce user does not see {' and '.join(hidden)} of {entity.source_object}.",
                system="Salesforce",
                operation="describe",
                code="field_not_visible",
                mend="Make them visible to the user by field-level security; nothing was imported.",
            )


def _refuse_other_org(known: SourceSchema, schema: SourceSchema) -> None:
    """How far the one was read says nothing about the other: changes would be lost."""
    if known.organization_id and schema.organization_id not in ("", known.organization_id):
        raise _elsewhere("Salesforce", f"org ({schema.organization_id} instead of {known.organization_id})")


def _refuse_other_database(known: TargetSchema, schema: TargetSchema) -> None:
    """Ids of the one are those of strangers in the other. Databases share no resources; copies of one share most."""
    if len(known.resources) >= FEW_RESOURCES and not _people(known) & _people(schema):
        raise _elsewhere("Autotask", "database (it has none of the resources of before)")


def _people(schema: TargetSchema) -> set[tuple[TargetId, str]]:
    return {(each.id, each.full_name) for each in schema.resources}


def _elsewhere(system: str, what: str) -> AccessError:
    return AccessError(
        f"This is another {system} {what} than the one that this connection was made for; nothing was written.",
        system=system,
        operation="describe",
        code="another_system",
        mend="Set the address and the user back, and add a connection of its own for the other.",
    )


def ensure_target_schema(job: Job, *, anew: bool = False) -> None:
    """Autotask's metadata, read at most once a day unless `anew`; missing user-defined fields are created (S10).

    Pairs of earlier, should there be any, are to get their ids again: a field that was lost separates nobody. A dry run
    creates nothing and says what it would create. What was held for want of a resource is looked at again, and what
    Autotask refused is tried again if its metadata has changed.
    """
    stored = job.stores.schemas.target()
    if stored is not None and not anew and _is_fresh(job, stored.read_at) and not stored.missing_id_fields:
        job.target_schema = stored.reading(job.settings.mappings)
        return
    calls = job.working_calls
    schema, missing = _described(job.target, stored, may_create=not job.is_dry_run)
    if missing and job.is_dry_run:
        names = " and ".join(entity.plural for entity in missing)
        job.remarks.append(
            f"Autotask has no user-defined field for the Salesforce id on {names}; an import creates it."
        )
    job.tally.metadata_calls += job.working_calls - calls
    _keep(job.stores, stored, schema, missing)
    job.target_schema = schema.reading(job.settings.mappings)
    job.has_new_metadata = True
    job.has_id_fields = not schema.missing_id_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Autotask as it was found, and the entities whose user-defined field was created."""

    schema: TargetSchema
    created: tuple[Entity, ...]


def prepare_target(stores: Stores, target: Target) -> Prepared:
    """Read Autotask's metadata now, and create the user-defined fields that are missing (S10), without a run."""
    stored = stores.schemas.target()
    schema, created = _described(target, stored, may_create=True)
    _keep(stores, stored, schema, created)
    return Prepared(schema=schema, created=created)


def _described(
    target: Target, stored: TargetSchema | None, *, may_create: bool
) -> tuple[TargetSchema, tuple[Entity, ...]]:
    """Autotask's metadata, and which user-defined fields were missing; they are created if that is allowed."""
    schema = target.describe()
    _refuse_hollow(schema)
    if stored is not None:
        _refuse_other_database(stored, schema)
    missing = schema.missing_id_fields
    if missing and may_create:
        target.create_id_fields(missing)
        schema = target.describe()
    return schema, missing


def _keep(stores: Stores, stored: TargetSchema | None, schema: TargetSchema, missing: tuple[Entity, ...]) -> None:
    """Store what was read, with what follows from it."""
    with stores.transaction():
        known = stores.schemas.source()
        _refuse_second(stores, known[0] if known is not None else None, schema)
        for entity in Entity:
            if entity in missing or (stored is not None and lacks_fields_of(stored, schema, entity)):
                stores.links.forget_ids(entity)
        stores.schemas.put_target(schema)
        stores.inbox.release_reasons(_SOLVED_BY_METADATA)
        if stored is not None and replace(schema, read_at=stored.read_at) != stored:
            stores.inbox.release_reasons(_SOLVED_BY_OTHER_METADATA)


def lacks_fields_of(known: TargetSchema, schema: TargetSchema, entity: Entity) -> bool:
    """Whether a user-defined field that may have carried ids is there no more: that separates nobody either."""
    return not set(known.carrying_fields(entity)) <= set(schema.carrying_fields(entity))


def _refuse_second(stores: Stores, source: SourceSchema | None, target: TargetSchema | None) -> None:
    """Two connections between one org and one database know nothing of each other: both create every record.

    Their addresses and users may be other ones, so only the systems themselves tell: asked, inside a transaction, as
    soon as both have, and before anything is planned.
    """
    if source is None or target is None or not source.organization_id or not target.database_id:
        return
    if other := stores.schemas.other_pair(source.organization_id, target.database_id):
        raise AccessError(
            f"The connection {other} pairs the same Salesforce org with the same Autotask database, by other "
            "addresses or users; a second one would create records twice, so nothing was imported.",
            system="Autotask",
            operation="read metadata",
            code="same_pair",
            mend=f"Remove this connection, and edit {other} if another user is to sign in.",
        )


def _refuse_hollow(schema: TargetSchema) -> None:
    """Metadata without what every Autotask database has is a broken answer, and nothing to act on for a day."""
    for entity in Entity:
        lacking = sorted(REQUIRED[entity] - schema.fields[entity].keys())
        if lacking or not schema.resources:
            what = f"the fields {', '.join(lacking)} of {entity.plural}" if lacking else "resources"
            raise ProtocolError(
                f"Autotask's metadata came without {what}.",
                system="Autotask",
                operation="read metadata",
                code="hollow_metadata",
                mend="Nothing was changed; the next import asks again. Check the API user's rights if it goes on.",
            )
