"""A mapping as a table (B8, B9): its rows, what both systems say of each, and what becomes of real records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from taskforce.domain.field_map import FieldMap
from taskforce.domain.field_map import Mapping as FieldMapping
from taskforce.domain.mapping_checks import MappingProblem
from taskforce.domain.records import Entity, Value
from taskforce.domain.schema import SourceField, SourceSchema, TargetField, TargetSchema
from taskforce.domain.source_text import SourceText
from taskforce.domain.standard_mapping import Mappings, changed_rows
from taskforce.mapping_trial import MappingTrial, Sampled
from taskforce.web.mapping_form import BLANK, TOO_LONG, WINS
from taskforce.web.presenters.sides import Labels, labels_of, shown

_HIDDEN = "hidden from the Salesforce user"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLine:
    """One row: both fields with their labels, what happens between them, and what stands against it."""

    row: FieldMap
    source_hint: str
    target_hint: str
    wins: str
    besides: Sequence[str]
    problems: Sequence[MappingProblem] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLine:
    """What one row makes of one record; `is_written` is false where nothing comes of it."""

    target: str
    hint: str
    given: str
    wanted: str
    is_written: bool
    notes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCard:
    """One real record, line by line."""

    name: str
    source_id: str
    lines: Sequence[SampleLine]

    @property
    def notes(self) -> int:
        """How much there is to say about it."""
        return sum(len(line.notes) for line in self.lines)


def row_lines(
    mapping: FieldMapping,
    source: SourceSchema | None,
    target: TargetSchema | None,
    problems: Iterable[MappingProblem] = (),
) -> list[RowLine]:
    """Every row, in its order."""
    said: dict[str, list[MappingProblem]] = {}
    for each in problems:
        if each.entity is mapping.entity:
            said.setdefault(each.target, []).append(each)
    details = source.details.get(mapping.entity, {}) if source is not None else {}
    there = target.fields[mapping.entity] if target is not None else {}
    return [
        RowLine(
            row=row,
            source_hint=source_words(details.get(row.source)),
            target_hint=target_words(there.get(row.target)),
            wins=WINS[row.wins],
            besides=besides(row),
            problems=said.get(row.target, ()),
        )
        for row in mapping.fields
    ]


def besides(row: FieldMap) -> list[str]:
    """What a row says beyond the usual."""
    said = []
    if row.table:
        said.append(f"table of {len(row.table)}")
    if row.default:
        said.append(f"otherwise {row.default}")
    if row.country:
        said.append(f"phone numbers of {row.country.upper()}")
    if row.blank.value != "default":
        said.append(f"blank: {BLANK[row.blank].lower()}")
    if row.too_long.value != "default":
        said.append(f"too long: {TOO_LONG[row.too_long].lower()}")
    return said


def source_words(field: SourceField | None) -> str:
    """A Salesforce field's label, kind and length, as far as they are known."""
    return "" if field is None else _words(field.label, field.kind.value, field.length)


def target_words(field: TargetField | None) -> str:
    """An Autotask field's."""
    if field is None:
        return ""
    kind = "picklist" if field.picklist is not None else field.kind.value
    words = _words(field.label, kind, field.length)
    return f"{words}, required" if field.is_required else words


def _words(label: str, kind: str, length: int) -> str:
    size = f"{kind}, {length}" if length else kind
    return f"{label} ({size})" if label else size


def source_options(source: SourceSchema | None, entity: Entity) -> list[tuple[str, str]]:
    """The Salesforce fields that may be chosen, with their words."""
    if source is None:
        return []
    details = source.details.get(entity, {})
    return [(name, source_words(details.get(name))) for name in sorted(source.fields[entity])]


def target_options(target: TargetSchema | None, entity: Entity) -> list[tuple[str, str]]:
    """The Autotask fields that may be written, with their words."""
    fields = target.fields[entity] if target is not None else {}
    return [(name, target_words(fields[name])) for name in sorted(fields) if not fields[name].is_read_only]


def sample_cards(
    trial: MappingTrial, mapping: FieldMapping, *, only: Sequence[str] | None = None
) -> Sequence[SampleCard]:
    """The sample of one entity; `only` these Autotask fields."""
    rows = [row for row in mapping.fields if only is None or row.target in only]
    labels = labels_of(mapping.entity, trial.target)
    return [_card(sampled, rows, trial, labels) for sampled in trial.samples.get(mapping.entity, ())]


def _card(sampled: Sampled, rows: Sequence[FieldMap], trial: MappingTrial, labels: Labels) -> SampleCard:
    desired, record = sampled.desired, sampled.record
    wanted: Mapping[str, Value] = {**desired.references, **desired.fallbacks, **desired.values}
    lines = [
        SampleLine(
            target=row.target,
            hint=target_words(trial.target.fields[record.entity].get(row.target)),
            given=_given(row.text, record.fields),
            wanted=shown(wanted.get(row.target), labels.get(row.target, {})),
            is_written=row.target in wanted,
            notes=[note.reason.sentence for note in desired.notes if note.field == row.target],
        )
        for row in rows
    ]
    return SampleCard(name=record.name or record.id, source_id=record.id, lines=lines)


def _given(text: SourceText, fields: Mapping[str, Value]) -> str:
    if any(name not in fields for name in text.fields):
        return _HIDDEN
    value = text.of(fields)
    return "" if value is None else str(value)


def changes(before: Mappings, after: Mappings) -> list[tuple[str, str, str]]:
    """Each changed row: its Autotask field, and in words what it was and what it would be."""
    return [
        (f"{entity.value}: {target}", row_words(before.of(entity).row(target)), row_words(after.of(entity).row(target)))
        for entity, target in changed_rows(before, after)
    ]


def row_words(row: FieldMap | None) -> str:
    """A row in one line; blank where there is none."""
    if row is None:
        return ""
    return "; ".join([row.source, row.transform.value, WINS[row.wins], *besides(row)])
