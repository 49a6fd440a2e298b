"""`taskforce backup` and `taskforce restore`: a copy of the database, and the way back to it."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from taskforce.bootstrap import open_backups
from taskforce.cli.console import err, say, telling_errors
from taskforce.cli.noting import who
from taskforce.cli.options import Yes
from taskforce.cli.progress import ProgressBars

if TYPE_CHECKING:
    from taskforce.adapters.store.backup import Contents
    from taskforce.backups import Candidate, Restored


def backup(
    file: Annotated[Path, typer.Argument(help="Where the backup is written.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
) -> None:
    """Write a copy of the database to a file, at any time; secrets in it stay encrypted."""
    with telling_errors(), open_backups() as backups:
        with ProgressBars() as progress:
            contents = backups.back_up(file, is_forced=force, progress=progress)
        say(f"[green]✓[/green] {escape(str(file))}: {_described(contents)}.")
        say(
            f"Its secrets are encrypted with the key file {escape(str(backups.key_file))}, which is not in it. Keep a "
            "copy of that in another place: whoever has both has the secrets, and without the key nothing can be "
            "restored elsewhere."
        )


def restore(
    file: Annotated[Path, typer.Argument(help="A file that taskforce backup wrote.")],
    yes: Yes = False,
) -> None:
    """Go back to a backup, at any time; what was written to Autotask since is found again, not written twice."""
    with telling_errors(), open_backups() as backups, ExitStack() as staging:
        with ProgressBars() as progress:
            candidate = staging.enter_context(backups.candidate(file, progress))
        _tell_what_changes(file, candidate)
        if not yes and not typer.confirm("Go back to it?", err=True):
            err.print("Nothing was restored.")
            raise typer.Exit(1)
        with ProgressBars() as progress:
            restored = backups.restore(candidate, progress, who=who())
    _tell_what_changed(file, restored)


def _tell_what_changes(file: Path, candidate: "Candidate") -> None:
    present = candidate.present
    say(f"{escape(str(file))}: {_described(candidate.contents)}.", err)
    say(f"It replaces: {'a database that is damaged' if present is None else _described(present)}.", err)
    say("What was set up, decided and recorded here since the backup is not in it. Autotask stays as it is.", err)


def _tell_what_changed(file: Path, restored: "Restored") -> None:
    say(f"[green]✓[/green] Restored from {escape(str(file))}.")
    if restored.kept is not None:
        say(f"The database of before is kept as {escape(str(restored.kept))}.")
    say(
        "Everybody is signed out. Passwords, roles and second factors are those of the backup; who was disabled "
        "stays so."
    )
    for name, until in restored.resting.items():
        say(
            f"Imports of {escape(name)} begin again at {until:%Y-%m-%d %H:%M:%S} UTC: a create of before may still be "
            "carried out until then."
        )


def _described(contents: "Contents") -> str:
    """What a person knows a database by, in words."""
    number = len(contents.connections)
    names = f" ({', '.join(map(escape, contents.connections))})" if number else ""
    latest = contents.last_import_at
    last_import = f"last import {latest:%Y-%m-%d %H:%M:%S} UTC" if latest else "no import yet"
    return f"{number} connection{'' if number == 1 else 's'}{names}, {last_import}"
