"""Fixtures of the command line's tests."""

from collections.abc import Iterator

import pytest
import structlog

from taskforce.installation import Installation
from taskforce_simulators.serving import RunningPair
from tests.end_to_end.cli.desk import Desk, secrets_of


@pytest.fixture
def desk(installation: Installation) -> Iterator[Desk]:
    """A place to type commands; what they store is forgotten afterwards, and logs go where they went before."""
    before = structlog.get_config()
    yield Desk()
    structlog.configure(**before)


@pytest.fixture
def secrets(pair: RunningPair) -> list[str]:
    """What no output may hold."""
    return secrets_of(pair.connection())
