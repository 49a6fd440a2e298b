"""`taskforce check`: would an import work?"""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape

from taskforce.bootstrap import open_installation
from taskforce.cli.console import COULD_NOT, fail, print_json, say
from taskforce.errors import TaskforceError


def check(
    name: Annotated[str, typer.Argument(help="The connection's name.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
) -> None:
    """Log in to both sides and check what an import needs; one line per check, with the mend."""
    try:
        with open_installation() as installation:
            findings = installation.check(name)
    except TaskforceError as error:
        if as_json:
            print_json({"connection": name, "ok": False, "message": str(error), "checks": []})
            raise typer.Exit(COULD_NOT) from None
        fail(error)
    stopped = any(finding.stops_import for finding in findings)
    if as_json:
        print_json({"connection": name, "ok": not stopped, "checks": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            mark = (
                "[green]✓[/green]" if finding.ok else "[red]✗[/red]" if finding.stops_import else "[yellow]![/yellow]"
            )
            mend = f" → {finding.mend}" if finding.mend and not finding.ok else ""
            say(f"{mark} {escape(finding.system)}: {escape(finding.message)}{escape(mend)}")
        say("An import would be stopped by what is marked ✗." if stopped else "An import can run.")
    raise typer.Exit(1 if stopped else 0)
