"""The local index of Autotask's records: refreshed by what changed, so that matching costs no request (protocol 4)."""

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from datetime import datetime, timedelta

from taskforce.domain.match_rules import Keys, keys_by, keys_waited_for
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, TargetId, TargetRecord
from taskforce.domain.settings import ConnectionSettings
from taskforce.engine.job import Job
from taskforce.engine.stopping import stop_if_asked
from taskforce.errors import AccessError, ProtocolError

_Indexed = Mapping[TargetId, tuple[TargetRecord, Keys]]

OVERLAP = timedelta(minutes=10)
"""How far behind Autotask's clock the next refresh begins: writes become visible late."""

FEWEST_SHOWN = 0.5
"""A whole reading that shows a smaller share of what is known is not believed."""

FEW = 25
"""So few records may well be gone all at once."""

HELD_LOOK = timedelta(minutes=30)
"""How often Autotask is asked what changed there for no other reason than that records are held."""


def looked_at(job: Job, entity: Entity) -> datetime | None:
    """What time it was in Autotask when `present_state` was read, if it is known."""
    return job.wholly_read.get(entity) or job.target.server_time


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
    through = job.stores.index.refreshed_through(entity)
    if through is None:
        read_wholly(job, entity)
        return
    job.progress.phase(f"Reading {entity.plural} from Autotask")
    looked_at, _ = _take_in(job, entity, job.target.read_changed(entity, job.schema, through - OVERLAP))
    with job.stores.transaction():
        job.stores.index.set_refreshed_through(entity, looked_at or through)


def read_wholly(job: Job, entity: Entity) -> None:
    """Read everything there is in Autotask; what is not there any more is forgotten.

    Raises ProtocolError when pages repeat records, or show so few that more is likely wrong than gone: then nothing
    is concluded from what was not seen (invariant 13).
    """
    index = job.stores.index
    known = index.count(entity)
    job.progress.phase(f"Reading {entity.plural} from Autotask", known or None)
    looked_at, shown = _take_in(job, entity, job.target.read_all(entity, job.schema))
    with job.stores.transaction():
        _refuse_gaps(job, entity, known=known, shown=shown)
        index.forget_unseen(entity, job.run_id)
        through = looked_at or job.clock.now()
        index.set_refreshed_through(entity, through)
    job.wholly_read[entity] = through


def _take_in(job: Job, entity: Entity, reading: Generator[Sequence[TargetRecord]]) -> tuple[datetime | None, int]:
    """Store pages as they come. Returns Autotask's clock at the first, and how many records were shown."""
    calls = job.working_calls
    looked_at, shown = None, 0
    with closing(reading) as pages:
        for page in pages:
            looked_at = looked_at or job.target.server_time or job.clock.now()
            _store(job, entity, page)
            shown += len(page)
            job.progress.advance(len(page))
            stop_if_asked(job)
    job.tally.index_reads += job.working_calls - calls
    job.refreshed.add(entity)
    return looked_at, shown


def _refuse_gaps(job: Job, entity: Entity, *, known: int, shown: int) -> None:
    distinct = job.stores.index.count(entity, seen_in=job.run_id)
    if distinct != shown:
        raise ProtocolError(
            f"Autotask's answers repeat {entity.plural}, so some may be left out; nothing was concluded from them.",
            system="Autotask",
            operation=f"read {entity.plural}",
            code="broken_page",
            mend="Nothing to do: the next run reads again. Report it if it goes on.",
        )
    if shown < known * FEWEST_SHOWN and known >= FEW and not job.accepts_missing:
        raise AccessError(
            f"Autotask shows {shown} {entity.plural}, of {known} that are known; nothing was concluded from that.",
            system="Autotask",
            operation=f"read {entity.plural}",
            code="few_shown",
            mend="Check what the API user may see. If the others are really gone: reconcile with --accept-missing.",
        )


def _store(job: Job, entity: Entity, page: Sequence[TargetRecord]) -> None:
    indexed = {record.id: (record, target_keys(record, job.settings)) for record in page}
    with job.stores.transaction():
        before = job.stores.index.put(entity, indexed, run_id=job.run_id)
        _release_alike(job, before, indexed)
        concerned = [*before.values(), *indexed.values()]
        _release(job, entity, {keys for _, keys in concerned}, [record for record, _ in concerned])
        if entity is Entity.COMPANY:
            job.stores.inbox.release_waiting([record.source_id for record in page if record.source_id is not None])


def index_written(job: Job, entity: Entity, records: Iterable[TargetRecord]) -> None:
    """Take records that were written into the index, inside a transaction.

    One that got another key by that no longer fits what was held for the old one, which becomes due.
    """
    indexed = {record.id: (record, target_keys(record, job.settings)) for record in records}
    before = job.stores.index.put(entity, indexed)
    left: set[str] = set()
    for target_id, (_, known) in before.items():
        now = keys_waited_for(entity, indexed[target_id][1], job.settings)
        left |= keys_waited_for(entity, known, job.settings) - now
    _release_alike(job, before, indexed)
    job.stores.inbox.release_keys(entity, left)


def _release_alike(job: Job, before: _Indexed, indexed: _Indexed) -> None:
    """What is held because it is much like something is looked at again when a record that was known has other keys.

    Likeness cannot be looked up by a key; to decide about these anew costs no request.
    """
    if any(keys != indexed[target_id][1] for target_id, (_, keys) in before.items()):
        job.stores.inbox.release_reasons([Reason.NEAR_MATCH_HELD])


def release_what_waits_for(job: Job, entity: Entity, records: Collection[TargetRecord]) -> None:
    """Make due what may be waiting for these records: what has the same key, and that whose id they carry."""
    _release(job, entity, {target_keys(record, job.settings) for record in records}, records)


def _release(job: Job, entity: Entity, keys: AbstractSet[Keys], records: Iterable[TargetRecord]) -> None:
    waited_for = (keys_waited_for(entity, each, job.settings) for each in keys)
    job.stores.inbox.release_keys(entity, set().union(*waited_for))
    job.stores.inbox.release_carried(entity, {record.source_id for record in records if record.source_id is not None})


def target_keys(record: TargetRecord, settings: ConnectionSettings) -> Keys:
    """The keys of an Autotask record."""
    return keys_by(settings, record.entity, record.fields)


def attached(job: Job, company: TargetId) -> Mapping[str, int]:
    """How much hangs on a company, by what it is, asked of Autotask."""
    calls = job.working_calls
    found = job.target.attached(company)
    job.tally.index_reads += job.working_calls - calls
    return found


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
