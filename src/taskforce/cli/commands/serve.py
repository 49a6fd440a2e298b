"""`taskforce serve` and `taskforce worker`: imports of active connections, on time, and the pages."""

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from taskforce import mail_settings, serving
from taskforce.bootstrap import open_installation
from taskforce.cli.console import err, say, telling_errors
from taskforce.cli.progress import QuietProgress
from taskforce.cli.running import stopping_on_signals
from taskforce.delivering import HOW_TO_SET, NO_SERVER
from taskforce.errors import TaskforceError

if TYPE_CHECKING:
    from taskforce.installation import Installation


_DONE = "Active connections are imported at their interval"
_LEFT = "Imports are left to taskforce worker"

WithoutWorker = Annotated[
    bool, typer.Option("--no-worker", help="Import nothing here: taskforce worker does, on this machine or others.")
]


def serve(*, no_worker: WithoutWorker = False) -> None:
    """Import every active connection at its interval, and serve the pages, until interrupted."""
    from taskforce.pages import serve_pages  # here: no other command waits until a web server is loaded

    with (
        telling_errors(),
        open_installation() as installation,
        stopping_on_signals() as should_stop,
        serve_pages(installation) as address,
    ):
        say(f"Taskforce is serving. {_LEFT if no_worker else _DONE}; Ctrl-C ends it.", err)
        say(f"The pages: {address}", err)
        if not installation.users.all():
            say(f"Nobody can sign in yet: open them and give the code {installation.set_up_code.text}", err)
        _tell_of_mail(installation)
        has_ended = _serve(installation, should_stop, at_once=0 if no_worker else installation.imports_at_once)
    _leave(has_ended=has_ended)


def worker() -> None:
    """Import active connections at their interval, beside any number of other workers, until interrupted."""
    with telling_errors(), open_installation() as installation, stopping_on_signals() as should_stop:
        at_once = installation.imports_at_once
        say(f"Taskforce imports what is due, up to {at_once} connections at once; Ctrl-C ends it.", err)
        has_ended = _serve(installation, should_stop, at_once=at_once)
    _leave(has_ended=has_ended)


def _serve(installation: "Installation", should_stop: Callable[[], bool], *, at_once: int) -> bool:
    return serving.serve(installation, progress=QuietProgress(), should_stop=should_stop, at_once=at_once)


def _tell_of_mail(installation: "Installation") -> None:
    """Without a mail server nobody hears anything; what cannot work is said, and keeps nothing from being imported."""
    try:
        if mail_settings.setting(installation) is None:
            say(f"{NO_SERVER} {HOW_TO_SET}", err)
    except TaskforceError as error:
        say(f"Mail cannot be sent: {escape(str(error))}", err)


def _leave(*, has_ended: bool) -> None:
    """Threads that still wait for a vendor are not waited for: what they had on its way is stored as in doubt."""
    if has_ended:
        raise typer.Exit(0)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
