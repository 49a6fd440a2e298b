"""`taskforce undo`: what a run has written is put back."""

from functools import partial
from typing import Annotated

import typer

from taskforce.cli.noting import note
from taskforce.cli.options import AsJsonAtLast, Name
from taskforce.cli.running import carry_out, everything, nothing, show
from taskforce.domain.audit import Deed
from taskforce.domain.run import Undoing
from taskforce.undoing import undo as undo_run
from taskforce.undoing import undo_details


def undo(
    name: Name,
    run_id: Annotated[int, typer.Argument(help="The number of the run to take back.")],
    created: Annotated[
        bool, typer.Option("--created", help="Also set inactive what the run created, where nothing hangs on it.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show every intended change, and write nothing.")] = False,
    as_json: AsJsonAtLast = False,
) -> None:
    """Put back the values that a run has overwritten in Autotask, where nobody has changed them since."""
    undoing = Undoing(run_id=run_id, creates=created)
    subject, details = f"run {run_id}", undo_details(undoing, is_dry_run=dry_run)
    ran = carry_out(
        lambda installation, progress, should_stop: undo_run(
            installation,
            name,
            undoing,
            is_dry_run=dry_run,
            progress=progress,
            should_stop=should_stop,
            decided=partial(note, installation, Deed.RUN_UNDONE, connection=name, subject=subject, details=details),
        ),
        as_json=as_json,
        listed=everything if dry_run else nothing,
    )
    show(ran, as_json=as_json, is_dry_run=dry_run)
    raise typer.Exit(ran.run.status.exit_status)
