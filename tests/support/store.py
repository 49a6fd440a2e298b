"""The store for tests: opened in five words, emptied in one. `tests/conftest.py` has set up its database."""

from django.apps import apps
from django.db import connection as database

from taskforce.adapters.store.holders import Holder
from taskforce.adapters.store.leases import acquire
from taskforce.adapters.store.models import AuditRow, Connection
from taskforce.adapters.store.stores import DjangoStores
from taskforce.testing.clock import FrozenClock

APPS = ("store", "mfa", "usersessions", "account", "socialaccount", "sessions")


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
    """Empty every table of the store, and those about users, but the audit trail: nothing can be taken out of it."""
    models = [each for app in APPS for each in apps.get_app_config(app).get_models() if each is not AuditRow]
    database.ops.execute_sql_flush([f'DELETE FROM "{each._meta.db_table}"' for each in models])  # noqa: S608 - ours
