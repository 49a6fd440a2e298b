"""What is stored once a write was answered, or is known to have been carried out: all that belongs to it at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from taskforce.domain import changes
from taskforce.domain.diffing import with_references
from taskforce.domain.drafts import where_it_stands
from taskforce.domain.links import Link, LinkState
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.ownership import NOTHING_WRITTEN, LastWritten
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord
from taskforce.domain.retry import refusal
from taskforce.domain.undoing import after_undo
from taskforce.engine.indexing import index_written, target_keys
from taskforce.engine.job import Job, Written
from taskforce.engine.sending import Answer, Request
from taskforce.engine.settling import KINDS, link_of
from taskforce.engine.stores import Intent, Stores
from taskforce.errors import ProtocolError, RecordRejected, TaskforceError, TransientError, WriteInDoubt


def settle_answers(job: Job, answers: Sequence[Answer]) -> None:
    """Store what became of requests, inside a transaction; index and inbox follow by `file_away`."""
    _settle_written(job, [_Done.of(each.request, each.target_id) for each in answers if each.target_id is not None])
    for answer in answers:
        if answer.target_id is None:
            _settle_unanswered(job, answer.request, answer.error)


def _settle_unanswered(job: Job, request: Request, error: TaskforceError | None) -> None:
    """Nothing was written, or nobody knows.

    What stops the run, or came after that, says that nothing was: the change stays pending, the record due.
    """
    if isinstance(error, WriteInDoubt | ProtocolError):
        _settle_doubt(job, request)
    elif isinstance(error, RecordRejected):
        reason = refusal(error.code, metadata_is_new=job.has_new_metadata)
        if reason is Reason.METADATA_OUTDATED:
            job.stores.schemas.expire()
        _settle_failure(job, request, reason, f"{error.code}: {error}")
    elif isinstance(error, TransientError):
        _settle_failure(job, request, Reason.UNREACHABLE, str(error))
    else:
        _close(job, [request.change])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """A request that was carried out, and the Autotask record as it stands now."""

    request: Request
    record: TargetRecord

    @classmethod
    def of(cls, request: Request, target_id: TargetId) -> Self:
        """The record is known wholly once its id is; where nothing was to be written it is as old as it was."""
        changed_at = request.server_time if request.is_needed else request.record.changed_at
        return cls(request=request, record=replace(request.record, id=target_id, changed_at=changed_at))

    @property
    def link(self) -> Link:
        """The pair, its values as they were sent."""
        change, record, references = self.request.change, self.record, self.request.references
        fingerprint = with_references(change.basis.fingerprint, where_it_stands(references, record.company_id))
        written = _written(change, references)
        return link_of(change.subject, record.id, fingerprint, written, written_at=record.changed_at)

    @property
    def outcome(self) -> Outcome:
        """What became of the change."""
        change = self.request.change
        return Outcome(kind=KINDS[type(change)], reason=change.reason, target_id=self.record.id)


def _settle_written(job: Job, done: Sequence[_Done]) -> None:
    """Writes were carried out: links, intents and outcomes."""
    stores = job.stores
    job.tally.writes += sum(each.request.is_needed for each in done)
    _put_pairs(stores, [(each.request.change, each.link) for each in done])
    _close(job, [each.request.change for each in done])
    job.plan.settle_all({each.request.number: each.outcome for each in done}, job.clock.now())
    for change, record in ((each.request.change, each.record) for each in done):
        if change.basis.revisit_after is not None:
            stores.inbox.revisit(record.entity, change.subject.source_id, after=change.basis.revisit_after)
        if _gave_up_id(change):
            stores.index.put(record.entity, {record.id: (record, target_keys(record, job.settings))})
        else:
            job.written.append(Written(change=change, record=record))


def _close(job: Job, ended: Sequence[changes.Write]) -> None:
    """The end of these is known."""
    for entity in Entity:
        ids = [each.subject.source_id for each in ended if each.subject.entity is entity]
        job.stores.intents.close(entity, ids)


def _put_pairs(stores: Stores, done: Sequence[tuple[changes.Write | None, Link]]) -> None:
    """Store the pairs of changes that were carried out, and end those of deleted records whose place they take."""
    _end_deleted(stores, [link for change, link in done if change is None or isinstance(change, changes.Link)])
    stores.links.put([pair for change, link in done for pair in _pairs(stores, change, link)])


def _end_deleted(stores: Stores, links: Sequence[Link]) -> None:
    """The pair of a deleted record whose place another takes is over, and cannot be taken up again."""
    for entity in Entity:
        taken = {link.target_id: link.source_id for link in links if link.entity is entity}
        for other in stores.links.by_target(entity, taken):
            if other.state is LinkState.DELETED and other.source_id != taken[other.target_id]:
                stores.links.remove(entity, other.source_id)


def _written(change: changes.Write, references: Mapping[str, TargetId]) -> LastWritten:
    """What a change wrote or saw to agree, the references that got their company meanwhile included."""
    sent = {name: target for name, target in references.items() if name not in change.basis.kept}
    return change.basis.written.and_then(LastWritten.of(sent))


def _after(change: changes.Write | None, link: Link) -> Link:
    """The pair as it stands once the change is carried out."""
    if _gave_up_id(change):
        return replace(link, state=LinkState.REPLACED, carries_id=False)
    is_deactivated = isinstance(change, changes.Deactivate)
    return replace(link, state=LinkState.DEACTIVATED if is_deactivated else LinkState.LINKED)


def _pairs(stores: Stores, change: changes.Write | None, link: Link) -> Sequence[Link]:
    """The pair of a change that was carried out, to be stored; one that an undo found only remembers what was taken
    back."""
    if isinstance(change, changes.Patch) and change.is_undo:
        known = stores.links.by_source(link.entity, [link.source_id]).values()
        return [replace(after_undo(each, change), written_at=link.written_at) for each in known]
    if _gave_up_id(change):
        stores.links.lock(link.entity, link.source_id, ())
    return [_after(change, link)]


def _gave_up_id(change: changes.Write | None) -> bool:
    """Another record takes the place of this one: the Salesforce record is still due."""
    return isinstance(change, changes.Deactivate) and change.clears_id


def settle_found(job: Job, intent: Intent, change: changes.Write | None, record: TargetRecord) -> Outcome:
    """A write that was in doubt is found carried out, inside a transaction; returns its outcome.

    The Salesforce record stays in the inbox, for it may have changed since, and its values are all compared then.
    """
    written = NOTHING_WRITTEN
    if change is not None:
        written = change.basis.written.and_then(_written_in_doubt(job, change).held_by(record.fields))
    link = Link(entity=intent.entity, source_id=intent.source_id, target_id=record.id, written=written)
    _put_pairs(job.stores, [(change, link)])
    kind, reason = (KINDS[type(change)], change.reason) if change else (OutcomeKind.CREATED, Reason.NO_CANDIDATE)
    return Outcome(kind=kind, reason=reason, target_id=record.id)


def remember_partly_found(job: Job, change: changes.Patch, record: TargetRecord) -> None:
    """A write that was in doubt is not found as a whole, inside a transaction: what of it stands there is ours (B8).

    It may have been carried out, and somebody edited a field since: the others are no edits.
    """
    subject = change.subject
    link = job.stores.links.by_source(subject.entity, [subject.source_id]).get(subject.source_id)
    if link is not None and link.target_id == record.id:
        ours = _written_in_doubt(job, change).held_by(record.fields)
        job.stores.links.put([replace(link, written=link.written.and_then(ours))])


def _written_in_doubt(job: Job, change: changes.Write) -> LastWritten:
    links = job.stores.links.by_source(Entity.COMPANY, change.basis.references.values())
    references = change.basis.references.items()
    return _written(change, {name: links[account].target_id for name, account in references if account in links})


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
    job.stores.intents.close(subject.entity, [subject.source_id])
    match_key = "" if reason is Reason.DUPLICATE_ID else change.basis.keys.match
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
    job.stores.intents.close(subject.entity, [subject.source_id])
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
