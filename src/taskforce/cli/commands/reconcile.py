"""`taskforce reconcile`: everything on both sides compared, now."""

from collections.abc import Iterable
from typing import Annotated

import typer

from taskforce.bootstrap import open_installation
from taskforce.cli.commands.imports import stopping_on_signals
from taskforce.cli.console import COULD_NOT, fail, print_json
from taskforce.cli.progress import ProgressBars
from taskforce.cli.render import print_changes, print_summary
from taskforce.delivering import deliver_before_leaving
from taskforce.documents import change_document, could_not_run, reconciliation_document, run_document
from taskforce.domain.history import RecordedChange
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.run import RunKind
from taskforce.errors import TaskforceError


def reconcile(
    name: Annotated[str, typer.Argument(help="The connection's name.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show everything that differs, and write nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The last line is one JSON object.")] = False,
    accept_missing: Annotated[
        bool, typer.Option("--accept-missing", help="What one side no longer shows is really gone, however much it is.")
    ] = False,
) -> None:
    """Compare every record on both sides, and put right what differs."""
    try:
        with open_installation() as installation:
            with ProgressBars() as progress, stopping_on_signals() as should_stop:
                run = installation.run_import(
                    name,
                    kind=RunKind.RECONCILIATION,
                    is_dry_run=dry_run,
                    accepts_missing=accept_missing,
                    progress=progress,
                    should_stop=should_stop,
                )
            differing = _differing(installation.history.changes(run.id)) if dry_run else []
            causes = installation.history.causes(run.id)
            deliver_before_leaving(installation)
    except TaskforceError as error:
        if as_json:
            print_json(could_not_run(error))
            raise typer.Exit(COULD_NOT) from None
        fail(error)
    if as_json:
        intended = {"changes": [change_document(change, name) for change in differing]} if dry_run else {}
        print_json({**run_document(run), **reconciliation_document(run, causes), **intended})
    else:
        print_changes(differing, name, is_dry_run=dry_run)
        print_summary(run, causes)
    raise typer.Exit(run.status.exit_status)


def _differing(changes: Iterable[RecordedChange]) -> list[RecordedChange]:
    return [change for change in changes if change.outcome is not OutcomeKind.UNCHANGED]
