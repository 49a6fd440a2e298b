"""`taskforce privacy` and `taskforce prune`: one person's data, and what is kept for how long."""

import json
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from taskforce import privacy, retaining
from taskforce.bootstrap import open_installation
from taskforce.cli.console import err, out, print_json, safe, say, telling_errors, unwritable
from taskforce.cli.noting import ORIGIN, note, who
from taskforce.cli.options import AsJson, Yes
from taskforce.cli.progress import ProgressBars
from taskforce.cli.running import stopping_on_signals
from taskforce.domain.audit import Deed
from taskforce.domain.privacy import Fate, Found
from taskforce.errors import ConfigurationError

if TYPE_CHECKING:
    from taskforce.installation import Installation

app = typer.Typer(no_args_is_help=True, help="What is kept about one person: found, exported, erased.")

Email = Annotated[str, typer.Argument(help="The person's mail address.")]

_SQLITE = (
    "The file of an SQLite database keeps its size: the room is used again. VACUUM is not done while it is in use."
)


@app.command()
def find(email: Email, as_json: AsJson = False) -> None:
    """How much is kept about a mail address, and where."""
    with telling_errors(), open_installation() as installation:
        found = privacy.find(installation, email, note=partial(_note, installation))
    if as_json:
        print_json(privacy.found_document(found))
        return
    _print(found)


@app.command()
def export(
    email: Email,
    out_: Annotated[Path, typer.Option("--out", help="The file that is written; it must not be there yet.")],
) -> None:
    """Write everything kept about a mail address to a file, as JSON, for its user's eyes only."""
    with telling_errors(), open_installation() as installation:
        if out_.exists():
            raise ConfigurationError([f"{out_} is there already: name another file."])
        document = privacy.export(installation, email, note=partial(_note, installation))
        try:
            with os.fdopen(os.open(out_, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                json.dump(document, file, ensure_ascii=False, indent=2)
        except OSError as error:
            raise unwritable(out_, error) from None
    say(f"[green]✓[/green] {escape(str(out_))}: {len(document['items'])} items.")


@app.command()
def erase(email: Email, yes: Yes = False, as_json: AsJson = False) -> None:
    """Remove or blank what is kept about a mail address here."""
    with telling_errors(), open_installation() as installation:
        noting = partial(_note, installation)
        if not yes:
            kept = privacy.find(installation, email, note=noting)
            _print(kept)
            if not kept.items:
                return
            if not typer.confirm("Erase it?", err=True):
                err.print("Nothing was erased.")
                raise typer.Exit(1)
        found = privacy.erase(installation, email, note=noting)
    if as_json:
        print_json(privacy.found_document(found))
        return
    gone = sum(each.fate is not Fate.KEPT for each in found.items)
    say(f"[green]✓[/green] Erased here: {gone} of {len(found.items)} items; the others stay, see above or --json.")
    say(privacy.SOURCES)
    say(privacy.ELSEWHERE)


def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove what is older than TASKFORCE_KEEP_DAYS now; a worker does so once a day by itself."""
    with telling_errors(), open_installation() as installation, stopping_on_signals() as should_stop:
        with ProgressBars() as progress:
            shown = [0]

            def tell(done: int, number: int) -> None:
                if not shown[0]:
                    progress.phase("Looking at old runs", number)
                progress.advance(done - shown[0])
                shown[0] = done

            pruned = retaining.prune(
                installation, who=who(), origin=ORIGIN, is_dry_run=dry_run, tell=tell, should_stop=should_stop
            )
        days = installation.keep_days
    if as_json:
        print_json(retaining.pruned_document(pruned, keep_days=days, is_dry_run=dry_run))
        return
    verb = "Would go" if dry_run else "Gone"
    say(f"{verb}, of what is older than {days} days ({pruned.before:%Y-%m-%d}): {pruned.sentence}.")
    if pruned.is_anything and not dry_run:
        say(_SQLITE)


def _print(found: Found) -> None:
    if not found.items:
        say("Nothing is kept about this address.")
        return
    table = Table("Where", "Items", "When erased", box=None)
    for (place, fate, why), number in found.numbers.items():
        table.add_row(place.words, str(number), f"{fate.value}{f': {why}' if why else ''}")
    out.print(table)
    if found.names:
        say(f"Records that carry or carried it: {', '.join(safe(each) for each in found.names)}.")
    say(privacy.SOURCES)


def _note(installation: "Installation", deed: Deed, details: dict[str, str]) -> None:
    note(installation, deed, details=details)
