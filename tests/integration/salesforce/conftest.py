"""A simulated org for each test; the server behind it is started once."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from taskforce_simulators.core.server import start
from taskforce_simulators.salesforce import SalesforceSimulator
from tests.integration.http.scripted_server import ScriptedServer, serving
from tests.integration.salesforce.simulated_org import SimulatedOrg


@pytest.fixture(scope="session")
def simulator() -> Iterator[SalesforceSimulator]:
    """The simulator, served."""
    simulated = SalesforceSimulator()
    with start(simulated):
        yield simulated
    simulated.database.close()


@pytest.fixture
def org(simulator: SalesforceSimulator) -> Iterator[SimulatedOrg]:
    """An empty org with default settings."""
    with ExitStack() as closing:
        yield SimulatedOrg(simulator, closing)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that answers what a test writes down, for what the simulator would never say."""
    with serving() as running:
        yield running
