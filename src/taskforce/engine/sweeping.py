"""The sweep for Salesforce ids that stand on more than one Autotask record (protocol 2, step 6).

    a reconciliation    → every id, in the index that was just read as a whole
    a day after a doubt → that one id, asked for by its value

Nothing is deleted or written: a person is told, and the record waits until one of the others is cleared.
"""

from taskforce.domain.notices import NoticeKind
from taskforce.domain.records import Entity, SourceId
from taskforce.engine.indexing import target_keys
from taskforce.engine.job import Job
from taskforce.engine.notifying import end
from taskforce.engine.stopping import stop_if_asked
from taskforce.engine.twins import tell_twins


def doubled_ids(job: Job) -> frozenset[str]:
    """The ids that people were told to stand twice: their records are looked at whatever they hold."""
    return frozenset(notice.subject for notice in job.stores.notices.open(NoticeKind.DUPLICATE_ID))


def sweep(job: Job) -> None:
    """Look for ids that stand twice: for all of them in a reconciliation, else for those whose day is over."""
    if not job.is_reconciliation:
        for entity, source_id in job.stores.watches.due(job.clock.now()):
            stop_if_asked(job)
            _look_for(job, entity, source_id)
        return
    with job.stores.transaction():
        for entity in Entity:
            for source_id, carriers in job.stores.index.doubled(entity).items():
                records = job.stores.index.records(entity, [carrier.id for carrier in carriers])
                tell_twins(job, entity, source_id, list(records.values()))
        for entity, source_id in job.stores.watches.due(job.clock.now()):
            job.stores.watches.remove(entity, source_id)


def _look_for(job: Job, entity: Entity, source_id: SourceId) -> None:
    """Ask for one id by its value; should it stand twice, its record is read and held by the next import."""
    if entity in job.schema.missing_id_fields:
        return
    calls = job.working_calls
    carriers = job.target.find_by_source_id(entity, job.schema, source_id)
    job.tally.watch_reads += job.working_calls - calls
    with job.stores.transaction():
        job.stores.index.put(entity, {each.id: (each, target_keys(each, job.settings)) for each in carriers})
        job.stores.watches.remove(entity, source_id)
        if len(carriers) > 1:
            tell_twins(job, entity, source_id, carriers)
            job.stores.inbox.want(entity, [source_id])


def end_notices(job: Job) -> None:
    """Twins that are gone, as far as the index knows, need no person any more."""
    told = [SourceId(each) for each in doubled_ids(job)]
    if not told:
        return
    with job.stores.transaction():
        carriers = [job.stores.index.carriers(entity, told) for entity in Entity]
        for source_id in told:
            if all(len(found.get(source_id, ())) < 2 for found in carriers):
                end(job, NoticeKind.DUPLICATE_ID, subject=source_id)
