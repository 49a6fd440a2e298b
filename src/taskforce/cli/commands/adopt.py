"""`taskforce adopt`: the ids that the old extension left in Autotask are taken over."""

from functools import partial
from typing import Annotated

import typer

from taskforce.adopting import adopt as adopt_ids
from taskforce.adopting import adoption_details, worth_a_look
from taskforce.cli.adoptions import print_adoption
from taskforce.cli.console import print_json
from taskforce.cli.noting import note
from taskforce.cli.options import AsJsonAtLast, Name
from taskforce.cli.running import carry_out
from taskforce.documents import adoption_document, run_document
from taskforce.domain.audit import Deed

_OF_EACH, _OF_EACH_FOR_PROGRAMS = 5, 100
"""Records that are listed for each reason why they were not linked; `taskforce run` lists all of them."""


def adopt(
    name: Name,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report what would be linked, and store nothing.")] = False,
    as_json: AsJsonAtLast = False,
) -> None:
    """Link the records whose Salesforce ids the old extension left in Autotask, where that is sound."""
    ran = carry_out(
        lambda installation, progress, should_stop: adopt_ids(
            installation,
            name,
            is_dry_run=dry_run,
            progress=progress,
            should_stop=should_stop,
            decided=partial(
                note,
                installation,
                Deed.ADOPTED,
                connection=name,
                details=adoption_details(is_dry_run=dry_run),
            ),
        ),
        as_json=as_json,
        listed=partial(worth_a_look, of_each=_OF_EACH_FOR_PROGRAMS if as_json else _OF_EACH),
    )
    if as_json:
        print_json({**run_document(ran.run), **adoption_document(ran.run, ran.causes, ran.intended)})
    else:
        print_adoption(ran.run, ran.causes, ran.intended)
    raise typer.Exit(ran.run.status.exit_status)
