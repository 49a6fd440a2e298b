"""Staying inside the vendors' limits, and saying when a run that ran out goes on (protocol 5, B11)."""

from datetime import datetime, timedelta

from taskforce.domain.budget import Budget
from taskforce.engine.job import Job
from taskforce.errors import BudgetExhausted

LOOK_BACK = timedelta(hours=1)
"""Requests of earlier runs that may still count; Autotask's limit is one of a rolling hour."""


def set_budget(job: Job) -> None:
    """Let the target spend no more than the connection's share. Costs nothing until the first request to Autotask."""
    now = job.clock.now()
    earlier = tuple(job.stores.runs.spent(now - LOOK_BACK))
    job.target.spend_within(Budget(share=job.settings.autotask_share, since=now, earlier=earlier))


def put_off(job: Job, error: BudgetExhausted) -> str:
    """Note when the run goes on, in full minutes, and say so."""
    if error.retry_after is None:
        return str(error)
    now = job.clock.now()
    job.resume_at = _full_minute(now + error.retry_after)
    day = "" if job.resume_at.date() == now.date() else f" on {job.resume_at:%Y-%m-%d}"
    return f"{error.message} It goes on at {job.resume_at:%H:%M} UTC{day}. {error.mend}".strip()


def _full_minute(moment: datetime) -> datetime:
    begun = moment.replace(second=0, microsecond=0)
    return begun if begun == moment else begun + timedelta(minutes=1)
