"""Exhaustive rather than random: the smallest imports, killed at every step on disk and every request.

Then every kind of trouble at each of their requests. Afterwards everything is as if nothing had happened.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest

from tests.properties.sync_machine import faults
from tests.properties.sync_machine.small_imports import SMALL_IMPORTS, begun
from tests.properties.sync_machine.story import Story
from tests.properties.sync_machine.tripwires import Place

REQUESTS = 4
"""So many requests of each system are tried: more than a small import makes."""


@pytest.fixture
def story(request: pytest.FixtureRequest) -> Iterator[Story]:
    """The story of a small import, ready for it."""
    begun_story = begun(request.param)
    yield begun_story
    begun_story.close()


def with_story(*names: str) -> pytest.MarkDecorator:
    """Once for each of these small imports."""
    return pytest.mark.parametrize(("story", "name"), [(name, name) for name in names], indirect=["story"])


@pytest.mark.parametrize("place", Place)
@with_story(*SMALL_IMPORTS)
def test_killed_at_every_step(story: Story, name: str, place: Place) -> None:
    """Wherever an import dies, the following ones complete it: nothing twice, nothing lost."""
    for number in count(1):
        SMALL_IMPORTS[name](story)
        was_killed = story.import_killed(place, number)
        story.becomes_quiet()
        if not was_killed:
            break

    assert number > 3


@pytest.mark.parametrize("place", Place)
@with_story("one_create", "one_update")
def test_overtaken_at_every_step(story: Story, name: str, place: Place) -> None:
    """Wherever an import falls asleep while another one takes over, it writes nothing more that matters."""
    for number in count(1):
        SMALL_IMPORTS[name](story)
        was_overtaken = story.import_overtaken(place, number, timedelta(seconds=61))
        story.becomes_quiet()
        if not was_overtaken:
            break

    assert number > 3


@pytest.mark.parametrize("trouble", sorted(faults.AUTOTASK | faults.AUTOTASK_WRITES))
@with_story("one_create")
def test_every_trouble_with_each_request_to_autotask(story: Story, name: str, trouble: str) -> None:
    """Whatever goes wrong with the n-th request, for once or for long: the import after it makes up for it."""
    for skip in range(REQUESTS):
        SMALL_IMPORTS[name](story)
        story.goes_wrong("any", trouble, skip=skip, times=9)
        story.import_once()
        story.nothing_goes_wrong()
        story.becomes_quiet()


@pytest.mark.parametrize("trouble", sorted(faults.SALESFORCE))
@with_story("pages")
def test_every_trouble_with_each_request_to_salesforce(story: Story, name: str, trouble: str) -> None:
    """Whatever goes wrong with the n-th page, for once or for long: no record is lost by it."""
    for skip in range(REQUESTS):
        SMALL_IMPORTS[name](story)
        story.goes_wrong("salesforce", trouble, skip=skip, times=skip + 1)
        story.import_once()
        story.nothing_goes_wrong()
        story.becomes_quiet()
