"""What a body may set, and what is refused (reference section 4)."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from taskforce_simulators.autotask import errors, values
from taskforce_simulators.autotask.definitions import LENGTH, Definition
from taskforce_simulators.autotask.errors import ApiError
from taskforce_simulators.autotask.schema import BY_NAME, Entity, Field
from taskforce_simulators.autotask.store import UDFS, Record
from taskforce_simulators.autotask.tenant import Tenant


def given_fields(tenant: Tenant, entity: Entity, body: Mapping[str, object]) -> Record:
    """The writable fields of a body by their proper names; an unknown property is ignored (recorded)."""
    known = tenant.fields(entity)
    given: Record = {}
    for name, value in body.items():
        field = known.get(name.lower())
        if field is None or field.name == "id":
            continue
        if not field.read_only:
            given[field.name] = values.stored(field, value)
        elif tenant.settings.read_only_fields == "refused" and field.name != entity.parent_field:
            raise ApiError(f"The field {field.name} is read-only.")
    return given


def check(tenant: Tenant, entity: Entity, given: Record) -> None:
    """Lengths, picklists and references of the values given; values that are too long may be cut in place."""
    known = {field.name: field for field in tenant.fields(entity).values()}
    for name, value in given.items():
        field = known[name]
        if value in (None, ""):
            continue
        if field.data_type == "string" and len(str(value)) > field.length:
            given[name] = _too_long(tenant, field, str(value))
        if field.picklist:
            _check_picklist(tenant, entity, field, value)
        if field.reference:
            _check_reference(tenant, field, value)


def check_required(fields: Iterable[Field], record: Mapping[str, object], *, parent_field: str) -> None:
    """Every required field has a value; the id and what the path says need none."""
    for field in fields:
        if field.required and field.name not in {"id", parent_field} and record.get(field.name) in (None, ""):
            raise errors.required(field.name)


def given_user_defined(entity: Entity, definitions: Iterable[Definition], body: object) -> dict[str, str | None]:
    """The values of user-defined fields in a body, by the id of the definition; None clears."""
    if body is None:
        return {}
    if not isinstance(body, list):
        raise errors.unexpected_character("{", UDFS)
    by_name = {definition.name.lower(): definition for definition in definitions}
    given: dict[str, str | None] = {}
    for item in body:
        if not isinstance(item, dict):
            raise errors.unexpected_character(str(item), UDFS)
        name = str(item.get("name", ""))
        if name.lower() not in by_name:
            # No answer of the real API is known; a field that cannot be found is what a query says.
            raise errors.unknown_field(name, entity.name)
        definition = by_name[name.lower()]
        given[str(definition.id)] = _user_defined_value(definition, item.get("value"))
    return given


def _too_long(tenant: Tenant, field: Field, value: str) -> str:
    if tenant.settings.long_values == "cut":
        return value[: field.length]
    raise ApiError(f"String value exceeds maximum length (field:{field.name}).")


def _check_picklist(tenant: Tenant, entity: Entity, field: Field, value: object) -> None:
    active = {known.value for known in tenant.picklist(entity.path, field.name) if known.is_active}
    if str(value) not in active:
        raise errors.bad_picklist(value, field.name)


def _check_reference(tenant: Tenant, field: Field, value: object) -> None:
    target = BY_NAME.get(field.reference)
    if target is None:  # an entity that is not simulated
        return
    record = tenant.store.row(target.path, int(str(value)))
    if record is None or (target.name in {"Resource", "Contact"} and not record["isActive"]):
        raise errors.bad_reference(field.name, field.reference)


def _user_defined_value(definition: Definition, value: object) -> str | None:
    if value in (None, ""):
        return None
    if isinstance(value, list | dict | bool):
        raise errors.unexpected_character(str(value).lower(), UDFS)
    text = str(value)
    if definition.is_list and text not in {known.value for known in definition.items}:
        raise errors.bad_picklist(text, definition.name)
    try:
        if definition.data_type == "double":
            return f"{float(text):.4f}"
        if definition.data_type == "datetime":
            return values.moment_text(datetime.fromisoformat(text))
    except ValueError as problem:
        raise errors.bad_conversion(text, definition.data_type, definition.name) from problem
    if len(text) > LENGTH:
        raise ApiError(f"String value exceeds maximum length (field:{definition.name}).")
    return text
