"""The brake: a plan that changes unusually much waits for a person, with its figures (B7, protocol 6)."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from taskforce.domain.limits import PlanFigures, excesses
from taskforce.domain.links import LinkState
from taskforce.domain.records import Entity
from taskforce.domain.run import Run, RunKind
from taskforce.engine.job import Job

VALUES_OF_A_RECORD = 50
"""A plan clears at most so many values of a record."""


def count_linked(job: Job) -> int:
    """How many records are kept current; asked before planning, which may end pairs.

    For an import no more are counted than could matter: what waits to be planned, and the values that it may clear, are
    no share above the limit of more than these. So that costs by what changed, not by what is there.
    """
    return sum(job.stores.links.count(entity, LinkState.LINKED, at_most=_most_that_matter(job)) for entity in Entity)


def _most_that_matter(job: Job) -> int | None:
    share = job.settings.brake.share
    if job.kind is not RunKind.IMPORT or not share:
        return None
    now = job.clock.now()
    waiting = sum(job.stores.inbox.due(entity, now) for entity in Entity) + job.stores.inbox.standing().held
    return ceil(waiting * VALUES_OF_A_RECORD / share) + 1


def what_is_unusual(job: Job, linked: int) -> Sequence[str]:
    """The limits that this run's plan is over, each with its figures; none if it may be carried out."""
    is_first = not job.stores.runs.has_finished()
    return excesses(_figures(job), job.settings.brake, linked=linked, is_first=is_first)


def _figures(job: Job) -> PlanFigures:
    return replace(job.plan.figures(), vanished=job.tally.vanished)


def what_to_ask(job: Job, linked: int) -> str:
    """What a person is asked before this run's plan is carried out; empty if nothing is.

    A plan that is the preview's was seen and approved; any other waits, however small, since it was not.
    """
    if not job.approved:
        unusual = what_is_unusual(job, linked)
        return question(job, unusual) if unusual else ""
    if not any(job.plan.pending(entity) for entity in Entity) or job.plan.digest() == job.approved:
        return ""
    return (
        "The plan is not the one you saw any more, so nothing of it was written: something has changed since the "
        f"preview. In all: {_figures(job).in_words}. {_choice(job.run_id)}"
    )


def question(job: Job, unusual: Sequence[str]) -> str:
    """What a person is asked about a plan that changes unusually much."""
    return (
        f"This plan changes unusually much, so nothing of it was written: {'; '.join(unusual)}. "
        f"In all: {_figures(job).in_words}. {_choice(job.run_id)}"
    )


def reminder(waiting: Run) -> str:
    """What later imports say as long as nobody has decided."""
    return (
        f"Nothing was planned or written, because the plan of run {waiting.id} waits for a person; "
        f"what changed in Salesforce meanwhile is kept. {_choice(waiting.id)}"
    )


def _choice(run_id: int) -> str:
    return (
        f"taskforce run {run_id} shows every change of it, taskforce approve {run_id} carries out exactly these, "
        f"taskforce reject {run_id} drops them."
    )
