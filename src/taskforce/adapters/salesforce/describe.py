"""Which fields of accounts and contacts the user may see (REST API, sObject Describe)."""

from collections.abc import Mapping, Sequence

import msgspec

from taskforce.adapters.salesforce.client import SalesforceClient
from taskforce.adapters.salesforce.error_map import not_understood
from taskforce.adapters.salesforce.wire import Described
from taskforce.domain.records import Entity
from taskforce.domain.schema import SourceSchema


def read_schema(client: SalesforceClient) -> SourceSchema:
    """Both objects, one request each; hidden fields are not listed. AccessError when an object is hidden."""
    fields = {entity: visible_fields(client, entity) for entity in Entity}
    return SourceSchema(fields=fields, organization_id=client.session().organization_id)


def visible_fields(client: SalesforceClient, entity: Entity) -> frozenset[str]:
    """The fields of one object; costs one request."""
    return frozenset(field.name for field in _described(client, entity.source_object).fields)


def field_types(client: SalesforceClient, object_name: str, fields: Sequence[str]) -> Mapping[str, str]:
    """The types of fields, also of related records ("Owner.LastName"), as far as they can be seen.

    Costs one request for each object that they belong to.
    """
    known = {field.name: field for field in _described(client, object_name).fields}
    types = {name: known[name].type for name in fields if name in known}
    relationships = {field.relationship_name: field for field in known.values() if field.relationship_name}
    related: dict[str, list[str]] = {}
    for name in fields:
        first, _, rest = name.partition(".")
        if rest and first in relationships:
            related.setdefault(first, []).append(rest)
    for first, names in related.items():
        target = next(iter(relationships[first].reference_to), None)
        found = field_types(client, target, names) if target else {}
        types |= {f"{first}.{name}": kind for name, kind in found.items()}
    return types


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
