"""`taskforce mail`: by which server people are told what imports did, and whether that works."""

from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from taskforce import delivering, mail_settings
from taskforce.bootstrap import open_installation
from taskforce.cli.console import out, print_json, telling_errors
from taskforce.cli.noting import note
from taskforce.cli.options import AsJson
from taskforce.cli.passwords import given_password
from taskforce.connection_config import MASK
from taskforce.domain.audit import Deed
from taskforce.domain.deliveries import DeliveryState

app = typer.Typer(no_args_is_help=True, help="The mail server by which people are told what imports did.")

SECURITIES = "starttls, tls, or none for a server on this machine."


@app.command()
def show(as_json: AsJson = False) -> None:
    """The mail server, without its password, and how many mails wait, were sent or were given up."""
    with telling_errors(), open_installation() as installation:
        document, has_password = mail_settings.shown(installation)
        shown: dict[str, Any] = {**document, **({"password": MASK} if has_password else {})}
        is_fixed, outbox = mail_settings.is_fixed(), installation.outbox
        numbers = {state.value: outbox.count(state) for state in DeliveryState}
    if as_json:
        print_json({"server": shown or None, "is_from_environment": is_fixed, "mails": numbers})
        return
    if not shown:
        out.print(f"{delivering.NO_SERVER} {delivering.HOW_TO_SET}", soft_wrap=True)
    table = Table(box=None, show_header=False)
    for name, value in shown.items():
        table.add_row(name, escape(str(value or "the usual one" if name == "port" else value)))
    out.print(table)
    if is_fixed:
        out.print("Set by the environment (TASKFORCE_MAIL_…).")
    out.print(", ".join(f"{number} {state.replace('_', ' ')}" for state, number in numbers.items()))


@app.command(name="set")
def set_(
    host: Annotated[str, typer.Option(help="The mail server's name.")],
    sender: Annotated[str, typer.Option(help="The mail address that mails come from, with a name or without.")],
    port: Annotated[int, typer.Option(help="0: the usual one.", min=0, max=65535)] = 0,
    security: Annotated[str, typer.Option(help=SECURITIES)] = "starttls",
    username: Annotated[str, typer.Option(help="Empty if the server asks for no login.")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input; otherwise it stays.")
    ] = False,
    address: Annotated[str, typer.Option(help="The pages' own address, for links.")] = "",
) -> None:
    """Use this mail server from now on, instead of the one before."""
    with telling_errors(), open_installation() as installation:
        document = {
            "host": host,
            "port": port,
            "security": security,
            "username": username,
            "password": given_password() if password_stdin else "",
            "sender": sender,
            "address": address,
        }
        before, after = mail_settings.shown(installation)[0], mail_settings.change(installation, document)
        changed = mail_settings.differences(before, after.plain(), has_new_password=bool(document["password"]))
        note(installation, Deed.SETTINGS_CHANGED, subject="mail", details=changed)
    out.print("Saved. taskforce mail test ADDRESS sends a test mail.", soft_wrap=True)


@app.command()
def test(address: Annotated[str, typer.Argument(help="Where the test mail goes.")]) -> None:
    """Send a test mail at once, and say what came of it."""
    with telling_errors(), open_installation() as installation:
        note(installation, Deed.MAIL_TRIED, details={"to": address})
        delivering.try_out(installation, address)
    out.print(f"The mail server took the test mail to {escape(address)}.", soft_wrap=True)


@app.command()
def off() -> None:
    """Send no mail any more, and forget the mail server."""
    with telling_errors(), open_installation() as installation:
        mail_settings.forget(installation)
        note(installation, Deed.SETTINGS_CHANGED, subject="mail", details={"mail server": "none"})
    out.print("No mail is sent any more.")
