"""What is looked up record by record is the first thing that makes a million of them slow: slices are asked at once."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from taskforce.domain.records import Entity
from taskforce.domain.run import Run, RunKind
from taskforce.testing.progress import SilentProgress
from tests.end_to_end.office import NAME, Office

FEW, MANY = 3, 40
BY_TIME = ("store_leaserow", "store_progressrow")
"""The right to run is renewed, and what is shown of a run written, by time: on a slow machine more often."""


def first_import_of_pairs(office: Office) -> Run:
    """The ids stand in Autotask already; here nothing is known."""
    office.installation.book.remove(NAME)
    return Office(office.pair, office.installation).run()


def reconciliation(office: Office) -> Run:
    """Everything is as it was."""
    office.forget_the_writes()
    return office.installation.run_import(
        NAME, kind=RunKind.RECONCILIATION, progress=SilentProgress(), should_stop=lambda: False
    )


@pytest.mark.parametrize("look", [first_import_of_pairs, reconciliation])
def test_as_many_statements_for_many_pairs_as_for_few(office: Office, look: Callable[[Office], Run]) -> None:
    """No number of statements of any kind grows with the records that agree already.

    A reconciliation once asked for each record when Autotask had been read: half of its time.
    """
    few = statements(office, FEW, look)
    office.pair.refill("empty")
    office.installation.book.remove(NAME)

    many = statements(Office(office.pair, office.installation), MANY, look)

    assert many == few


def statements(office: Office, contacts: int, look: Callable[[Office], Run]) -> Counter[str]:
    """How often which statement is sent to look at an account with so many contacts that stand on both sides."""
    account = office.account()
    for number in range(contacts):
        office.contact(account, LastName=f"Lind {number}")
    office.run()
    with CaptureQueriesContext(connection) as captured:
        run = look(office)
    counts = run.counts[Entity.CONTACT]
    assert (counts.linked + counts.unchanged, counts.created, counts.updated) == (contacts, 0, 0)
    forms = (_form(query["sql"]) for query in captured.captured_queries)
    return Counter(each for each in forms if not each.endswith(BY_TIME))


def _form(text: str) -> str:
    """What is asked of which table."""
    words = text.split(" times: ", 1)[-1].replace('"', "").split()
    table = next((word for word in words if word.startswith("store_")), "")
    return f"{words[0]} {table}"
