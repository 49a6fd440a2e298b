"""A tiny simulator, served, and a client that never keeps a connection that a fault has cut."""

from collections.abc import Iterator

import httpx2
import pytest
from tests.simulators.core.tiny_simulator import TinySimulator

from taskforce_simulators.core.server import RunningServer, start


@pytest.fixture
def tiny() -> Iterator[TinySimulator]:
    simulator = TinySimulator()
    yield simulator
    simulator.database.close()


@pytest.fixture
def running(tiny: TinySimulator) -> Iterator[RunningServer]:
    with start(tiny) as server:
        yield server


@pytest.fixture
def client(running: RunningServer) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=running.url, trust_env=False) as client:
        yield client
