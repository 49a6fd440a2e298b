"""Stories that the state machine found to end badly, in as few words as possible."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.properties.sync_machine.plant import NAME
from tests.properties.sync_machine.story import Story
from tests.properties.sync_machine.tripwires import Place
from tests.properties.sync_machine.wanted import COMPANIES


@pytest.fixture
def story() -> Iterator[Story]:
    """A story that has not begun."""
    new = Story()
    yield new
    new.close()


def settle(story: Story, **settings: object) -> None:
    """Somebody changes rules of the connection."""
    story.plant.installation.book.edit(NAME, {"settings": settings})


def test_a_record_that_is_shown_again_counts_as_newer_whatever_the_clock_here_says(story: Story) -> None:
    """What a reconciliation misses is dated by Salesforce's clock: here it is two days later."""
    settle(story, deletion="deactivate")
    hidden = story.people.open_account(Name="Ash", Phone="312-555-0100")
    story.people.open_account(Name="Birch", Phone="312-555-0100")
    story.import_once()
    story.plant.clock.off = timedelta(days=2)
    story.people.hide([hidden])
    story.reconcile()
    story.people.hide([])
    story.people.change(COMPANIES, hidden, Phone="312-555-0110")
    story.import_once()

    story.ends_well()


def test_a_twin_gets_the_company_that_was_separated_from_the_other(story: Story) -> None:
    """Two accounts of one name: when people take the company away from one, it is there for the other."""
    first = story.people.open_account(Name="Ash", Phone="312-555-0100")
    second = story.people.open_account(Name="Ash", Phone="312-555-0100")
    story.import_once()
    story.people.write_id(COMPANIES, int(story.people.standing(COMPANIES)[0]["id"]), "")
    story.people.change(COMPANIES, first, Phone="312-555-0110")
    story.import_once()
    story.import_once()

    assert story.look().links[COMPANIES, second].state == "linked"


def test_what_was_forgotten_while_reads_lag_is_not_created_again(story: Story) -> None:
    """A pair that was made a moment ago counts, forgotten or not, though Autotask does not show it yet."""
    account = story.people.open_account(Name="Ash", Phone="312-555-0100")
    story.plant.pair.autotask.change_settings({"read_lag_seconds": 45.0})
    story.import_once()
    story.decides("forget", (COMPANIES, account), chosen=0)
    story.import_once()

    story.ends_well()


@pytest.mark.parametrize("number", range(1, 13))
def test_a_process_that_was_overtaken_spends_nothing_that_the_other_may_spend(story: Story, number: int) -> None:
    """Asleep before its n-th request while another used up the share: it reads no more when it wakes up.

    Found by `make torture FIRST=3004`: its reads went on, and request 101 was made where 100 were left.
    """
    story.plant.pair.autotask.change_settings({"other_use": 4_950})
    for tree in range(40):
        story.people.open_account(Name=f"Tree {tree}", Phone="312-555-0100")

    story.import_overtaken(Place.SENDING, number, timedelta(seconds=61))

    story.ends_well()


def test_a_merge_into_a_record_whose_pair_was_forgotten_makes_no_second_carrier(story: Story) -> None:
    """The pair of the merged account follows, while the survivor's id stands on the company that it had.

    Found by `make torture FIRST=3012`: the id was written on both.
    """
    loser = story.people.open_account(Name="Ash", Phone="312-555-0100")
    master = story.people.open_account(Name="Birch", Phone="312-555-0100")
    story.import_once()
    story.decides("forget", (COMPANIES, master), chosen=0)
    story.people.merge(COMPANIES, master, loser)
    story.import_once()

    story.ends_well()
