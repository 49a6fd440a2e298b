"""Which fields of accounts and contacts the user may see (REST API, sObject Describe)."""

from collections.abc import Mapping, Sequence

import msgspec

from taskforce.adapters.salesforce.client import SalesforceClient
from taskforce.adapters.salesforce.error_map import HIDDEN_OBJECT, not_understood
from taskforce.adapters.salesforce.wire import Described, DescribedField
from taskforce.domain.records import Entity
from taskforce.domain.schema import FieldKind, SourceField, SourceSchema
from taskforce.errors import AccessError


def read_schema(client: SalesforceClient, related: Mapping[Entity, Sequence[str]]) -> SourceSchema:
    """Both objects, and those that `related` fields ("Region__r.Name") belong to, one request each.

    Hidden fields are not listed. AccessError when accounts or contacts are hidden.
    """
    described = {entity: _described(client, entity.source_object) for entity in Entity}
    details = {entity: {field.name: _detail(field) for field in described[entity].fields} for entity in Entity}
    hidden = {
        entity: frozenset(related[entity]) - _related_types(client, described[entity], related[entity]).keys()
        for entity in Entity
    }
    return SourceSchema(
        fields={entity: frozenset(details[entity]) for entity in Entity},
        organization_id=client.session().organization_id,
        details=details,
        hidden={entity: names for entity, names in hidden.items() if names},
    )


_KINDS: Mapping[str, FieldKind] = {
    **dict.fromkeys(("int", "long"), FieldKind.WHOLE),
    **dict.fromkeys(("double", "currency", "percent"), FieldKind.NUMBER),
    **dict.fromkeys(("date", "datetime"), FieldKind.MOMENT),
    "boolean": FieldKind.YES_NO,
    **dict.fromkeys(("address", "location", "anyType", "complexvalue"), FieldKind.COMPOUND),
}
"""The field types of the SOAP API's reference (Field Types); all others are texts to a query."""


def _detail(field: DescribedField) -> SourceField:
    return SourceField(
        label=field.label or "",
        kind=_KINDS.get(field.type, FieldKind.TEXT),
        length=field.length,
        picklist=tuple(each.value for each in field.picklist_values if each.active and each.value),
    )


def visible_fields(client: SalesforceClient, entity: Entity, wanted: Sequence[str]) -> frozenset[str]:
    """The fields of one object, and those `wanted` ones that its related records show; costs as `field_types`."""
    described = _described(client, entity.source_object)
    own = frozenset(field.name for field in described.fields)
    return own | _related_types(client, described, wanted).keys()


def field_types(client: SalesforceClient, object_name: str, fields: Sequence[str]) -> Mapping[str, str]:
    """The types of fields, also of related records ("Owner.LastName"), as far as they can be seen.

    Costs one request for each object that they belong to.
    """
    described = _described(client, object_name)
    own = {field.name: field.type for field in described.fields if field.name in fields}
    return own | _related_types(client, described, fields)


def _related_types(client: SalesforceClient, described: Described, fields: Sequence[str]) -> dict[str, str]:
    """The types of those of the fields that belong to related records; none of an object that is hidden."""
    relationships = {field.relationship_name: field for field in described.fields if field.relationship_name}
    related: dict[str, list[str]] = {}
    for name in fields:
        first, _, rest = name.partition(".")
        if rest and first in relationships:
            related.setdefault(first, []).append(rest)
    types: dict[str, str] = {}
    for first, names in related.items():
        target = next(iter(relationships[first].reference_to), None)
        found = _types_if_shown(client, target, names) if target else {}
        types |= {f"{first}.{name}": kind for name, kind in found.items()}
    return types


def _types_if_shown(client: SalesforceClient, object_name: str, fields: Sequence[str]) -> Mapping[str, str]:
    try:
        return field_types(client, object_name, fields)
    except AccessError as error:
        if error.code not in HIDDEN_OBJECT:
            raise
        return {}


def _described(client: SalesforceClient, object_name: str) -> Described:
    operation = f"describe {object_name}"
    answer = client.get(f"{{base}}/sobjects/{object_name}/describe", operation=operation)
    try:
        described = msgspec.json.decode(answer.body, type=Described)
    except msgspec.DecodeError:
        raise not_understood(operation, answer) from None
    if described.name != object_name:
        raise not_understood(operation, answer)
    return described
