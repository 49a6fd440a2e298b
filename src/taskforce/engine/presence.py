"""Reading absence: a Salesforce id that is not to be seen was cleared only when Autotask confirms it (protocol 1)."""

from collections.abc import Mapping
from dataclasses import replace

from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord
from taskforce.engine.job import Job
from taskforce.errors import AccessError


def confirm_ids(
    job: Job, entity: Entity, present: Mapping[TargetId, TargetRecord], linked: Mapping[TargetId, SourceId]
) -> Mapping[TargetId, TargetRecord]:
    """Ask by value for the ids of linked records whose answer listed no user-defined fields at all.

    Autotask leaves them out when no row of an answer has a value; a record found by value carries its id all the same.
    """
    unseen = {target: source for target, source in linked.items() if _is_unseen(present.get(target))}
    if not unseen:
        return present
    _refuse_if_field_is_gone(job, entity)
    confirmed = dict(present)
    for target_id, source_id in unseen.items():
        record = present[target_id]
        carriers = job.target.find_by_source_id(entity, job.schema, source_id)
        if any(carrier.id == target_id for carrier in carriers):
            confirmed[target_id] = replace(record, source_id=source_id, source_id_as_written=source_id)
    return confirmed


def _is_unseen(record: TargetRecord | None) -> bool:
    return record is not None and not record.id_field_seen and record.source_id is None


def _refuse_if_field_is_gone(job: Job, entity: Entity) -> None:
    """A user-defined field that was removed looks like every pair being separated: stop instead."""
    schema = job.target.describe()
    if entity in schema.id_fields:
        return
    job.stores.schemas.expire()
    raise AccessError(
        f"Autotask's user-defined field for the Salesforce id on {entity.plural} is gone.",
        system="Autotask",
        operation="read user-defined fields",
        code="id_field_gone",
        mend="Restore it, or run the import again to create it anew; no pair was separated.",
    )
