"""Rows as the JSON objects of the REST API. Source: reference sections 3 and 6 (date formats, compound fields)."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

from taskforce_simulators.salesforce.schema import Field, SObject
from taskforce_simulators.salesforce.soql import Selection, stored_names

_COMPONENTS: Final = tuple(
    "City Country CountryCode GeocodeAccuracy Latitude Longitude PostalCode State StateCode Street".split()
)


def attributes(object_name: str, identifier: object, version: str) -> dict[str, object]:
    """What stands first in every record: its type and address."""
    return {"type": object_name, "url": f"/services/data/v{version}/sobjects/{object_name}/{identifier}"}


def value(field: Field, stored: object) -> object:
    """A stored value as JSON has it."""
    return bool(stored) if field.type == "boolean" else stored


def address(sobject: SObject, field: Field, row: Mapping[str, object]) -> dict[str, object] | None:
    """A compound address of the components that the user may see, or null if all are empty."""
    prefix = field.name.removesuffix("Address")
    parts = {
        name[0].lower() + name[1:]: row.get(prefix + name) for name in _COMPONENTS if prefix + name in sobject.fields
    }
    return parts if any(part is not None for part in parts.values()) else None


def record(sobject: SObject, names: Sequence[str], row: Mapping[str, object], version: str) -> dict[str, object]:
    """A record with the named fields, from a whole row."""
    shown: dict[str, object] = {"attributes": attributes(sobject.name, row["Id"], version)}
    for name in names:
        field = sobject.fields[name]
        shown[name] = value(field, row[name]) if field.stored else address(sobject, field, row)
    return shown


class Renderer:
    """Makes records of the rows of a compiled query's page."""

    def __init__(self, selection: Selection, version: str) -> None:
        self._version = version
        self._places = {column: place for place, column in enumerate(selection.columns())}
        self._selection = selection

    def record(self, row: sqlite3.Row) -> dict[str, object]:
        """One record with the selected fields, in the order of the query."""
        return self._nested(self._selection, row) or {}

    def identifier(self, row: sqlite3.Row) -> str:
        """The record's own id."""
        return str(row[self._places[self._selection.alias, "Id"]])

    def _nested(self, selection: Selection, row: sqlite3.Row) -> dict[str, object] | None:
        identifier = self._stored(selection, "Id", row)
        if identifier is None:
            return None
        shown: dict[str, object] = {"attributes": attributes(selection.sobject.name, identifier, self._version)}
        fields = {field.name: field for field in selection.fields}
        for name in selection.names:
            related = selection.related.get(name)
            shown[name] = self._nested(related, row) if related else self._value(selection, fields[name], row)
        return shown

    def _value(self, selection: Selection, field: Field, row: sqlite3.Row) -> object:
        if field.stored:
            return value(field, self._stored(selection, field.name, row))
        names = stored_names(selection.sobject, field)
        return address(selection.sobject, field, {name: self._stored(selection, name, row) for name in names})

    def _stored(self, selection: Selection, name: str, row: sqlite3.Row) -> object:
        return row[self._places[selection.alias, name]]
