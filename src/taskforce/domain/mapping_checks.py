"""What is wrong with a mapping, told while it is edited (B9): both systems' metadata beside each row.

What would make an import fail or write nonsense stops the edit; what only loses values is remarked upon.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from taskforce.domain.field_map import FieldMap, TooLong, Transform, Wins
from taskforce.domain.field_map import Mapping as FieldMapping
from taskforce.domain.mapped import Mapped
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.match_rules import KEY_FIELDS
from taskforce.domain.plain_transforms import is_phone_country
from taskforce.domain.records import Entity
from taskforce.domain.schema import REQUIRED, FieldKind, SourceField, SourceSchema, TargetField
from taskforce.domain.standard_mapping import STANDARD
from taskforce.domain.transforms import bound
from taskforce.domain.values import label_text

UNTOUCHABLE = frozenset({"id", "isActive", "companyID", "createDate", "lastActivityDate", "lastModifiedDate"})
"""Fields that are written by other rules, or by Autotask itself."""

SHOWN = 5
"""Of a long list of values so many are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingProblem:
    """A sentence about one row, and what to do; `stops` if the mapping cannot be used so."""

    entity: Entity
    target: str
    message: str
    mend: str = ""
    stops: bool = True


def problems_of(mapping: FieldMapping, source: SourceSchema, context: MappingContext) -> Sequence[MappingProblem]:
    """Everything that both systems' metadata says against a mapping."""
    entity = mapping.entity
    missing = sorted({*REQUIRED[entity], *KEY_FIELDS[entity]} - set(mapping.targets))
    found = [
        MappingProblem(
            entity=entity,
            target=name,
            message=f"The row of {name} is missing, by which records are created or matched.",
            mend="Add it again; if it is not to be written, let Autotask win it.",
        )
        for name in missing
    ]
    carrying = {f"udf:{name}" for name in context.schema.carrying_fields(entity)}
    for row in mapping.fields:
        found += [
            MappingProblem(entity=entity, target=row.target, message=message, mend=mend, stops=stops)
            for message, mend, stops in _row_problems(row, entity, source, context, carrying)
        ]
    return found


Said = tuple[str, str, bool]
"""A sentence, the mend, and whether it stops the edit."""


def _row_problems(
    row: FieldMap, entity: Entity, source: SourceSchema, context: MappingContext, carrying: set[str]
) -> Iterator[Said]:
    target = context.schema.fields[entity].get(row.target)
    if target is None:
        yield (
            f"Autotask has no field {row.target} of {entity.plural}.",
            "Choose another field, or remove the row.",
            True,
        )
        return
    if target.is_read_only or row.target in UNTOUCHABLE or row.target in carrying:
        yield f"{row.target} cannot be written by a mapping.", "Choose another field.", True
        return
    yield from _source_problems(row, entity, source)
    yield from _kind_problems(row, target)
    yield from _option_problems(row, target, context)
    yield from _wins_problems(row, entity)
    if not row.text.fields:
        yield from _constant_problems(row, entity, context)


def _source_problems(row: FieldMap, entity: Entity, source: SourceSchema) -> Iterator[Said]:
    for name in row.text.fields:
        known = source.details.get(entity, {}).get(name)
        if not source.shows(entity, name):
            is_standard = any(name in each.text.fields for each in STANDARD.of(entity).fields)
            message = f"The Salesforce user sees no field {name} of {entity.source_object}."
            yield message, "Make it visible by field-level security, or choose another field.", not is_standard
        elif known is not None and known.kind is FieldKind.COMPOUND:
            yield f"{name} holds several values at once.", "Name its parts, such as BillingStreet.", True


def _kind_problems(row: FieldMap, target: TargetField) -> Iterator[Said]:
    """Whether what the transform makes is what the field holds."""
    transform = row.transform
    if transform.is_bound_to and transform.is_bound_to != row.target:
        message = f"{transform.value} is made for {transform.is_bound_to}."
        yield message, "Choose another transform.", True
    elif transform is Transform.PICKLIST and target.picklist is None:
        yield f"{row.target} has no picklist.", "Choose another transform.", True
    elif not transform.is_bound_to and target.picklist is not None and transform is not Transform.PICKLIST:
        yield f"{row.target} takes values of a picklist.", "Choose the transform picklist.", True
    elif not transform.is_bound_to and target.picklist is None and target.kind not in _makes(transform):
        yield f"{row.target} holds a {target.kind.value}.", "Choose a transform that makes one.", True


_TEXT = frozenset({FieldKind.TEXT})


def _makes(transform: Transform) -> frozenset[FieldKind]:
    match transform:
        case Transform.NUMBER | Transform.AMOUNT:
            return frozenset({FieldKind.WHOLE, FieldKind.NUMBER, FieldKind.TEXT})
        case Transform.DATE:
            return frozenset({FieldKind.MOMENT, FieldKind.TEXT})
        case Transform.YES_NO:
            return frozenset({FieldKind.YES_NO, FieldKind.WHOLE, FieldKind.TEXT})
        case _:
            return _TEXT


