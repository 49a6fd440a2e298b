"""`taskforce connections`: what is paired with what."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from taskforce.bootstrap import open_installation
from taskforce.cli.console import err, out, print_json, say, telling_errors
from taskforce.cli.noting import note, note_edit
from taskforce.cli.options import AsJson, Name, Yes
from taskforce.connection_config import ConnectionConfig, parse_object
from taskforce.domain.audit import Deed
from taskforce.errors import ConfigurationError

app = typer.Typer(no_args_is_help=True, help="Add, look at, change and remove connections.")

FromFile = Annotated[str, typer.Option("--from", help="A file with one JSON object, or - for standard input.")]


def _read(source: str) -> str:
    if source == "-":
        return _decoded(typer.get_binary_stream("stdin").read())
    try:
        return Path(source).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError([f"{source} cannot be read: give a text file that exists, or - ."]) from None


def _decoded(given: bytes) -> str:
    try:
        return given.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationError(["Standard input is not text in UTF-8."]) from None


@app.command()
def add(name: Name, source: FromFile) -> None:
    """Add a connection from a JSON object, secrets included."""
    with telling_errors():
        config = ConnectionConfig.parse(_read(source))
        with open_installation() as installation:
            installation.book.add(name, config, by_operator=True)
            note(installation, Deed.CONNECTION_ADDED, connection=name)
    say(f"[green]✓[/green] Connection {escape(name)} added. Next: [bold]taskforce check {escape(name)}[/bold]")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List all connections."""
    with telling_errors(), open_installation() as installation:
        connections = installation.connections()
    if as_json:
        print_json([{"name": name, **config.masked()} for name, config in connections.items()])
    elif not connections:
        out.print("No connections yet. Add one: [bold]taskforce connections add NAME --from FILE[/bold]")
    else:
        table = Table("Name", "Salesforce", "Autotask", "Active", box=None)
        for name, config in connections.items():
            active = "yes" if config.settings.active else "no"
            table.add_row(escape(name), escape(config.salesforce.url), escape(config.autotask.url), active)
        out.print(table)


@app.command()
def show(name: Name, as_json: AsJson = False) -> None:
    """Show one connection; secrets are masked."""
    with telling_errors(), open_installation() as installation:
        masked = installation.connection(name).masked()
    if as_json:
        print_json({"name": name, **masked})
        return
    for section in ("salesforce", "autotask", "settings"):
        out.print(f"[bold]{section}[/bold]")
        for key, value in masked[section].items():
            say(f"  {key}: {escape(str(value))}")
    if masked["ca_file"]:
        say(f"[bold]ca_file[/bold]: {escape(masked['ca_file'])}")
    if masked["own_hosts"]:
        say(f"[bold]own_hosts[/bold]: {escape(', '.join(masked['own_hosts']))}")


@app.command()
def edit(name: Name, source: FromFile) -> None:
    """Change parts of a connection: only the keys given are replaced."""
    with telling_errors():
        changes = parse_object(_read(source))
        if changes.get("name") == name:
            del changes["name"]  # `show --json` tells it too, and what it prints may be given back
        with open_installation() as installation:
            installation.book.edit(name, changes, by_operator=True, noted=partial(note_edit, installation, name))
    say(f"[green]✓[/green] Connection {escape(name)} changed.")


@app.command()
def remove(name: Name, yes: Yes = False) -> None:
    """Remove a connection with its links and history; nothing changes in Salesforce or Autotask."""
    with telling_errors(), open_installation() as installation:
        installation.require(name)
        if not yes and not typer.confirm(f"Remove {name} with its links and its history?", err=True):
            err.print("Nothing was removed.")
            raise typer.Exit(1)
        installation.book.remove(name)
        note(installation, Deed.CONNECTION_REMOVED, connection=name)
    say(f"[green]✓[/green] Connection {escape(name)} removed.")
