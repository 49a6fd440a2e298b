"""What is special about creating and changing a user-defined field (reference section 5)."""

from taskforce_simulators.autotask import definitions
from taskforce_simulators.autotask.errors import PERMISSION, ApiError
from taskforce_simulators.autotask.store import Record
from taskforce_simulators.autotask.tenant import Tenant


def check(tenant: Tenant, record: Record, present: Record | None) -> None:
    """Whether a definition may be created or changed like this; the texts are inferred."""
    if not tenant.settings.udf_creation_allowed:
        raise ApiError(
            PERMISSION.format("create" if present is None else "update"),
            status=int(tenant.settings.permission_errors),
        )
    own_id = present["id"] if present else -1
    same = "udfType = ? AND name = ? COLLATE NOCASE AND id <> ?"
    if tenant.store.count(definitions.PATH, same, (record["udfType"], record["name"], own_id)):
        name = record["name"]
        raise ApiError(
            f"A UserDefinedFieldDefinition already exists with Name [{name}]. "
            "UserDefinedFieldDefinition names must be unique."
        )
    if record["isActive"]:
        _check_room(tenant, record, own_id)


def _check_room(tenant: Tenant, record: Record, own_id: object) -> None:
    types, _ = tenant.definition_picklists()
    entity_name = next((value.label for value in types if value.value == str(record["udfType"])), "")
    most = definitions.MOST_ACTIVE.get(entity_name)
    active = tenant.store.count(
        definitions.PATH, "udfType = ? AND isActive = 1 AND id <> ?", (record["udfType"], own_id)
    )
    if most is not None and active >= most:
        raise ApiError(f"The maximum number of {most} active user-defined fields for {entity_name} has been reached.")
