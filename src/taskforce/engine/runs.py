"""One import from beginning to end.

recover   writes that died on their way are in doubt
read      what changed in Salesforce goes into the Inbox; while another run's plan waits for a person, nothing follows;
          to reconcile, all of both sides is read instead
sweep     Salesforce ids that stand twice
plan      one decision per record; a dry run ends here, and so does one whose plan changes unusually much (B7)
apply     companies, then contacts
finish    counts, calls beside their lower bound, status; what people should know is told
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from taskforce.domain.frugality import Work, lower_bound
from taskforce.domain.notices import NoticeKind
from taskforce.domain.records import ApiCalls, Entity
from taskforce.domain.run import Run, RunKind, RunStatus
from taskforce.domain.settings import ConnectionSettings
from taskforce.engine.alarming import tell_people
from taskforce.engine.applying import apply_plan
from taskforce.engine.braking import count_linked, reminder, what_to_ask
from taskforce.engine.budgeting import put_off, set_budget
from taskforce.engine.doubts import recover_intents, settle_earlier_doubts, settle_own_doubts
from taskforce.engine.forecasting import begin_writing
from taskforce.engine.indexing import is_time_to_look
from taskforce.engine.job import Job, Progress
from taskforce.engine.metadata import ensure_target_schema
from taskforce.engine.notifying import Unheard, tell
from taskforce.engine.planning import make_plan
from taskforce.engine.ports import Clock, Notifier, Source, Target
from taskforce.engine.reading import read_changes
from taskforce.engine.reconciling import read_both_sides
from taskforce.engine.stopping import Stopped
from taskforce.engine.stores import Stores
from taskforce.engine.sweeping import end_notices, sweep
from taskforce.errors import BudgetExhausted, LeaseLost, TaskforceError

Ending = tuple[RunStatus, str]
"""How a run ended, with a sentence where there is something to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The ports of one connection; `active_since` is None while it is not active."""

    settings: ConnectionSettings
    source: Source
    target: Target
    stores: Stores
    clock: Clock
    progress: Progress
    should_stop: Callable[[], bool]
    notifier: Notifier = field(default_factory=Unheard)
    active_since: datetime | None = None


def run_import(
    world: World,
    *,
    kind: RunKind = RunKind.IMPORT,
    is_dry_run: bool = False,
    is_by_hand: bool = False,
    accepts_missing: bool = False,
    approved: str = "",
) -> Run:
    """Import or reconcile once and record how it went; every expected failure ends as a status with a message.

    A run that a person started tries failing records again at once; a scheduled one waits for their next attempt.
    `accepts_missing` is a person's word that what one side shows no more is really gone; `approved` is the digest of
    the plan of a preview which a person wants carried out: no other plan is, without being asked about.
    """
    begun = world.clock.monotonic()
    run = world.stores.runs.start(kind, is_dry_run=is_dry_run, now=world.clock.now())
    with world.stores.scratch() if is_dry_run else nullcontext(world.stores) as working:
        job = replace(
            new_job(world, run),
            stores=working,
            begun=begun,
            is_by_hand=is_by_hand,
            accepts_missing=accepts_missing,
            approved=approved,
        )
        return carry_out(job, run, world.stores, partial(_import, is_by_hand=is_by_hand))


def new_job(world: World, run: Run) -> Job:
    """What a run works with."""
    return Job(
        settings=world.settings,
        source=world.source,
        target=world.target,
        stores=world.stores,
        plan=world.stores.plan(run.id),
        run_id=run.id,
        kind=run.kind,
        clock=world.clock,
        progress=world.progress,
        notifier=world.notifier,
        should_stop=world.should_stop,
        active_since=world.active_since,
        begun=world.clock.monotonic(),
        is_dry_run=run.is_dry_run,
        calls_before=ApiCalls(salesforce=world.source.calls, autotask=world.target.calls),
        usage_reads_before=world.target.usage_reads,
    )


def carry_out(job: Job, run: Run, stores: Stores, work: Callable[[Job], Ending]) -> Run:
    """Do the work of a run that is under way, and store its end; a run that goes on counts what it cost before.

    `stores` are the real ones, also in a dry run.
    """
    status, message = _attempt(job, work)
    job.tally.usage_reads = job.target.usage_reads - job.usage_reads_before
    standing = job.stores.inbox.standing()
    ended = replace(
        run,
        status=status,
        message=" ".join(filter(None, (message, *job.remarks))),
        finished_at=job.clock.now(),
        held=standing.held,
        failing=standing.failing,
        calls=run.calls + job.calls,
        lower_bound=run.lower_bound + lower_bound(_work(job)),
        duration=run.duration + timedelta(seconds=job.clock.monotonic() - job.begun),
        digest=job.digest or run.digest,
        resume_at=job.resume_at,
        autotask_seconds_per_call=job.target.seconds_per_call,
        salesforce_use=job.source.use_seen,
        autotask_use=job.target.use_seen,
    )
    stored = _stored(stores, job, ended)
    tell_people(job, stored, stores)
    return stored


def _stored(stores: Stores, job: Job, ended: Run) -> Run:
    """Store the end: a plan that waits together with its notice, of any other what was not reached as postponed."""
    if ended.status is RunStatus.AWAITING_APPROVAL and job.digest:
        try:
            with stores.transaction():
                tell(job, NoticeKind.APPROVAL, subject=str(ended.id), text=ended.message)
                return stores.runs.finish(ended)
        except LeaseLost as error:
            ended = replace(ended, status=RunStatus.COULD_NOT_RUN, message=str(error), digest="")
    job.plan.postpone(job.clock.now())
    return stores.runs.finish(ended)


def _attempt(job: Job, work: Callable[[Job], Ending]) -> Ending:
    """The status of a run, by what ended it."""
    try:
        set_budget(job)
        return work(job)
    except Stopped:
        return RunStatus.CANCELLED, "Stopped on request; everything is kept, and the next import goes on."
    except BudgetExhausted as error:
        return RunStatus.TO_BE_CONTINUED, put_off(job, error)
    except TaskforceError as error:
        return RunStatus.COULD_NOT_RUN, str(error)


def _import(job: Job, *, is_by_hand: bool) -> Ending:
    if is_by_hand:
        with job.stores.transaction():
            job.stores.inbox.retry_failing(job.clock.now())
    recover_intents(job)
    waiting = None if job.is_dry_run else job.stores.runs.awaiting()
    if waiting is not None:
        return _leave_alone(job, waiting)
    if not _read(job):
        return RunStatus.DONE, ""
    settle_earlier_doubts(job)
    sweep(job)
    linked = count_linked(job)
    make_plan(job)
    end_notices(job)
    if job.is_dry_run:
        job.digest = job.plan.digest(is_dry_run=True)
        return ending(job)
    if asked := what_to_ask(job, linked):
        job.digest = job.plan.digest()
        return RunStatus.AWAITING_APPROVAL, asked
    pace = begin_writing(job)
    for entity in Entity:
        apply_plan(job, entity, pace)
        settle_own_doubts(job, entity)
    return ending(job)


def _read(job: Job) -> bool:
    """Read what a run of its kind looks at; whether there is anything to do then."""
    if job.is_reconciliation:
        read_both_sides(job)
        return True
    read_changes(job)
    if not _is_work_to_do(job):
        return False
    ensure_target_schema(job)
    return True


def _leave_alone(job: Job, waiting: Run) -> Ending:
    """Another run's plan waits for a person: what changed is kept in the inbox, and nothing is planned or written."""
    read_changes(job)
    if job.stores.intents.unsettled():
        ensure_target_schema(job)
        settle_earlier_doubts(job)
    return RunStatus.AWAITING_APPROVAL, reminder(waiting)


