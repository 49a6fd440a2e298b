"""Autotask's metadata: fields, picklists, user-defined fields, resources and countries (six requests or a few more)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from taskforce.adapters.autotask.client import AutotaskClient
from taskforce.adapters.autotask.fields import ENDPOINTS, ID_FIELDS, OLD_ID_FIELDS
from taskforce.adapters.autotask.query import Condition, Op, Query, pages
from taskforce.adapters.autotask.wire import (
    CountryWire,
    FieldsWire,
    FieldWire,
    PicklistWire,
    ResourceWire,
    decode,
    is_true,
    whole_number,
)
from taskforce.domain.records import Entity, TargetId
from taskforce.domain.schema import (
    USER_DEFINED,
    Country,
    FieldKind,
    PicklistValue,
    Resource,
    TargetField,
    TargetSchema,
)

EVERY_ID = Condition(op=Op.GTE, field="id", value=0)
"""A filter is mandatory; this one fits every record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdFields:
    """The user-defined fields of one entity that carry Salesforce ids; `written` is empty while there is none."""

    written: str = ""
    adopted: tuple[str, ...] = ()


def read_schema(client: AutotaskClient, read_at: datetime) -> TargetSchema:
    """Everything that mapping and matching need to know of Autotask."""
    fields = {entity: read_fields(client, ENDPOINTS[entity]) for entity in Entity}
    user_defined = {entity: read_user_defined(client, entity) for entity in Entity}
    id_fields = {entity: listed_id_fields(user_defined[entity], entity) for entity in Entity}
    return TargetSchema(
        fields={entity: described(fields[entity], user_defined[entity]) for entity in Entity},
        resources=read_resources(client),
        countries=read_countries(client),
        id_fields={entity: found.written for entity, found in id_fields.items() if found.written},
        adopted_id_fields={entity: found.adopted for entity, found in id_fields.items() if found.adopted},
        read_at=read_at,
        database_id=client.database_id(),
    )


def read_fields(client: AutotaskClient, endpoint: str) -> Sequence[FieldWire]:
    """The standard fields of an entity."""
    operation = f"read the fields of {endpoint}"
    return fields_in(
        client.read(f"{endpoint}/entityInformation/fields", entity=endpoint, operation=operation), operation
    )


def user_defined_path(entity: Entity) -> str:
    """Where the user-defined fields of an entity are listed."""
    return f"{ENDPOINTS[entity]}/entityInformation/userDefinedFields"


def read_user_defined(client: AutotaskClient, entity: Entity) -> Sequence[FieldWire]:
    """The user-defined fields of an entity; inactive ones are not listed by Autotask."""
    operation = f"read the user-defined fields of {ENDPOINTS[entity]}"
    answer = client.read(user_defined_path(entity), entity=ENDPOINTS[entity], operation=operation)
    return fields_in(answer, operation)


def fields_in(answer: bytes, operation: str) -> Sequence[FieldWire]:
    """The fields that an answer lists."""
    return decode(answer, FieldsWire, operation).fields or []


def listed_id_fields(fields: Iterable[FieldWire], entity: Entity) -> IdFields:
    """The fields of S10 among those listed; names are compared without letter case and space, and kept as spelled.

    The old extension's field is adopted: it is the one that is written while the new one does not exist.
    """
    listed = {_plain(each.name): each.name for each in fields}
    new = listed.get(_plain(ID_FIELDS[entity]))
    old = tuple(listed[_plain(name)] for name in OLD_ID_FIELDS[entity] if _plain(name) in listed)
    if new is not None:
        return IdFields(written=new, adopted=old)
    return IdFields(written=old[0], adopted=old[1:]) if old else IdFields()


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def read_resources(client: AutotaskClient) -> tuple[Resource, ...]:
    """All resources, the inactive ones as well: they may still be account managers."""
    query = Query(entity="Resources", conditions=(EVERY_ID,), row=ResourceWire)
    return tuple(
        Resource(
            id=TargetId(row.id),
            first_name=(row.first_name or "").strip(),
            last_name=(row.last_name or "").strip(),
            is_active=is_true(row.is_active),
            email=(row.email or "").strip(),
        )
        for page in pages(client, query)
        for row in page
    )