def _option_problems(row: FieldMap, target: TargetField, context: MappingContext) -> Iterator[Said]:
    """Whether the options of the transform say something that can be done."""
    if row.transform is Transform.TABLE and not row.table:
        yield "The table is empty.", "Add a line to it.", True
    if row.country and not is_phone_country(row.country):
        yield f"{row.country} is no country code for phone numbers.", "Write two letters, such as US.", True
    meant = [*(label for _, label in row.table), row.default]
    codes = target.codes
    unknown = [label for label in meant if label and label_text(label) not in codes]
    if unknown and target.picklist is not None:
        named = ", ".join(unknown[:SHOWN])
        yield f"The picklist of {row.target} has no active value {named}.", "Choose one that it has.", True
    if row.transform is Transform.COUNTRY:
        strange = [meant for _, meant in row.table if context.country(meant) is None]
        if strange:
            yield f"Autotask has no active country {', '.join(strange[:SHOWN])}.", "Choose one that it has.", True


def _wins_problems(row: FieldMap, entity: Entity) -> Iterator[Said]:
    if row.wins is Wins.NEVER and row.target in REQUIRED[entity]:
        yield f"Autotask requires {row.target}, so it cannot be left out of a create.", "Choose create_only.", True
    if row.is_reference and row.wins not in (Wins.SALESFORCE, Wins.CREATE_ONLY, Wins.NEVER):
        message = f"{row.target} refers to another company, which is written as a whole."
        yield message, "Choose salesforce, create_only or never.", True


def _constant_problems(row: FieldMap, entity: Entity, context: MappingContext) -> Iterator[Said]:
    result = bound(row, entity, context)(row.text.parts[0], {})
    if isinstance(result, Mapped) and result.notes:
        yield f"The text {row.source} cannot be written: {result.notes[0].reason.sentence}", "Change the text.", True


def lost_in_target(mapping: FieldMapping, context: MappingContext) -> Sequence[MappingProblem]:
    """What Autotask does not have any more of what a stored mapping names, and the required fields that nothing fills.

    An import leaves such rows and values out, so none of it stops one.
    """
    entity, there = mapping.entity, context.schema.fields[mapping.entity]
    found = []
    for row in mapping.fields:
        target = there.get(row.target)
        if target is None:
            said: Sequence[Said] = [
                (f"Autotask has no field {row.target} of {entity.plural} any more.", "Remove its row.", False)
            ]
        else:
            said = list(_option_problems(row, target, context))
        found += [
            MappingProblem(entity=entity, target=row.target, message=message, mend=mend, stops=False)
            for message, mend, _ in said
        ]
    return [*found, *_unfilled(mapping, context)]


def remarks_of(mapping: FieldMapping, source: SourceSchema, context: MappingContext) -> Sequence[MappingProblem]:
    """What may lose values, and is no obstacle: longer texts, values without a counterpart, fields nothing fills."""
    entity, there = mapping.entity, context.schema.fields[mapping.entity]
    found = []
    for row in mapping.fields:
        details = source.details.get(entity, {}).get(row.source)
        if details is None or row.target not in there:
            continue
        found += [
            MappingProblem(entity=entity, target=row.target, message=message, mend=mend, stops=False)
            for message, mend in _losses(row, details, there[row.target])
        ]
    return [*found, *_unfilled(mapping, context)]


def _losses(row: FieldMap, source: SourceField, target: TargetField) -> Iterator[tuple[str, str]]:
    if 0 < target.length < source.length and source.kind is FieldKind.TEXT and row.too_long is not TooLong.REFUSE:
        what = f"{row.source} takes {source.length} letters, {row.target} {target.length}"
        yield f"{what}: longer texts are cut or left out, and each is reported.", ""
    if target.picklist is not None and source.picklist:
        unknown = unmatched(row, source, target)
        if unknown and not row.default:
            named = ", ".join(unknown[:SHOWN]) + (" …" if len(unknown) > SHOWN else "")
            yield f"Values of {row.source} without one of {row.target}: {named}.", "Pair them in the table of the row."


def unmatched(row: FieldMap, source: SourceField, target: TargetField) -> Sequence[str]:
    """The picklist values of Salesforce that have no counterpart in Autotask's, by name or by the table."""
    meanings, codes = row.meanings, target.codes
    return [each for each in source.picklist if label_text(meanings.get(label_text(each), each)) not in codes]


def _unfilled(mapping: FieldMapping, context: MappingContext) -> Iterator[MappingProblem]:
    for name, field in context.schema.fields[mapping.entity].items():
        if field.is_user_defined and field.is_required and name not in mapping.targets:
            yield MappingProblem(
                entity=mapping.entity,
                target=name,
                message=f"Autotask asks people for {field.label}, and no row fills it.",
                mend="Add a row for it, if it should be filled.",
                stops=False,
            )
