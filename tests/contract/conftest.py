"""Each contract runs against every implementation of its port."""

from collections.abc import Iterator

import pytest

from taskforce.engine.stores import Stores
from taskforce_simulators.serving import RunningPair, start_pair
from tests.contract import kept as stores_under_test
from tests.contract.autotasks import Autotask, InMemoryAutotask, SimulatedAutotask
from tests.contract.kept import Kept
from tests.contract.salesforces import InMemorySalesforce, Salesforce, SimulatedSalesforce


@pytest.fixture(params=sorted(stores_under_test.ALL))
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    """Empty stores of one connection."""
    with stores_under_test.opened(request.param) as opened:
        yield opened


@pytest.fixture
def stores(kept: Kept) -> Stores:
    """The port alone."""
    return kept.stores


@pytest.fixture(scope="session")
def pair() -> Iterator[RunningPair]:
    """Both simulators, started once; every test fills them anew."""
    with start_pair(scenario="empty", request_limit=0, thread_limit=False) as running:
        yield running


@pytest.fixture(params=["memory", "simulator", "bulk"])
def salesforce(request: pytest.FixtureRequest) -> Iterator[Salesforce]:
    """An empty Salesforce with its source."""
    if request.param == "memory":
        yield InMemorySalesforce()
    elif request.param == "simulator":
        with SimulatedSalesforce(request.getfixturevalue("pair")) as simulated:
            yield simulated
    else:
        with SimulatedSalesforce(
            request.getfixturevalue("pair"), page_size=1, bulk_from=0
        ).in_small_pages() as simulated:
            yield simulated


@pytest.fixture(params=["memory", "simulator"])
def autotask(request: pytest.FixtureRequest) -> Iterator[Autotask]:
    """An empty Autotask with its target."""
    if request.param == "memory":
        yield InMemoryAutotask()
    else:
        with SimulatedAutotask(request.getfixturevalue("pair")) as simulated:
            yield simulated
