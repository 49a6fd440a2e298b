"""What a create or update refuses, and the values it stores. Source: reference sections 3, 6 and 7."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from taskforce_simulators.salesforce import identifiers, timestamps
from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.schema import Field, SObject
from taskforce_simulators.salesforce.schema.picklists import RESTRICTED
from taskforce_simulators.salesforce.store import Row, Store, stored

_EMAIL: Final = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s.,;]{2,}")
_TEXT: Final = frozenset({"string", "textarea", "phone", "url", "email", "picklist", "multipicklist"})
_DEFAULTED: Final = frozenset({"OwnerId"})
"""Required fields that fill themselves."""


def values(sobject: SObject, body: Mapping[str, object], *, creating: bool) -> Row:
    """The stored values of a request's body, or the first thing wrong with it."""
    given = [(_field(sobject, name), value) for name, value in body.items() if name != "attributes"]
    _writeable([field for field, _ in given], creating=creating)
    accepted: Row = {field.name: _accepted(field, value) for field, value in given}
    _required(sobject, accepted, creating=creating)
    return accepted


def references(store: Store, sobject: SObject, accepted: Row) -> None:
    """Every reference must lead to a record that is there, and an owner must be active."""
    for name, identifier in accepted.items():
        field = sobject.fields[name]
        if (
            field.type != "reference"
            or identifier is None
            or field.reference_to[0] not in {"Account", "Contact", "User"}
        ):
            continue
        row = store.row(field.reference_to[0], str(identifier))
        if row is None:
            raise ApiError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [name])
        if row.get("IsDeleted"):
            raise ApiError(400, "ENTITY_IS_DELETED", "entity is deleted", [name])
        if name == "OwnerId" and not row["IsActive"]:
            message = f"operation performed with inactive user [{identifier}] as owner of {sobject.name.lower()}"
            raise ApiError(400, "INACTIVE_OWNER_OR_USER", message, [name])


def _field(sobject: SObject, name: str) -> Field:
    field = sobject.field(name)
    if field is None:
        raise ApiError(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject.name}")
    return field


def _writeable(given: Sequence[Field], *, creating: bool) -> None:
    refused = [field.name for field in given if not (field.createable if creating else field.updateable)]
    if refused:
        message = f"Unable to create/update fields: {', '.join(refused)}. Please check the security settings of this "
        message += "field and verify that it is read/write for your profile or permission set."
        raise ApiError(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message, refused)


def _required(sobject: SObject, accepted: Row, *, creating: bool) -> None:
    required = (
        field.name
        for field in sobject.fields.values()
        if field.createable and not field.nillable and field.type != "boolean" and field.name not in _DEFAULTED
    )
    missing = [name for name in required if (creating or name in accepted) and accepted.get(name) is None]
    if "Name" in missing and sobject.name == "Account" and accepted.get("LastName"):
        missing.remove("Name")
    if missing:
        message = f"Required fields are missing: [{', '.join(missing)}]"
        raise ApiError(400, "REQUIRED_FIELD_MISSING", message, missing)


def _accepted(field: Field, value: object) -> object:
    if value is None or value == "":
        return stored(field, None)
    if isinstance(value, dict | list):
        raise _undeserialisable(field, value)
    if field.type in _TEXT:
        return _text(field, value)
    if field.is_id:
        return _reference(field, value)
    if field.type in {"double", "currency", "int"}:
        return _number(field, value)
    if field.type == "boolean":
        return _boolean(field, value)
    return _time(field, value)


def _text(field: Field, value: object) -> str:
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if field.type != "textarea":
        text = text.strip()
    if len(text) > field.length:
        message = f"{field.label}: data value too large: {text} (max length={field.length})"
        raise ApiError(400, "STRING_TOO_LONG", message, [field.name])
    if field.type == "email" and text and not _EMAIL.fullmatch(text):
        raise ApiError(400, "INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {text}", [field.name])
    if field.picklist in RESTRICTED and text not in field.values:
        message = f"{field.label}: bad value for restricted picklist field: {text}"
        raise ApiError(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, [field.name])
    return text


def _reference(field: Field, value: object) -> str:
    identifier = identifiers.full(str(value))
    if identifier is None:
        message = f"{field.label}: id value of incorrect type: {value}"
        raise ApiError(400, "MALFORMED_ID", message, [field.name])
    return identifier


def _number(field: Field, value: object) -> object:
    try:
        number = float(str(value))
    except ValueError:
        raise _undeserialisable(field, value) from None
    if isinstance(value, bool):
        raise _undeserialisable(field, value)
    digits = field.digits or field.precision - field.scale
    if abs(number) >= 10**digits:
        message = f"{field.label}: value outside of valid range on numeric field: {value}"
        raise ApiError(400, "NUMBER_OUTSIDE_VALID_RANGE", message, [field.name])
    return int(number) if field.type == "int" else round(number, field.scale)


def _boolean(field: Field, value: object) -> int:
    if value is True or value is False or str(value).lower() in {"true", "false"}:
        return int(str(value).lower() == "true")
    raise _undeserialisable(field, value)


def _time(field: Field, value: object) -> str:
    try:
        if field.type == "date":
            return timestamps.parsed_date(str(value)).isoformat()
        return timestamps.normalised(str(value))
    except ValueError:
        raise _undeserialisable(field, value) from None


def _undeserialisable(field: Field, value: object) -> ApiError:
    kind = "START_OBJECT" if isinstance(value, dict) else "START_ARRAY" if isinstance(value, list) else "VALUE_STRING"
    what = "" if kind.startswith("START") else f" value {value}"
    message = (
        f"Cannot deserialize instance of {field.type} from {kind}{what} or request may be missing a required field"
    )
    return ApiError(400, "JSON_PARSER_ERROR", f"{message} at [line:1, column:1]", [field.name])
