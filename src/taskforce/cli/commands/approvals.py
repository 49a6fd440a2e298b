"""`taskforce approve` and `taskforce reject`: what becomes of a plan that changes unusually much."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from taskforce.approvals import approve as approve_plan
from taskforce.approvals import reject as reject_plan
from taskforce.cli.noting import note
from taskforce.cli.options import AsJsonAtLast
from taskforce.cli.running import carry_out, show
from taskforce.domain.audit import Deed
from taskforce.domain.run import Run
from taskforce.engine.job import Progress

if TYPE_CHECKING:
    from taskforce.installation import Installation

RunId = Annotated[int, typer.Argument(help="The number of the run whose plan waits.")]


def approve(
    run_id: RunId,
    digest: Annotated[str, typer.Option(help="Only if this is the digest of the plan.")] = "",
    as_json: AsJsonAtLast = False,
) -> None:
    """Carry out exactly the plan of a run that waits for approval, or of the latest preview.

    Of a plan that waits what changed meanwhile is left out; a preview's is carried out if it is the same still.
    """
    run = _decided(partial(approve_plan, digest=digest), run_id, Deed.PLAN_APPROVED, as_json=as_json)
    raise typer.Exit(run.status.exit_status)


def reject(run_id: RunId, as_json: AsJsonAtLast = False) -> None:
    """Drop the plan of a run that waits for approval: nothing is written."""
    _decided(reject_plan, run_id, Deed.PLAN_REJECTED, as_json=as_json)


def _decided(decide: Callable[..., Run], run_id: int, deed: Deed, *, as_json: bool) -> Run:
    """Decide and show how the run ended; an error ends the command."""

    def work(installation: "Installation", progress: Progress, should_stop: Callable[[], bool]) -> Run:
        name = installation.history.run(run_id).connection
        decided = partial(note, installation, deed, connection=name, subject=f"run {run_id}")
        return decide(installation, run_id=run_id, progress=progress, should_stop=should_stop, decided=decided)

    ran = carry_out(work, as_json=as_json)
    show(ran, as_json=as_json)
    return ran.run
