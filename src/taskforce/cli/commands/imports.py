"""`taskforce import`: one import, now."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from taskforce.bootstrap import open_installation
from taskforce.cli.console import COULD_NOT, fail, print_json
from taskforce.cli.progress import ProgressBars
from taskforce.cli.render import print_changes, print_summary
from taskforce.delivering import deliver_before_leaving
from taskforce.documents import change_document, could_not_run, run_document
from taskforce.errors import TaskforceError


def import_(
    name: Annotated[str, typer.Argument(help="The connection's name.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show every intended change, and write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The last line is one JSON object.")] = False,
) -> None:
    """Import once: accounts and contacts of Salesforce become companies and contacts in Autotask."""
    try:
        with open_installation() as installation:
            with ProgressBars() as progress, stopping_on_signals() as should_stop:
                run = installation.run_import(name, is_dry_run=dry_run, progress=progress, should_stop=should_stop)
            changes = list(installation.history.changes(run.id)) if dry_run else []
            causes = installation.history.causes(run.id)
            deliver_before_leaving(installation)
    except TaskforceError as error:
        if as_json:
            print_json(could_not_run(error))
            raise typer.Exit(COULD_NOT) from None
        fail(error)
    if as_json:
        intended = {"changes": [change_document(change, name) for change in changes]} if dry_run else {}
        print_json({**run_document(run), **intended})
    else:
        print_changes(changes, name, is_dry_run=dry_run)
        print_summary(run, causes)
    raise typer.Exit(run.status.exit_status)


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
