"""`taskforce reconcile`: everything on both sides compared, now."""

from dataclasses import replace
from typing import Annotated

import typer

from taskforce.cli.options import AsJsonAtLast, Name
from taskforce.cli.running import carry_out, everything, nothing, show
from taskforce.documents import reconciliation_document
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.run import RunKind


def reconcile(
    name: Name,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show everything that differs, and write nothing.")
    ] = False,
    as_json: AsJsonAtLast = False,
    accept_missing: Annotated[
        bool, typer.Option("--accept-missing", help="What one side no longer shows is really gone, however much it is.")
    ] = False,
) -> None:
    """Compare every record on both sides, and put right what differs."""
    ran = carry_out(
        lambda installation, progress, should_stop: installation.run_import(
            name,
            kind=RunKind.RECONCILIATION,
            is_dry_run=dry_run,
            accepts_missing=accept_missing,
            progress=progress,
            should_stop=should_stop,
        ),
        as_json=as_json,
        listed=everything if dry_run else nothing,
    )
    differing = [change for change in ran.intended if change.outcome is not OutcomeKind.UNCHANGED]
    besides = reconciliation_document(ran.run, ran.causes)
    show(replace(ran, intended=differing), as_json=as_json, is_dry_run=dry_run, besides=besides)
    raise typer.Exit(ran.run.status.exit_status)
