"""Both sides of a record next to each other: Salesforce on the left, Autotask on the right, what differs first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Postfix, Prefix

from taskforce.domain.field_map import FieldMap, Transform, Wins
from taskforce.domain.mapping import Desired, desired_state
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.ownership import NOTHING_WRITTEN, LastWritten, edited_fields
from taskforce.domain.records import Entity, SourceRecord, TargetRecord, Value
from taskforce.domain.schema import TargetSchema
from taskforce.domain.settings import ConnectionSettings
from taskforce.domain.values import agree


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with the part that differs from its counterpart in the middle."""

    before: str = ""
    changed: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """The whole of it."""
        return f"{self.before}{self.changed}{self.after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SideLine:
    """One field: its names and values on both sides; `differs` None where one side is not known.

    `marks` say who wins it in this record, and whether somebody edited it in Autotask since it was last written.
    """

    source: str
    target: str
    ours: Marked
    theirs: Marked
    differs: bool | None
    is_locked: bool = False
    marks: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What is remembered of a pair: what was last written, and which fields a person locked."""

    written: LastWritten = NOTHING_WRITTEN
    locked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """All fields, those that differ apart."""

    different: Sequence[SideLine]
    equal: Sequence[SideLine]
    has_source: bool
    has_target: bool


def sides_of(
    entity: Entity,
    source: SourceRecord | None,
    target: TargetRecord | None,
    schema: TargetSchema | None,
    settings: ConnectionSettings,
    pair: Pair = Pair(),
) -> Sides:
    """Compare what is known of both sides, as an import would."""
    desired = None
    if source is not None and schema is not None:
        desired = desired_state(source, settings.mappings.of(entity), MappingContext.of(schema, settings))
    labels = labels_of(entity, schema)
    mapping = settings.mappings.of(entity)
    edited = edited_fields(mapping, target.fields, pair.written) if target is not None else ()
    lines = [
        replace(
            _line(each, source, target, desired, labels),
            is_locked=each.target in pair.locked,
            marks=_marks(each, is_edited=each.target in edited, is_locked=each.target in pair.locked),
        )
        for each in mapping.fields
    ]
    return Sides(
        different=[line for line in lines if line.differs],
        equal=[line for line in lines if not line.differs and (line.ours.text or line.theirs.text or line.is_locked)],
        has_source=source is not None,
        has_target=target is not None,
    )


_WINS: Mapping[Wins, str] = {
    Wins.FILL_EMPTY: "written only while empty",
    Wins.CREATE_ONLY: "written on create only",
    Wins.KEEP_EDITS: "edits in Autotask stay",
    Wins.NEVER: "never written",
}
"""Who wins, where that is not Salesforce."""


def _marks(row: FieldMap, *, is_edited: bool, is_locked: bool) -> list[str]:
    said = ["edited in Autotask"] * is_edited + ["locked"] * is_locked
    return [*said, *([_WINS[row.wins]] if row.wins in _WINS else [])]


Labels = Mapping[str, Mapping[Value, str]]


def labels_of(entity: Entity, schema: TargetSchema | None) -> Labels:
    """What the numbers of a field stand for, in Autotask's own words."""
    if schema is None:
        return {}
    fields = schema.fields[entity].items()
    picklists: dict[str, Mapping[Value, str]] = {
        name: {each.code: each.label for each in field.picklist} for name, field in fields if field.picklist
    }
    return {
        **picklists,
        "ownerResourceID": {each.id: each.full_name for each in schema.resources},
        "countryID": {each.id: each.display_name or each.name for each in schema.countries},
    }


def _line(
    field: FieldMap,
    source: SourceRecord | None,
    target: TargetRecord | None,
    desired: Desired | None,
    labels: Labels,
) -> SideLine:
    name = field.target
    ours = _source_text(source, field)
    theirs = shown(target.fields.get(name), labels.get(name, {})) if target is not None else ""
    differs = None
    if target is not None and desired is not None and field.transform is not Transform.COMPANY_REFERENCE:
        differs = name in desired.values and not agree(desired.values[name], target.fields.get(name))
    left, right = marked(ours, theirs) if differs else (Marked(before=ours), Marked(before=theirs))
    return SideLine(source=field.source, target=name, ours=left, theirs=right, differs=differs)


def _source_text(source: SourceRecord | None, row: FieldMap) -> str:
    transform = row.transform
    if source is None or any(name not in source.fields for name in row.text.fields):
        return ""
    if transform is Transform.OWNER:
        names = (source.fields.get(f"Owner.{part}") for part in ("FirstName", "LastName"))
        return " ".join(str(each) for each in names if each)
    lines = shown(row.text.of(source.fields), {}).splitlines()
    if transform is Transform.STREET_FIRST:
        return lines[0] if lines else ""
    return ", ".join(lines[1:] if transform is Transform.STREET_REST else lines)


def shown(value: Value, labels: Mapping[Value, str]) -> str:
    """A value as a person reads it: the label of a picklist's, the name of a country's or a resource's."""
    if value is None:
        return ""
    return labels.get(value) or str(value)


def marked(left: str, right: str) -> tuple[Marked, Marked]:
    """Two texts, each with the part that the other has not."""
    start = Prefix.similarity(left, right)
    rest = min(len(left), len(right)) - start
    end = min(Postfix.similarity(left, right), rest)
    return _cut(left, start, end), _cut(right, start, end)


def _cut(text: str, start: int, end: int) -> Marked:
    until = len(text) - end
    return Marked(before=text[:start], changed=text[start:until], after=text[until:])
