"""The command `taskforce-simulators`."""

import json
import signal
import threading
from typing import Annotated

import typer

from taskforce_simulators.core.server import PortUnavailableError
from taskforce_simulators.scenarios import UnknownScenarioError
from taskforce_simulators.serving import start_pair

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Salesforce and Autotask to try Taskforce with, on this machine alone.",
)


@app.callback()
def commands() -> None:
    """Salesforce and Autotask to try Taskforce with, on this machine alone."""


@app.command()
def serve(
    scenario: Annotated[str, typer.Option(help="The data: demo, duplicate_names or empty.")] = "demo",
    accounts: Annotated[int | None, typer.Option(min=0, help="So many accounts in all.")] = None,
    contacts: Annotated[int | None, typer.Option(min=0, help="So many contacts in all.")] = None,
    seed: Annotated[int, typer.Option(help="Another number makes up other data.")] = 1,
    salesforce_port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
    autotask_port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
    tls: Annotated[bool, typer.Option("--tls", help="Serve https with an authority made on the spot.")] = False,
    request_limit: Annotated[int, typer.Option(min=0, help="Autotask's requests an hour; 0: no limit.")] = 10_000,
    no_thread_limit: Annotated[bool, typer.Option("--no-thread-limit", help="Any number of requests at once.")] = False,
) -> None:
    """Serve both until interrupted. The one line printed is what `taskforce connections add --from -` reads."""
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    try:
        pair = start_pair(
            scenario=scenario,
            accounts=accounts,
            contacts=contacts,
            seed=seed,
            salesforce_port=salesforce_port,
            autotask_port=autotask_port,
            tls=tls,
            request_limit=request_limit,
            thread_limit=not no_thread_limit,
        )
    except (PortUnavailableError, UnknownScenarioError) as problem:
        typer.echo(f"taskforce-simulators: {problem}", err=True)
        raise typer.Exit(2) from problem
    with pair:
        typer.echo(json.dumps(pair.connection()))
        over.wait()


def main() -> None:
    """Run the command."""
    app()


if __name__ == "__main__":
    main()
