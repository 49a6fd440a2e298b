"""Rows as the JSON objects of the REST API. Source: reference sections 3 and 6 (date formats, compound fields)."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Final

from taskforce_simulators.salesforce.schema import Field, SObject
from taskforce_simulators.salesforce.soql import Selection, stored_names

_COMPONENTS: Final = tuple(
    "City Country CountryCode GeocodeAccuracy Latitude Longitude PostalCode State StateCode Street".split()
)

_Getter = Callable[[sqlite3.Row], object]


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
    """Makes records of the rows of a compiled query's page; what stands where is worked out once."""

    def __init__(self, selection: Selection, version: str) -> None:
        self._version = version
        self._places = {column: place for place, column in enumerate(selection.columns())}
        self._id_place = self._places[selection.alias, "Id"]
        self._whole = self._nested(selection)

    def record(self, row: sqlite3.Row) -> object:
        """One record with the selected fields, in the order of the query."""
        return self._whole(row)

    def identifier(self, row: sqlite3.Row) -> str:
        """The record's own id."""
        return str(row[self._id_place])

    def _nested(self, selection: Selection) -> _Getter:
        """A record of the row, or null where a reference leads nowhere."""
        id_place = self._places[selection.alias, "Id"]
        name = selection.sobject.name
        fields = {field.name: field for field in selection.fields}
        getters = [
            (
                part,
                self._nested(selection.related[part])
                if part in selection.related
                else self._value(selection, fields[part]),
            )
            for part in selection.names
        ]

        def get(row: sqlite3.Row) -> object:
            identifier = row[id_place]
            if identifier is None:
                return None
            shown: dict[str, object] = {"attributes": attributes(name, identifier, self._version)}
            for part, getter in getters:
                shown[part] = getter(row)
            return shown

        return get

    def _value(self, selection: Selection, field: Field) -> _Getter:
        if not field.stored:
            names = stored_names(selection.sobject, field)
            places = [(name, self._places[selection.alias, name]) for name in names]
            return lambda row: address(selection.sobject, field, {name: row[place] for name, place in places})
        place = self._places[selection.alias, field.name]
        return (lambda row: bool(row[place])) if field.type == "boolean" else itemgetter(place)
