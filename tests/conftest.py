"""What every test shares: one home folder per process, a database in it, and no network but loopback.

`TASKFORCE_TEST_DATABASE_URL` names a PostgreSQL database to use instead of SQLite; tests empty it.
"""

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

hypothesis.settings.register_profile(
    "taskforce", deadline=None, database=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("taskforce")
"""Nothing is timed, and nothing is left on disk."""

_MEMORY = Path("/dev/shm")  # noqa: S108 - each test's folder in it is made by tempfile, closed to others
_ROOM = 2 * 1024**3


def _forget_at_power_cuts() -> None:
    """Put every temporary folder into memory, where there is such a place with room: no test cuts the power.

    Every commit is still synchronised as it is at customers'; the disk is just not waited for.
    """
    if "TMPDIR" not in os.environ and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


def _compile_once() -> None:
    """Keep what was compiled, whatever the environment says: tests start a hundred processes."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


_forget_at_power_cuts()
_compile_once()
_HOME = tempfile.TemporaryDirectory(prefix="taskforce-tests-")
atexit.register(_HOME.cleanup)
os.environ["TASKFORCE_HOME"] = _HOME.name
os.environ["TASKFORCE_PAGES_PORT"] = "0"
os.environ["TASKFORCE_ALLOWED_HOSTS"] = "127.0.0.1,localhost"
os.environ["TASKFORCE_DATABASE_URL"] = os.environ.get("TASKFORCE_TEST_DATABASE_URL", "")
os.environ["DJANGO_SETTINGS_MODULE"] = "taskforce.django_settings"

from django.conf import settings  # noqa: E402 - the home must be known first

from taskforce.adapters.store.setup import open_database  # noqa: E402 - the home must be known first

open_database(Path(_HOME.name))
settings.PASSWORD_HASHERS = ["tests.support.passwords.QuickArgon2"]

if TYPE_CHECKING:
    from taskforce.adapters.store.stores import DjangoStores
    from taskforce.installation import Installation


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest-socket, before it looks, that tests talk to this machine only."""
    config.option.allow_hosts = "127.0.0.1,::1,localhost"
    config.option.allow_unix_socket = True
    config.addinivalue_line("markers", "postgresql: starts a PostgreSQL server of its own")


_LONGEST = [
    "test_store_postgresql.py",
    "test_sync_machine.py",
    "test_stories.py",
    "test_every_mishap.py",
    "test_every_step.py",
    "test_every_trouble.py",
    "test_real_kills.py",
    "test_cli_demo.py",
    "test_browser_pages.py",
    "test_browser_administrator.py",
]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files of few and long tests, so that no worker is left with one at the end; all else by chance.

    Tests that go on with the same story stay together: to begin one takes longer than many of them.
    """
    items.sort(key=lambda item: (item.path.name not in _LONGEST, _small_import(item)))


def _small_import(item: pytest.Item) -> str:
    """The name of the small import that a test tries, if it does."""
    is_trying = isinstance(item, pytest.Function) and "small_imports" in item.fixturenames
    return str(item.callspec.params["name"]) if is_trying else ""


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
