"""`entityInformation` with its fields and user-defined fields, in the recorded shape (reference section 5)."""

from typing import Final

from taskforce_simulators.autotask.definitions import LENGTH, Definition
from taskforce_simulators.autotask.schema import Entity, Field
from taskforce_simulators.autotask.tenant import Tenant

NO_ACCESS: Final = 0
ALL_ACCESS: Final = 1


def information(tenant: Tenant, entity: Entity) -> dict[str, object]:
    """What can be done with an entity, and what this user may do."""

    def access(action: str, *, possible: bool = True) -> int:
        return ALL_ACCESS if possible and tenant.settings.permits(entity.path, action) else NO_ACCESS

    return {
        "info": {
            "name": entity.name,
            "canCreate": entity.can_create,
            "canDelete": entity.can_delete,
            "canQuery": True,
            "canUpdate": entity.can_update,
            "userAccessForCreate": access("create", possible=entity.can_create),
            "userAccessForDelete": access("delete", possible=entity.can_delete),
            "userAccessForQuery": access("query"),
            "userAccessForUpdate": access("update", possible=entity.can_update),
            "hasUserDefinedFields": entity.user_defined,
            "supportsWebhookCallouts": entity.webhooks,
        }
    }


def fields(tenant: Tenant, entity: Entity) -> dict[str, object]:
    """The fields of an entity with their picklists."""
    return {"fields": [_field(tenant, entity, field) for field in tenant.fields(entity).values()]}


def user_defined_fields(tenant: Tenant, entity: Entity) -> dict[str, object]:
    """The active user-defined fields of an entity."""
    return {"fields": [_user_defined(definition) for definition in tenant.user_defined(entity)]}


def _field(tenant: Tenant, entity: Entity, field: Field) -> dict[str, object]:
    values = tenant.picklist(entity.path, field.name)
    return {
        "name": field.name,
        "dataType": field.data_type,
        "length": field.length,
        "isRequired": field.required,
        "isReadOnly": field.read_only,
        "isQueryable": field.queryable,
        "isReference": bool(field.reference),
        "referenceEntityType": field.reference,
        "isPickList": field.picklist,
        "picklistValues": [value.wire() for value in values] if field.picklist else None,
        "picklistParentValueField": "",
        "isSupportedWebhookField": field.webhook,
    }


def _user_defined(definition: Definition) -> dict[str, object]:
    values = [value.wire(in_user_defined_field=True) for value in definition.items]
    return {
        "name": definition.name,
        "label": definition.name,
        "type": definition.data_type,
        "length": LENGTH if definition.data_type == "string" else 0,
        "description": definition.description,
        "isRequired": definition.required,
        "isReadOnly": False,
        "isQueryable": True,
        "isReference": False,
        "referenceEntityType": "",
        "isPickList": definition.is_list,
        "picklistValues": values if definition.is_list else None,
        "picklistParentValueField": "",
        "defaultValue": definition.default,
        "isSupportedWebhookField": False,
    }
