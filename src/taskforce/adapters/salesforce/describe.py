"""Which fields of accounts and contacts the user may see (REST API, sObject Describe)."""

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
    operation = f"describe {entity.source_object}"
    answer = client.get(f"{{base}}/sobjects/{entity.source_object}/describe", operation=operation)
    try:
        described = msgspec.json.decode(answer.body, type=Described)
    except msgspec.DecodeError:
        raise not_understood(operation, answer) from None
    if described.name != entity.source_object:
        raise not_understood(operation, answer)
    return frozenset(field.name for field in described.fields)
