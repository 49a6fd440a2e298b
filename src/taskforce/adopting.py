"""Taking over what the old extension left in Autotask, for whoever asks for it (B14)."""

from typing import TYPE_CHECKING

from taskforce import launching
from taskforce.domain.adopting import Finding, finding_of
from taskforce.domain.history import RunsWanted
from taskforce.domain.run import RunKind
from taskforce.engine.adopting import refuse_adoption_while_waiting
from taskforce.engine.job import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from taskforce.domain.history import Cause, RecordedChange
    from taskforce.domain.run import Run
    from taskforce.installation import Installation

_NEEDS_NOBODY = (Finding.LINKED, Finding.LEFT_OUT)


def adopt(
    installation: "Installation",
    name: str,
    *,
    is_dry_run: bool,
    progress: Progress,
    should_stop: "Callable[[], bool]",
    decided: "Callable[[], None]",
) -> "Run":
    """Take over now, or show what that would do; `decided` notes it before anything is stored.

    Raises DecisionRefused while a plan waits for a person.
    """
    refuse(installation, name)
    with installation.world(name, progress=progress, should_stop=should_stop) as world:
        decided()
        return installation.adopt(name, world, is_dry_run=is_dry_run)


def launch_adoption(installation: "Installation", name: str, *, is_dry_run: bool, by: str) -> bool:
    """Have the scheduler do that; False, with nothing asked, if a run is wanted or under way. Raises as `adopt`."""
    refuse(installation, name)
    return launching.launch(installation, name, by=by, kind=RunKind.ADOPTION, is_dry_run=is_dry_run)


def refuse(installation: "Installation", name: str) -> None:
    """Raises DecisionRefused, with a sentence, while a plan of the connection waits for a person."""
    installation.require(name)
    refuse_adoption_while_waiting(installation.stores(name).runs.awaiting())


def latest_adoption(installation: "Installation", name: str) -> "Run | None":
    """The latest adoption of a connection, or preview of one."""
    page = installation.history.found(RunsWanted(connections=[name], kind=RunKind.ADOPTION), number=None, size=1)
    return next(iter(page.runs), None)


def worth_a_look(
    installation: "Installation", run: "Run", causes: "Sequence[Cause]", *, of_each: int
) -> "list[RecordedChange]":
    """The first records that were not linked though their ids stand in Autotask, so many for each reason."""
    found: list[RecordedChange] = []
    for outcome, reason in dict.fromkeys((each.outcome, each.reason) for each in causes if not each.is_note):
        if finding_of(outcome, reason) not in _NEEDS_NOBODY:
            page = installation.history.page(run.id, outcome=outcome, reason=reason, number=None, size=of_each)
            found += page.changes
    return found


def adoption_details(*, is_dry_run: bool) -> dict[str, str]:
    """What the audit says of an adoption."""
    return {"dry run": "yes" if is_dry_run else "no"}
