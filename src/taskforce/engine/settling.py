"""What is stored once something is decided: what belongs together stands together here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from taskforce.domain import changes
from taskforce.domain.links import Link, LinkState
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.ownership import LastWritten
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.engine.indexing import index_written, release_what_waits_for
from taskforce.engine.job import Job

KINDS: Mapping[type[changes.Change], OutcomeKind] = {
    changes.Create: OutcomeKind.CREATED,
    changes.Link: OutcomeKind.LINKED,
    changes.Update: OutcomeKind.UPDATED,
    changes.Deactivate: OutcomeKind.DEACTIVATED,
    changes.Unchanged: OutcomeKind.UNCHANGED,
    changes.Adopt: OutcomeKind.LINKED,
    changes.Hold: OutcomeKind.HELD,
    changes.Skip: OutcomeKind.SKIPPED,
}
"""What a change that was made, or a decision not to make one, is told as."""

_RESUME = frozenset({LinkState.ORPHANED, LinkState.HELD, LinkState.DELETED, LinkState.VANISHED})
"""A pair in one of these states is kept current again as soon as it is found to stand."""

_STAY_DUE = frozenset({Reason.WRITE_IN_DOUBT, Reason.JUST_WRITTEN})
"""Held until the next run only, by nothing but time."""


def settle_decisions(job: Job, entity: Entity, decisions: Sequence[changes.Decision]) -> None:
    """Store a slice of the plan, in one transaction; what needs no write is settled at once, in a dry run everything.

    Accounts that have a company, or are to get one, make due what waits for them.
    """
    with job.stores.transaction():
        job.plan.add([(decision, outcome_now(job, decision)) for decision in decisions])
        for decision in decisions:
            _settle_unwritten(job, decision)
        job.stores.links.put(_links_of(job, entity, decisions))
        finished = [each for each in decisions if isinstance(each, changes.Unchanged | changes.Skip)]
        job.stores.inbox.settle(entity, [each.subject.source_id for each in finished if not _revisit(each)])
        if entity is Entity.COMPANY:
            placed = [each.subject.source_id for each in decisions if not isinstance(each, changes.Hold | changes.Skip)]
            job.stores.inbox.release_waiting(placed)
        _release_freed(job, entity, decisions)


def _release_freed(job: Job, entity: Entity, decisions: Sequence[changes.Decision]) -> None:
    """What was deleted in Salesforce, or separated, holds on to its Autotask record no more: what waits becomes due."""
    freed = (LinkState.DELETED, LinkState.UNMAPPED)
    skips = [each for each in decisions if isinstance(each, changes.Skip) and each.link_state in freed]
    links = job.stores.links.by_source(entity, [each.subject.source_id for each in skips]).values()
    known = job.stores.index.records(entity, [link.target_id for link in links])
    separated = {link.target_id: link.source_id for link in links if link.state is LinkState.UNMAPPED}
    bare = [
        replace(record, source_id=None, source_id_as_written=None)
        for target_id, record in known.items()
        if record.source_id is not None and record.source_id == separated.get(target_id)
    ]
    index_written(job, entity, bare)
    release_what_waits_for(job, entity, known.values())


def outcome_now(job: Job, decision: changes.Decision) -> Outcome | None:
    """Decisions not to write are outcomes already; a dry run takes the intention for the deed."""
    if isinstance(decision, changes.Write) and not job.is_dry_run:
        return None
    target_id = decision.target_id if isinstance(decision, changes.Patch | changes.Unchanged | changes.Adopt) else None
    return Outcome(kind=KINDS[type(decision)], reason=decision.reason, target_id=target_id)


def _settle_unwritten(job: Job, decision: changes.Decision) -> None:
    subject = decision.subject
    if isinstance(decision, changes.Hold | changes.Skip) and decision.link_state is not None:
        job.stores.links.set_state(subject.entity, subject.source_id, decision.link_state)
    if isinstance(decision, changes.Hold) and decision.reason not in _STAY_DUE:
        job.stores.inbox.hold(
            subject.entity,
            subject.source_id,
            decision.reason,
            waits_for=decision.waits_for,
            match_key=decision.match_key,
            rule_key=decision.rule_key,
        )
    if isinstance(decision, changes.Skip) and decision.heir is not None:
        _bequeath(job, subject, decision.heir)
    revisit = _revisit(decision)
    if isinstance(decision, changes.Unchanged) and revisit is not None:
        job.stores.inbox.revisit(subject.entity, subject.source_id, after=revisit)
    if isinstance(decision, changes.Skip) and revisit is not None:
        job.stores.inbox.await_account(subject.entity, subject.source_id, decision.reason, account=revisit)


def _bequeath(job: Job, subject: changes.Subject, heir: SourceId) -> None:
    """Link and locks move to the record that this one was merged into, which is looked at in this run or the next.

    A record that had been deleted before may have lost its place to another one; then there is nothing to hand on.
    """
    link = job.stores.links.by_source(subject.entity, [subject.source_id])[subject.source_id]
    locked = job.stores.links.locks(subject.entity, [subject.source_id]).get(subject.source_id, ())
    job.stores.links.remove(subject.entity, subject.source_id)
    others = job.stores.links.by_target(subject.entity, [link.target_id]) if link.state is LinkState.DELETED else ()
    if any(each.state is LinkState.LINKED for each in others):
        return
    former = subject.source_id if _stands_there(job, link) else link.former_id
    moved = replace(link, source_id=heir, fingerprint="", undone="", carries_id=False, former_id=former)
    job.stores.links.put([moved])
    job.stores.links.lock(subject.entity, heir, locked)
    job.stores.inbox.want(subject.entity, [heir])


def _stands_there(job: Job, link: Link) -> bool:
    """Whether the id of a pair was written; in a chain of merges an earlier one may stand there still."""
    seen = job.stores.index.records(link.entity, [link.target_id]).get(link.target_id)
    return link.carries_id or (seen is not None and seen.source_id == link.source_id)


def _revisit(decision: changes.Decision) -> SourceId | None:
    """The account whose company, once linked, has a settled record looked at again."""
    match decision:
        case changes.Unchanged():
            return decision.revisit_after
        case changes.Skip():
            return decision.waits_for
        case _:
            return None


def _links_of(job: Job, entity: Entity, decisions: Sequence[changes.Decision]) -> list[Link]:
    """Links with what they remember: nothing, from before an update is sent until it is known to be carried out."""
    updated = [each.subject.source_id for each in decisions if isinstance(each, changes.Update)]
    known = job.stores.links.by_source(entity, updated)
    resumed = (replace(link, state=LinkState.LINKED) if link.state in _RESUME else link for link in known.values())
    unchanged = [each for each in decisions if isinstance(each, changes.Unchanged)]
    return [
        *(replace(link, fingerprint="") for link in resumed),
        *(
            link_of(each.subject, each.target_id, each.fingerprint, each.written, written_at=each.written_at)
            for each in unchanged
        ),
    ]


def link_of(
    subject: changes.Subject,
    target_id: TargetId,
    fingerprint: str,
    written: LastWritten,
    *,
    written_at: datetime | None = None,
) -> Link:
    """The pair of a decision's record."""
    return Link(
        entity=subject.entity,
        source_id=subject.source_id,
        target_id=target_id,
        fingerprint=fingerprint,
        written=written,
        written_at=written_at,
    )
