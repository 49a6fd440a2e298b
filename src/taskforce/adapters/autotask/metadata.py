"""Autotask's metadata: fields, picklists, user-defined fields, resources and countries (six requests or a few more)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from taskforce.domain.schema import Country, PicklistValue, Resource, TargetField, TargetSchema

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
    id_fields = {entity: read_id_fields(client, entity) for entity in Entity}
    return TargetSchema(
        fields={entity: {each.name: target_field(each) for each in fields[entity]} for entity in Entity},
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
    answer = client.read(f"{endpoint}/entityInformation/fields", entity=endpoint, operation=operation)
    return decode(answer, FieldsWire, operation).fields or []


def user_defined_path(entity: Entity) -> str:
    """Where the user-defined fields of an entity are listed."""
    return f"{ENDPOINTS[entity]}/entityInformation/userDefinedFields"


def read_id_fields(client: AutotaskClient, entity: Entity) -> IdFields:
    """The user-defined fields of S10 that exist; inactive ones are not listed by Autotask."""
    operation = f"read the user-defined fields of {ENDPOINTS[entity]}"
    answer = client.read(user_defined_path(entity), entity=ENDPOINTS[entity], operation=operation)
    return listed_id_fields(answer, entity, operation)


def listed_id_fields(answer: bytes, entity: Entity, operation: str) -> IdFields:
    """The fields of S10 among those listed; names are compared without letter case and space, and kept as spelled.

    The old extension's field is adopted: it is the one that is written while the new one does not exist.
    """
    listed = {_plain(each.name): each.name for each in decode(answer, FieldsWire, operation).fields or []}
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


def target_field(field: FieldWire) -> TargetField:
    """One field in neutral form."""
    return TargetField(
        name=field.name,
        length=whole_number(field.length) or 0,
        is_required=is_true(field.is_required),
        is_read_only=is_true(field.is_read_only),
        picklist=_picklist(field.picklist_values) if is_true(field.is_pick_list) else None,
    )


def _picklist(values: Iterable[PicklistWire] | None) -> tuple[PicklistValue, ...]:
    """The entries with a numeric code; the others are in lists that Taskforce does not map."""
    codes = [(whole_number(each.value), each) for each in values or ()]
    return tuple(
        PicklistValue(code=code, label=(each.label or "").strip(), is_active=is_true(each.is_active))
        for code, each in codes
        if code is not None
    )


def picklist_codes(fields: Sequence[FieldWire], name: str) -> Mapping[str, int]:
    """The active entries of one picklist: code by label, in the form that `plain_label` gives."""
    found = next((target_field(each).picklist for each in fields if each.name.casefold() == name.casefold()), None)
    return {plain_label(each.label): each.code for each in found or () if each.is_active}


def plain_label(label: str) -> str:
    """A label without case, punctuation and space: "Text (single line)" is "textsingleline"."""
    return "".join(letter for letter in label.casefold() if letter.isalnum())
