"""`taskforce notices`: what people were told of a connection, and whether it is over (B13)."""

from collections.abc import Sequence

from rich.markup import escape

from taskforce.bootstrap import open_installation
from taskforce.cli.console import out, print_json, say, telling_errors
from taskforce.cli.options import AsJsonList, Name
from taskforce.documents import notice_document
from taskforce.domain.notices import Notice


def notices(name: Name, as_json: AsJsonList = False) -> None:
    """What people were told: what still stands first, then what is over."""
    with telling_errors(), open_installation() as installation:
        installation.require(name)
        told = installation.history.notices(name)
    if as_json:
        print_json([notice_document(notice) for notice in told])
        return
    if not told:
        out.print("Nobody had to be told anything yet.")
    print_notices(told)


def print_notices(told: Sequence[Notice]) -> None:
    """A line for each, with since when, and the mend of those that still stand."""
    for notice in told:
        since = f"{notice.told_at:%Y-%m-%d %H:%M}"
        if notice.over_at is None:
            mend = f" [dim]{escape(notice.kind.mend)}[/dim]"
            say(f"[yellow]![/yellow] {escape(notice.text)}{mend} (told {since} UTC)")
        else:
            say(f"[green]✓[/green] {escape(notice.text)} (told {since} UTC, over {notice.over_at:%Y-%m-%d %H:%M} UTC)")
