"""The store for tests: opened in five words, emptied in one. `tests/conftest.py` has set up its database."""

from taskforce.adapters.store.leases import Holder, acquire
from taskforce.adapters.store.models import (
    ApiTokenRow,
    CacheRow,
    Connection,
    FailureRow,
    HeartbeatRow,
    MailServerRow,
    User,
)
from taskforce.adapters.store.stores import DjangoStores
from taskforce.testing.clock import FrozenClock


def new_connection(name: str = "acme", *, clock: FrozenClock | None = None) -> Connection:
    """A connection without configuration or secrets."""
    now = (clock or FrozenClock()).now()
    return Connection.objects.create(
        name=name, configuration={}, secrets=b"", active_since=now, created_at=now, updated_at=now
    )


def open_store(name: str = "acme", *, clock: FrozenClock | None = None) -> DjangoStores:
    """The stores of a new connection, with its lease held by this process."""
    clock = clock or FrozenClock()
    connection = new_connection(name, clock=clock)
    lease = acquire(connection.pk, Holder.this_process(), clock.now())
    return DjangoStores(connection, clock.now, lease=lease)


def clean() -> None:
    """Forget every connection with all that belongs to it, everybody who may sign in or tried to, and all settings."""
    Connection.objects.all().delete()
    User.objects.all().delete()
    for each in (ApiTokenRow, CacheRow, FailureRow, HeartbeatRow, MailServerRow):
        each._default_manager.all().delete()
