"""The implementations of the stores, each with what a test needs besides the port."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Protocol

from django.db import IntegrityError
from django.db.models import F

from taskforce.adapters.store.leases import Holder, acquire
from taskforce.adapters.store.models import Connection, LeaseRow
from taskforce.adapters.store.stores import DjangoStores
from taskforce.engine.stores import Stores
from taskforce.testing.clock import FrozenClock
from taskforce.testing.stores import AlreadyLinked, MemoryStores


class Kept(Protocol):
    """Stores under test, and another worker who takes them over."""

    stores: Stores
    refuses_second_link: type[Exception]

    def take_over(self) -> None:
        """Another worker gets the lease."""
        ...


class InMemory:
    """The stores of `taskforce.testing`."""

    refuses_second_link: type[Exception] = AlreadyLinked

    def __init__(self) -> None:
        self._memory = MemoryStores()
        self.stores: Stores = self._memory

    def take_over(self) -> None:
        """Another worker gets the lease."""
        self._memory.lose_lease()


class InDjango:
    """The stores in a database."""

    refuses_second_link: type[Exception] = IntegrityError

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
    connection = Connection.objects.create(name="contract", configuration={}, secrets=b"", active_since=now)
    try:
        yield InDjango(connection, now)
    finally:
        Connection.objects.filter(pk=connection.pk).delete()


ALL = {"memory": in_memory, "django": in_django}


def opened(name: str) -> AbstractContextManager[Kept]:
    """One of them, by name."""
    return ALL[name]()
