"""`taskforce filter NAME`: which accounts and contacts are imported (B10)."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from taskforce.bootstrap import open_installation
from taskforce.cli.console import err, out, print_json, say, telling_errors
from taskforce.cli.noting import note_edit
from taskforce.cli.options import AsJson, Yes, commands_of_a_connection
from taskforce.documents import fitting_document
from taskforce.domain.filtering import Unfit
from taskforce.filter_config import FilterConfig, filter_of

if TYPE_CHECKING:
    from taskforce.installation import Installation

app = commands_of_a_connection("Choose which accounts and contacts are imported.")

Accounts = Annotated[
    list[str] | None,
    typer.Option(
        help="Conditions such as 'Type = Customer and Rating != Cold'; given again: or those.", metavar="TEXT"
    ),
]
Contacts = Annotated[
    list[str] | None,
    typer.Option(help="The same for contacts, which follow their account in any case.", metavar="TEXT"),
]
UnfitOption = Annotated[Unfit, typer.Option("--unfit", help="What becomes of linked accounts that do not fit.")]


@app.command()
def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the filter."""
    with telling_errors(), open_installation() as installation:
        stored = installation.connection(context.obj).settings.record_filter
    if as_json:
        print_json(stored.model_dump(mode="json"))
    else:
        _tell(stored)


@app.command()
def count(
    context: typer.Context, accounts: Accounts = None, contacts: Contacts = None, as_json: AsJson = False
) -> None:
    """Ask Salesforce how many records fit, of the stored filter or of the one given; nothing changes."""
    with telling_errors(), open_installation() as installation:
        given = accounts is not None or contacts is not None
        stored = installation.connection(context.obj).settings.record_filter
        wanted = filter_of(accounts or (), contacts or ()) if given else stored
        figures = _count(installation, context.obj, wanted)
    if as_json:
        print_json(figures)
    else:
        _tell_figures(figures)


@app.command("set")
def set_(
    context: typer.Context,
    accounts: Accounts = None,
    contacts: Contacts = None,
    unfit: UnfitOption = Unfit.KEEP,
    bring_parents: Annotated[
        bool, typer.Option("--bring-parents", help="Import the parents of accounts that fit as well.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Check a filter against the org, tell how many records fit, and replace the stored one by it."""
    with telling_errors(), open_installation() as installation:
        wanted = filter_of(accounts or (), contacts or (), unfit, bring_parents=bring_parents)
        _tell_figures(_count(installation, context.obj, wanted))
        if not yes and not typer.confirm("Import these only?", err=True):
            err.print("The filter was not changed.")
            raise typer.Exit(1)
        _store(installation, context.obj, wanted)
    say("[green]✓[/green] The filter was changed. The next import reads everything once more.")


@app.command()
def clear(context: typer.Context) -> None:
    """Import everything again."""
    with telling_errors(), open_installation() as installation:
        _store(installation, context.obj, FilterConfig())
    say("[green]✓[/green] There is no filter any more. The next import reads everything once more.")


def _count(installation: "Installation", name: str, wanted: FilterConfig) -> dict[str, Any]:
    return fitting_document(installation.count_fitting(name, wanted.as_filter()))


def _store(installation: "Installation", name: str, wanted: FilterConfig) -> None:
    after = {"settings": {"record_filter": wanted.model_dump(mode="json")}}
    installation.book.edit(name, after, noted=partial(note_edit, installation, name))


def _tell(stored: FilterConfig) -> None:
    if not stored.accounts and not stored.contacts:
        out.print("Every account and contact is imported.")
    for title, groups in (("Accounts", stored.accounts), ("Contacts", stored.contacts)):
        for number, group in enumerate(groups):
            say(f"[bold]{'   or' if number else title}[/bold]: {escape(group)}")
    if stored.accounts:
        say(f"Linked accounts that do not fit: {stored.unfit.value}")
        if stored.bring_parents:
            out.print("The parents of accounts that fit are imported as well.")


def _tell_figures(figures: dict[str, Any]) -> None:
    for word, of in (("accounts", figures["companies"]), ("contacts", figures["contacts"])):
        out.print(f"{of['fit']:,} of {of['all']:,} {word} fit.")
