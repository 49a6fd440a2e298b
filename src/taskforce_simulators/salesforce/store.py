"""The org's records in SQLite: a table per object, a column per field, whether or not the field is shown."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Final

from taskforce_simulators.core.database import Database
from taskforce_simulators.salesforce import identifiers, timestamps
from taskforce_simulators.salesforce.schema import OBJECTS, Field

Row = dict[str, object]

_COLUMN: Final = {"boolean": "INTEGER NOT NULL DEFAULT 0", "int": "INTEGER", "double": "REAL", "currency": "REAL"}
_INDEXES: Final = {
    "Account": ("SystemModstamp, Id", "ParentId", "MasterRecordId"),
    "Contact": ("SystemModstamp, Id", "AccountId", "ReportsToId", "MasterRecordId"),
}
_TABLES: Final = (
    "CREATE TABLE hidden (id TEXT PRIMARY KEY)",
    "CREATE TABLE purged (object TEXT, id TEXT, deleted_date TEXT)",
    "CREATE TABLE cascades (root TEXT, object TEXT, id TEXT, field TEXT)",
    "CREATE TABLE previous (object TEXT, id TEXT, row TEXT, PRIMARY KEY (object, id))",
    "CREATE TABLE held (object TEXT, id TEXT, row TEXT, visible_at TEXT, PRIMARY KEY (object, id))",
)


def folded(text: str | None) -> str | None:
    """Text as SOQL compares it: without regard to case."""
    return None if text is None else str(text).casefold()


def stored(field: Field, value: object) -> object:
    """A value as its column holds it; an empty string is no value, as Salesforce has it."""
    if value is None or value == "":
        return 0 if field.type == "boolean" else None
    if field.type == "boolean":
        return int(value is True or value == 1 or str(value).lower() == "true")
    if field.type == "datetime":
        return timestamps.normalised(value)
    if field.is_id:
        return identifiers.full(str(value)) or str(value)
    if field.type == "int":
        return int(float(str(value)))
    return float(str(value)) if field.type in {"double", "currency"} else str(value)


class Store:
    """Plain access to the tables; the rules of records stand elsewhere."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._fields: dict[str, dict[str, Field]] = {}
        self._given: dict[str, int] = {}
        self.clear()

    def clear(self) -> None:
        """Drop everything and make the tables anew."""
        self._given = {}
        self._fields = {name: {f.name: f for f in o.fields.values() if f.stored} for name, o in OBJECTS.items()}
        with self.database.transaction() as connection:
            connection.create_function("folded", 1, folded, deterministic=True)
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                connection.execute(f'DROP TABLE "{name}"')
            for name, fields in self._fields.items():
                _create(connection, name, fields)
            for statement in _TABLES:
                connection.execute(statement)

    def add_field(self, object_name: str, field: Field) -> None:
        """Give an object a custom field, unless it has it already."""
        fields = self._fields[object_name]
        if field.name not in fields:
            self.database.execute(
                f'ALTER TABLE "{object_name}" ADD COLUMN "{field.name}" {_COLUMN.get(field.type, "TEXT")}'
            )
        fields[field.name] = field

    def hide(self, hidden: Iterable[str]) -> None:
        """Let exactly these records be out of the user's sight."""
        with self.database.transaction() as connection:
            connection.execute("DELETE FROM hidden")
            complete = [(identifiers.full(identifier) or identifier,) for identifier in hidden]
            connection.executemany("INSERT OR IGNORE INTO hidden (id) VALUES (?)", complete)

    def is_hidden(self, identifier: str) -> bool:
        """Whether a record is out of the user's sight."""
        return bool(self.database.execute("SELECT 1 FROM hidden WHERE id = ?", (identifier,)))

    def fields(self, object_name: str) -> Mapping[str, Field]:
        """All stored fields of an object, shown or not; an unknown object is a KeyError."""
        return self._fields[object_name]

    def new_id(self, object_name: str) -> str:
        """An id that no record has had."""
        prefix = OBJECTS[object_name].key_prefix
        while True:
            self._given[prefix] = self._given.get(prefix, 1_000_000) + 1
            identifier = identifiers.make(prefix, self._given[prefix])
            if self.row(object_name, identifier) is None:
                return identifier

    def row(self, object_name: str, identifier: str) -> Row | None:
        """One record as it is stored."""
        rows = self.database.execute(f'SELECT * FROM "{object_name}" WHERE Id = ?', (identifier,))  # noqa: S608 - a table's name
        return dict(rows[0]) if rows else None

    def rows(self, object_name: str, condition: str = "1", parameters: Iterable[object] = ()) -> list[Row]:
        """The records that fit a condition in SQL."""
        sql = f'SELECT * FROM "{object_name}" WHERE {condition} ORDER BY rowid'  # noqa: S608 - conditions are the simulator's own
        return [dict(row) for row in self.database.execute(sql, tuple(parameters))]

    def insert(self, object_name: str, values: Mapping[str, object]) -> None:
        """Add one record; the values are stored ones."""
        self.insert_many(object_name, [values])

    def insert_many(self, object_name: str, records: Iterable[Mapping[str, object]]) -> None:
        """Add records, those of equal fields in one go."""
        groups: dict[tuple[str, ...], list[tuple[object, ...]]] = {}
        for record in records:
            groups.setdefault(tuple(record), []).append(tuple(record.values()))
        with self.database.transaction() as connection:
            for names, rows in groups.items():
                connection.executemany(_insertion(object_name, names), rows)

    def update(self, object_name: str, identifier: str, values: Mapping[str, object]) -> None:
        """Change one record; the values are stored ones."""
        assignments = ", ".join(f'"{name}" = ?' for name in values)
        sql = f'UPDATE "{object_name}" SET {assignments} WHERE Id = ?'  # noqa: S608 - names come from the schema
        self.database.execute(sql, (*values.values(), identifier))

    def remove(self, object_name: str, identifier: str) -> bool:
        """Take one record out; whether there was one."""
        known = self.row(object_name, identifier) is not None
        self.database.execute(f'DELETE FROM "{object_name}" WHERE Id = ?', (identifier,))  # noqa: S608 - a table's name
        return known


def _insertion(object_name: str, names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    return f'INSERT OR REPLACE INTO "{object_name}" ({columns}) VALUES ({", ".join("?" for _ in names)})'  # noqa: S608 - names of the schema


def _create(connection: sqlite3.Connection, name: str, fields: Mapping[str, Field]) -> None:
    columns = ["Id TEXT PRIMARY KEY NOT NULL"]
    columns += [f'"{f.name}" {_COLUMN.get(f.type, "TEXT")}' for f in fields.values() if f.name != "Id"]
    connection.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')
    for number, index in enumerate(_INDEXES.get(name, ())):
        connection.execute(f'CREATE INDEX "{name}_{number}" ON "{name}" ({index})')
