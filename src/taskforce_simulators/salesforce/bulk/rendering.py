"""Rows as the CSV of Bulk API 2.0: every value in double quotes, nothing at all for null.

Source: reference sections 3 and 4; "Get Results for a Query Job" in the Bulk API 2.0 Developer Guide.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from taskforce_simulators.salesforce.schema import Field
from taskforce_simulators.salesforce.soql import Path, Selection

DELIMITERS: Final = {"BACKQUOTE": "`", "CARET": "^", "COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "TAB": "\t"}
LINE_ENDINGS: Final = {"LF": "\n", "CRLF": "\r\n"}
_PLAIN_BELOW: Final = 10_000_000
"""Java writes a double from here on, and below a thousandth, with an exponent."""


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    place: int
    shown: Callable[[object], str]


class CsvRenderer:
    """Makes lines of the rows of a compiled query; columns stand in the order of the query."""

    def __init__(self, selection: Selection, paths: Sequence[Path], *, delimiter: str, line_ending: str) -> None:
        self._delimiter = DELIMITERS[delimiter]
        self._ending = LINE_ENDINGS[line_ending]
        places = {column: place for place, column in enumerate(selection.columns())}
        self._columns = [_column(selection, path, places) for path in paths]

    def header(self) -> str:
        """The first line of every set of results."""
        return self._line([column.name for column in self._columns])

    def lines(self, rows: Sequence[sqlite3.Row]) -> Iterator[str]:
        """One record on each, but for line ends within its values."""
        for row in rows:
            yield self._line([column.shown(row[column.place]) for column in self._columns])

    def _line(self, values: Sequence[str]) -> str:
        quoted = ('"' + value.replace('"', '""') + '"' for value in values)
        return self._delimiter.join(quoted) + self._ending


def _column(selection: Selection, path: Path, places: dict[tuple[str, str], int]) -> _Column:
    """Where a column's values stand; its name is the path, spelt as the schema spells it."""
    parts = list(path.parts)
    if len(parts) > 1 and parts[0].lower() == selection.sobject.name.lower():
        parts.pop(0)
    names = []
    for part in parts[:-1]:
        name = next(known for known in selection.related if known.lower() == part.lower())
        names.append(name)
        selection = selection.related[name]
    field = next(known for known in selection.fields if known.name.lower() == parts[-1].lower())
    return _Column(".".join((*names, field.name)), places[selection.alias, field.name], _shown(field))


def _shown(field: Field) -> Callable[[object], str]:
    if field.type == "boolean":
        return lambda value: "" if value is None else str(bool(value)).lower()
    if field.type in {"double", "currency", "percent"}:
        return lambda value: "" if value is None else java_double(float(str(value)))
    if field.type == "datetime":
        return lambda value: "" if value is None else str(value).replace("+0000", "Z")
    return lambda value: "" if value is None else str(value)


def java_double(number: float) -> str:
    """A double as Java writes it: 1250000.0, but 3.5E8."""
    if number == 0 or 0.001 <= abs(number) < _PLAIN_BELOW:
        return repr(number)
    shortest = next(
        (text for text in (f"{number:.{n}e}" for n in range(1, 16)) if float(text) == number), f"{number:.16e}"
    )
    digits, _, exponent = shortest.partition("e")
    return f"{digits}E{int(exponent)}"
