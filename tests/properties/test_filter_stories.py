"""Stories of what the filter takes, leaves and brings along (B10), told with the promises of the state machine."""

from collections.abc import Iterator

import pytest

from tests.properties.sync_machine.story import Story
from tests.properties.sync_machine.wanted import COMPANIES


@pytest.fixture
def story() -> Iterator[Story]:
    """A story that has not begun."""
    new = Story()
    yield new
    new.close()


def choose(story: Story, *accounts: str, **others: object) -> None:
    """Somebody changes which accounts are imported."""
    story.settle(record_filter={"accounts": accounts, **others})
    story.look()


def linked_after_each(story: Story, imports: int, *accounts: str) -> list[list[bool]]:
    """Which of these have a company after each of so many imports."""
    seen = []
    for _ in range(imports):
        story.import_once()
        links = story.look().links
        seen.append([(COMPANIES, each) in links for each in accounts])
    return seen


def test_parents_at_hand_come_at_once(story: Story) -> None:
    """Neither the parent nor its own parent fits; all of them are read by the first import."""
    top = story.people.open_account(Name="Ash", Phone="312-555-0100", Type="Prospect")
    middle = story.people.open_account(Name="Birch", Phone="312-555-0100", Type="Prospect", ParentId=top)
    story.people.open_account(Name="Cedar", Phone="312-555-0100", ParentId=middle)
    choose(story, "Type = Customer", bring_parents=True)

    assert linked_after_each(story, 1, middle, top) == [[True, True]]
    story.ends_well()


def test_each_further_level_of_parents_comes_after_the_level_below(story: Story) -> None:
    """They were left out by earlier imports, and an account that fits gets one of them as its parent."""
    top = story.people.open_account(Name="Ash", Phone="312-555-0100", Type="Prospect")
    middle = story.people.open_account(Name="Birch", Phone="312-555-0100", Type="Prospect", ParentId=top)
    child = story.people.open_account(Name="Cedar", Phone="312-555-0100")
    choose(story, "Type = Customer", bring_parents=True)
    story.import_once()
    story.rests()
    story.import_once()
    story.people.change(COMPANIES, child, ParentId=middle)

    assert linked_after_each(story, 3, middle, top) == [[False, False], [True, False], [True, True]]
    story.ends_well()


def test_a_parent_that_has_a_company_is_kept_current(story: Story) -> None:
    """It was imported before there was a filter, which it does not fit: it was never updated again."""
    parent = story.people.open_account(Name="Ash", Phone="312-555-0100", Type="Prospect")
    story.people.open_account(Name="Birch", Phone="312-555-0100", ParentId=parent)
    story.import_once()
    choose(story, "Type = Customer", bring_parents=True)
    story.people.change(COMPANIES, parent, Phone="312-555-0110")
    story.import_once()

    assert story.people.standing(COMPANIES)[0]["phone"] == "312-555-0110"
    story.ends_well()


def test_a_parent_is_not_set_inactive_with_what_does_not_fit(story: Story) -> None:
    """Neither when the filter comes, nor when the parent drops out of it by itself later."""
    never = story.people.open_account(Name="Ash", Phone="312-555-0100", Type="Prospect")
    once = story.people.open_account(Name="Birch", Phone="312-555-0100")
    story.people.open_account(Name="Cedar", Phone="312-555-0100", ParentId=never)
    story.people.open_account(Name="Zebra", Phone="312-555-0100", ParentId=once)
    story.import_once()
    choose(story, "Type = Customer", bring_parents=True, unfit="deactivate")
    seen = []
    for _ in range(3):
        story.import_once()
        story.rests()
        seen.append([each["isActive"] for each in story.people.standing(COMPANIES)])
        story.people.change(COMPANIES, once, Type="Prospect")

    assert seen == [[True] * 4] * 3
    story.ends_well()


def test_a_plan_sets_nothing_inactive_that_the_settings_keep_by_now(story: Story) -> None:
    """Somebody changes their mind between the question and the answer."""
    story.people.open_account(Name="Ash", Phone="312-555-0100", Type="Prospect")
    story.import_once()
    story.settle(brake_deactivations=0)
    choose(story, "Type = Customer", unfit="deactivate")
    story.import_once()
    choose(story, "Type = Customer", unfit="keep")
    story.answers(is_approved=True)

    assert story.people.standing(COMPANIES)[0]["isActive"]
    story.ends_well()


def test_what_was_deleted_for_a_while_is_inactive_when_it_comes_back_unfit(story: Story) -> None:
    """Its pair had ended with the deletion, so nobody looked at it."""
    account = story.people.open_account(Name="Ash", Phone="312-555-0100", Type="Prospect")
    story.import_once()
    story.people.delete(COMPANIES, account)
    story.import_once()
    choose(story, "Type = Customer", unfit="deactivate")
    story.people.undelete(COMPANIES, account)
    story.import_once()

    assert not story.people.standing(COMPANIES)[0]["isActive"]
    story.ends_well()


def test_what_drops_out_is_inactive_until_it_fits_again(story: Story) -> None:
    """Asked about first, as the brake says; what became of it meanwhile is written when it is active again."""
    account = story.people.open_account(Name="Ash", Phone="312-555-0100")
    choose(story, "Type = Customer", unfit="deactivate")
    story.import_once()
    story.settle(brake_deactivations=0)
    story.people.change(COMPANIES, account, Type="Prospect", Phone="312-555-0110")
    story.import_once()
    asked_first = story.people.standing(COMPANIES)[0]["isActive"]
    story.answers(is_approved=True)
    left = story.people.standing(COMPANIES)[0]
    story.people.change(COMPANIES, account, Type="Customer")
    story.import_once()

    assert (asked_first, left["isActive"], left["phone"]) == (True, False, "312-555-0100")
    assert story.people.standing(COMPANIES)[0]["phone"] == "312-555-0110"
    story.ends_well()
