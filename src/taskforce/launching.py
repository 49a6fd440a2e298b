"""Imports that people ask for from elsewhere, watch and stop (S18)."""

from typing import TYPE_CHECKING

from taskforce.domain.progress import Launch, UnderWay
from taskforce.domain.run import RunKind, Undoing

if TYPE_CHECKING:
    from taskforce.installation import Installation


def launch(
    installation: "Installation",
    name: str,
    *,
    by: str,
    kind: RunKind = RunKind.IMPORT,
    is_dry_run: bool = False,
    approves: int | None = None,
    digest: str = "",
    undoes: Undoing | None = None,
) -> bool:
    """Have the scheduler import at once; False, with nothing asked, if an import is wanted or under way already.

    With `approves` it carries out the plan of that run, whose digest was seen.
    """
    if under_way(installation, name) is not None:
        return False
    now = installation.clock.now()
    asked = Launch(
        kind=kind,
        is_dry_run=is_dry_run,
        asked_by=by,
        asked_at=now,
        approves=approves,
        digest=digest,
        undoes=undoes,
    )
    return installation.launches.ask(installation.number(name), asked)


def wanted(installation: "Installation", name: str) -> Launch | None:
    """The import that was asked for and has not come to its end."""
    return installation.launches.wanted(installation.number(name))


def settle(installation: "Installation", name: str) -> None:
    """The import that was asked for has been run, or cannot be."""
    installation.launches.settle(installation.number(name))


def under_way(installation: "Installation", name: str) -> UnderWay | None:
    """How far the run under way is, whoever runs it; None when there is none, or its process has died."""
    return installation.watching.under_way(installation.number(name), installation.clock.now())


def stop(installation: "Installation", name: str) -> bool:
    """Ask the run under way to stop, with everything kept; whether there is one."""
    return installation.watching.stop(installation.number(name), installation.clock.now())
