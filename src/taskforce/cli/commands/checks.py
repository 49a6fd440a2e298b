"""`taskforce check` and `taskforce doctor`: would an import work, and is this machine fit for it?"""

from collections.abc import Sequence

import typer
from rich.markup import escape

from taskforce import doctoring
from taskforce.bootstrap import open_installation
from taskforce.cli.console import COULD_NOT, fail, print_json, say
from taskforce.cli.options import AsJson, Name
from taskforce.documents import check_document, finding_documents
from taskforce.domain.checking import Finding
from taskforce.errors import TaskforceError


def check(name: Name, as_json: AsJson = False) -> None:
    """Log in to both sides and check what an import needs; one line per check, with the mend."""
    try:
        with open_installation() as installation:
            findings = installation.check(name)
    except TaskforceError as error:
        if as_json:
            print_json(check_document(name, [], str(error)))
            raise typer.Exit(COULD_NOT) from None
        fail(error)
    stopped = any(finding.stops_import for finding in findings)
    if as_json:
        print_json(check_document(name, findings))
    else:
        _print(findings)
        say("An import would be stopped by what is marked ✗." if stopped else "An import can run.")
    raise typer.Exit(1 if stopped else 0)


def doctor(as_json: AsJson = False) -> None:
    """Check this machine and every connection; one line per check, with the mend."""
    try:
        with open_installation() as installation:
            host = doctoring.examine_host(installation)
            examined = [doctoring.examine(installation, name) for name in installation.names()]
    except TaskforceError as error:
        if as_json:
            print_json({"ok": False, "message": str(error), "host": [], "connections": []})
            raise typer.Exit(COULD_NOT) from None
        fail(error)
    is_ok = not any(finding.stops_import for finding in host) and all(each.is_ok for each in examined)
    if as_json:
        connections = [check_document(each.connection, each.findings, each.trouble) for each in examined]
        print_json({"ok": is_ok, "host": finding_documents(host), "connections": connections})
    else:
        say("[bold]This machine[/bold]")
        _print(host)
        for each in examined:
            say(f"[bold]{escape(each.connection)}[/bold]")
            _print(each.findings)
            if each.trouble:
                say(f"[red]✗[/red] {escape(each.trouble)}")
        say("Imports can run." if is_ok else "Imports would be stopped by what is marked ✗.")
    raise typer.Exit(0 if is_ok else 1)


def _print(findings: Sequence[Finding]) -> None:
    for finding in findings:
        mark = "[green]✓[/green]" if finding.ok else "[red]✗[/red]" if finding.stops_import else "[yellow]![/yellow]"
        mend = f" → {finding.mend}" if finding.mend and not finding.ok else ""
        say(f"{mark} {escape(finding.system)}: {escape(finding.message)}{escape(mend)}")
