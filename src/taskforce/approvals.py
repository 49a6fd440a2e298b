"""What a person decides about a plan, a preview's or one that waits, for whoever asks the person (decision 0021)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from taskforce import launching
from taskforce.domain.run import Run, RunStatus
from taskforce.engine.approving import approve_run, reject_run
from taskforce.engine.job import Progress
from taskforce.engine.runs import World
from taskforce.errors import StalePlanError
from taskforce.log import log_end

if TYPE_CHECKING:
    from taskforce.installation import Installation

ENDED = (RunStatus.DONE, RunStatus.DONE_WITH_FAILURES)
"""A preview that ended so shows a whole plan."""


def approve(
    installation: "Installation",
    *,
    run_id: int,
    digest: str,
    progress: Progress,
    should_stop: Callable[[], bool],
    decided: Callable[[], None],
) -> Run:
    """Carry out the plan of a preview or of a run that waits for approval; with `digest` only if it is that plan.

    `decided` notes it, for a plan that waits in the transaction in which it ceases to do so.
    Raises ConfigurationError when there is no such run, StalePlanError when its plan cannot be approved any more.
    """
    name = installation.history.run(run_id).connection
    with installation.world(name, progress=progress, should_stop=should_stop) as world:
        return carry_out_approved(installation, world, run_id, digest=digest, decided=decided)


def carry_out_approved(
    installation: "Installation", world: World, run_id: int, *, digest: str, decided: Callable[[], None]
) -> Run:
    """The same with what `world` gave.

    A waiting run goes on; after a preview a run plans anew, and carries that out at once if it is the same plan.
    """
    seen = installation.history.run(run_id)
    if not seen.is_dry_run:
        run = approve_run(world, run_id, digest=digest, decided=decided)
        log_end(run)
        return run
    refuse_stale(installation, seen, digest)
    decided()
    if seen.undoes is not None:
        return installation.undo(seen.connection, world, seen.undoes, approved=seen.digest)
    return installation.run(seen.connection, world, kind=seen.kind, is_by_hand=True, approved=seen.digest)


def launch_approved(installation: "Installation", run: Run, *, digest: str, by: str) -> bool:
    """Have the scheduler do that; False, with nothing asked, if an import is wanted or under way already.

    Raises StalePlanError, with nothing asked, when the plan that was shown cannot be approved any more.
    """
    refuse_stale(installation, run, digest)
    return launching.launch(installation, run.connection, by=by, kind=run.kind, approves=run.id, digest=digest)


def refuse_stale(installation: "Installation", run: Run, digest: str) -> None:
    """Raises StalePlanError when the plan of this run, as far as it was shown, cannot be approved any more."""
    why = why_stale(installation, run)
    if not why and digest not in ("", run.digest):
        why = f"The plan of run {run.id} is not the one that was shown."
    if why:
        raise StalePlanError(why, mend="Make a new preview, and approve that.")


def why_stale(installation: "Installation", run: Run) -> str:
    """What keeps the plan of a run from being approved, in a sentence; empty if nothing does."""
    if not run.is_dry_run:
        waits = run.status is RunStatus.AWAITING_APPROVAL and bool(run.digest)
        return "" if waits else f"The plan of run {run.id} does not wait for a person."
    if run.status not in ENDED:
        return f"Preview {run.id} did not come to its end, so its plan is not a whole one."
    if not run.digest:
        return f"Preview {run.id} kept no plan that could be approved."
    (latest,) = installation.history.runs(run.connection, limit=1)
    if latest.id != run.id:
        return f"Run {latest.id} came after preview {run.id}, so its plan may not be what an import would do now."
    return ""


def reject(
    installation: "Installation",
    *,
    run_id: int,
    progress: Progress,
    should_stop: Callable[[], bool],
    decided: Callable[[], None],
) -> Run:
    """Drop the plan of a run that waits for approval. Raises as `approve` does."""
    name = installation.history.run(run_id).connection
    with installation.world(name, progress=progress, should_stop=should_stop) as world:
        return reject_run(world, run_id, decided=decided)
