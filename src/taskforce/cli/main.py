"""The command `taskforce`."""

import typer
from rich.markup import escape

from taskforce.cli.commands import (
    adopt,
    approvals,
    audit,
    backup,
    checks,
    connections,
    demo,
    filters,
    history,
    imports,
    links,
    mail,
    mapping,
    matching,
    notices,
    privacy,
    reconcile,
    rotation,
    serve,
    tokens,
    undo,
    users,
)
from taskforce.cli.console import COULD_NOT, be_lenient, err, given_up_on_output, say
from taskforce.engine.defects import sentence_on

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Keeps an Autotask PSA database current with the accounts and contacts of a Salesforce org.",
)
app.add_typer(connections.app, name="connections")
app.add_typer(users.app, name="users")
app.add_typer(filters.app, name="filter")
app.add_typer(mapping.app, name="mapping")
app.add_typer(matching.app, name="match")
app.add_typer(mail.app, name="mail")
app.add_typer(audit.app, name="audit")
app.add_typer(tokens.app, name="tokens")
app.add_typer(privacy.app, name="privacy")
app.add_typer(rotation.app, name="secrets")
app.command(name="check")(checks.check)
app.command(name="doctor")(checks.doctor)
app.command(name="import")(imports.import_)
app.command(name="reconcile")(reconcile.reconcile)
app.command(name="runs")(history.runs)
app.command(name="run")(history.run)
app.command(name="notices")(notices.notices)
app.command(name="approve")(approvals.approve)
app.command(name="reject")(approvals.reject)
app.command(name="adopt")(adopt.adopt)
app.command(name="undo")(undo.undo)
app.command(name="links")(links.links)
app.command(name="unmap")(links.unmap)
app.command(name="relink")(links.relink)
app.command(name="create")(links.create)
app.command(name="retry")(links.retry)
app.command(name="lock")(links.lock)
app.command(name="unlock")(links.unlock)
app.command(name="ignore")(links.ignore)
app.command(name="forget")(links.forget)
app.command(name="demo")(demo.demo)
app.command(name="serve")(serve.serve)
app.command(name="worker")(serve.worker)
app.command(name="prune")(privacy.prune)
app.command(name="backup")(backup.backup)
app.command(name="restore")(backup.restore)


def main() -> None:
    """Run the command; a defect ends it with one line that can be reported, without data and without a traceback."""
    be_lenient()
    try:
        app()
    except Exception as error:  # noqa: BLE001 - the last place that can tell it kindly
        say(f"[red]✗[/red] {escape(given_up_on_output(error) or sentence_on(error))}", err)
        raise SystemExit(COULD_NOT) from None
