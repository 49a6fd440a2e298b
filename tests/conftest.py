"""What every test shares: one home folder per process, a database in it, and no network but loopback.

`TASKFORCE_TEST_DATABASE_URL` names a PostgreSQL database to use instead of SQLite; tests empty it.
"""

import atexit
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

_HOME = tempfile.TemporaryDirectory(prefix="taskforce-tests-")
atexit.register(_HOME.cleanup)
os.environ["TASKFORCE_HOME"] = _HOME.name
os.environ["TASKFORCE_PAGES_PORT"] = "0"
os.environ["TASKFORCE_ALLOWED_HOSTS"] = "127.0.0.1,localhost"
os.environ["TASKFORCE_DATABASE_URL"] = os.environ.get("TASKFORCE_TEST_DATABASE_URL", "")
os.environ["DJANGO_SETTINGS_MODULE"] = "taskforce.django_settings"

from taskforce.adapters.store.setup import open_database  # noqa: E402 - the home must be known first

open_database(Path(_HOME.name))

if TYPE_CHECKING:
    from taskforce.adapters.store.stores import DjangoStores
    from taskforce.installation import Installation


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest-socket, before it looks, that tests talk to this machine only."""
    config.option.allow_hosts = "127.0.0.1,::1,localhost"
    config.option.allow_unix_socket = True
    config.addinivalue_line("markers", "postgresql: starts a PostgreSQL server of its own")


@pytest.fixture
def installation() -> Iterator["Installation"]:
    """An installation without connections; whatever a test stores is forgotten afterwards."""
    from taskforce.bootstrap import open_installation
    from tests.support.store import clean

    with open_installation() as opened:
        yield opened
        clean()


@pytest.fixture
def store() -> Iterator["DjangoStores"]:
    """The stores of one connection in the real database, with its lease; forgotten afterwards."""
    from tests.support.store import clean, open_store

    yield open_store()
    clean()
