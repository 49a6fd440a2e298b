"""From a Salesforce record to the values wanted in Autotask (S25, S26, B9).

The mapping is data; `transforms` is the closed list of what may happen to a value on its way. A `Mapper` is a mapping
that is bound to one tenant's metadata and settings; it maps any number of records (decision 0030).
"""

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from functools import partial
from sys import maxsize

from taskforce.domain.field_map import WITH_FALLBACK, FieldMap, Mapping, Transform
from taskforce.domain.mapped import UNTOUCHED, Given, Mapped, Step, Use
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord, Value
from taskforce.domain.schema import SourceSchema
from taskforce.domain.sealing import quickly
from taskforce.domain.settings import ConnectionSettings
from taskforce.domain.source_text import SourceText
from taskforce.domain.transforms import bound, clears


def fields_to_read(entity: Entity, schema: SourceSchema, settings: ConnectionSettings) -> tuple[str, ...]:
    """What to ask Salesforce for: what the mapping needs, and what the filter decides by, as far as it is visible."""
    own = settings.mappings.of(entity).source_fields(partial(schema.shows, entity))
    filtered = (each for each in settings.record_filter.fields(entity) if schema.shows(entity, each))
    return tuple(dict.fromkeys([*own, *filtered]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """The target state wanted for one record.

    `values` are wanted whenever it is written, None meaning blank; `fallbacks` only where nothing is there yet (a
    create; an account manager who is inactive); `references` name fields that hold another record's Autotask id, by
    the Salesforce id of that record. `hold` says why it may not be written at all.
    """

    values: MappingOf[str, Value]
    fallbacks: MappingOf[str, Value] = field(default_factory=dict)
    references: MappingOf[str, SourceId] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    hold: Note | None = None


_plain = quickly(Desired)
"""Makes what most records come to: values alone."""

_BoundRow = tuple[str, str, int, bool, bool, Step, SourceText | None]
"""A row bound to a context: source, target, the greatest length of a text that is written as it is (negative if none
is), whether a blank is simply cleared, whether it has a fallback, its step, and the source if it is no field.

A plain tuple, since it is taken apart for each value of each record.
"""

_AS_IT_IS = frozenset({Transform.TEXT, Transform.FIRST_NAME, Transform.PHONE})
"""A text that fits is written as it is, without outer space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapper:
    """A mapping bound to a context; rows whose Autotask field is not there any more are left out."""

    rows: tuple[_BoundRow, ...]

    @classmethod
    def of(cls, mapping: Mapping, context: MappingContext) -> "Mapper":
        """Bind every row."""
        there = context.schema.fields[mapping.entity]
        return cls(rows=tuple(_bound(each, mapping.entity, context) for each in mapping.fields if each.target in there))

    def desired(self, record: SourceRecord) -> Desired:
        """Map one record. Blank required fields get their stand-in as a fallback; nothing is decided about writing.

        A field that is absent is hidden, which is no blank: only a fallback comes of it. Texts that fit, and blanks
        that are cleared, take no step: most values are one or the other.
        """
        given = record.fields
        values: dict[str, Value] = {}
        others: list[tuple[str, Mapped]] = []
        for source, target, longest, is_cleared, has_fallback, step, made_of in self.rows:
            value = given.get(source, UNTOUCHED) if made_of is None else _made(made_of, given)
            if value.__class__ is str and len(value) <= longest and (text := value.strip()):
                values[target] = text
                continue
            if value is None and is_cleared:
                values[target] = None
                continue
            if isinstance(value, Mapped):
                if not has_fallback:
                    continue
                value = None
            result = step(value, given)
            if not isinstance(result, Mapped):
                values[target] = result
                continue
            others.append((target, result))
            if result.use is Use.ALWAYS:
                values[target] = result.value
        return _desired(values, others) if others else _plain(values)


def _bound(row: FieldMap, entity: Entity, context: MappingContext) -> _BoundRow:
    made_of = None if row.text.single is not None else row.text
    known = context.field(entity, row.target)
    longest = (known.length or maxsize) if row.transform in _AS_IT_IS else -1
    is_cleared = row.transform is Transform.TEXT and clears(row, context.settings)
    has_fallback = row.transform in WITH_FALLBACK
    return row.source, row.target, longest, is_cleared, has_fallback, bound(row, entity, context), made_of


def _made(source: SourceText, given: Given) -> Value | Mapped:
    return source.of(given) if all(name in given for name in source.fields) else UNTOUCHED


def _desired(values: MappingOf[str, Value], others: Iterable[tuple[str, Mapped]]) -> Desired:
    """The values to be written always, with what else the transforms have to say."""
    notes = [note for _, mapped in others for note in mapped.notes]
    return Desired(
        values=values,
        fallbacks={target: mapped.value for target, mapped in others if mapped.use is Use.FALLBACK},
        references={target: SourceId(str(mapped.value)) for target, mapped in others if mapped.use is Use.REFERENCE},
        notes=tuple(notes),
        hold=_first_hold(notes),
    )


def desired_state(record: SourceRecord, mapping: Mapping, context: MappingContext) -> Desired:
    """Map a single record; for many, keep a `Mapper`."""
    return Mapper.of(mapping, context).desired(record)


def _first_hold(notes: list[Note]) -> Note | None:
    return next((note for note in notes if note.reason is Reason.TOO_LONG), None)


ESSENTIAL: MappingOf[Entity, frozenset[str]] = {
    Entity.COMPANY: frozenset({"Name"}),
    Entity.CONTACT: frozenset({"LastName", "AccountId"}),
}
"""Without these fields nothing can be decided about a record; a user who may not see them stops an import."""
