"""Reading absence: a Salesforce id that is not to be seen was cleared only when Autotask confirms it (protocol 1)."""

from collections.abc import Mapping
from dataclasses import replace

from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord
from taskforce.engine.indexing import target_keys
from taskforce.engine.job import Job
from taskforce.engine.metadata import lacks_fields_of
from taskforce.errors import AccessError


def confirm_ids(
    job: Job, entity: Entity, present: Mapping[TargetId, TargetRecord], linked: Mapping[TargetId, SourceId]
) -> Mapping[TargetId, TargetRecord]:
    """Make sure of linked records whose id is not to be seen, before they count as separated.

    Autotask leaves user-defined fields out when no row of an answer has a value: such records are asked for by value,
    and one that is found carries its id all the same. A field that no longer exists stops the run; one that a dry run
    found missing from the start is another matter: an import would create it.
    """
    without_id = {target: source for target, source in linked.items() if _lacks_id(present.get(target))}
    is_to_be_created = entity in job.schema.missing_id_fields
    if not without_id or is_to_be_created:
        return present
    _refuse_if_field_is_gone(job, entity)
    confirmed = dict(present)
    for target_id, source_id in without_id.items():
        if carries(job, present[target_id], source_id):
            confirmed[target_id] = replace(present[target_id], source_id=source_id, source_id_as_written=source_id)
    return confirmed


def confirm_seen(job: Job, entity: Entity, linked: Mapping[TargetId, SourceId]) -> Mapping[TargetId, TargetRecord]:
    """Linked records as the index knows them, made sure of where they were last read without user-defined fields.

    What is learnt goes into the index, so that it is asked once.
    """
    seen = job.stores.index.records(entity, linked)
    unsure = {target: linked[target] for target, record in seen.items() if not record.id_field_seen}
    if not unsure:
        return seen
    confirmed = confirm_ids(job, entity, {target: seen[target] for target in unsure}, unsure)
    learnt = {target: replace(record, id_field_seen=True) for target, record in confirmed.items()}
    with job.stores.transaction():
        known = {target: (record, target_keys(record, job.settings)) for target, record in learnt.items()}
        job.stores.index.put(entity, known)
    return {**seen, **learnt}


def carries(job: Job, record: TargetRecord, source_id: SourceId) -> bool:
    """Whether a record carries a Salesforce id; asked by value if it was read without its user-defined fields."""
    if record.source_id is not None or record.id_field_seen:
        return record.source_id == source_id
    carriers = job.target.find_by_source_id(record.entity, job.schema, source_id)
    return any(carrier.id == record.id for carrier in carriers)


def _lacks_id(record: TargetRecord | None) -> bool:
    return record is not None and record.source_id is None


def _refuse_if_field_is_gone(job: Job, entity: Entity) -> None:
    """A user-defined field that was removed looks like every pair being separated: stop instead."""
    if job.has_id_fields:
        return
    calls = job.working_calls
    schema = job.target.describe()
    job.tally.metadata_calls += job.working_calls - calls
    job.has_id_fields = not any(lacks_fields_of(job.schema, schema, each) for each in Entity)
    if not lacks_fields_of(job.schema, schema, entity):
        return
    with job.stores.transaction():
        job.stores.schemas.expire()
    raise AccessError(
        f"Autotask's user-defined field for the Salesforce id on {entity.plural} is gone.",
        system="Autotask",
        operation="read user-defined fields",
        code="id_field_gone",
        mend="Restore it, or run the import again to create it anew; no pair was separated.",
    )
