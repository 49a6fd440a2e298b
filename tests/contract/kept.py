"""The implementations of the stores, each with what a test needs besides the port."""

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.db.models import F

from taskforce.adapters.secrets import SecretBox
from taskforce.adapters.store.connections import Connections
from taskforce.adapters.store.holders import Holder
from taskforce.adapters.store.leases import acquire
from taskforce.adapters.store.models import Connection, LeaseRow
from taskforce.adapters.store.stores import DjangoStores
from taskforce.engine.stores import Stores
from taskforce.testing.clock import FrozenClock
from taskforce.testing.stores import MemoryStores


class Kept(Protocol):
    """Stores under test, and another worker who takes them over."""

    stores: Stores

    def take_over(self) -> None:
        """Another worker gets the lease."""
        ...


class InMemory:
    """The stores of `taskforce.testing`."""

    def __init__(self) -> None:
        self._memory = MemoryStores()
        self.stores: Stores = self._memory

    def take_over(self) -> None:
        """Another worker gets the lease."""
        self._memory.lose_lease()


class InDjango:
    """The stores in a database."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        clock = FrozenClock(now)
        lease = acquire(connection.pk, Holder.this_process(), now)
        self.stores: Stores = DjangoStores(connection, clock.now, lease=lease)

    def take_over(self) -> None:
        """Another worker gets the lease."""
        LeaseRow.objects.filter(connection=self._connection).update(fencing=F("fencing") + 1)


@contextmanager
def in_memory() -> Iterator[Kept]:
    """Nothing to clear away."""
    yield InMemory()


@contextmanager
def in_django() -> Iterator[Kept]:
    """A connection of its own, forgotten afterwards with all that belongs to it."""
    now = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
    with tempfile.TemporaryDirectory() as folder:
        known = Connections(SecretBox.open(Path(folder) / "key"), {})
        known.add("contract", {}, now)
        try:
            yield InDjango(known.row("contract"), now)
        finally:
            known.remove("contract")


ALL = {"memory": in_memory, "django": in_django}


def opened(name: str) -> AbstractContextManager[Kept]:
    """One of them, by name."""
    return ALL[name]()
