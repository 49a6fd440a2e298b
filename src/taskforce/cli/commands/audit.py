"""`taskforce audit`: who did what, and whether the list is as it was written."""

from typing import Annotated

import typer
from rich.table import Table

from taskforce.bootstrap import open_installation
from taskforce.cli.console import err, out, print_json, safe, say, telling_errors
from taskforce.cli.options import AsJson

app = typer.Typer(no_args_is_help=True, help="Who did what, when and from where.")


@app.command(name="list")
def list_(
    limit: Annotated[int, typer.Option(min=1, help="How many of the latest.")] = 50,
    as_json: AsJson = False,
) -> None:
    """The latest entries, the latest first."""
    with telling_errors(), open_installation() as installation:
        entries = installation.audit.latest(limit)
    if as_json:
        print_json(
            [
                {
                    "at": each.at.isoformat(),
                    "who": each.who,
                    "origin": each.origin,
                    "deed": each.deed,
                    "connection": each.connection,
                    "subject": each.subject,
                    "details": dict(each.details),
                }
                for each in entries
            ]
        )
        return
    table = Table("When (UTC)", "Who", "From", "What", "Connection", "About", box=None)
    for each in entries:
        what = each.deed.value.replace("_", " ")
        about = " ".join([each.subject, *(f"{name}: {value}" for name, value in each.details.items())])
        table.add_row(f"{each.at:%Y-%m-%d %H:%M}", safe(each.who), each.origin, what, each.connection, safe(about))
    out.print(table if entries else "Nothing yet.")


@app.command()
def verify() -> None:
    """Whether every entry is as it was written and none is missing; status 1 if not."""
    with telling_errors(), open_installation() as installation:
        broken = installation.audit.first_break()
    if broken is None:
        say("[green]✓[/green] Every entry is as it was written.")
        return
    when = f"{broken.at:%Y-%m-%d %H:%M:%S} UTC"
    say(f"[red]✗[/red] The entry of {when} is not as it was written, or the one before it is missing.", err)
    raise typer.Exit(1)
