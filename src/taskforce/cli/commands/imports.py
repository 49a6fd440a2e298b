"""`taskforce import`: one import, now."""

from typing import Annotated

import typer

from taskforce.cli.options import AsJsonAtLast, Name
from taskforce.cli.running import carry_out, everything, nothing, show


def import_(
    name: Name,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show every intended change, and write nothing.")] = False,
    as_json: AsJsonAtLast = False,
) -> None:
    """Import once: accounts and contacts of Salesforce become companies and contacts in Autotask."""
    ran = carry_out(
        lambda installation, progress, should_stop: installation.run_import(
            name, is_dry_run=dry_run, progress=progress, should_stop=should_stop
        ),
        as_json=as_json,
        listed=everything if dry_run else nothing,
    )
    show(ran, as_json=as_json, is_dry_run=dry_run)
    raise typer.Exit(ran.run.status.exit_status)
