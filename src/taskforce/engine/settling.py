"""What is stored once something is decided or done: what belongs together stands together here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from taskforce.domain import changes
from taskforce.domain.deciding import where_it_stands
from taskforce.domain.diffing import with_references
from taskforce.domain.links import Link, LinkState
from taskforce.domain.match_rules import id_key
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord
from taskforce.domain.retry import refusal
from taskforce.domain.undoing import after_undo
from taskforce.engine.indexing import index_written, target_keys
from taskforce.engine.job import Job, Written
from taskforce.engine.sending import Answer, Request
from taskforce.engine.stores import Intent, Stores
from taskforce.errors import ProtocolError, RecordRejected, TransientError, WriteInDoubt

_KINDS: Mapping[type[changes.Change], OutcomeKind] = {
    changes.Create: OutcomeKind.CREATED,
    changes.Link: OutcomeKind.LINKED,
    changes.Update: OutcomeKind.UPDATED,
    changes.Deactivate: OutcomeKind.DEACTIVATED,
    changes.Unchanged: OutcomeKind.UNCHANGED,
    changes.Hold: OutcomeKind.HELD,
    changes.Skip: OutcomeKind.SKIPPED,
}

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
    job.stores.inbox.release_keys(entity, [target_keys(each, job.settings).match for each in known.values()])


def outcome_now(job: Job, decision: changes.Decision) -> Outcome | None:
    """Decisions not to write are outcomes already; a dry run takes the intention for the deed."""
    if isinstance(decision, changes.Write) and not job.is_dry_run:
        return None
    target_id = decision.target_id if isinstance(decision, changes.Patch | changes.Unchanged) else None
    return Outcome(kind=_KINDS[type(decision)], reason=decision.reason, target_id=target_id)


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
        )
    if isinstance(decision, changes.Skip) and decision.heir is not None:
        _bequeath(job, subject, decision.heir)
    revisit = _revisit(decision)
    if isinstance(decision, changes.Unchanged) and revisit is not None:
        job.stores.inbox.revisit(subject.entity, subject.source_id, after=revisit)
    if isinstance(decision, changes.Skip) and revisit is not None:
        job.stores.inbox.await_account(subject.entity, subject.source_id, decision.reason, account=revisit)


def _bequeath(job: Job, subject: changes.Subject, heir: SourceId) -> None:
    """The link moves to the record that this one was merged into, which is looked at in this run or the next.

    A record that had been deleted before may have lost its place to another one; then there is nothing to hand on.
    """
    link = job.stores.links.by_source(subject.entity, [subject.source_id])[subject.source_id]
    job.stores.links.remove(subject.entity, subject.source_id)
    others = job.stores.links.by_target(subject.entity, link.target_id) if link.state is LinkState.DELETED else ()
    if any(each.state is LinkState.LINKED for each in others):
        return
    former = subject.source_id if _stands_there(job, link) else link.former_id
    moved = replace(link, source_id=heir, fingerprint="", undone="", carries_id=False, former_id=former)
    job.stores.links.put([moved])
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
        *(_link(each.subject, each.target_id, each.fingerprint) for each in unchanged),
    ]


def _link(subject: changes.Subject, target_id: TargetId, fingerprint: str) -> Link:
    return Link(entity=subject.entity, source_id=subject.source_id, target_id=target_id, fingerprint=fingerprint)


def settle_answer(job: Job, answer: Answer) -> None:
    """Store what became of a request, inside a transaction.

    An error that stops the run says that nothing was written: the change stays pending, the record due.
    """
    request, error = answer.request, answer.error
    change, number = request.change, request.number
    if error is None and answer.target_id is not None:
        job.tally.writes += request.is_needed
        record = replace(request.record, id=answer.target_id)
        settle_written(job, number, change, record, request.references, request.server_time)
    elif isinstance(error, WriteInDoubt | ProtocolError):
        _settle_doubt(job, request)
    elif isinstance(error, RecordRejected):
        reason = refusal(error.code, metadata_is_new=job.has_new_metadata)
        if reason is Reason.METADATA_OUTDATED:
            job.stores.schemas.expire()
        _settle_failure(job, request, reason, f"{error.code}: {error}")
    elif isinstance(error, TransientError):
        _settle_failure(job, request, Reason.UNREACHABLE, str(error))
    else:
        job.stores.intents.close(change.subject.entity, change.subject.source_id)


def settle_written(
    job: Job,
    number: int,
    change: changes.Write,
    record: TargetRecord,
    references: Mapping[str, TargetId],
    server_time: datetime | None,
) -> None:
    """A write was carried out: link, intent and outcome, inside a transaction; index and inbox follow by `file_away`.

    `record` is the Autotask record as it stands now, `references` what the change's references resolved to,
    `server_time` Autotask's clock before the write.
    """
    subject, stores, record = change.subject, job.stores, replace(record, changed_at=server_time)
    fingerprint = with_references(change.basis.fingerprint, where_it_stands(references, record.company_id))
    outcome = Outcome(kind=_KINDS[type(change)], reason=change.reason, target_id=record.id)
    link = replace(_link(subject, record.id, fingerprint), written_at=server_time)
    _put_pair(stores, change, link)
    stores.intents.close(subject.entity, subject.source_id)
    if change.basis.revisit_after is not None:
        stores.inbox.revisit(subject.entity, subject.source_id, after=change.basis.revisit_after)
    job.plan.settle(number, outcome, job.clock.now())
    if _gave_up_id(change):
        stores.index.put(record.entity, {record.id: (record, target_keys(record, job.settings))})
    else:
        job.written.append(Written(change=change, record=record))


def _put_link(stores: Stores, link: Link, change: changes.Write | None) -> None:
    """Store a pair. That of a deleted record whose place it takes is over, and cannot be taken up again."""
    if change is None or isinstance(change, changes.Link):
        for other in stores.links.by_target(link.entity, link.target_id):
            if other.state is LinkState.DELETED and other.source_id != link.source_id:
                stores.links.remove(other.entity, other.source_id)
    stores.links.put([link])


def _after(change: changes.Write | None, link: Link) -> Link:
    """The pair as it stands once the change is carried out."""
    if _gave_up_id(change):
        return replace(link, state=LinkState.REPLACED, carries_id=False)
    is_deactivated = isinstance(change, changes.Deactivate)
    return replace(link, state=LinkState.DEACTIVATED if is_deactivated else LinkState.LINKED)


def _put_pair(stores: Stores, change: changes.Write | None, link: Link) -> None:
    """Store the pair of a change that was carried out; one that an undo found only remembers what was taken back."""
    if not isinstance(change, changes.Patch) or not change.is_undo:
        _put_link(stores, _after(change, link), change)
        return
    known = stores.links.by_source(link.entity, [link.source_id]).get(link.source_id)
    if known is not None:
        stores.links.put([replace(after_undo(known, change), written_at=link.written_at)])


def _gave_up_id(change: changes.Write | None) -> bool:
    """Another record takes the place of this one: the Salesforce record is still due."""
    return isinstance(change, changes.Deactivate) and change.clears_id


def settle_found(job: Job, intent: Intent, change: changes.Write | None, record: TargetRecord) -> Outcome:
    """A write that was in doubt is found carried out, inside a transaction; returns its outcome.

    The Salesforce record stays in the inbox, for it may have changed since, and its values are all compared then.
    """
    link = Link(entity=intent.entity, source_id=intent.source_id, target_id=record.id)
    _put_pair(job.stores, change, link)
    kind, reason = (_KINDS[type(change)], change.reason) if change else (OutcomeKind.CREATED, Reason.NO_CANDIDATE)
    return Outcome(kind=kind, reason=reason, target_id=record.id)


def file_away(job: Job) -> None:
    """Take what was written into the index and out of the inbox, many at once, inside a transaction.

    It may wait: after a crash in between, the link says that nothing is left to do for the record, and the next refresh
    of the index reads what was created meanwhile.
    """
    for entity in Entity:
        written = [each for each in job.written if each.record.entity is entity]
        done = [each.change.subject.source_id for each in written if _ends_waiting(each.change)]
        index_written(job, entity, [each.record for each in written])
        job.stores.inbox.settle(entity, done)
    job.written.clear()


def _ends_waiting(change: changes.Write) -> bool:
    return change.basis.revisit_after is None and not change.is_undo


def settle_waiting(job: Job, number: int, change: changes.Write, reason: Reason, waits_for: SourceId | None) -> None:
    """The change cannot be made after all: the record waits. Inside a transaction."""
    subject, now = change.subject, job.clock.now()
    job.stores.intents.close(subject.entity, subject.source_id)
    match_key = id_key(subject.source_id) if reason is Reason.DUPLICATE_ID else change.basis.keys.match
    job.stores.inbox.hold(subject.entity, subject.source_id, reason, waits_for=waits_for, match_key=match_key)
    job.plan.settle(number, Outcome(kind=OutcomeKind.HELD, reason=reason), now)


def settle_not_reached(job: Job, number: int) -> None:
    """The change cannot be made in this run, through no fault of its record, which stays as it waits."""
    outcome = Outcome(kind=OutcomeKind.POSTPONED, reason=Reason.NOT_REACHED)
    with job.stores.transaction():
        job.plan.settle(number, outcome, job.clock.now())


def _settle_failure(job: Job, request: Request, reason: Reason, detail: str) -> None:
    """Autotask refused the record, or could not be reached for it: kept, and tried again by `domain.retry`."""
    subject, now = request.change.subject, job.clock.now()
    job.tally.failures += 1
    job.stores.intents.close(subject.entity, subject.source_id)
    if not request.change.is_undo:
        job.stores.inbox.fail(subject.entity, subject.source_id, reason, now)
    job.plan.settle(request.number, Outcome(kind=OutcomeKind.FAILED, reason=reason, detail=detail), now)


def _settle_doubt(job: Job, request: Request) -> None:
    """The answer to a write was lost: the intent stays in doubt, the record stays due, the run tells it as held."""
    subject = request.change.subject
    job.stores.intents.doubt(subject.entity, subject.source_id)
    outcome = Outcome(kind=OutcomeKind.HELD, reason=Reason.WRITE_IN_DOUBT)
    job.plan.settle(request.number, outcome, job.clock.now())
    job.doubts.add(request.number)
