"""One import from beginning to end.

recover   writes that died on their way are in doubt
read      what changed in Salesforce goes into the Inbox
plan      one decision per record; a dry run ends here
apply     companies, then contacts
finish    counts, calls beside their lower bound, status; what people should know is told
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from taskforce.domain.frugality import Work, lower_bound
from taskforce.domain.records import ApiCalls, Entity
from taskforce.domain.run import Run, RunKind, RunStatus
from taskforce.domain.settings import ConnectionSettings
from taskforce.engine.alarming import tell_people
from taskforce.engine.applying import apply_plan
from taskforce.engine.doubts import recover_intents, settle_earlier_doubts, settle_own_doubts
from taskforce.engine.indexing import is_time_to_look
from taskforce.engine.job import Job, Progress, Tally
from taskforce.engine.metadata import ensure_target_schema
from taskforce.engine.notifying import Unheard
from taskforce.engine.planning import make_plan
from taskforce.engine.ports import Clock, Notifier, Source, Target
from taskforce.engine.reading import read_changes
from taskforce.engine.stopping import Stopped
from taskforce.engine.stores import Stores
from taskforce.errors import BudgetExhausted, TaskforceError


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
    world: World, *, kind: RunKind = RunKind.IMPORT, is_dry_run: bool = False, is_by_hand: bool = False
) -> Run:
    """Import once and record how it went; every expected failure ends as a status with a message.

    A run that a person started tries failing records again at once; a scheduled one waits for their next attempt.
    """
    stores, clock = world.stores, world.clock
    begun = clock.monotonic()
    run = stores.runs.start(kind, is_dry_run=is_dry_run, now=clock.now())
    with stores.scratch() if is_dry_run else nullcontext(stores) as working:
        job = Job(
            settings=world.settings,
            source=world.source,
            target=world.target,
            stores=working,
            plan=stores.plan(run.id),
            run_id=run.id,
            kind=kind,
            clock=clock,
            progress=world.progress,
            notifier=world.notifier,
            should_stop=world.should_stop,
            active_since=world.active_since,
            is_dry_run=is_dry_run,
            calls_before=ApiCalls(salesforce=world.source.calls, autotask=world.target.calls),
        )
        status, message = _attempt(job, is_by_hand=is_by_hand)
        standing = working.inbox.standing()
    finished = stores.runs.finish(
        replace(
            run,
            status=status,
            message=" ".join(filter(None, (message, *job.remarks))),
            finished_at=clock.now(),
            held=standing.held,
            failing=standing.failing,
            calls=job.calls,
            lower_bound=lower_bound(_work(job.tally)),
            duration=timedelta(seconds=clock.monotonic() - begun),
        )
    )
    tell_people(job, finished, stores)
    return finished


def _attempt(job: Job, *, is_by_hand: bool) -> tuple[RunStatus, str]:
    """The status of a run, by what ended it."""
    try:
        if is_by_hand:
            with job.stores.transaction():
                job.stores.inbox.retry_failing(job.clock.now())
        return _run(job)
    except Stopped:
        return RunStatus.CANCELLED, "Stopped on request; everything is kept, and the next import goes on."
    except BudgetExhausted as error:
        return RunStatus.TO_BE_CONTINUED, str(error)
    except TaskforceError as error:
        return RunStatus.COULD_NOT_RUN, str(error)


def _run(job: Job) -> tuple[RunStatus, str]:
    recover_intents(job)
    read_changes(job)
    if not _is_work_to_do(job):
        return RunStatus.DONE, ""
    ensure_target_schema(job)
    settle_earlier_doubts(job)
    make_plan(job)
    if not job.is_dry_run:
        for entity in Entity:
            apply_plan(job, entity)
            settle_own_doubts(job, entity)
    return _end(job)


def _is_work_to_do(job: Job) -> bool:
    now = job.clock.now()
    job.looks_at_held = is_time_to_look(job)
    is_due = any(job.stores.inbox.due(entity, now) for entity in Entity)
    return is_due or job.looks_at_held or bool(job.stores.intents.unsettled())


def _end(job: Job) -> tuple[RunStatus, str]:
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


def _work(tally: Tally) -> Work:
    return Work(
        source_records=tuple(tally.source_records.values()),
        describes=tally.describes,
        index_reads=tally.index_reads,
        present_states=tuple(tally.present_states.values()),
        metadata_calls=tally.metadata_calls,
        usage_reads=tally.usage_reads,
        writes=tally.writes,
    )
