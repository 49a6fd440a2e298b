"""What an adoption found, as tables for people."""

from collections.abc import Sequence

from rich import box
from rich.table import Table

from taskforce.cli.console import out, say
from taskforce.cli.render import print_changes, print_costs, print_headline, print_not_linked
from taskforce.domain.adopting import WORDS, Finding, counted, finding_of, to_compare
from taskforce.domain.history import Cause, RecordedChange
from taskforce.domain.records import Entity
from taskforce.domain.run import Run


def print_adoption(run: Run, causes: Sequence[Cause], records: Sequence[RecordedChange]) -> None:
    """How many ids were found to be what, why some were not linked, and the first records of each reason."""
    print_headline(run)
    numbers = counted(causes)
    table = Table("", *(entity.plural for entity in Entity), "", box=box.SIMPLE_HEAD, pad_edge=False)
    for finding, number in numbers.items():
        words = WORDS[finding]
        table.add_row(words.word, *(str(number[entity]) for entity in Entity), f"[dim]{words.meaning}[/dim]")
    out.print(table)
    print_not_linked([each for each in causes if _is_explained(each)], run.connection)
    print_changes(records, run.connection, is_dry_run=False)
    differing = to_compare(causes)
    if differing and not run.is_dry_run:
        say(f"The next import compares {differing} of the linked records, and writes what differs in them.")
    if sum(each.number for each in causes if _is_explained(each)) > len(records):
        say(f"These are the first of each kind: taskforce run {run.id} shows every record.")
    if run.is_dry_run:
        say(f"Nothing was stored. To take over what is sound: taskforce adopt {run.connection}.")
    print_costs(run)


def _is_explained(cause: Cause) -> bool:
    return not cause.is_note and finding_of(cause.outcome, cause.reason) is not Finding.LINKED
