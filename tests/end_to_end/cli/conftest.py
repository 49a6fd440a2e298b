"""Fixtures of the command line's tests."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import structlog

from taskforce.installation import Installation
from taskforce_simulators.serving import RunningPair
from tests.end_to_end.cli.desk import Desk, secrets_of
from tests.end_to_end.cli.gate import Gate, gate_before


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


@pytest.fixture
def gate(pair: RunningPair) -> Iterator[Gate]:
    """A way to Autotask that can be shut."""
    port = urlsplit(pair.autotask_url).port
    assert port is not None
    with gate_before(port) as gate:
        yield gate
