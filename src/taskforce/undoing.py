"""Taking back what a run wrote, for whoever asks for it (B15)."""

from typing import TYPE_CHECKING

from taskforce import launching
from taskforce.domain.run import RunKind, Undoing
from taskforce.engine.job import Progress
from taskforce.engine.undoing import refuse_while_waiting, why_not
from taskforce.errors import DecisionRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from taskforce.domain.run import Run
    from taskforce.installation import Installation


def undo(
    installation: "Installation",
    name: str,
    undoing: Undoing,
    *,
    is_dry_run: bool,
    progress: Progress,
    should_stop: "Callable[[], bool]",
    decided: "Callable[[], None]",
) -> "Run":
    """Undo a run of a connection now, or show what that would do; `decided` notes it before anything is written.

    Raises DecisionRefused when it cannot be undone.
    """
    refuse(installation, name, undoing)
    with installation.world(name, progress=progress, should_stop=should_stop) as world:
        decided()
        return installation.undo(name, world, undoing, is_dry_run=is_dry_run)


def launch_undo(installation: "Installation", name: str, undoing: Undoing, *, is_dry_run: bool, by: str) -> bool:
    """Have the scheduler do that; False, with nothing asked, if a run is wanted or under way. Raises as `undo`."""
    refuse(installation, name, undoing)
    return launching.launch(installation, name, by=by, kind=RunKind.UNDO, is_dry_run=is_dry_run, undoes=undoing)


def refuse(installation: "Installation", name: str, undoing: Undoing) -> None:
    """Raises DecisionRefused, with a sentence, when the run is none of this connection's that could be undone."""
    installation.require(name)
    runs = installation.stores(name).runs
    if why := why_not(runs.find(undoing.run_id)):
        raise DecisionRefused(why, mend=f"taskforce runs {name} lists the runs.")
    refuse_while_waiting(runs.awaiting())


def undo_details(undoing: Undoing, *, is_dry_run: bool) -> dict[str, str]:
    """What the audit says of an undo besides the run."""
    return {"created records": "yes" if undoing.creates else "no", "dry run": "yes" if is_dry_run else "no"}
