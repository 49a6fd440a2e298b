"""Fixtures of the Autotask adapter's tests."""

from collections.abc import Iterator

import pytest

from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.adapters.http.client import HttpClient
from taskforce_simulators.autotask import AutotaskSimulator
from taskforce_simulators.core.server import RunningServer, start
from taskforce_simulators.scenarios import build
from tests.integration.autotask.autotask_bench import Bench, Mouthpiece, make_target
from tests.support.addresses import HERE


@pytest.fixture(scope="session")
def autotask_server() -> Iterator[tuple[AutotaskSimulator, RunningServer]]:
    """The simulator, started once."""
    simulator = AutotaskSimulator()
    with start(simulator) as server:
        yield simulator, server
    simulator.database.close()


@pytest.fixture
def http() -> Iterator[HttpClient]:
    """An HTTP client for one test."""
    with HttpClient(system="Autotask", addresses=HERE) as client:
        yield client


@pytest.fixture
def bench(autotask_server: tuple[AutotaskSimulator, RunningServer], http: HttpClient) -> Bench:
    """The simulator with the empty scenario."""
    simulator, server = autotask_server
    simulator.faults.clear()
    simulator.clock.reset()
    simulator.reset()
    simulator.load(build("empty").autotask)
    simulator.journal.clear()
    return Bench(simulator, server.url, http)


@pytest.fixture
def mouthpiece() -> Iterator[Mouthpiece]:
    """A server that says what it is told to."""
    with Mouthpiece() as server:
        yield server


@pytest.fixture
def told(mouthpiece: Mouthpiece, http: HttpClient) -> AutotaskTarget:
    """A target in front of the mouthpiece."""
    return make_target(mouthpiece.credentials(), http)