def _is_work_to_do(job: Job) -> bool:
    now = job.clock.now()
    job.looks_at_held = is_time_to_look(job)
    is_due = any(job.stores.inbox.due(entity, now) for entity in Entity)
    is_doubtful = bool(job.stores.intents.unsettled() or job.stores.watches.due(now))
    return is_due or job.looks_at_held or is_doubtful


def ending(job: Job) -> Ending:
    """How a run ends that has come to the end of its plan."""
    if job.tally.failures:
        refused = _counted(job.tally.failures, "record")
        return RunStatus.DONE_WITH_FAILURES, f"Autotask did not take {refused}; nothing of it is lost."
    doubtful = len(job.stores.intents.unsettled())
    if doubtful and not job.is_dry_run:
        return (
            RunStatus.TO_BE_CONTINUED,
            f"The answer to {_counted(doubtful, 'write')} was lost; a later import looks what became of it.",
        )
    return RunStatus.DONE, ""


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _work(job: Job) -> Work:
    tally = job.tally
    return Work(
        source_records=tuple(tally.source_records.values()),
        describes=tally.describes,
        wanted_reads=tally.wanted_reads,
        index_reads=tally.index_reads,
        present_states=tuple(tally.present_states.values()),
        metadata_calls=tally.metadata_calls,
        usage_reads=tally.usage_reads,
        watch_reads=tally.watch_reads,
        writes=tally.writes,
    )
