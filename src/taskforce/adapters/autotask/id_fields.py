"""Creating the user-defined fields that carry Salesforce ids (S10); their codes differ by tenant and are read."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import msgspec

from taskforce.adapters.autotask.client import AutotaskClient
from taskforce.adapters.autotask.fields import ENDPOINTS, ID_FIELDS
from taskforce.adapters.autotask.metadata import (
    fields_in,
    listed_id_fields,
    picklist_codes,
    plain_label,
    read_fields,
    user_defined_path,
)
from taskforce.adapters.autotask.query import Condition, Op, Query, pages
from taskforce.adapters.autotask.wire import DefinitionWire, FieldWire, is_true, whole_number
from taskforce.adapters.autotask.wording import SYSTEM
from taskforce.domain.records import Entity
from taskforce.errors import AccessError, ApiError, BudgetExhausted, ProtocolError, TransientError, WriteInDoubt

DEFINITIONS: Final = "UserDefinedFieldDefinitions"

WHERE: Final = "Admin > Features & Settings > Application-wide (Shared) Features > User-Defined Fields"
"""Vendor help, "Managing user-defined fields"."""

_ENTITY_LABELS: Final[Mapping[Entity, tuple[str, ...]]] = {
    Entity.COMPANY: ("company", "account", "organization", "companies", "accounts", "organizations"),
    Entity.CONTACT: ("contact", "contacts"),
}
_TEXT_LABELS: Final = ("Text (single line)", "Single line text", "Text - single line", "Text", "String")
_TABS: Final[Mapping[Entity, str]] = {
    Entity.COMPANY: "Organizations (Companies or Accounts in older tenants)",
    Entity.CONTACT: "Contacts",
}


class _Definition(msgspec.Struct, frozen=True, rename="camel"):
    """The body that creates a user-defined field."""

    name: str
    udf_type: int
    data_type: int
    description: str = "The Salesforce id of this record, kept by Taskforce. Clear it to separate the two."
    is_active: bool = True
    is_required: bool = False
    is_visible_to_client_portal: bool = False


def create_id_fields(client: AutotaskClient, missing: Sequence[Entity]) -> None:
    """Create the missing fields and wait until Autotask lists them.

    Raises AccessError with what to create or activate by hand, when Autotask refuses.
    """
    if not missing:
        return
    try:
        fields = read_fields(client, DEFINITIONS)
        for entity in missing:
            _ensure(client, entity, fields)
    except (TransientError, BudgetExhausted):
        raise
    except ApiError as error:
        raise _by_hand(missing, error) from None
    for entity in missing:
        _wait_until_listed(client, entity)


def _ensure(client: AutotaskClient, entity: Entity, fields: Sequence[FieldWire]) -> None:
    """Create one field, unless it exists already and is only not listed yet, or inactive."""
    udf_type = _code(fields, "udfType", _ENTITY_LABELS[entity])
    data_type = _code(fields, "dataType", _TEXT_LABELS)
    existing = _definition(client, entity, udf_type)
    if existing is not None and not is_true(existing.is_active):
        raise _inactive(entity)
    if existing is None:
        body = _Definition(name=ID_FIELDS[entity], udf_type=udf_type, data_type=data_type)
        try:
            client.create(
                DEFINITIONS, msgspec.json.encode(body), entity=DEFINITIONS, operation="create a user-defined field"
            )
        except WriteInDoubt:
            # The list tells whether it was carried out; see `_wait_until_listed`.
            return


def _code(fields: Sequence[FieldWire], picklist: str, labels: Sequence[str]) -> int:
    """The code of the first of these labels that the tenant's own picklist has."""
    codes = picklist_codes(fields, picklist)
    for label in labels:
        if plain_label(label) in codes:
            return codes[plain_label(label)]
    raise ProtocolError(
        f"Autotask's list {picklist} has no entry that Taskforce knows.",
        system=SYSTEM,
        operation="create a user-defined field",
        code="unknown_picklist",
    )


def _definition(client: AutotaskClient, entity: Entity, udf_type: int) -> DefinitionWire | None:
    """The field's definition if there is one; inactive fields are in no other list."""
    condition = Condition(op=Op.EQ, field="name", value=ID_FIELDS[entity])
    query = Query(entity=DEFINITIONS, conditions=(condition,), row=DefinitionWire)
    found = [row for page in pages(client, query) for row in page]
    return next((row for row in found if whole_number(row.udf_type) == udf_type), None)


def _wait_until_listed(client: AutotaskClient, entity: Entity) -> None:
    operation = f"read the user-defined fields of {ENDPOINTS[entity]}"

    def is_listed(answer: bytes) -> bool:
        return bool(listed_id_fields(fields_in(answer, operation), entity).written)

    read = partial(client.read_until, user_defined_path(entity), entity=ENDPOINTS[entity], operation=operation)
    if not is_listed(read(is_ready=is_listed)):
        raise TransientError(
            f'Autotask does not list the new user-defined field "{ID_FIELDS[entity]}" yet.',
            system=SYSTEM,
            operation=operation,
            code="id_field_not_listed",
            mend=f"Start the import again in some minutes; if that does not help, look for the field under {WHERE}.",
        )


def _inactive(entity: Entity) -> AccessError:
    return AccessError(
        f'The user-defined field "{ID_FIELDS[entity]}" exists in Autotask and is inactive.',
        system=SYSTEM,
        operation="create a user-defined field",
        code="id_field_inactive",
        mend=f"Activate it under {WHERE}, tab {_TABS[entity]}.",
    )


def _by_hand(missing: Sequence[Entity], error: ApiError) -> ApiError:
    """What to create by hand; an error that says something more exact stays as it is."""
    if error.code in ("id_field_inactive", "login", "unknown_user", "wrong_zone", "tls"):
        return error
    return AccessError(
        f"Autotask did not let Taskforce create its user-defined fields: {error.message}",
        system=SYSTEM,
        operation="create a user-defined field",
        status=error.status,
        code="id_fields_refused",
        mend=by_hand(missing),
    )


def by_hand(missing: Sequence[Entity]) -> str:
    """How a person creates the fields."""
    wanted = " and ".join(f'"{ID_FIELDS[entity]}" on the tab {_TABS[entity]}' for entity in missing)
    return (
        f"Create by hand, under {WHERE}: {wanted}; each active, not required, of type Text (Single Line), "
        "with room for 18 characters. Then start the import again."
    )
