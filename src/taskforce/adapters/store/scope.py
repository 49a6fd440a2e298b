"""What every repository is bound to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)
Item = TypeVar("Item")

CHUNK = 500
"""Values in one IN list: far below SQLite's limit on variables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One connection in one database."""

    connection_id: int
    using: str = "default"

    def rows(self, model: type[Row]) -> "models.QuerySet[Row]":
        """The connection's rows of a table."""
        return model._default_manager.using(self.using).filter(connection_id=self.connection_id)

    def upsert(self, rows: Sequence[Row], *, unique: Sequence[str]) -> None:
        """Insert rows, or replace those with the same unique columns."""
        if not rows:
            return
        model = type(rows[0])
        columns = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        model._default_manager.using(self.using).bulk_create(
            rows,
            batch_size=CHUNK,
            update_conflicts=True,
            unique_fields=["connection", *unique],
            update_fields=[name for name in columns if name not in ("connection", *unique)],
        )


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """Consecutive lists of at most `size`."""
    iterator = iter(items)
    while piece := list(islice(iterator, size)):
        yield piece
