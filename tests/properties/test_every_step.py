"""Exhaustive rather than random: the smallest imports, killed and overtaken at every step on disk and every request.

Afterwards everything is as if nothing had happened. `make torture` has more of it.
"""

from datetime import timedelta
from itertools import count

import pytest

from tests.properties.sync_machine.small_imports import SMALL_IMPORTS, chosen
from tests.properties.sync_machine.story import Story
from tests.properties.sync_machine.tripwires import Place

KILLED = chosen("one_create", "one_update", "one_merge", "one_deactivation", "one_page")
OVERTAKEN = chosen("one_create")


@pytest.mark.parametrize("place", Place)
@pytest.mark.parametrize("name", KILLED)
def test_killed_at_every_step(story: Story, name: str, place: Place) -> None:
    """Wherever an import dies, the following ones complete it: nothing twice, nothing lost."""
    for number in count(1):
        story.rests()
        SMALL_IMPORTS[name](story)
        was_killed = story.import_killed(place, number)
        story.becomes_quiet()
        if not was_killed:
            break

    story.has_nothing_more_to_do()
    assert number > 3


@pytest.mark.parametrize("place", Place)
@pytest.mark.parametrize("name", OVERTAKEN)
def test_overtaken_at_every_step(story: Story, name: str, place: Place) -> None:
    """Wherever an import falls asleep while another one takes over, it does no harm when it wakes up."""
    for number in count(1):
        story.rests()
        SMALL_IMPORTS[name](story)
        was_overtaken = story.import_overtaken(place, number, timedelta(seconds=61))
        story.becomes_quiet()
        if not was_overtaken:
            break

    story.has_nothing_more_to_do()
    assert number > 3
