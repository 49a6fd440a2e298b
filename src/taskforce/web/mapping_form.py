"""The form of one row of a mapping (B8, B9), and the forms by which values are paired; works without script.

A value and its counterpart are two inputs of one number: `pair-3-value` and `pair-3-label`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from taskforce.domain.field_map import Blank, FieldMap, TooLong, Transform, Wins
from taskforce.domain.records import Entity
from taskforce.domain.value_pairs import with_pairs
from taskforce.domain.values import label_text
from taskforce.mapping_config import RowConfig, row_of, table_of

MOST_PAIRS = 200
"""Pairs that are taken from one request."""

_PAIR = re.compile(r"pair-(\d{1,3})-value", re.ASCII)

WINS: Mapping[Wins, str] = {
    Wins.SALESFORCE: "Salesforce always",
    Wins.FILL_EMPTY: "Salesforce, only where Autotask is empty",
    Wins.CREATE_ONLY: "Salesforce, only when the record is created",
    Wins.KEEP_EDITS: "Salesforce, but edits in Autotask stay",
    Wins.NEVER: "Autotask: it is never written",
}
BLANK: Mapping[Blank, str] = {
    Blank.DEFAULT: "As the import rules say",
    Blank.CLEAR: "Clears the Autotask field",
    Blank.KEEP: "Leaves what stands in Autotask",
    Blank.CLEAR_OURS: "Clears what Taskforce wrote, leaves the rest",
}
TOO_LONG: Mapping[TooLong, str] = {
    TooLong.DEFAULT: "As the import rules say",
    TooLong.CUT: "It is cut",
    TooLong.REFUSE: "The record is held",
    TooLong.LEAVE_OUT: "The value is left out",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedRow:
    """A row as it is typed; `table` has a line for each pair, `pairs` are those chosen beside their values."""

    source: str = ""
    target: str = ""
    transform: str = Transform.TEXT.value
    wins: str = Wins.SALESFORCE.value
    blank: str = Blank.DEFAULT.value
    too_long: str = TooLong.DEFAULT.value
    table: str = ""
    default: str = ""
    country: str = ""
    pairs: Mapping[str, str] | None = None

    def row(self, entity: Entity) -> FieldMap:
        """The row that it stands for. Raises ConfigurationError with every problem."""
        document: dict[str, Any] = {name: getattr(self, name).strip() for name in _PLAIN}
        row = row_of({**document, "table": table_of(line for line in self.table.splitlines() if line.strip())}, entity)
        if not self.pairs:
            return row
        return row_of({**document, "table": dict(with_pairs(row, self.pairs))}, entity)

    def beside(self, values: Sequence[str]) -> "TypedRow":
        """Without the lines of these values, which are shown as choices instead."""
        shown = {label_text(value) for value in values}
        lines = [line for line in self.table.splitlines() if label_text(line.partition("=")[0]) not in shown]
        return replace(self, table="\n".join(lines))


_PLAIN = ("source", "target", "transform", "wins", "blank", "too_long", "default", "country")


def stored_as_typed(row: FieldMap) -> TypedRow:
    """A stored row as it would be typed."""
    config = RowConfig.of(row)
    plain = config.model_dump(mode="json", exclude={"table"})
    return TypedRow(**plain, table=table_text(row))


def table_text(row: FieldMap) -> str:
    """A row's table, a line for each pair."""
    return "\n".join(f"{written}={meant}" for written, meant in row.table)


def typed_of(posted: Mapping[str, str]) -> TypedRow:
    """What was sent."""
    found = {name: posted.get(name, "") for name in (*_PLAIN, "table")}
    numbers = [match[1] for match in map(_PAIR.fullmatch, posted) if match][:MOST_PAIRS]
    pairs = {posted[f"pair-{each}-value"]: posted.get(f"pair-{each}-label", "").strip() for each in numbers}
    return TypedRow(**found, pairs=pairs)
