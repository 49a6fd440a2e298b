"""`taskforce undo`: what a run has written is put back."""

from functools import partial
from typing import Annotated

import typer

from taskforce.bootstrap import open_installation
from taskforce.cli.commands.imports import stopping_on_signals
from taskforce.cli.console import COULD_NOT, fail, print_json
from taskforce.cli.noting import note
from taskforce.cli.progress import ProgressBars
from taskforce.cli.render import print_changes, print_summary
from taskforce.delivering import deliver_before_leaving
from taskforce.documents import change_document, could_not_run, run_document
from taskforce.domain.audit import Deed
from taskforce.domain.run import Undoing
from taskforce.errors import TaskforceError
from taskforce.undoing import undo as undo_run
from taskforce.undoing import undo_details


def undo(
    name: Annotated[str, typer.Argument(help="The connection's name.")],
    run_id: Annotated[int, typer.Argument(help="The number of the run to take back.")],
    created: Annotated[
        bool, typer.Option("--created", help="Also set inactive what the run created, where nothing hangs on it.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show every intended change, and write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The last line is one JSON object.")] = False,
) -> None:
    """Put back the values that a run has overwritten in Autotask, where nobody has changed them since."""
    undoing = Undoing(run_id=run_id, creates=created)
    subject, details = f"run {run_id}", undo_details(undoing, is_dry_run=dry_run)
    try:
        with open_installation() as installation:
            with ProgressBars() as progress, stopping_on_signals() as should_stop:
                run = undo_run(
                    installation,
                    name,
                    undoing,
                    is_dry_run=dry_run,
                    progress=progress,
                    should_stop=should_stop,
                    decided=partial(
                        note, installation, Deed.RUN_UNDONE, connection=name, subject=subject, details=details
                    ),
                )
            changes = list(installation.history.changes(run.id)) if dry_run else []
            causes = installation.history.causes(run.id)
            deliver_before_leaving(installation)
    except TaskforceError as error:
        if as_json:
            print_json(could_not_run(error))
            raise typer.Exit(COULD_NOT) from None
        fail(error)
    if as_json:
        intended = {"changes": [change_document(change, name) for change in changes]} if dry_run else {}
        print_json({**run_document(run), **intended})
    else:
        print_changes(changes, name, is_dry_run=dry_run)
        print_summary(run, causes)
    raise typer.Exit(run.status.exit_status)
