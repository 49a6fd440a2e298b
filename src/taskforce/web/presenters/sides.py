"""Both sides of a record next to each other: Salesforce on the left, Autotask on the right, what differs first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Postfix, Prefix

from taskforce.domain.mapping import MAPPINGS, Desired, desired_state
from taskforce.domain.records import Entity, SourceRecord, TargetRecord, Value
from taskforce.domain.schema import TargetSchema
from taskforce.domain.settings import ConnectionSettings
from taskforce.domain.transforms import MappingContext, Transform
from taskforce.domain.values import comparable


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
    """One field: its names and values on both sides; `differs` None where one side is not known."""

    source: str
    target: str
    ours: Marked
    theirs: Marked
    differs: bool | None


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
) -> Sides:
    """Compare what is known of both sides, as an import would."""
    desired = None
    if source is not None and schema is not None:
        desired = desired_state(source, MAPPINGS[entity], MappingContext.of(schema, settings))
    labels = labels_of(entity, schema)
    lines = [_line(entity, each.target, source, target, desired, labels) for each in MAPPINGS[entity].fields]
    return Sides(
        different=[line for line in lines if line.differs],
        equal=[line for line in lines if not line.differs and (line.ours.text or line.theirs.text)],
        has_source=source is not None,
        has_target=target is not None,
    )


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
    entity: Entity,
    name: str,
    source: SourceRecord | None,
    target: TargetRecord | None,
    desired: Desired | None,
    labels: Labels,
) -> SideLine:
    field = next(each for each in MAPPINGS[entity].fields if each.target == name)
    ours = _source_text(source, field.source, field.transform)
    theirs = _shown(target.fields.get(name), labels.get(name, {})) if target is not None else ""
    differs = None
    if target is not None and desired is not None and field.transform is not Transform.COMPANY_REFERENCE:
        differs = name in desired.values and comparable(desired.values[name]) != comparable(target.fields.get(name))
    left, right = marked(ours, theirs) if differs else (Marked(before=ours), Marked(before=theirs))
    return SideLine(source=field.source, target=name, ours=left, theirs=right, differs=differs)


def _source_text(source: SourceRecord | None, name: str, transform: Transform) -> str:
    if source is None:
        return ""
    if transform is Transform.OWNER:
        names = (source.fields.get(f"Owner.{part}") for part in ("FirstName", "LastName"))
        return " ".join(str(each) for each in names if each)
    lines = _shown(source.fields.get(name), {}).splitlines()
    if transform is Transform.STREET_FIRST:
        return lines[0] if lines else ""
    return ", ".join(lines[1:] if transform is Transform.STREET_REST else lines)


def _shown(value: Value, labels: Mapping[Value, str]) -> str:
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
