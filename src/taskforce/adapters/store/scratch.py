"""Databases that are gone in the end: the copy in which a dry run may write as it likes, and a backup on its way."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model

from taskforce.adapters.store import sql
from taskforce.adapters.store.models import (
    BroughtRow,
    Connection,
    CursorRow,
    InboxRow,
    IndexRow,
    IndexState,
    IntentRow,
    LinkRow,
    LockRow,
    MergeRow,
    NoticeRow,
    SchemaRow,
    SightingRow,
    WatchRow,
)
from taskforce.adapters.store.scope import CHUNK, Scope, chunks, execute
from taskforce.adapters.store.trouble import telling_trouble
from taskforce.django_settings import sqlite

_STATE: tuple[type[Model], ...] = (
    CursorRow,
    InboxRow,
    BroughtRow,
    LinkRow,
    LockRow,
    IntentRow,
    WatchRow,
    MergeRow,
    SightingRow,
    NoticeRow,
    IndexRow,
    IndexState,
    SchemaRow,
)
_numbers = count(1)

_NOWHERE = "file:"
"""To SQLite: a database on disk without a name, that is gone when it is closed, or its process killed."""


@contextmanager
def scratch_copy(scope: Scope) -> Iterator[str]:
    """Copy a connection's state into a temporary database; yields the alias by which Django knows that."""
    with temporary_database(like=scope.using) as alias:
        with telling_trouble():
            _copy(scope, alias)
        yield alias


@contextmanager
def temporary_database(*, like: str = DEFAULT_DB_ALIAS) -> Iterator[str]:
    """An empty SQLite database for the time of a `with`; yields the alias by which Django knows it."""
    alias = f"scratch-{next(_numbers)}"
    connections.databases[alias] = {**connections[like].settings_dict, **sqlite(_NOWHERE)}
    try:
        yield alias
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.databases[alias]


def _copy(scope: Scope, alias: str) -> None:
    """The tables, the connection without its secrets, and its rows, piece by piece."""
    with connections[alias].schema_editor() as editor:
        editor.create_model(Connection)
        for model in _STATE:
            editor.create_model(model)
    row = Connection.objects.using(scope.using).get(pk=scope.connection_id)
    row.configuration, row.secrets = {}, b""
    row.save(using=alias, force_insert=True)
    for model in _STATE:
        columns = tuple(field.attname for field in model._meta.concrete_fields if not field.primary_key)
        rows = scope.rows(model).order_by("id").values_list(*columns).iterator(CHUNK)
        for piece in chunks(rows):
            execute(alias, sql.insert(model._meta.db_table, columns), piece)
