"""`taskforce serve`: imports of active connections, on time."""

import typer

from taskforce.bootstrap import open_installation
from taskforce.cli.commands.imports import stopping_on_signals
from taskforce.cli.console import err, say, telling_errors
from taskforce.cli.progress import QuietProgress


def serve() -> None:
    """Import every active connection at its interval until interrupted (S9, S14)."""
    with telling_errors(), open_installation() as installation, stopping_on_signals() as should_stop:
        say("Taskforce is serving. Active connections are imported at their interval; Ctrl-C ends it.", err)
        installation.serve(progress=QuietProgress(), should_stop=should_stop)
    raise typer.Exit(0)
