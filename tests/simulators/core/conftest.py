"""A tiny simulator, served or called in process, and clients of it."""

from collections.abc import Iterator

import httpx2
import pytest
from tests.simulators.core.tiny_simulator import TinySimulator
from tests.support.clients import TRUSTS_NOBODY

from taskforce_simulators.core.in_process import InProcessTransport
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
    with httpx2.Client(base_url=running.url, trust_env=False, verify=TRUSTS_NOBODY) as client:
        yield client


@pytest.fixture
def near(tiny: TinySimulator) -> Iterator[httpx2.Client]:
    """A client of the tiny simulator without a socket."""
    with httpx2.Client(base_url="https://tiny.example", transport=InProcessTransport(tiny), timeout=5) as client:
        yield client


@pytest.fixture(params=["client", "near"])
def either(request: pytest.FixtureRequest) -> httpx2.Client:
    """A client over a socket, then one in process."""
    client: httpx2.Client = request.getfixturevalue(request.param)
    return client
