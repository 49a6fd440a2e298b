"""Imports that people ask for from elsewhere, watch and stop (S18)."""

from typing import TYPE_CHECKING

from taskforce.adapters.store.launches import Launches, Watching
from taskforce.adapters.store.leases import is_held
from taskforce.domain.progress import Launch, Standing
from taskforce.domain.run import RunKind

if TYPE_CHECKING:
    from taskforce.installation import Installation


def launch(
    installation: "Installation",
    name: str,
    *,
    by: str,
    kind: RunKind = RunKind.IMPORT,
    is_dry_run: bool = False,
) -> bool:
    """Have the scheduler import at once; False, with nothing asked, if an import is wanted or under way already."""
    if standing(installation, name) is not None:
        return False
    asked = Launch(kind=kind, is_dry_run=is_dry_run, asked_by=by, asked_at=installation.clock.now())
    return Launches().ask(installation.number(name), asked)


def wanted(installation: "Installation", name: str) -> Launch | None:
    """The import that was asked for and has not begun."""
    return Launches().wanted(installation.number(name))


def take(installation: "Installation", name: str) -> Launch | None:
    """The import that was asked for, which is the caller's to run."""
    return Launches().take(installation.number(name))


def standing(installation: "Installation", name: str) -> Standing | None:
    """How far the run under way is, whoever runs it; None when there is none, or its process has died."""
    number = installation.number(name)
    return Watching().standing(number) if is_held(number, installation.clock.now()) else None


def stop(installation: "Installation", name: str) -> bool:
    """Ask the run under way to stop, with everything kept; whether there is one."""
    return Watching().stop(installation.number(name))
