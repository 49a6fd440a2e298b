"""Runs: what happened and why, and plans that wait for a person."""

from functools import partial
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Body, Query
from pydantic import Field

from taskforce import approvals
from taskforce.documents import cause_document, change_document, run_document
from taskforce.domain.audit import Deed
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.roles import Role
from taskforce.domain.run import Undoing
from taskforce.engine.job import Unwatched
from taskforce.undoing import launch_undo, undo_details
from taskforce.web.api.app import Given, Refused, operation
from taskforce.web.api.here import LARGEST_ID, Limit, Name, Page, RunId, connection, run_of
from taskforce.web.bearer import note_token, token_of

TAG = "runs"


class Earlier(Given):
    """A part of the list of runs."""

    limit: Limit = 50
    before: Annotated[int, Field(ge=1, le=LARGEST_ID, description="Only runs before this one.")] | None = None


class Ended(Page):
    """A part of the records of a run."""

    outcome: OutcomeKind | None = None
    reason: Reason | None = None


class Approved(Given):
    """Which plan is approved: that of this digest, as the run tells it."""

    digest: Annotated[str, Field(min_length=1, max_length=64)]


class Undone(Given):
    """How to undo."""

    dry_run: bool = False
    created: Annotated[bool, Field(description="Also set inactive what the run created.")] = False


@operation("GET", "/connections/{name}/runs", role=Role.VIEWER, tag=TAG, is_list=True)
def runs(request: HttpRequest, name: Name, query: Query[Earlier]) -> list[dict[str, Any]]:
    """The latest runs, latest first, as `taskforce runs --json`."""
    found = connection(request, name).history.runs(name, limit=query.limit, before=query.before)
    return [run_document(run) for run in found]


@operation("GET", "/runs/{run_id}", role=Role.VIEWER, tag=TAG)
def run(request: HttpRequest, run_id: RunId) -> dict[str, Any]:
    """One run, with its causes; its records are pages of their own."""
    here, found = run_of(request, run_id)
    causes = [cause_document(cause) for cause in here.history.causes(run_id) if not cause.is_note]
    return {**run_document(found), "causes": causes}


@operation("GET", "/runs/{run_id}/records", role=Role.VIEWER, tag=TAG)
def run_records(request: HttpRequest, run_id: RunId, query: Query[Ended]) -> dict[str, Any]:
    """The records of a run, each with what changed and why, as in `taskforce run --json`."""
    here, found = run_of(request, run_id)
    page = here.history.page(
        run_id, outcome=query.outcome, reason=query.reason, number=str(query.page), size=query.size
    )
    records = page.changes if page.number == query.page else []
    return {
        "run_id": run_id,
        "page": query.page,
        "pages": page.last,
        "count": page.count,
        "records": [change_document(change, found.connection) for change in records],
    }


@operation("POST", "/runs/{run_id}/approve", role=Role.OPERATOR, tag=TAG)
def approve(request: HttpRequest, run_id: RunId, given: Body[Approved]) -> dict[str, Any]:
    """Carry out exactly the plan that waits; answers, as `taskforce approve --json`, when that is done."""
    here, found = run_of(request, run_id)
    decided = partial(note_token, request, Deed.PLAN_APPROVED, connection=found.connection, subject=str(run_id))
    decide = partial(approvals.approve, here, run_id=run_id, digest=given.digest, decided=decided)
    ended = decide(progress=Unwatched(), should_stop=lambda: False)
    return run_document(ended)


@operation("POST", "/runs/{run_id}/undo", role=Role.OPERATOR, tag=TAG, success=202)
def undo(request: HttpRequest, run_id: RunId, given: Body[Undone]) -> dict[str, Any]:
    """Put back what a run has overwritten, or show what that would do; the scheduler begins within a second."""
    here, found = run_of(request, run_id)
    shown, name = token_of(request), found.connection
    assert shown is not None  # noqa: S101 - the middleware has seen to it  # nosec B101
    undoing = Undoing(run_id=run_id, creates=given.created)
    details = undo_details(undoing, is_dry_run=given.dry_run)
    with transaction.atomic():
        if not launch_undo(here, name, undoing, is_dry_run=given.dry_run, by=shown.who):
            raise Refused(409, f"An import of {name} is under way or wanted already.", "Ask again when it has ended.")
        note_token(request, Deed.RUN_UNDONE, connection=name, subject=f"run {run_id}", details=details)
    undoes = {"run_id": run_id, "created": given.created}
    return {"connection": name, "kind": "undo", "dry_run": given.dry_run, "undoes": undoes, "asked_by": shown.who}


@operation("POST", "/runs/{run_id}/reject", role=Role.OPERATOR, tag=TAG)
def reject(request: HttpRequest, run_id: RunId) -> dict[str, Any]:
    """Drop the plan that waits: nothing is written."""
    here, found = run_of(request, run_id)
    decided = partial(note_token, request, Deed.PLAN_REJECTED, connection=found.connection, subject=str(run_id))
    decide = partial(approvals.reject, here, run_id=run_id, decided=decided)
    ended = decide(progress=Unwatched(), should_stop=lambda: False)
    return run_document(ended)
