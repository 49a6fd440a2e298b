"""The values of a Salesforce field beside those of an Autotask list: what each becomes today, and what it is like (B9).

For rows whose Autotask field takes one of a list: picklists, and countries.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process

from taskforce.domain.field_map import FieldMap, Transform
from taskforce.domain.mapped import Mapped
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.records import Entity, Value
from taskforce.domain.transforms import bound
from taskforce.domain.values import label_text

PAIRED = frozenset(
    {
        Transform.PICKLIST,
        Transform.COMPANY_TYPE,
        Transform.MARKET_SEGMENT,
        Transform.CLASSIFICATION,
        Transform.COUNTRY,
    }
)
"""The transforms that look a value up in a list, and by the row's table."""

ALIKE = 72.0
"""From this likeness on, 0 to 100, a label is suggested."""


class By(StrEnum):
    """How a value found its counterpart."""

    NAME = "name"
    TABLE = "table"
    DEFAULT = "default"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedValue:
    """A value, how many records have it, and the label in Autotask that it becomes; blank where none.

    `suggestion` is the label that an unmatched one is most like, if it is like any.
    """

    value: str
    count: int
    counterpart: str
    by: By
    suggestion: str = ""


def may_pair(row: FieldMap) -> bool:
    """Whether a row takes one field's values and looks them up in a list."""
    return row.transform in PAIRED and row.text.single is not None


def labels_of(row: FieldMap, entity: Entity, context: MappingContext) -> Mapping[Value, str]:
    """What the Autotask field may hold, by what a record stores: active picklist values, or countries."""
    if row.transform is Transform.COUNTRY:
        return {each.id: each.display_name or each.name for each in context.schema.countries if each.is_active}
    picklist = context.field(entity, row.target).picklist or ()
    return {each.code: each.label for each in picklist if each.is_active}


def paired(
    row: FieldMap, entity: Entity, counts: Iterable[tuple[str | None, int]], context: MappingContext
) -> Sequence[PairedValue]:
    """Each value that is not blank, as the import would map it now."""
    step, labels = bound(row, entity, context), labels_of(row, entity, context)
    table = row.meanings
    found = []
    for value, count in counts:
        if value is None or not value.strip():
            continue
        result = step(value, {row.source: value})
        code, noted = (result.value, bool(result.notes)) if isinstance(result, Mapped) else (result, False)
        counterpart = labels.get(code, "") if code is not None else ""
        by = By.NONE
        if counterpart:
            is_default = noted or _is_default(row, value, counterpart, table)
            by = By.DEFAULT if is_default else By.TABLE if label_text(value) in table else By.NAME
        suggestion = "" if by in (By.NAME, By.TABLE) else _suggested(value, labels.values())
        found.append(PairedValue(value=value, count=count, counterpart=counterpart, by=by, suggestion=suggestion))
    return found


def _is_default(row: FieldMap, value: str, counterpart: str, table: Mapping[str, str]) -> bool:
    """Whether it is the row's default that was found, and not the value or what the table gives for it."""
    form, label = label_text(value), label_text(counterpart)
    return label == label_text(row.default) and label_text(table.get(form, form)) != label


def _suggested(value: str, labels: Iterable[str]) -> str:
    """The label that is most like it: the same words in another order or number, or nearly the same letters."""
    best = process.extractOne(value, list(labels), scorer=fuzz.WRatio, processor=label_text, score_cutoff=ALIKE)
    return best[0] if best is not None else ""


def with_pairs(row: FieldMap, pairs: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The row's table with these values paired anew; a blank label takes a value out of it."""
    anew = {label_text(value) for value in pairs}
    kept = [line for line in row.table if label_text(line[0]) not in anew]
    return (*kept, *((value, label) for value, label in pairs.items() if label))
