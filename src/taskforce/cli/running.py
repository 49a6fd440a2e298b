"""A run from the command line: carried out with progress, stopped by signals, and shown to people or programs."""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from taskforce.bootstrap import open_installation
from taskforce.cli.console import COULD_NOT, fail, print_json
from taskforce.cli.progress import ProgressBars
from taskforce.cli.render import print_changes, print_summary
from taskforce.delivering import deliver_before_leaving
from taskforce.documents import change_document, could_not_run, run_document
from taskforce.domain.history import Cause, RecordedChange
from taskforce.domain.run import Run
from taskforce.engine.job import Progress
from taskforce.errors import TaskforceError

if TYPE_CHECKING:
    from taskforce.installation import Installation

Work = Callable[["Installation", Progress, Callable[[], bool]], Run]
"""What carries a run out, with progress and whether to stop."""

Listed = Callable[["Installation", Run, Sequence[Cause]], list[RecordedChange]]
"""Which records of a run are shown, by why they ended as they did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A run that has ended, why its records ended as they did and, of a dry run, what it intends."""

    run: Run
    causes: Sequence[Cause]
    intended: Sequence[RecordedChange] = ()


def nothing(installation: "Installation", run: Run, causes: Sequence[Cause]) -> list[RecordedChange]:  # noqa: ARG001
    """No record is shown."""
    return []


def everything(installation: "Installation", run: Run, causes: Sequence[Cause]) -> list[RecordedChange]:  # noqa: ARG001
    """Every change of a run, as of one that was only tried."""
    return list(installation.history.changes(run.id))


def carry_out(work: Work, *, as_json: bool, listed: Listed = nothing) -> Ran:
    """Carry a run out, and send the mails that came of it; an error ends the command."""
    try:
        with open_installation() as installation:
            with ProgressBars() as progress, stopping_on_signals() as should_stop:
                run = work(installation, progress, should_stop)
            causes = installation.history.causes(run.id)
            intended = listed(installation, run, causes)
            deliver_before_leaving(installation)
    except TaskforceError as error:
        if as_json:
            print_json(could_not_run(error))
            raise typer.Exit(COULD_NOT) from None
        fail(error)
    return Ran(run=run, causes=causes, intended=intended)


def show(ran: Ran, *, as_json: bool, is_dry_run: bool = False, besides: Mapping[str, Any] | None = None) -> None:
    """What came of it; for programs one object on the last line, with what is said `besides`."""
    name = ran.run.connection
    if as_json:
        changes = {"changes": [change_document(change, name) for change in ran.intended]} if is_dry_run else {}
        print_json({**run_document(ran.run), **(besides or {}), **changes})
    else:
        print_changes(ran.intended, name, is_dry_run=is_dry_run)
        print_summary(ran.run, ran.causes)


@contextmanager
def stopping_on_signals() -> Iterator[Callable[[], bool]]:
    """SIGINT and SIGTERM end a run between two requests, with everything kept."""
    asked = threading.Event()
    before = {each: signal.signal(each, lambda *_: asked.set()) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked.is_set
    finally:
        for each, earlier in before.items():
            signal.signal(each, earlier)
