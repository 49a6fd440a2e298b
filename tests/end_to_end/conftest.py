"""Fixtures of the end-to-end tests."""

from collections.abc import Iterator

import pytest

from taskforce.installation import Installation
from taskforce_simulators.serving import RunningPair, start_pair
from tests.end_to_end.office import Office


@pytest.fixture(scope="session")
def running_pair() -> Iterator[RunningPair]:
    """Both simulators, started once; every test fills them anew."""
    with start_pair(scenario="empty") as pair:
        yield pair


@pytest.fixture
def pair(running_pair: RunningPair) -> RunningPair:
    """Both simulators with the empty scenario."""
    running_pair.refill("empty")
    return running_pair


@pytest.fixture
def office(pair: RunningPair, installation: Installation) -> Office:
    """A connection between the two simulators."""
    return Office(pair, installation)