def read_countries(client: AutotaskClient) -> tuple[Country, ...]:
    """All countries of the tenant's list."""
    query = Query(entity="Countries", conditions=(EVERY_ID,), row=CountryWire)
    return tuple(
        Country(
            id=TargetId(row.id),
            code=(row.country_code or "").strip(),
            name=(row.name or "").strip(),
            display_name=(row.display_name or "").strip(),
            is_active=is_true(row.is_active),
        )
        for page in pages(client, query)
        for row in page
    )


def described(standard: Iterable[FieldWire], user_defined: Iterable[FieldWire]) -> Mapping[str, TargetField]:
    """All fields of an entity in neutral form, by name."""
    fields = [*map(target_field, standard), *map(user_defined_field, user_defined)]
    return {each.name: each for each in fields}


def target_field(field: FieldWire) -> TargetField:
    """One standard field in neutral form."""
    return TargetField(
        name=field.name,
        label=(field.label or "").strip(),
        kind=kind_of(field),
        length=whole_number(field.length) or 0,
        is_required=is_true(field.is_required),
        is_read_only=is_true(field.is_read_only),
        picklist=_picklist(field.picklist_values) if is_true(field.is_pick_list) else None,
    )


def user_defined_field(field: FieldWire) -> TargetField:
    """One user-defined field in neutral form; what its list holds is text, as its values on records are."""
    known = replace(target_field(field), name=f"{USER_DEFINED}{field.name}", label=field.name)
    if not is_true(field.is_pick_list):
        return known
    coded = ((None if each.value is None else str(each.value), each) for each in field.picklist_values or ())
    return replace(known, picklist=_entries(coded))


_KINDS: Mapping[str, FieldKind] = {
    **dict.fromkeys(("integer", "int", "long", "short", "byte"), FieldKind.WHOLE),
    **dict.fromkeys(("decimal", "double", "float", "numeric", "number"), FieldKind.NUMBER),
    **dict.fromkeys(("datetime", "date"), FieldKind.MOMENT),
    **dict.fromkeys(("boolean", "bool"), FieldKind.YES_NO),
}
"""What Autotask calls the types of fields, in small letters; all others hold texts."""


def kind_of(field: FieldWire) -> FieldKind:
    """What a field holds; standard ones say `dataType`, user-defined ones `type`."""
    return _KINDS.get((field.data_type or field.type or "").casefold(), FieldKind.TEXT)


def _picklist(values: Iterable[PicklistWire] | None) -> tuple[PicklistValue, ...]:
    """The entries with a numeric code; the others are in lists that Taskforce does not map."""
    return _entries((whole_number(each.value), each) for each in values or ())


def _entries(coded: Iterable[tuple[int | str | None, PicklistWire]]) -> tuple[PicklistValue, ...]:
    return tuple(
        PicklistValue(code=code, label=(each.label or "").strip(), is_active=is_true(each.is_active))
        for code, each in coded
        if code is not None
    )


def picklist_codes(fields: Sequence[FieldWire], name: str) -> Mapping[str, int]:
    """The active entries of one picklist: code by label, in the form that `plain_label` gives."""
    found = next((each for each in fields if each.name.casefold() == name.casefold()), None)
    values = found.picklist_values or () if found is not None and is_true(found.is_pick_list) else ()
    codes = {plain_label(each.label or ""): whole_number(each.value) for each in values if is_true(each.is_active)}
    return {label: code for label, code in codes.items() if code is not None}


def plain_label(label: str) -> str:
    """A label without case, punctuation and space: "Text (single line)" is "textsingleline"."""
    return "".join(letter for letter in label.casefold() if letter.isalnum())
