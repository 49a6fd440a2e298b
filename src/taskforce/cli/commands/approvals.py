"""`taskforce approve` and `taskforce reject`: what becomes of a plan that changes unusually much."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

import typer

from taskforce.approvals import approve as approve_plan
from taskforce.approvals import reject as reject_plan
from taskforce.bootstrap import open_installation
from taskforce.cli.commands.imports import stopping_on_signals
from taskforce.cli.console import COULD_NOT, fail, print_json
from taskforce.cli.noting import note
from taskforce.cli.progress import ProgressBars
from taskforce.cli.render import print_summary
from taskforce.delivering import deliver_before_leaving
from taskforce.documents import could_not_run, run_document
from taskforce.domain.audit import Deed
from taskforce.domain.run import Run
from taskforce.errors import TaskforceError

RunId = Annotated[int, typer.Argument(help="The number of the run whose plan waits.")]
AsJson = Annotated[bool, typer.Option("--json", help="The last line is one JSON object.")]


def approve(
    run_id: RunId,
    digest: Annotated[str, typer.Option(help="Only if this is the digest of the plan.")] = "",
    as_json: AsJson = False,
) -> None:
    """Carry out exactly the plan of a run that waits for approval, or of the latest preview.

    Of a plan that waits what changed meanwhile is left out; a preview's is carried out if it is the same still.
    """
    run = _decided(partial(approve_plan, digest=digest), run_id, Deed.PLAN_APPROVED, as_json=as_json)
    raise typer.Exit(run.status.exit_status)


def reject(run_id: RunId, as_json: AsJson = False) -> None:
    """Drop the plan of a run that waits for approval: nothing is written."""
    _decided(reject_plan, run_id, Deed.PLAN_REJECTED, as_json=as_json)


def _decided(decide: Callable[..., Run], run_id: int, deed: Deed, *, as_json: bool) -> Run:
    """Decide and show how the run ended; an error ends the command."""
    try:
        with open_installation() as installation:
            name = installation.history.run(run_id).connection
            decided = partial(note, installation, deed, connection=name, subject=f"run {run_id}")
            with ProgressBars() as progress, stopping_on_signals() as should_stop:
                run = decide(installation, run_id=run_id, progress=progress, should_stop=should_stop, decided=decided)
            causes = installation.history.causes(run.id)
            deliver_before_leaving(installation)
    except TaskforceError as error:
        if as_json:
            print_json(could_not_run(error))
            raise typer.Exit(COULD_NOT) from None
        fail(error)
    if as_json:
        print_json(run_document(run))
    else:
        print_summary(run, causes)
    return run
