"""Everything kept for one connection, with its transactions (protocol 7) and the scratch copy of dry runs."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connections, transaction
from django.db.models import Model

from taskforce.adapters.store.history import DjangoRuns
from taskforce.adapters.store.inbox import DjangoCursors, DjangoInbox
from taskforce.adapters.store.index import DjangoIndex
from taskforce.adapters.store.leases import Lease
from taskforce.adapters.store.links import DjangoIntents, DjangoLinks
from taskforce.adapters.store.models import (
    Connection,
    CursorRow,
    InboxRow,
    IndexRow,
    IndexState,
    IntentRow,
    LinkRow,
    SchemaRow,
)
from taskforce.adapters.store.plans import DjangoPlan
from taskforce.adapters.store.schemas import DjangoSchemas
from taskforce.adapters.store.scope import CHUNK, Scope, chunks
from taskforce.django_settings import sqlite
from taskforce.errors import ConfigurationError

_STATE: tuple[type[Model], ...] = (CursorRow, InboxRow, LinkRow, IntentRow, IndexRow, IndexState, SchemaRow)
_SCRATCH = "scratch"


class DjangoStores:
    """Implements `engine.stores.Stores`. `lease` may be absent where nothing is run, only looked at or edited."""

    def __init__(
        self, connection: Connection, now: Callable[[], datetime], *, lease: Lease | None = None, using: str = "default"
    ) -> None:
        self._connection = connection
        self._now = now
        self._lease = lease
        self._using = using
        scope = Scope(connection_id=connection.pk, using=using)
        self.cursors = DjangoCursors(scope)
        self.inbox = DjangoInbox(scope)
        self.links = DjangoLinks(scope)
        self.intents = DjangoIntents(scope)
        self.index = DjangoIndex(scope)
        self.schemas = DjangoSchemas(scope)
        self.runs = DjangoRuns(connection.pk, connection.name)

    def plan(self, run_id: int) -> DjangoPlan:
        """The changes of one run."""
        return DjangoPlan(run_id)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and only while the lease is ours."""
        try:
            with transaction.atomic(using=self._using):
                self.check_lease()
                yield
        except DatabaseError as error:
            raise _trouble(error) from None

    def check_lease(self) -> None:
        """Raises LeaseLost when another worker has taken over."""
        if self._lease is not None:
            self._lease.check(self._now())

    @contextmanager
    def scratch(self) -> Iterator["DjangoStores"]:
        """A temporary SQLite database with a copy of this connection's state; it is deleted in the end."""
        with tempfile.TemporaryDirectory(prefix="taskforce-dry-run-") as folder:
            connections.databases[_SCRATCH] = {
                **connections["default"].settings_dict,
                **sqlite(str(Path(folder) / "scratch.sqlite3")),
            }
            try:
                call_command("migrate", database=_SCRATCH, verbosity=0, interactive=False)
                self._copy_state()
                yield DjangoStores(self._connection, self._now, lease=self._lease, using=_SCRATCH)
            finally:
                connections[_SCRATCH].close()
                del connections[_SCRATCH]
                del connections.databases[_SCRATCH]

    def _copy_state(self) -> None:
        Connection.objects.using(_SCRATCH).bulk_create([self._connection])
        for model in _STATE:
            rows = model._default_manager.using(self._using).filter(connection_id=self._connection.pk)
            for piece in chunks(rows.iterator(chunk_size=CHUNK)):
                model._default_manager.using(_SCRATCH).bulk_create(piece, batch_size=CHUNK)


def _trouble(error: DatabaseError) -> ConfigurationError:
    """What a failing database means for a person; nothing was stored."""
    text = str(error).casefold()
    if "full" in text or "no space" in text:
        return ConfigurationError(["The disk is full: make room; nothing was lost, and the next import goes on."])
    if "locked" in text:
        return ConfigurationError(["The database is locked by another program: end it; the next import goes on."])
    if "readonly" in text or "read-only" in text:
        return ConfigurationError(["The database cannot be written: check the rights on the folder TASKFORCE_HOME."])
    raise error
