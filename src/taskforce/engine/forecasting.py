"""When everything will be written, said while a run writes: by its pace so far, and by the vendor's limit (B11).

Nothing is said while all that is left fits into what may still be sent: then the pace alone tells, which those who
watch see anyway.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from taskforce.domain.records import Entity
from taskforce.engine.job import Job

FEWEST = 20
"""Writes that must have been made before their pace is believed."""

EVERY = timedelta(minutes=1)
"""How often it is looked at again."""

MOVED = 0.1
"""It is said again when it has moved by this share of the time that is left."""


@dataclass(slots=True, kw_only=True)
class Pace:
    """How quick a run writes: `began` and `looks_at` by the clock that only grows, `said` what was said last."""

    total: int
    began: float
    done: int = 0
    looks_at: float = 0.0
    said: datetime | None = None


def begin_writing(job: Job) -> Pace:
    """Everything that is planned is ahead."""
    return Pace(total=show_ahead(job), began=job.clock.monotonic())


def show_ahead(job: Job) -> int:
    """A new phase, with all that is still to be written; returns how much that is."""
    pending = sum(job.plan.pending(entity) for entity in Entity)
    job.progress.phase("Writing to Autotask", pending)
    return pending


def note_written(job: Job, pace: Pace, count: int) -> None:
    """So many more are done; say when all will be, if that is worth saying."""
    pace.done += count
    elapsed = job.clock.monotonic()
    if pace.done < FEWEST or elapsed < pace.looks_at:
        return
    pace.looks_at = elapsed + EVERY.total_seconds()
    now, left = job.clock.now(), pace.total - pace.done
    each = timedelta(seconds=(elapsed - pace.began) / pace.done)
    budget = job.target.budget
    done_at = budget.done_at(now, left, each) if budget is not None and each > timedelta(0) else None
    if done_at is None or done_at <= now + left * each or not _has_moved(pace.said, done_at, now):
        return
    pace.said = done_at
    job.progress.say(
        f"{left:,} changes are left, and Autotask's hourly limit is shared: the last will be written at about "
        f"{done_at:%Y-%m-%d %H:%M} UTC."
    )


def _has_moved(said: datetime | None, done_at: datetime, now: datetime) -> bool:
    return said is None or abs(done_at - said) > MOVED * (done_at - now)
