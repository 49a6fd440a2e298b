"""The records: a table per entity with a column per field, and a second set of tables while reads lag behind."""

# ruff: noqa: S608 - every name that is put into SQL comes from the schema; values are bound

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from taskforce_simulators.autotask.schema import ENTITIES, FRACTIONS, Entity
from taskforce_simulators.core.database import Database

Record = dict[str, object]
"""A record as it is kept: column by column; "userDefinedFields" maps the id of a definition to its text."""

UDFS: Final = "userDefinedFields"
SEEN: Final = "seen_"
_INDEXED: Final[dict[str, tuple[str, ...]]] = {
    "Companies": ("createDate", "lastTrackedModifiedDateTime", "isActive", "companyName", "ownerResourceID"),
    "Contacts": ("companyID", "createDate", "lastModifiedDate", "isActive"),
    **dict.fromkeys(("Tickets", "Contracts", "Opportunities", "Projects"), ("companyID",)),
}
_COMPARED: Final = {"string": "TEXT COLLATE NOCASE", "datetime": "TEXT"}
LARGEST_ID: Final = 2**63 - 1
FIRST_ID: Final = 29_690_000
"""Where the numbering of new records starts in an empty table."""


class Store:
    """Keeps records; knows nothing of rules."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._highest: dict[str, int] = {}
        with database.transaction():
            for entity in ENTITIES.values():
                self._create(entity, "")
                self._create(entity, SEEN)

    def clear(self) -> None:
        """Remove every record."""
        self._highest = {}
        with self.database.transaction():
            for path in ENTITIES:
                self.clear_entity(path)
                self.database.execute(f'DELETE FROM "{SEEN}{path}"')

    def clear_entity(self, path: str) -> None:
        """Remove every record of one entity."""
        self.database.execute(f'DELETE FROM "{path}"')

    def row(self, path: str, record_id: int) -> Record | None:
        """One record by its id; a number too large for an id is none's."""
        if abs(record_id) > LARGEST_ID:
            return None
        rows = self.database.execute(f'SELECT * FROM "{path}" WHERE id = ?', (record_id,))
        return _record(rows[0]) if rows else None

    def select(
        self, table: str, where: str, parameters: Sequence[object], *, limit: int = -1, offset: int = 0
    ) -> list[Record]:
        """The records that fit, in the order of their ids."""
        sql = f'SELECT * FROM "{table}" WHERE {where} ORDER BY id LIMIT {limit} OFFSET {offset}'
        return [_record(row) for row in self.database.execute(sql, parameters)]

    def count(self, table: str, where: str = "1", parameters: Sequence[object] = ()) -> int:
        """How many records fit."""
        total: int = self.database.execute(f'SELECT count(*) FROM "{table}" WHERE {where}', parameters)[0][0]
        return total

    def next_id(self, path: str) -> int:
        """The id of the next record: one that none has had, even if that is gone or was taken back."""
        return max(FIRST_ID, self._highest.get(path, 0) + 1)

    def insert(self, path: str, records: Iterable[Mapping[str, object]]) -> None:
        """Add or replace whole records; what they lack is null."""
        names = [*(field.name for field in ENTITIES[path].fields), UDFS]
        sql = f'INSERT OR REPLACE INTO "{path}" VALUES ({", ".join("?" * len(names))})'

        def rows() -> Iterator[list[object]]:
            for record in records:
                self._highest[path] = max(self._highest.get(path, 0), int(str(record["id"])))
                yield [_kept(record.get(name)) for name in names]

        with self.database.transaction() as connection:
            connection.executemany(sql, rows())

    def update(self, path: str, record_id: int, changes: Mapping[str, object]) -> None:
        """Set some columns of one record."""
        columns = ", ".join(f'"{name}" = ?' for name in changes)
        values = [_kept(value) for value in changes.values()]
        self.database.execute(f'UPDATE "{path}" SET {columns} WHERE id = ?', (*values, record_id))

    def delete(self, path: str, record_id: int) -> bool:
        """Remove one record; whether there was one."""
        return bool(self.database.execute(f'DELETE FROM "{path}" WHERE id = ? RETURNING id', (record_id,)))

    def see_all(self) -> None:
        """Make the lagging tables equal to the true ones."""
        with self.database.transaction():
            for path in ENTITIES:
                self.database.execute(f'DELETE FROM "{SEEN}{path}"')
                self.database.execute(f'INSERT INTO "{SEEN}{path}" SELECT * FROM "{path}"')

    def see(self, path: str, record_id: int) -> None:
        """Bring one record of a lagging table up to date."""
        with self.database.transaction():
            self.database.execute(f'DELETE FROM "{SEEN}{path}" WHERE id = ?', (record_id,))
            self.database.execute(f'INSERT INTO "{SEEN}{path}" SELECT * FROM "{path}" WHERE id = ?', (record_id,))

    def _create(self, entity: Entity, prefix: str) -> None:
        columns = [
            "id INTEGER PRIMARY KEY" if field.name == "id" else f'"{field.name}" {_column_type(field.data_type)}'
            for field in entity.fields
        ]
        table = f"{prefix}{entity.path}"
        self.database.execute(f'CREATE TABLE IF NOT EXISTS "{table}" ({", ".join(columns)}, "{UDFS}" TEXT)')
        for name in _INDEXED.get(entity.path, ()):
            self.database.execute(f'CREATE INDEX IF NOT EXISTS "{table}_{name}" ON "{table}" ("{name}", id)')


def user_defined(record: Mapping[str, object]) -> dict[str, str]:
    """The values of a record's user-defined fields, by the id of the definition."""
    kept = record.get(UDFS)
    return kept if isinstance(kept, dict) else {}


def _column_type(data_type: str) -> str:
    return _COMPARED.get(data_type, "REAL" if data_type in FRACTIONS else "INTEGER")


def _kept(value: object) -> object:
    if isinstance(value, dict):
        return json.dumps(value) if value else None
    return value


def _record(row: sqlite3.Row) -> Record:
    record: Record = dict(row)
    record[UDFS] = json.loads(row[UDFS]) if row[UDFS] else {}
    return record
