"""The query language: from the JSON of a search to a tree of conditions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from taskforce_simulators.autotask.errors import ApiError

OPERATORS: Final = frozenset(
    {
        "eq", "noteq", "gt", "gte", "lt", "lte", "beginswith", "endswith", "contains", "exist", "notexist",
        "in", "notin",
    }
)  # fmt: skip
LONGEST_PAGE: Final = 500
MOST_ALTERNATIVES: Final = 500
ABSENT: Final = object()
"""The value of a condition that has none; not the same as null (django-autotask leaves false values out)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison; the operator is in lower case and known."""

    operator: str
    field: str
    user_defined: bool
    value: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Conditions joined by "and" or "or"."""

    word: str
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Everything:
    """What a misspelled operator means: no condition at all (recorded)."""


Node = Condition | Group | Everything


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A whole query."""

    condition: Node
    page_size: int
    include_fields: tuple[str, ...] | None


def parse(document: object) -> Query:
    """Read a query; names of keys and operators are not case-sensitive."""
    if not isinstance(document, dict):
        raise ApiError("The query is missing or is not a JSON object.")
    keys = _keys(document)
    filters = keys.get("filter")
    if not isinstance(filters, list) or not filters:
        raise ApiError("A filter is required to query this entity.")
    condition = Group(word="and", items=tuple(_node(item) for item in filters))
    if _alternatives(condition) > MOST_ALTERNATIVES:
        raise ApiError("Invalid query syntax. Queries are limited to 500 or fewer 'OR' conditions.")
    if _user_defined(condition) > 1:
        raise ApiError("Invalid query syntax. Queries are limited to 1 user-defined field.")
    return Query(condition=condition, page_size=_page_size(keys.get("maxrecords")), include_fields=_included(keys))


def _keys(document: Mapping[str, object]) -> dict[str, object]:
    return {str(name).lower(): value for name, value in document.items()}


def _page_size(given: object) -> int:
    if given is None:
        return LONGEST_PAGE
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= LONGEST_PAGE:
        raise ApiError(f"MaxRecords must be a number between 1 and {LONGEST_PAGE}.")
    return given


def _included(keys: Mapping[str, object]) -> tuple[str, ...] | None:
    names = keys.get("includefields")
    if not names:
        return None
    if not isinstance(names, list):
        raise ApiError("IncludeFields must be a list of field names.")
    return tuple(map(str, names))


def _node(document: object) -> Node:
    if not isinstance(document, dict):
        raise ApiError("Invalid query syntax. A filter is an object with op and field, or op and items.")
    keys = _keys(document)
    operator = str(keys.get("op") or "").lower()
    if operator in {"and", "or"}:
        items = keys.get("items")
        if not isinstance(items, list) or not items:
            raise ApiError(f"Invalid query syntax. '{operator}' needs items.")
        return Group(word=operator, items=tuple(_node(item) for item in items))
    if operator not in OPERATORS:
        return Everything()
    if not keys.get("field"):
        raise ApiError("Invalid query syntax. A filter needs a field.")
    return Condition(
        operator=operator,
        field=str(keys["field"]),
        user_defined=bool(keys.get("udf")),
        value=_value(operator, keys.get("value", ABSENT)),
    )


def _value(operator: str, given: object) -> object:
    if operator in {"in", "notin"}:
        return given if isinstance(given, list) else [given]
    if isinstance(given, list | dict):
        raise ApiError(f"Invalid query syntax. '{operator}' needs a single value.")
    return given


def _alternatives(node: Node) -> int:
    """How many 'OR' conditions there are: each item of an or-group, and each value of an in-list (reference 3)."""
    if isinstance(node, Condition):
        return len(node.value) if isinstance(node.value, list) else 0
    if isinstance(node, Group):
        own = len(node.items) if node.word == "or" else 0
        return own + sum(_alternatives(item) for item in node.items)
    return 0


def _user_defined(node: Node) -> int:
    """How many conditions are on user-defined fields: one per query (reference 3)."""
    if isinstance(node, Group):
        return sum(_user_defined(item) for item in node.items)
    return int(isinstance(node, Condition) and node.user_defined)
