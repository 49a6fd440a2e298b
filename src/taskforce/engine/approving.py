"""A person decides about a plan that waits: exactly this plan is carried out, or none of it (protocol 6).

approve   the plan is the one that was asked about → its run goes on → companies, then contacts, each looked at again
reject    nothing is written; its records wait until something about them changes

Both happen under the lease, so that of two decisions one comes first and the other is told so. What an approved run
does not reach, be it killed, stopped or out of budget, is postponed: the next import plans it anew.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from taskforce.domain import changes
from taskforce.domain.notices import NoticeKind
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity
from taskforce.domain.run import Run, RunKind, RunStatus
from taskforce.engine.alarming import tell_people
from taskforce.engine.applying import apply_changes
from taskforce.engine.beside import Beside
from taskforce.engine.doubts import recover_intents, settle_earlier_doubts, settle_own_doubts
from taskforce.engine.forecasting import begin_writing, show_ahead
from taskforce.engine.job import Job
from taskforce.engine.metadata import ensure_target_schema
from taskforce.engine.notifying import end
from taskforce.engine.rechecking import gives_up_id, refresh_if_paired, those_that_stand
from taskforce.engine.runs import Ending, World, carry_out, ending, new_job
from taskforce.engine.stopping import stop_if_asked
from taskforce.engine.stores import Intended, Stores
from taskforce.errors import StalePlanError

SLICE = 500
"""Changes looked at again at once: as many as one Autotask request can read."""

_REJECTED = (
    "A person rejected this plan, and nothing of it was written. Its records wait until they change in Salesforce, "
    "the settings change, or taskforce relink brings them back."
)
_UNDO_REJECTED = "A person rejected this undo, and nothing of it was written."
_REPLACED = "This plan was no longer the one that was asked about, and nothing of it was written."


def _nothing() -> None:
    """Nobody wants to know."""


def approve_run(world: World, run_id: int, *, digest: str = "", decided: Callable[[], None] = _nothing) -> Run:
    """Carry out exactly the plan that waits, each change looked at again first; the same run ends with its counts.

    With `digest` only if that is the digest of this plan. Raises StalePlanError, with nothing written, if the run does
    not wait or its plan is not the one that was asked about. `decided` is called in the transaction in which the plan
    ceases to wait: what it stores stands or falls with the decision.
    """
    run = _waiting_run(world.stores, run_id)
    if digest not in ("", run.digest):
        raise StalePlanError(
            f"The plan of run {run_id} is not the one of the digest given; nothing was written.",
            mend=f"Look at it with taskforce run {run_id}, and approve that.",
        )
    job = new_job(world, run)
    if job.plan.digest() != run.digest:
        _close(job, run, _REPLACED, _drop if run.kind is RunKind.UNDO else _make_due)
        raise StalePlanError(f"Run {run_id}: {_REPLACED}", mend="The next import plans anew.")
    with world.stores.transaction():
        run = world.stores.runs.resume(run_id, world.clock.now())
        decided()
        end(job, NoticeKind.APPROVAL, subject=str(run_id))
    return carry_out(job, run, world.stores, _apply)


def reject_run(world: World, run_id: int, *, decided: Callable[[], None] = _nothing) -> Run:
    """Drop the plan that waits: nothing is written, its records are held. As `approve_run` otherwise."""
    run = _waiting_run(world.stores, run_id)
    is_undo = run.kind is RunKind.UNDO
    message, settle = (_UNDO_REJECTED, _drop) if is_undo else (_REJECTED, _hold)
    return _close(new_job(world, run), run, message, settle, decided)


def _waiting_run(stores: Stores, run_id: int) -> Run:
    waiting = stores.runs.awaiting()
    if waiting is not None and waiting.id == run_id:
        return waiting
    mend = f"The one that waits is run {waiting.id}." if waiting is not None else "No plan of this connection waits."
    raise StalePlanError(_why_not(stores.runs.find(run_id), run_id), mend=mend)


def _why_not(run: Run | None, run_id: int) -> str:
    """What keeps a run from being decided about."""
    if run is None:
        return f"There is no run {run_id}."
    if run.is_dry_run:
        return f"Run {run_id} was a dry run, whose plan waits for nobody."
    if run.status is RunStatus.REJECTED:
        return f"Run {run_id} was decided about already. {run.message}"
    if run.digest:
        return f"Run {run_id} was approved already."
    return f"The plan of run {run_id} does not wait for a person."


def _apply(job: Job) -> Ending:
    recover_intents(job)
    ensure_target_schema(job)
    settle_earlier_doubts(job)
    return apply_looking_again(job)


def apply_looking_again(job: Job) -> Ending:
    """Companies, then contacts, in slices that are looked at again just before they are written.

    An undo begins with the contacts, which hang on the companies, and in any other run contacts may go along.
    """
    pace = begin_writing(job)
    beside = _beside(job)
    for entity in reversed(Entity) if job.kind is RunKind.UNDO else Entity:
        refresh_if_paired(job, entity, chain.from_iterable(_pending(job, entity)))
        show_ahead(job)
        for intended in _pending(job, entity):
            stop_if_asked(job)
            stands = those_that_stand(job, entity, intended)
            apply_changes(job, [stands], pace, beside if entity is Entity.COMPANY else None)
        settle_own_doubts(job, entity)
    if job.tally.left_out:
        job.remarks.append(_left_out(job.tally.left_out, job.kind))
    return ending(job)


def _beside(job: Job) -> Beside | None:
    """Contacts to go along with companies, looked at again as well, if there are both; an undo creates nothing.

    Before their own turn comes, it is learnt anew what was typed in meanwhile.
    """
    creations = job.plan.next_creations(Entity.CONTACT, after=0, limit=1)
    if not creations or not job.plan.pending(Entity.COMPANY):
        return None
    refresh_if_paired(job, Entity.CONTACT, creations)
    job.refreshed.discard(Entity.CONTACT)
    return Beside(job, lambda intended: those_that_stand(job, Entity.CONTACT, intended))


def _left_out(number: int, kind: RunKind) -> str:
    changes, records = (
        ("1 change was", "its records are") if number == 1 else (f"{number} changes were", "their records are")
    )
    follows = "" if kind is RunKind.UNDO else "; the next import plans anew what is still wanted"
    return f"{changes} left out, because {records} not as they were when the plan was made{follows}."


def _pending(job: Job, entity: Entity) -> Iterator[Sequence[Intended]]:
    """Slices of what is pending; a record that gives up its id is not parted from the one that gets it."""
    after = 0
    while intended := job.plan.next_pending(entity, after=after, limit=SLICE):
        if len(intended) == SLICE and gives_up_id(intended[-1][1]):
            intended = intended[:-1]
        yield intended
        after = intended[-1][0]


def _close(
    job: Job,
    run: Run,
    message: str,
    settle: Callable[[Job, Entity, Sequence[Intended]], None],
    decided: Callable[[], None] = _nothing,
) -> Run:
    """End a plan that waits without anything being written, all of it or nothing."""
    stores = job.stores
    with stores.transaction():
        for entity in Entity:
            for intended in _pending(job, entity):
                settle(job, entity, intended)
        end(job, NoticeKind.APPROVAL, subject=str(run.id))
        standing = stores.inbox.standing()
        closed = replace(run, status=RunStatus.REJECTED, message=message, finished_at=job.clock.now())
        stored = stores.runs.finish(replace(closed, held=standing.held, failing=standing.failing))
        decided()
    tell_people(job, stored, stores)
    return stored


def _hold(job: Job, entity: Entity, intended: Sequence[Intended]) -> None:
    """The records wait; those of which a newer version came meanwhile are due with that.

    A company that was to be set inactive stands as it stood: contacts that were to stay out of it are looked at again.
    """
    rejected = Outcome(kind=OutcomeKind.HELD, reason=Reason.PLAN_REJECTED)
    known = {record.id: record for record in job.stores.inbox.load(entity, [c.subject.source_id for _, c in intended])}
    for number, change in intended:
        record = known.get(change.subject.source_id)
        if record is not None and record.modified_at == change.subject.modified_at:
            job.stores.inbox.hold(entity, record.id, Reason.PLAN_REJECTED, waits_for=None, match_key="")
        job.plan.settle(number, rejected, job.clock.now())
    standing = [c.subject.source_id for _, c in intended if isinstance(c, changes.Deactivate)]
    if entity is Entity.COMPANY:
        job.stores.inbox.release_waiting(standing)


def _drop(job: Job, _entity: Entity, intended: Sequence[Intended]) -> None:
    """Nothing is put back; no record waits for that."""
    for number, _ in intended:
        job.plan.settle(number, Outcome(kind=OutcomeKind.SKIPPED, reason=Reason.PLAN_REJECTED), job.clock.now())


def _make_due(job: Job, entity: Entity, intended: Sequence[Intended]) -> None:
    """The records are planned anew."""
    postponed = Outcome(kind=OutcomeKind.POSTPONED, reason=Reason.NOT_REACHED)
    job.stores.inbox.release(entity, [change.subject.source_id for _, change in intended])
    for number, _ in intended:
        job.plan.settle(number, postponed, job.clock.now())
