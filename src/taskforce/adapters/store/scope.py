"""What every repository is bound to, and how it reaches its rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import islice
from typing import Any, TypeVar

from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from taskforce.adapters.store import sql

Row = TypeVar("Row", bound=models.Model)
Item = TypeVar("Item")
Values = Mapping[str, Any]

CHUNK = 500
"""Values in one IN list: far below SQLite's limit on variables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One connection in one database. Reads go through the ORM where they are rare, through `sql` where not."""

    connection_id: int
    using: str = "default"

    def rows(self, model: type[Row]) -> "models.QuerySet[Row]":
        """The connection's rows of a table."""
        return model._default_manager.using(self.using).filter(connection_id=self.connection_id)

    def upsert(
        self,
        model: type[models.Model],
        rows: Sequence[Values],
        *,
        unique: tuple[str, ...],
        counted: tuple[str, ...] = (),
        unless_same: tuple[str, ...] = (),
    ) -> None:
        """Insert rows, all with the same columns, or replace those with the same unique ones; see `sql.upsert`."""
        if not rows:
            return
        columns = ("connection_id", *rows[0])
        text = sql.upsert(model._meta.db_table, columns, ("connection_id", *unique), counted, unless_same)
        execute(self.using, text, [(self.connection_id, *row.values()) for row in rows])

    def change(self, model: type[models.Model], values: Values, **where: object) -> None:
        """Set columns of the rows that equal."""
        text = sql.update(model._meta.db_table, tuple(values), ("connection_id", *where))
        execute(self.using, text, [(*values.values(), self.connection_id, *where.values())])

    def remove(self, model: type[models.Model], column: str, values: Iterable[object], **where: object) -> None:
        """Delete the rows that equal and have one of these values."""
        text = sql.delete(model._meta.db_table, ("connection_id", *where, column))
        execute(self.using, text, [(self.connection_id, *where.values(), each) for each in values])

    def find(
        self,
        model: type[models.Model],
        columns: tuple[str, ...],
        among: str,
        values: Iterable[object],
        **where: object,
    ) -> Iterator[tuple[Any, ...]]:
        """Columns of the rows that equal and have one of these values; not for columns that hold times."""
        return find(self.using, model, columns, among, values, connection_id=self.connection_id, **where)


def execute(using: str, text: str, rows: Sequence[Sequence[object]]) -> None:
    """Run a statement once per row, all or nothing."""
    connection = connections[using]
    if len(rows) == 1:
        with connection.cursor() as cursor:
            cursor.execute(text, _plain(rows[0], connection))
    elif rows:
        with transaction.atomic(using=using, savepoint=False), connection.cursor() as cursor:
            cursor.executemany(text, [_plain(row, connection) for row in rows])


def find(
    using: str,
    model: type[models.Model],
    columns: tuple[str, ...],
    among: str,
    values: Iterable[object],
    **where: object,
) -> Iterator[tuple[Any, ...]]:
    """See `Scope.find`; in a table of whatever owner."""
    connection = connections[using]
    for piece in chunks(values):
        text = sql.select(model._meta.db_table, columns, tuple(where), among, len(piece))
        with connection.cursor() as cursor:
            cursor.execute(text, _plain((*where.values(), *piece), connection))
            yield from cursor.fetchall()


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """Consecutive lists of at most `size`."""
    iterator = iter(items)
    while piece := list(islice(iterator, size)):
        yield piece


def _plain(row: Sequence[object], connection: BaseDatabaseWrapper) -> list[Any]:
    return [value if type(value) in _AS_THEY_ARE else _converted(value, connection) for value in row]


_AS_THEY_ARE = frozenset({str, int, bytes, bool, type(None)})


def _converted(value: object, connection: BaseDatabaseWrapper) -> object:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.value if isinstance(value, Enum) else value


def nearest(number: str | None, last: int) -> int:
    """The page that is asked for, from 1 to `last`, or the one next to it that there is."""
    asked = int(number) if number is not None and number.isascii() and number.isdigit() and len(number) < 10 else 1
    return min(max(1, asked), last)
