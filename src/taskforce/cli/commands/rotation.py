"""`taskforce secrets`: the key that encrypts what is secret."""

import typer
from rich.markup import escape

from taskforce.bootstrap import open_installation
from taskforce.cli.console import out, telling_errors
from taskforce.cli.noting import note
from taskforce.domain.audit import Deed

app = typer.Typer(no_args_is_help=True, help="The key that encrypts what is secret.")


@app.callback()
def secrets() -> None:
    """The key that encrypts what is secret."""


@app.command()
def rotate() -> None:
    """Encrypt every secret with a new key and drop the one of before, at any time; can be repeated after a crash."""
    with telling_errors(), open_installation() as installation:
        from taskforce.rotating import rotate as rotate_secrets

        def note_rotation(number: int) -> None:
            note(installation, Deed.SECRETS_ROTATED, details={"secrets": str(number)})

        number = rotate_secrets(installation, note_rotation)
        place = escape(str(installation.key_file))
    out.print(
        f"[green]✓[/green] {number} secret{'' if number == 1 else 's'} encrypted with a new key, the one of before is "
        f"gone from {place}.",
        soft_wrap=True,
    )
    out.print(
        "Make a backup now, and a new copy of the key file in another place. A backup made before can only be restored "
        "with the copy of the key file that belongs to it. Who is signed in has to sign in again after the next start "
        "of taskforce serve.",
        soft_wrap=True,
    )
