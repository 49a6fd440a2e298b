"""`taskforce tokens`: which programs may use the REST API."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from taskforce.bootstrap import open_installation
from taskforce.cli.console import out, print_json, telling_errors
from taskforce.cli.noting import ORIGIN, note
from taskforce.cli.options import AsJsonList
from taskforce.documents import token_document
from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role

app = typer.Typer(no_args_is_help=True, help="Which programs may use the REST API.")

Name = Annotated[str, typer.Argument(help="The token's name, for example that of the program.")]


@app.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What the program may do.")] = Role.VIEWER,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it is valid.")] = 365,
) -> None:
    """Give out a token; it is shown once."""
    with telling_errors(), open_installation() as installation:
        now = installation.clock.now()
        token = installation.tokens.add(name, role=role, days=days, by=ORIGIN, now=now)
        note(installation, Deed.TOKEN_CHANGED, subject=name, details={"given out": role.value, "days": str(days)})
    out.print(
        f"The token {escape(name)} opens what the role {role.value} opens. Shown this once: {token}", soft_wrap=True
    )


@app.command(name="list")
def list_(as_json: AsJsonList = False) -> None:
    """Every token that was given out, those that were revoked last."""
    with telling_errors(), open_installation() as installation:
        tokens, now = installation.tokens.all(), installation.clock.now()
    if as_json:
        print_json([token_document(token) for token in tokens])
        return
    table = Table("Token", "Role", "Valid until (UTC)", "Last used (UTC)", box=None)
    for token in tokens:
        until = f"{token.expires_at:%Y-%m-%d}" if token.is_valid(now) else "revoked" if token.revoked_at else "expired"
        used = f"{token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never"
        table.add_row(escape(token.name), token.role.value, until, used)
    out.print(table if tokens else "No tokens yet: taskforce tokens add NAME --role viewer")


@app.command()
def revoke(name: Name) -> None:
    """Take a token back: from the next request on it opens nothing."""
    with telling_errors(), open_installation() as installation:
        installation.tokens.revoke(name, installation.clock.now())
        note(installation, Deed.TOKEN_CHANGED, subject=name, details={"revoked": "yes"})
    out.print(f"The token {escape(name)} is revoked.", soft_wrap=True)
