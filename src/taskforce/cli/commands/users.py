"""`taskforce users`: who may sign in to the pages."""

import secrets
from typing import Annotated

import typer
from django.db import transaction
from rich.markup import escape
from rich.table import Table

from taskforce.bootstrap import open_installation
from taskforce.cli.console import out, print_json, telling_errors
from taskforce.cli.noting import note
from taskforce.cli.options import AsJson
from taskforce.cli.passwords import given_password
from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role

app = typer.Typer(no_args_is_help=True, help="Who may sign in to the pages.")

Name = Annotated[str, typer.Argument(help="The user's name.")]
FromInput = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input instead of making one.")
]


@app.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What the user may do.")] = Role.VIEWER,
    full_name: Annotated[str, typer.Option(help="The name that others see.")] = "",
    email: Annotated[str, typer.Option(help="Where mail goes.")] = "",
    password_stdin: FromInput = False,
) -> None:
    """Let somebody sign in; the password is shown once."""
    password = _password(password_stdin)  # before the transaction, which keeps all others from writing
    with telling_errors(), open_installation() as installation, transaction.atomic():
        now = installation.clock.now()
        installation.users.add(name, role=role, password=password, full_name=full_name, email=email, now=now)
        note(installation, Deed.USER_ADDED, subject=name, details={"role": role.value})
    out.print(f"{escape(name)} may sign in as {role.value}.{_shown(password, password_stdin)}", soft_wrap=True)


@app.command(name="list")
def list_(as_json: AsJson = False) -> None:
    """Everybody who may sign in."""
    with telling_errors(), open_installation() as installation:
        people = installation.users.all()
    if as_json:
        print_json(
            [
                {"name": each.username, "full_name": each.full_name, "role": each.role, "is_active": each.is_active}
                for each in people
            ]
        )
        return
    table = Table("User", "Role", "Name", "Last signed in (UTC)", box=None)
    for each in people:
        seen = f"{each.last_seen_at:%Y-%m-%d %H:%M}" if each.last_seen_at else "never"
        table.add_row(escape(each.username), each.role.value, escape(each.full_name), seen)
    out.print(table if people else "Nobody may sign in yet: taskforce users add NAME --role administrator")


@app.command()
def passwd(name: Name, password_stdin: FromInput = False) -> None:
    """Give somebody another password; whoever is signed in by that name is signed out."""
    password = _password(password_stdin)  # before the transaction, which keeps all others from writing
    with telling_errors(), open_installation() as installation, transaction.atomic():
        installation.users.set_password(name, password)
        note(installation, Deed.PASSWORD_CHANGED, subject=name)
    out.print(f"{escape(name)} has another password.{_shown(password, password_stdin)}", soft_wrap=True)


@app.command()
def role(name: Name, role: Annotated[Role, typer.Argument(help="What the user may do.")]) -> None:
    """Let somebody do more, or less."""
    with telling_errors(), open_installation() as installation, transaction.atomic():
        installation.users.set_role(name, role)
        note(installation, Deed.USER_CHANGED, subject=name, details={"role": role.value})
    out.print(f"{escape(name)} is {role.value} now.", soft_wrap=True)


@app.command()
def disable(name: Name) -> None:
    """Let somebody sign in no longer; whoever is signed in by that name is signed out."""
    with telling_errors(), open_installation() as installation, transaction.atomic():
        installation.users.set_active(name, is_active=False)
        note(installation, Deed.USER_CHANGED, subject=name, details={"may sign in": "no"})
    out.print(f"{escape(name)} may not sign in any more.", soft_wrap=True)


@app.command()
def enable(name: Name) -> None:
    """Let somebody sign in again."""
    with telling_errors(), open_installation() as installation, transaction.atomic():
        installation.users.set_active(name, is_active=True)
        note(installation, Deed.USER_CHANGED, subject=name, details={"may sign in": "yes"})
    out.print(f"{escape(name)} may sign in again.", soft_wrap=True)


@app.command()
def reset_second_factor(name: Name) -> None:
    """Let somebody who lost their second factor sign in by the password alone; they are signed out everywhere."""
    with telling_errors(), open_installation() as installation, transaction.atomic():
        installation.second_factors.reset(name)
        note(installation, Deed.SECOND_FACTOR_CHANGED, subject=name, details={"second factor": "reset"})
    out.print(f"{escape(name)} signs in by the password alone until another second factor is set up.", soft_wrap=True)


def _password(is_given: bool) -> str:
    return given_password() if is_given else secrets.token_urlsafe(15)


def _shown(password: str, is_given: bool) -> str:
    return "" if is_given else f" The password, shown this once: {escape(password)}"
