"""Both systems' metadata: kept for a day, read anew when a request is refused for it (protocol 4)."""

from datetime import timedelta

from taskforce.domain.reasons import Reason
from taskforce.domain.schema import SourceSchema
from taskforce.engine.job import Job

FRESH_FOR = timedelta(days=1)
_SOLVED_BY_METADATA = (Reason.OWNER_NOT_FOUND,)


def ensure_source_schema(job: Job, *, anew: bool = False) -> SourceSchema:
    """Salesforce's visible fields, described at most once a day."""
    stored = job.stores.schemas.source()
    now = job.clock.now()
    if stored is not None and not anew and now - stored[1] < FRESH_FOR:
        job.source_schema = stored[0]
        return stored[0]
    calls = job.source.calls
    schema = job.source.describe()
    job.tally.describes += job.source.calls - calls
    with job.stores.transaction():
        job.stores.schemas.put_source(schema, now)
    job.source_schema = schema
    return schema


def ensure_target_schema(job: Job) -> None:
    """Autotask's metadata, read at most once a day; missing user-defined fields are created (S10).

    Pairs of earlier, should there be any, are to get their ids again: a field that was lost separates nobody. A dry run
    creates nothing and says what it would create. What was held for want of a resource is looked at again.
    """
    stored = job.stores.schemas.target()
    if stored is not None and job.clock.now() - stored.read_at < FRESH_FOR and not stored.missing_id_fields:
        job.target_schema = stored
        return
    calls = job.target.calls
    schema = job.target.describe()
    missing = schema.missing_id_fields
    if missing and job.is_dry_run:
        names = " and ".join(entity.plural for entity in missing)
        job.remarks.append(
            f"Autotask has no user-defined field for the Salesforce id on {names}; an import creates it."
        )
    elif missing:
        job.target.create_id_fields(missing)
        schema = job.target.describe()
    job.tally.metadata_calls += job.target.calls - calls
    with job.stores.transaction():
        for entity in missing:
            job.stores.links.forget_ids(entity)
        job.stores.schemas.put_target(schema)
        job.stores.inbox.release_reasons(_SOLVED_BY_METADATA)
    job.target_schema = schema
