"""Conditions as SQL over the store's tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from taskforce_simulators.autotask import errors
from taskforce_simulators.autotask.errors import ApiError
from taskforce_simulators.autotask.filters import ABSENT, Condition, Everything, Node
from taskforce_simulators.autotask.schema import FRACTIONS, Entity, Field
from taskforce_simulators.autotask.store import LARGEST_ID, UDFS
from taskforce_simulators.autotask.values import moment_text

_SIGNS: Final = {"eq": "=", "noteq": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_PATTERNS: Final = {"beginswith": "{}%", "endswith": "%{}", "contains": "%{}%"}
_EMPTY: Final = {"string": "''", "boolean": "0"}
_NOTHING: Final = "0"


@dataclass(slots=True)
class Compiler:
    """Turns a tree of conditions into SQL for one entity; values go into `parameters`."""

    entity: Entity
    fields: Mapping[str, Field]
    """By name in lower case, as the tenant has them."""

    user_defined: Mapping[str, tuple[int, str]]
    """Id and data type of the active user-defined fields, by name in lower case."""

    parameters: list[object] = field(default_factory=list)

    def sql(self, node: Node) -> str:
        """The SQL of a node."""
        if isinstance(node, Everything):
            return "1"
        if isinstance(node, Condition):
            return self._condition(node)
        return "(" + f" {node.word.upper()} ".join(self.sql(item) for item in node.items) + ")"

    def _condition(self, condition: Condition) -> str:
        if condition.user_defined:
            number, data_type = self._definition(condition.field)
            # The id is a whole number of our own, so that it can stand in the text.
            column = f"{UDFS} ->> '$.\"{number}\"' COLLATE NOCASE"
            column = f"CAST({column} AS REAL)" if data_type == "double" else column
        else:
            known = self._field(condition.field)
            column, data_type = f'"{known.name}"', known.data_type
        return self._comparison(column, condition, data_type)

    def _field(self, name: str) -> Field:
        known = self.fields.get(name.lower())
        if known is None or not known.queryable:
            raise errors.unknown_field(name, self.entity.name)
        return known

    def _definition(self, name: str) -> tuple[int, str]:
        if name.lower() not in self.user_defined:
            raise errors.unknown_field(name, self.entity.name)
        return self.user_defined[name.lower()]

    def _comparison(self, column: str, condition: Condition, data_type: str) -> str:
        operator, value, read = condition.operator, condition.value, _READERS[data_type]
        if operator in {"exist", "notexist"}:
            present = f"({column} IS NOT NULL AND {column} <> '')"
            return present if operator == "exist" else f"NOT {present}"
        if isinstance(value, list):
            return self._membership(column, operator, [read(item) for item in value])
        if operator in _PATTERNS:
            return self._pattern(column, operator, value)
        if (compared := read(value)) is None:
            empty = f"({column} IS NULL OR {column} = {_EMPTY.get(data_type, 'NULL')})"
            return {"eq": empty, "noteq": f"NOT {empty}"}.get(operator, _NOTHING)
        return self._sign(column, operator, compared)

    def _sign(self, column: str, operator: str, value: object) -> str:
        if value is _NEVER:
            return _NOTHING
        self.parameters.append(value)
        return f"{column} {_SIGNS[operator]} ?"

    def _membership(self, column: str, operator: str, values: list[object]) -> str:
        found = [value for value in values if value is not None and value is not _NEVER]
        self.parameters.extend(found)
        return f"{column} {'NOT IN' if operator == 'notin' else 'IN'} ({', '.join('?' * len(found))})"

    def _pattern(self, column: str, operator: str, value: object) -> str:
        text = "" if value in (None, ABSENT) else str(value)
        for special in "\\%_":
            text = text.replace(special, f"\\{special}")
        self.parameters.append(_PATTERNS[operator].format(text))
        return f"{column} LIKE ? ESCAPE '\\'"


_NEVER: Final = object()
"""A value that nothing is equal to, less or greater than."""

Reader = Callable[[object], object]


def _text(value: object) -> object:
    return None if value in (None, ABSENT) else str(value)


def _whole(value: object) -> object:
    if value is None or value is ABSENT:
        return None
    # django-autotask asks for isActive of contacts, an integer, with the text "true".
    if str(value).lower() in {"true", "false"}:
        return int(str(value).lower() == "true")
    try:
        number = int(str(value))
    except ValueError as problem:
        raise errors.conversion_failed(value) from problem
    return number if abs(number) <= LARGEST_ID else _NEVER


def _long(value: object) -> object:
    # Recorded: text compared with a long finds nothing, and is no error.
    return _NEVER if isinstance(value, str) else _whole(value)


def _boolean(value: object) -> object:
    if value is ABSENT:
        return None
    known = {"true": 1, "1": 1, "false": 0, "0": 0}
    if str(value).lower() not in known:
        raise ApiError(f"Invalid value [{value}]: a boolean field is compared with true or false.")
    return known[str(value).lower()]


def _fraction(value: object) -> object:
    if value is None or value is ABSENT:
        return None
    try:
        return float(str(value))
    except ValueError as problem:
        raise ApiError(f"Error converting data type varchar '{value}' to numeric.") from problem


def _moment(value: object) -> object:
    if value is None or value is ABSENT:
        return None
    try:
        return moment_text(datetime.fromisoformat(str(value)))
    except ValueError as problem:
        raise ApiError("Conversion failed when converting date and/or time from character string.") from problem


_READERS: Final[dict[str, Reader]] = {
    "string": _text,
    "integer": _whole,
    "short": _whole,
    "long": _long,
    "boolean": _boolean,
    "datetime": _moment,
    **dict.fromkeys(FRACTIONS, _fraction),
}
