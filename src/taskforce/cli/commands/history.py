"""`taskforce runs` and `taskforce run`: what happened, and why."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from taskforce.bootstrap import open_installation
from taskforce.cli.commands.notices import print_notices
from taskforce.cli.console import out, print_json, telling_errors
from taskforce.cli.options import AsJson, Name
from taskforce.cli.render import print_changes, print_summary
from taskforce.documents import change_document, run_document
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.records import Entity
from taskforce.domain.run import Run, RunKind

MOST_LISTED = 1_000_000
"""More runs than there can be in a lifetime."""


def runs(
    name: Name,
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST_LISTED, help="The latest so many.")] = 50,
) -> None:
    """The history of a connection, latest first; above it what people should know."""
    with telling_errors(), open_installation() as installation:
        installation.require(name)
        history = installation.history.runs(name, limit=limit)
        told = installation.history.notices(name)
    if as_json:
        print_json([run_document(run) for run in history])
        return
    print_notices([notice for notice in told if notice.over_at is None])
    if not history:
        out.print(f"No imports yet. Start one: [bold]taskforce import {escape(name)}[/bold]")
        return
    table = Table("Run", "Started (UTC)", "Status", "Created", "Updated", "Linked", "Held", "Failed", "Calls", box=None)
    for run in history:
        totals = [sum(getattr(run.counts[entity], word) for entity in Entity) for word in _WORDS]
        started = f"{run.started_at:%Y-%m-%d %H:%M:%S}"
        calls = f"{run.calls.salesforce} + {run.calls.autotask}"
        table.add_row(str(run.id), started, _status(run), *map(str, totals), calls)
    out.print(table)


def _status(run: Run) -> str:
    """The status, marked if the run was not an ordinary import."""
    kind = [] if run.kind is RunKind.IMPORT else [run.kind.value]
    marks = [*kind, *(["dry run"] if run.is_dry_run else [])]
    return run.status.value + (f" ({', '.join(marks)})" if marks else "")


_WORDS = ("created", "updated", "linked", "held", "failed")


def run(
    run_id: Annotated[int, typer.Argument(help="The run's number.")],
    outcome: Annotated[
        list[OutcomeKind] | None, typer.Option(help="Only records that ended so; may be repeated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """One run: every record's outcome with its reason and evidence."""
    with telling_errors(), open_installation() as installation:
        found = installation.history.run(run_id)
        wanted = set(outcome or OutcomeKind)
        changes = [each for each in installation.history.changes(run_id) if not outcome or each.outcome in wanted]
        causes = installation.history.causes(run_id)
    if as_json:
        print_json(
            {**run_document(found), "records": [change_document(change, found.connection) for change in changes]}
        )
        return
    print_changes(changes, found.connection, is_dry_run=found.is_dry_run)
    print_summary(found, causes)
