"""What a person decides about a plan that waits, for whoever asks the person."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from taskforce.domain.run import Run
from taskforce.engine.approving import approve_run, reject_run
from taskforce.engine.job import Progress
from taskforce.log import log_end

if TYPE_CHECKING:
    from taskforce.installation import Installation


def approve(
    installation: "Installation",
    *,
    run_id: int,
    digest: str,
    progress: Progress,
    should_stop: Callable[[], bool],
    decided: Callable[[], None],
) -> Run:
    """Carry out the plan of a run that waits for approval; with `digest` only if it is that plan.

    `decided` notes it, in the transaction in which the plan ceases to wait.
    Raises ConfigurationError when there is no such run, StalePlanError when it does not wait, or not with that plan.
    """
    name = installation.history.run(run_id).connection
    with installation.world(name, progress=progress, should_stop=should_stop) as world:
        run = approve_run(world, run_id, digest=digest, decided=decided)
        log_end(run)
        return run


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
