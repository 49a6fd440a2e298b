"""Desired against existing: which fields differ, and what a create or an update writes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from taskforce.domain.mapping import Desired
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.match_rules import digest
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, TargetId, Value
from taskforce.domain.values import agree, comparable


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of an Autotask record, before and after."""

    field: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The values to stand in Autotask, for a create or for one existing record, and what there is to say about them."""

    values: Mapping[str, Value]
    notes: tuple[Note, ...]


_DEFAULTED = {"companyType": Reason.TYPE_DEFAULTED, "ownerResourceID": Reason.OWNER_DEFAULTED}
_KEPT = {"companyType": Reason.TYPE_KEPT, "ownerResourceID": Reason.MANAGER_KEPT}


def wanted_for_create(desired: Desired) -> Wanted:
    """Everything that is not blank, fallbacks included."""
    values = {name: value for name, value in desired.values.items() if value is not None}
    defaulted = tuple(Note(reason=_DEFAULTED[name], field=name) for name in desired.fallbacks if name in _DEFAULTED)
    return Wanted(values={**values, **desired.fallbacks}, notes=(*desired.notes, *defaulted))


def wanted_for_update(
    entity: Entity, desired: Desired, existing: Mapping[str, Value], context: MappingContext
) -> Wanted:
    """What is wanted of a record that exists: required fields are never cleared, fallbacks never overwrite.

    Type and account manager take their fallback where nothing stands, and instead of an account manager who is no
    longer active (S8); stand-ins are for creating only.
    """
    fields = context.schema.fields[entity]
    values = {
        name: value
        for name, value in desired.values.items()
        if value is not None or name not in fields or not fields[name].is_required
    }
    notes = [note for note in desired.notes if note.reason is not Reason.STAND_IN]
    for name in (name for name in _DEFAULTED if entity is Entity.COMPANY and name not in desired.values):
        present = existing.get(name)
        is_gone = present is None or (name == "ownerResourceID" and not context.is_active_resource(present))
        if not is_gone:
            notes.append(Note(reason=_KEPT[name], field=name))
        elif name in desired.fallbacks:
            values[name] = desired.fallbacks[name]
            notes.append(Note(reason=_DEFAULTED[name], field=name))
    return Wanted(values=values, notes=tuple(notes))


def differences(values: Mapping[str, Value], existing: Mapping[str, Value]) -> tuple[FieldChange, ...]:
    """The fields whose wanted value is not the one that stands there, in the order of the mapping."""
    return tuple(
        FieldChange(field=name, before=existing.get(name), after=value)
        for name, value in values.items()
        if not agree(value, existing.get(name))
    )


def fingerprint(desired: Desired) -> str:
    """A short form of the mapped values, without references; see `with_references`."""
    return digest(*_normal_form(desired.values), *_normal_form(desired.fallbacks))


def _normal_form(values: Mapping[str, Value]) -> tuple[str, str]:
    """Names in order, and their values in the form in which they are compared: None, texts and numbers told apart."""
    if not values:
        return "", "[]"
    names, in_order = _layout(tuple(values))
    # Most are texts: `comparable` is said in place for them.
    texts = [
        (value.strip() or None) if value.__class__ is str else value if value is None else comparable(value)
        for value in in_order(values)
    ]
    return names, repr(texts)


@lru_cache(maxsize=64)
def _layout(names: tuple[str, ...]) -> tuple[str, Callable[[Mapping[str, Value]], Sequence[Value]]]:
    """Names in order, and what takes their values in that order: most records have the same ones."""
    ordered = sorted(names)
    return " ".join(ordered), itemgetter(*ordered) if len(ordered) > 1 else lambda values: [values[ordered[0]]]


def with_references(values_fingerprint: str, references: Mapping[str, TargetId]) -> str:
    """The fingerprint that a link remembers: the mapped values and the Autotask ids that references resolved to.

    Equal to the remembered one, a record needs no look at Autotask.
    """
    return digest(values_fingerprint, *(f"{name}->{target}" for name, target in sorted(references.items())))
