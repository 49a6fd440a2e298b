"""A scripted server, and a client that does not wait between attempts."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog
from structlog.testing import capture_logs
from structlog.typing import EventDict

from taskforce.adapters.http.client import HttpClient
from taskforce.adapters.http.retrying import RetryPolicy
from tests.integration.http.scripted_server import ScriptedServer, serving

AT_ONCE = RetryPolicy(attempts=3, first_wait=timedelta(), longest_wait=timedelta(), longest_asked=timedelta())


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """Answers "OK" unless told otherwise."""
    with serving() as running:
        yield running


@pytest.fixture
def client() -> Iterator[HttpClient]:
    """Three attempts, one right after the other."""
    with HttpClient(system="Salesforce", retries=AT_ONCE) as opened:
        yield opened


@pytest.fixture
def logged() -> Iterator[list[EventDict]]:
    """Every log line, whatever level another test has set."""
    before = structlog.get_config()
    structlog.reset_defaults()
    with capture_logs() as lines:
        yield lines
    structlog.configure(**before)
