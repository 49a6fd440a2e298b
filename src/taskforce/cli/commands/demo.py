"""`taskforce demo`: the main job on made-up data, with both vendors simulated on this machine."""

import os
import secrets
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from taskforce import serving
from taskforce.bootstrap import open_installation
from taskforce.cli.console import out, print_json, telling_errors
from taskforce.cli.options import AsJsonAtLast
from taskforce.cli.progress import ProgressBars, QuietProgress
from taskforce.cli.render import print_summary
from taskforce.cli.running import stopping_on_signals
from taskforce.connection_config import ConnectionConfig
from taskforce.documents import run_document
from taskforce.domain.roles import Role
from taskforce.domain.run import Run, RunStatus

if TYPE_CHECKING:
    from taskforce_simulators.serving import RunningPair

NAME = "demo"
USER = "demo"


def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the first import.")] = False,
    as_json: AsJsonAtLast = False,
) -> None:
    """Start both simulators, connect them, import once, and show what happened."""
    from taskforce_simulators.serving import start_pair  # here: no other command waits until they are loaded

    with tempfile.TemporaryDirectory(prefix="taskforce-demo-") as home, telling_errors():
        os.environ["TASKFORCE_HOME"] = home
        if not as_json:
            out.print("Starting a Salesforce org and an Autotask database on this machine, with made-up data …")
        with start_pair(scenario="demo") as pair:
            run = _first_import(pair, quiet=as_json)
            document = {**run_document(run), **_addresses(pair, home)}
            if not once:
                _serve(pair, home, document if as_json else None)
            elif as_json:
                print_json(document)
            else:
                _print_where_next()
    raise typer.Exit(0 if run.status is RunStatus.DONE else max(run.status.exit_status, 1))


def _first_import(pair: "RunningPair", *, quiet: bool) -> Run:
    with open_installation() as installation, stopping_on_signals() as should_stop:
        installation.book.add(NAME, ConnectionConfig.of(pair.connection()), by_operator=True)
        with ProgressBars() as progress:
            run = installation.run_import(NAME, progress=progress, should_stop=should_stop)
        if not quiet:
            print_summary(run, installation.history.causes(run.id))
    return run


def _addresses(pair: "RunningPair", home: str) -> dict[str, Any]:
    return {"salesforce_url": pair.salesforce_url, "autotask_url": pair.autotask_url, "home": home}


def _print_what_next(pair: "RunningPair", home: str) -> None:
    command = f"TASKFORCE_HOME={home} {Path(sys.executable).parent / 'taskforce'}"
    out.print("\n[bold]What to try next[/bold] (in another terminal; Ctrl-C here ends the demo)")
    out.print(f"  Change an account here:      {pair.salesforce_url}")
    out.print(f"  See it arrive there:         {pair.autotask_url}")
    for words, what in (
        (f"import {NAME}", "import again: two requests to Salesforce, none to Autotask"),
        (f"import {NAME} --dry-run", "see every intended change, field by field"),
        ("run 1", "every record of the first import, with its reason"),
        (f"check {NAME}", "what an import needs, checked on both sides"),
    ):
        out.print(f"  {escape(command)} {words}  [dim]# {what}[/dim]", soft_wrap=True)


def _print_where_next() -> None:
    out.print("\n[bold]What to try next[/bold]")
    for words, what in (
        ("make demo", "the same, left running: change a record in a browser and import again"),
        ("docs/tutorial/first-import.md", "every step from here to your own systems"),
        ("taskforce connections add NAME --from FILE", "connect your own"),
    ):
        out.print(f"  {words}  [dim]# {what}[/dim]", soft_wrap=True)


def _serve(pair: "RunningPair", home: str, document: Mapping[str, Any] | None) -> None:
    """The pages, and whatever is launched from them, until interrupted; told in JSON where there is a document."""
    from taskforce.pages import serve_pages  # here: no other command waits until a web server is loaded

    with (
        open_installation() as installation,
        stopping_on_signals() as should_stop,
        serve_pages(installation) as address,
    ):
        password = secrets.token_urlsafe(12)
        now = installation.clock.now()
        installation.users.add(USER, role=Role.ADMINISTRATOR, password=password, full_name="Demo", email="", now=now)
        if document is not None:
            print_json({**document, "url": address, "user": USER, "password": password})
        else:
            _print_what_next(pair, home)
            out.print(f"  Sign in to the pages:        {address} as {USER} with {escape(password)}", soft_wrap=True)
        serving.serve(installation, progress=QuietProgress(), should_stop=should_stop)
