"""The WHERE clause of a SOQL query turned into SQL, one comparison after the other."""

from collections.abc import Callable
from datetime import date
from typing import Final

from taskforce_simulators.salesforce import identifiers
from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.schema import Field
from taskforce_simulators.salesforce.soql import literals
from taskforce_simulators.salesforce.soql.tokens import pointing, unescaped
from taskforce_simulators.salesforce.soql.tree import Comparison, Condition, Junction, Literal, Not, Path

_NUMBERS: Final = frozenset({"int", "double", "currency"})
_EXACT: Final = _NUMBERS | {"boolean", "date", "datetime"}


def comparable(column: str, item: Field) -> str:
    """A column as it is compared and sorted: text without regard to case."""
    return column if item.is_id or item.type in _EXACT else f"folded({column})"


class Conditions:
    """Collects the values that are bound; `column` finds a field's column, and joins what leads to it."""

    def __init__(self, text: str, today: date, column: Callable[[Path], tuple[str, Field]]) -> None:
        self.parameters: list[object] = []
        self._text, self._today, self._column = text, today, column

    def sql(self, condition: Condition) -> str:
        """A condition of any kind."""
        if isinstance(condition, Junction):
            return f" {condition.operator} ".join(f"({self.sql(part)})" for part in condition.conditions)
        if isinstance(condition, Not):
            return f"NOT IFNULL(({self.sql(condition.condition)}), 0)"
        return self._comparison(condition)

    def _comparison(self, comparison: Comparison) -> str:
        column, item = self._column(comparison.path)
        if not (item.filterable and item.stored):
            message = f"field '{item.name}' can not be filtered in a query call"
            raise ApiError(400, "INVALID_FIELD", self._at(message, comparison.path.at))
        operator, first = comparison.operator, comparison.values[0]
        if operator in {"IN", "NOT IN"}:
            return self._membership(column, item, comparison)
        if operator in {"INCLUDES", "EXCLUDES"}:
            return self._choices(column, item, comparison)
        if operator == "LIKE":
            return self._like(column, item, first)
        if first.kind == "range":
            return self._span(column, item, operator, first)
        value = self._value(item, first)
        if operator in {"=", "!="}:
            sql = self._equal(column, item, value)
            return sql if operator == "=" else f"NOT IFNULL(({sql}), 0)"
        if value is None or item.type in {"boolean", "multipicklist"}:
            raise self._bad_operator(comparison)
        self.parameters.append(value)
        return f"{comparable(column, item)} {operator} ?"

    def _equal(self, column: str, item: Field, value: object) -> str:
        if value is None:
            return f"{column} IS NULL"
        self.parameters.append(value)
        return f"{comparable(column, item)} = ?"

    def _membership(self, column: str, item: Field, comparison: Comparison) -> str:
        values = [self._value(item, literal) for literal in comparison.values]
        given = [value for value in values if value is not None]
        self.parameters.extend(given)
        places = ", ".join("?" for _ in given)
        sql = f"{comparable(column, item)} IN ({places})"
        if None in values:
            sql = f"({sql} OR {column} IS NULL)"
        return sql if comparison.operator == "IN" else f"NOT IFNULL(({sql}), 0)"

    def _choices(self, column: str, item: Field, comparison: Comparison) -> str:
        """Any of the values; one with semicolons means all of its parts (Query Multi-Select Picklists)."""
        if item.type != "multipicklist":
            raise self._no_operator(item, comparison.path.at)
        several = [str(self._value(item, literal) or "").split(";") for literal in comparison.values]
        self.parameters.extend(f";{part};" for parts in several for part in parts)
        entries = f"';' || folded({column}) || ';'"
        sql = " OR ".join("(" + " AND ".join(f"instr({entries}, ?) > 0" for _ in parts) + ")" for parts in several)
        return f"({sql})" if comparison.operator == "INCLUDES" else f"NOT IFNULL(({sql}), 0)"

    def _like(self, column: str, item: Field, literal: Literal) -> str:
        if literal.kind != "string" or item.type in _EXACT | {"multipicklist"} or item.is_id:
            raise self._no_operator(item, literal.at)
        self.parameters.append(unescaped(literal.text, pattern=True).casefold())
        return f"folded({column}) LIKE ? ESCAPE '\\'"

    def _span(self, column: str, item: Field, operator: str, literal: Literal) -> str:
        span = literals.span(literal.text, self._today)
        if span is None:
            raise ApiError.malformed_query(self._at(f"unexpected token: '{literal.text}'", literal.at))
        if item.type not in {"date", "datetime"}:
            raise self._wrong_type(item, literal)
        start, end = (literals.stored_day(day, item.type) for day in span)
        if operator in {"=", "!="}:
            self.parameters += [start, end]
            sql = f"{column} >= ? AND {column} < ?"
            return sql if operator == "=" else f"NOT IFNULL(({sql}), 0)"
        self.parameters.append(start if operator in {"<", ">="} else end)
        return f"{column} {'<' if operator in {'<', '<='} else '>='} ?"

    def _value(self, item: Field, literal: Literal) -> object:
        """A literal as the database stores it, refused if it is of the wrong type; an empty string is no value."""
        if literal.kind == "null" or literal.text == "''":
            return None
        if item.is_id:
            return self._identifier(literal)
        if item.type in _NUMBERS and literal.kind == "number":
            return float(literal.text)
        if item.type == "boolean" and literal.kind == "boolean":
            return int(literal.text == "true")
        if item.type == "datetime" and literal.kind == "datetime":
            return literals.stored_instant(literal.text)
        if item.type == "date" and literal.kind in {"date", "datetime"}:
            return literal.text[:10]
        if item.type not in _EXACT and literal.kind == "string":
            return unescaped(literal.text).casefold()
        raise self._wrong_type(item, literal)

    def _identifier(self, literal: Literal) -> str:
        identifier = identifiers.full(unescaped(literal.text)) if literal.kind == "string" else None
        if identifier is None:
            message = f"invalid ID field: {literal.text.strip(chr(39))}"
            raise ApiError(400, "INVALID_QUERY_FILTER_OPERATOR", self._at(message, literal.at))
        return identifier

    def _wrong_type(self, item: Field, literal: Literal) -> ApiError:
        kind = {"datetime": "dateTime", "currency": "double"}.get(item.type, item.type)
        quoted = item.type not in _EXACT
        kind, quotes = (
            ("string", "should be enclosed in quotes") if quoted else (kind, "should not be enclosed in quotes")
        )
        message = f"value of filter criterion for field '{item.name}' must be of type {kind} and {quotes}"
        return ApiError(400, "INVALID_FIELD", self._at(message, literal.at))

    def _no_operator(self, item: Field, at: int) -> ApiError:
        message = f"invalid operator on {item.type} field: {item.name}"
        return ApiError(400, "INVALID_QUERY_FILTER_OPERATOR", self._at(message, at))

    def _bad_operator(self, comparison: Comparison) -> ApiError:
        message = f"invalid operator for field '{comparison.path.parts[-1]}': {comparison.operator}"
        return ApiError(400, "INVALID_QUERY_FILTER_OPERATOR", self._at(message, comparison.path.at))

    def _at(self, message: str, at: int) -> str:
        return pointing(self._text, at, message)
