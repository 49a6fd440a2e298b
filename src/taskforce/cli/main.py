"""The command `taskforce`."""

import typer

from taskforce.cli.commands import checks, connections, demo, history, imports, serve

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Keeps an Autotask PSA database current with the accounts and contacts of a Salesforce org.",
)
app.add_typer(connections.app, name="connections")
app.command(name="check")(checks.check)
app.command(name="import")(imports.import_)
app.command(name="runs")(history.runs)
app.command(name="run")(history.run)
app.command(name="demo")(demo.demo)
app.command(name="serve")(serve.serve)


def main() -> None:
    """Run the command."""
    app()
