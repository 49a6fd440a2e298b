"""Records that have left Salesforce, decided about before all others: links move with merges (B6).

merged, the survivor has no pair   → the link follows to the survivor, whose id is written with its next change
merged, the survivor has one       → a person is asked, with what hangs on the company counted
deleted, or shown no more          → left as it is, or set inactive, by setting
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from taskforce.domain import changes
from taskforce.domain.deciding import shows_our_write
from taskforce.domain.departing import Departure, decide_departed, decide_unfit
from taskforce.domain.drafts import subject_of
from taskforce.domain.links import Link, LinkState
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord
from taskforce.domain.settings import Deletion
from taskforce.engine.indexing import attached, looked_at, present_state
from taskforce.engine.job import Job
from taskforce.engine.presence import confirm_ids
from taskforce.engine.settling import settle_decisions
from taskforce.engine.stopping import stop_if_asked


def plan_departures(job: Job, entity: Entity, ids: Sequence[SourceId]) -> None:
    """Decide about a slice of records that have left, one after the other, since one may be the heir of another."""
    stop_if_asked(job)
    records = job.stores.inbox.load(entity, ids)
    present = _present(job, entity, ids)
    for record in records:
        decision = _decide(job, record, present)
        settle_decisions(job, entity, [decision])
        job.progress.advance(1)


def decide_unfit_ones(
    job: Job, records: Sequence[SourceRecord], links: Mapping[SourceId, Link]
) -> Mapping[SourceId, changes.Decision]:
    """Paired records that fit the filter no more, where the settings have those set inactive (B10).

    `links` are those of the records, each with a pair that stands in Autotask; the records are of one kind.
    """
    if not records:
        return {}
    entity = records[0].entity
    linked = {links[each.id].target_id: each.id for each in records}
    present = confirm_ids(job, entity, present_state(job, entity, list(linked)), linked)
    decided: dict[SourceId, changes.Decision] = {}
    for record in records:
        link = links[record.id]
        seen = present.get(link.target_id)
        if shows_our_write(link, seen, looked_at(job, entity)):
            decided[record.id] = decide_unfit(record, link, seen)
        else:
            decided[record.id] = changes.Hold(subject=subject_of(record), reason=Reason.JUST_WRITTEN)
    return decided


def _decide(job: Job, record: SourceRecord, present: Mapping[TargetId, TargetRecord]) -> changes.Decision:
    entity = record.entity
    survivor = job.stores.merges.survivors(entity, [record.id]).get(record.id)
    both = [record.id, survivor] if survivor is not None else [record.id]
    links = job.stores.links.by_source(entity, both)
    link = links.get(record.id)
    seen = present.get(link.target_id) if link is not None else None
    if link is not None and link.target_id in present and not shows_our_write(link, seen, looked_at(job, entity)):
        return changes.Hold(subject=subject_of(record), reason=Reason.JUST_WRITTEN)
    departure = Departure(
        record=record,
        link=link,
        survivor=survivor,
        survivor_link=links.get(survivor) if survivor is not None else None,
        is_in_doubt=bool(job.stores.intents.get(entity, both)),
        present=seen,
    )
    if departure.leaves_two_pairs and entity is Entity.COMPANY and link is not None:
        departure = replace(departure, attached=attached(job, link.target_id))
    return decide_departed(departure, job.settings.deletion)


def _present(job: Job, entity: Entity, ids: Sequence[SourceId]) -> Mapping[TargetId, TargetRecord]:
    """The Autotask records that may have to be set inactive, as they stand; nothing is asked where all is kept.

    Among them what one of these inherits by a merge from another, and leaves behind at once.
    """
    if job.settings.deletion is Deletion.KEEP:
        return {}
    survivors = job.stores.merges.survivors(entity, ids)
    links = job.stores.links.by_source(entity, [each for each in ids if survivors.get(each, each) in ids])
    linked = {link.target_id: link.source_id for link in links.values() if link.state is LinkState.LINKED}
    return confirm_ids(job, entity, present_state(job, entity, list(linked)), linked)
