"""What a SOQL query says, as values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Path:
    """A field, perhaps over relationships: ``Owner.Name`` is ("Owner", "Name"); and where in the query it stands."""

    parts: tuple[str, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written: kind is string, number, boolean, null, date, datetime or range (a date literal)."""

    kind: str
    text: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """One condition on one field; IN, NOT IN, INCLUDES and EXCLUDES have several values, the others
    one."""

    path: Path
    operator: str
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Junction:
    """Conditions joined by AND or by OR."""

    operator: str
    conditions: tuple["Condition", ...]


Condition = Comparison | Not | Junction


@dataclass(frozen=True, slots=True)
class Order:
    """One key of ORDER BY; `counts` where it is COUNT(field)."""

    path: Path
    descending: bool = False
    nulls_last: bool = False
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """COUNT(field) in a select list."""

    path: Path
    alias: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A whole query. Without fields and counts it is ``SELECT COUNT()``; `groups` are the fields of GROUP BY."""

    text: str
    object_name: str
    object_at: int
    fields: tuple[Path, ...] = ()
    counts: tuple[Count, ...] = ()
    where: Condition | None = None
    groups: tuple[Path, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
