"""A scripted server, and a client that does not wait between attempts."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from taskforce.adapters.http.client import HttpClient
from taskforce.adapters.http.retrying import RetryPolicy
from tests.integration.http.scripted_server import ScriptedServer, serving
from tests.support.addresses import HERE

AT_ONCE = RetryPolicy(attempts=3, first_wait=timedelta(), longest_wait=timedelta(), longest_asked=timedelta())


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """Answers "OK" unless told otherwise."""
    with serving() as running:
        yield running


@pytest.fixture
def client() -> Iterator[HttpClient]:
    """Three attempts, one right after the other."""
    with HttpClient(system="Salesforce", addresses=HERE, retries=AT_ONCE) as opened:
        yield opened
