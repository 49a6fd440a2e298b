"""Fixtures of the command line's tests."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from taskforce.installation import Installation
from taskforce_simulators.serving import RunningPair
from tests.end_to_end.cli.desk import Desk, secrets_of
from tests.end_to_end.cli.gate import Gate, gate_before


@pytest.fixture
def desk(installation: Installation) -> Desk:
    """A place to type commands; `installation` forgets afterwards what they store."""
    del installation
    return Desk()


@pytest.fixture
def secrets(pair: RunningPair) -> list[str]:
    """What no output may hold."""
    return secrets_of(pair.connection())


@pytest.fixture
def gate(pair: RunningPair) -> Iterator[Gate]:
    """A way to Autotask that can be shut."""
    port = urlsplit(pair.autotask_url).port
    assert port is not None
    with gate_before(port) as gate:
        yield gate
