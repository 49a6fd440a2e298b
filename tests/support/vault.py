"""Backups for tests: of the database of this process, or of a child's."""

import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from django.db import connections

from taskforce.adapters.secrets import SecretBox
from taskforce.adapters.store.connections import Connections
from taskforce.adapters.store.holders import Holder
from taskforce.adapters.store.leases import acquire
from taskforce.adapters.store.models import Connection
from taskforce.adapters.store.stores import DjangoStores
from taskforce.backups import Backups, Restored
from taskforce.bootstrap import open_backups
from taskforce.config import InstallationSettings
from taskforce.connection_config import SECRETS, ConnectionConfig
from taskforce.engine.job import Progress
from taskforce.engine.ports import Clock
from taskforce.testing.clock import FrozenClock
from taskforce.testing.progress import SilentProgress

CONFIG = ConnectionConfig.of(
    {
        "salesforce": {
            "url": "https://acme.my.salesforce.example",
            "method": "client_credentials",
            "client_id": "Taskforce",
            "client_secret": "open sesame",
        },
        "autotask": {"username": "api@acme.example", "secret": "open barley", "integration_code": "TRACKING"},
    }
)


@contextmanager
def opened_backups(clock: Clock | None = None) -> Iterator[Backups]:
    """The backups of this process's database; what was opened for them is closed in the end."""
    with open_backups(clock or FrozenClock()) as backups:
        yield backups


def back_up(file: Path, *, clock: Clock | None = None, progress: Progress | None = None) -> None:
    """Write a backup, whatever is there already."""
    with opened_backups(clock) as backups:
        backups.back_up(file, is_forced=True, progress=progress or SilentProgress())


def restore(file: Path, *, clock: Clock | None = None, progress: Progress | None = None) -> Restored:
    """Go back to a backup without being asked."""
    with opened_backups(clock) as backups, backups.candidate(file, SilentProgress()) as candidate:
        return backups.restore(candidate, progress or SilentProgress(), who="marcus")


def new_stores(name: str, clock: FrozenClock) -> DjangoStores:
    """A new connection that can be restored, and what is kept for it, with its lease held by this process."""
    add_connection(name, clock)
    return stores_of(name, clock)


def add_connection(name: str, clock: Clock) -> None:
    """A new connection that can be restored."""
    box = SecretBox.open(InstallationSettings().key_file)
    Connections(box, SECRETS).add(name, CONFIG.plain(), clock.now())


def stores_of(name: str, clock: FrozenClock) -> DjangoStores:
    """What is kept for a connection, with its lease held by this process."""
    row = Connection.objects.get(name=name)
    return DjangoStores(row, clock.now, lease=acquire(row.pk, Holder.this_process(), clock.now()))


def names_in(file: Path) -> list[str]:
    """The connections in a database that is in order."""
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [name for (name,) in database.execute("SELECT name FROM store_connection ORDER BY name")]


class _DiesAt:
    """Kills its process when it is told something, or touches a file in a folder, for the n-th time."""

    def __init__(self, step: int, folder: Path) -> None:
        self._left = step
        self._folder = str(folder)
        sys.addaudithook(self._hook)

    def _hook(self, _event: str, arguments: tuple[object, ...]) -> None:
        if any(self._folder in str(each) for each in arguments):
            self._step()

    def _step(self) -> None:
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)

    def phase(self, name: str, total: int | None = None) -> None:  # noqa: ARG002 - as it is called
        """A phase begins."""
        self._step()

    def advance(self, count: int) -> None:  # noqa: ARG002 - as it is called
        """Pages are copied."""
        self._step()

    def say(self, sentence: str) -> None:  # noqa: ARG002 - as it is called
        """Something to know."""
        self._step()


def killed_at_every_step(act: Callable[[Progress], None], look: Callable[[], str], folder: Path) -> list[str]:
    """What `look` finds after `act` was killed at its first step, at its second, and so on until it is over."""
    found = []
    for step in count(1):
        connections.close_all()
        child = os.fork()
        if not child:
            act(_DiesAt(step, folder))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        found.append(look())
        if not os.WIFSIGNALED(status):
            assert status == 0
            return found
    raise AssertionError


def home() -> Path:
    """The folder of this process's database."""
    return InstallationSettings().home


def kept_before() -> set[Path]:
    """The databases that restores have kept in this folder, which all tests of a process share."""
    return set(home().glob("*before-restore*"))


def forget_kept() -> None:
    """Remove them: the next test would take them for its own."""
    for each in kept_before():
        each.unlink()


def put_back(pristine: Path) -> None:
    """Make a file the database again, with nothing beside it."""
    connections.close_all()
    database = InstallationSettings().database_file
    for end in ("-wal", "-shm"):
        Path(f"{database}{end}").unlink(missing_ok=True)
    shutil.copyfile(pristine, database)
