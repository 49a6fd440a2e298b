"""Exhaustive rather than random: every kind of trouble with each request of the smallest imports.

Afterwards everything is as if nothing had happened. `make torture` has more of it.
"""

import pytest

from tests.properties.sync_machine import faults
from tests.properties.sync_machine.small_imports import SMALL_IMPORTS, chosen
from tests.properties.sync_machine.story import Story

READS = 3
"""So many requests of a small import come before its write, its first one among them."""

PAGES = 3
"""So many pages of Salesforce are read one by one, the last of them ahead."""

FOR_LONG = 9
"""More requests than are sent again by themselves."""

UNSEEN = "200 without effect"
"""Autotask says that it wrote, and did not: only a look at the record tells, so a reconciliation has to come first."""

UNNOTICED = ("one_deactivation", UNSEEN)
"""What `delivery-guarantees.md` does not promise: nothing looks at a company again whose account was deleted."""

WRITING = chosen("one_create")


def with_trouble(story: Story, name: str, system: str, trouble: str, *, skip: int, times: int) -> None:
    """A small import that runs into it, and those after it."""
    SMALL_IMPORTS[name](story)
    story.goes_wrong(system, trouble, skip=skip, times=times)
    story.import_once()
    story.nothing_goes_wrong()
    if trouble == UNSEEN:
        story.rests()  # until then the read might only lag
        story.reconcile()
    story.becomes_quiet()


@pytest.mark.parametrize("trouble", sorted(faults.AUTOTASK))
@pytest.mark.parametrize("name", WRITING)
def test_every_trouble_with_each_read_of_autotask(story: Story, name: str, trouble: str) -> None:
    """Whatever goes wrong with the n-th request and those behind it: the import after it makes up for it."""
    for skip in range(READS):
        with_trouble(story, name, "autotask", trouble, skip=skip, times=FOR_LONG)


@pytest.mark.parametrize("trouble", sorted(faults.AUTOTASK_WRITES))
@pytest.mark.parametrize("name", WRITING)
def test_every_trouble_with_the_write(story: Story, name: str, trouble: str) -> None:
    """Whatever goes wrong with the write: it is there once in the end."""
    if (name, trouble) == UNNOTICED:
        pytest.skip("a deactivation that Autotask only says it carried out is noticed by nobody")
    with_trouble(story, name, "writes", trouble, skip=0, times=1)


@pytest.mark.parametrize("trouble", sorted(faults.SALESFORCE))
@pytest.mark.parametrize("name", ["one_page"])
def test_every_trouble_with_each_page_of_salesforce(story: Story, name: str, trouble: str) -> None:
    """Whatever goes wrong with the n-th page and some behind it: no record is lost by it."""
    for skip in range(PAGES):
        with_trouble(story, name, "salesforce", trouble, skip=skip, times=1 + 2 * skip)
