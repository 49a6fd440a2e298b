"""The local index of Autotask's records: refreshed by what changed, so that matching costs no request (protocol 4)."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from taskforce.domain.match_rules import Keys, id_key, keys_of
from taskforce.domain.records import Entity, TargetId, TargetRecord
from taskforce.domain.settings import ConnectionSettings
from taskforce.engine.job import Job
from taskforce.engine.stopping import stop_if_asked

OVERLAP = timedelta(minutes=10)
"""How far behind Autotask's clock the next refresh begins: writes become visible late."""


HELD_LOOK = timedelta(minutes=30)
"""How often Autotask is asked what changed there for no other reason than that records are held."""


def is_time_to_look(job: Job) -> bool:
    """Records are held, and what they may be waiting for in Autotask was not looked at for a while.

    Both moments are the vendors' own, the one just read from Salesforce's clock: the one here may be off.
    """
    if not job.stores.inbox.standing().held:
        return False
    through = job.stores.index.refreshed_through(Entity.COMPANY)
    now = job.stores.cursors.get(Entity.COMPANY).read_through
    return through is not None and now is not None and abs(now - through) >= HELD_LOOK


def refresh_index(job: Job, entity: Entity) -> None:
    """Read what was created or changed in Autotask since the last refresh; everything, the first time.

    Somebody may have typed the customer in at noon. Held records whose candidates changed become due.
    """
    job.progress.phase(f"Reading {entity.plural} from Autotask")
    through = job.stores.index.refreshed_through(entity)
    calls = job.target.calls
    if through is None:
        pages = job.target.read_all(entity, job.schema)
    else:
        pages = job.target.read_changed(entity, job.schema, through - OVERLAP)
    asked_at = None
    for page in pages:
        asked_at = asked_at or job.target.server_time or job.clock.now()
        _store(job, entity, page)
        job.progress.advance(len(page))
        stop_if_asked(job)
    with job.stores.transaction():
        job.stores.index.set_refreshed_through(entity, asked_at or through or job.clock.now())
    job.tally.index_reads += job.target.calls - calls
    job.refreshed.add(entity)
    if through is None:
        job.wholly_read.add(entity)


def _store(job: Job, entity: Entity, page: Sequence[TargetRecord]) -> None:
    indexed = {record.id: (record, target_keys(record, job.settings)) for record in page}
    with job.stores.transaction():
        before = job.stores.index.records(entity, indexed)
        job.stores.index.put(entity, indexed)
        job.stores.inbox.release_keys(entity, _release_keys(job, [*before.values(), *page]))
        if entity is Entity.COMPANY:
            job.stores.inbox.release_waiting([record.source_id for record in page if record.source_id is not None])


def _release_keys(job: Job, records: Iterable[TargetRecord]) -> set[str]:
    """What may be waiting for these records: those with the same key, and those whose id they carry."""
    keys = set()
    for record in records:
        keys.add(target_keys(record, job.settings).match)
        if record.source_id is not None:
            keys.add(id_key(record.source_id))
    return keys


def target_keys(record: TargetRecord, settings: ConnectionSettings) -> Keys:
    """The keys of an Autotask record."""
    return keys_of(record.entity, record.fields, first_name_stand_in=settings.first_name_stand_in)


def present_state(job: Job, entity: Entity, ids: Sequence[TargetId]) -> dict[TargetId, TargetRecord]:
    """The records as they stand in Autotask now, in reads of up to 500; absent ones are gone.

    Straight after all records were read the index is as good as a look.
    """
    if entity in job.wholly_read:
        return dict(job.stores.index.records(entity, ids))
    found: dict[TargetId, TargetRecord] = {}
    for start in range(0, len(ids), 500):
        found.update(job.target.read(entity, job.schema, ids[start : start + 500]))
    job.tally.present_states[entity] += len(ids)
    return found
