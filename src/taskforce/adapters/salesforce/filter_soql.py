"""A record filter as the WHERE clause of a query (SOQL and SOSL Reference: fieldExpression, LIKE, dates, INCLUDES)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from taskforce.adapters.salesforce.soql import datetime_literal, text_literal
from taskforce.domain.filtering import DAY, Condition, Groups, Operator
from taskforce.domain.values import decimal_or_none, match_text
from taskforce.errors import ConfigurationError

_NUMBERS = frozenset({"int", "long", "double", "currency", "percent"})
_YES_NO: Mapping[str, str] = {"true": "TRUE", "yes": "TRUE", "1": "TRUE", "false": "FALSE", "no": "FALSE", "0": "FALSE"}
_MOST_DIGITS = 18
"""Of a Salesforce number, before its point or after it: 1e99999 written out is too long for any request."""

_YEARS = range(1700, 4001)
"""In which Salesforce knows days (SOQL and SOSL Reference: Date Formats)."""

_NO_TEXT = _NUMBERS | {"boolean", "date", "datetime", "multipicklist"}
_NO_ORDER = frozenset({"boolean", "multipicklist"})
_ORDERED = (Operator.BELOW, Operator.AT_MOST, Operator.ABOVE, Operator.AT_LEAST)
_SIGNS: Mapping[Operator, str] = {
    Operator.EQUALS: "=",
    Operator.DIFFERS: "!=",
    Operator.BELOW: "<",
    Operator.AT_MOST: "<=",
    Operator.ABOVE: ">",
    Operator.AT_LEAST: ">=",
    Operator.IN: "IN",
    Operator.NOT_IN: "NOT IN",
}


def where(groups: Groups, types: Mapping[str, str], *, prefix: str = "") -> str:
    """The clause, in brackets; empty where everything fits.

    `types` are the fields' types as describes name them, `prefix` leads to the object that the fields belong to
    ("Account."). Raises ConfigurationError for a field that the user does not see, and for a value that its type
    cannot have.
    """
    return _joined("OR", [_joined("AND", [_clause(each, types, prefix) for each in group]) for group in groups])


def _joined(word: str, parts: list[str]) -> str:
    return f"({f' {word} '.join(parts)})" if len(parts) > 1 else "".join(parts)


def _clause(condition: Condition, types: Mapping[str, str], prefix: str) -> str:
    kind, name, operator = types.get(condition.field, ""), f"{prefix}{condition.field}", condition.operator
    if not kind:
        raise ConfigurationError([f"Salesforce shows its user no field {condition.field}."])
    if not operator.takes_value:
        return f"{name} {'=' if operator is Operator.IS_BLANK else '!='} null"
    if operator in _ORDERED and kind in _NO_ORDER:
        raise ConfigurationError([f"{condition.field} ({kind}) has no order: compare it with = or in."])
    if operator in (Operator.CONTAINS, Operator.STARTS_WITH):
        if kind in _NO_TEXT:
            raise ConfigurationError([f"Salesforce looks for no part of {condition.field} ({kind}): use = or in."])
        return f"{name} LIKE {_pattern(condition.values[0], starts=operator is Operator.STARTS_WITH)}"
    if kind == "datetime":
        return _moments(condition, name)
    literals = ", ".join(_literal(condition, each, kind) for each in condition.values)
    if kind == "multipicklist" and operator in _MULTIPLE:
        return f"{name} {_MULTIPLE[operator]} ({literals})"
    return f"{name} {_SIGNS[operator]} {f'({literals})' if operator.takes_list else literals}"


_MULTIPLE: Mapping[Operator, str] = {
    Operator.EQUALS: "INCLUDES",
    Operator.IN: "INCLUDES",
    Operator.DIFFERS: "EXCLUDES",
    Operator.NOT_IN: "EXCLUDES",
}


def _pattern(text: str, *, starts: bool) -> str:
    quoted = text_literal(text)[1:-1].replace("%", r"\%").replace("_", r"\_")
    return f"'{'' if starts else '%'}{quoted}%'"


def _literal(condition: Condition, value: str, kind: str) -> str:
    if kind == "boolean":
        literal = _YES_NO.get(match_text(value))
    elif kind in _NUMBERS:
        number = decimal_or_none(value)
        literal = None if number is None or abs(number.adjusted()) > _MOST_DIGITS else f"{number:f}"
    elif kind == "date":
        literal = None if (day := _day(value)) is None else day.isoformat()
    else:
        literal = text_literal(value)
    return _known(condition, value, kind, literal)


def _known(condition: Condition, value: str, kind: str, literal: str | None) -> str:
    if literal is None:
        wanted = {"boolean": "yes or no", "date": "a day such as 2026-03-31", "datetime": "a day such as 2026-03-31"}
        raise ConfigurationError([f"{condition.field} is compared with {wanted.get(kind, 'a number')}, not {value!r}."])
    return literal


def _moments(condition: Condition, name: str) -> str:
    """A moment is compared with days: it is on one, before its beginning or after its end, in UTC."""
    spans = [_span(condition, value) for value in condition.values]
    begin, end = spans[0]
    match condition.operator:
        case Operator.BELOW:
            return f"{name} < {begin}"
        case Operator.AT_LEAST:
            return f"{name} >= {begin}"
        case Operator.ABOVE:
            return f"{name} >= {end}"
        case Operator.AT_MOST:
            return f"{name} < {end}"
    on = _joined("OR", [f"({name} >= {first} AND {name} < {last})" for first, last in spans])
    return on if condition.operator in (Operator.EQUALS, Operator.IN) else f"(NOT {on})"


def _span(condition: Condition, value: str) -> tuple[str, str]:
    day = _day(value)
    begin = "" if day is None else datetime_literal(datetime(day.year, day.month, day.day, tzinfo=UTC))
    text = _known(condition, value, "datetime", begin or None)
    following = datetime.fromisoformat(text) + timedelta(days=1)
    return text, datetime_literal(following)


def _day(text: str) -> date | None:
    """A day in the one spelling in which an import compares days, too: 20260331 would be a text to it."""
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None
    return day if day is not None and day.year in _YEARS else None
