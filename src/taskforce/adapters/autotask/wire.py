"""Autotask's answers as they arrive; every documented variant is accepted."""

from typing import Any, Generic, TypeVar

import msgspec

from taskforce.errors import ProtocolError

Scalar = str | int | float | bool | None

Row = TypeVar("Row")


class Identified(msgspec.Struct, frozen=True):
    """Whatever has an id."""

    id: int


class PageDetails(msgspec.Struct, frozen=True, rename="camel"):
    """Where a page stands in its sequence; `count` is the number of its rows."""

    count: int | None = None
    next_page_url: str | None = None


class Page(msgspec.Struct, Generic[Row], frozen=True, rename="camel"):
    """One page of a query."""

    items: list[Row]
    page_details: PageDetails


class UdfValue(msgspec.Struct, frozen=True):
    """A user-defined field of a record."""

    name: str
    value: Scalar = None


class RecordWire(Identified, frozen=True):
    """What companies and contacts have in common; the mapped fields are added per entity (see `records`)."""

    is_active: Scalar = msgspec.field(name="isActive", default=True)
    company_id: int | None = msgspec.field(name="companyID", default=None)
    created_at: str | None = msgspec.field(name="createDate", default=None)
    company_changed_at: str | None = msgspec.field(name="lastTrackedModifiedDateTime", default=None)
    contact_changed_at: str | None = msgspec.field(name="lastModifiedDate", default=None)
    user_defined: list[UdfValue] | None = msgspec.field(name="userDefinedFields", default=None)


class PicklistWire(msgspec.Struct, frozen=True, rename="camel"):
    """An entry of a picklist; the value is a text that holds a number."""

    value: Scalar = None
    label: str | None = None
    is_active: Scalar = True


class FieldWire(msgspec.Struct, frozen=True, rename="camel"):
    """A field of an entity; user-defined ones say `type` where others say `dataType`."""

    name: str
    data_type: str | None = None
    type: str | None = None
    label: str | None = None
    length: Scalar = 0
    is_required: Scalar = False
    is_read_only: Scalar = False
    is_pick_list: Scalar = False
    picklist_values: list[PicklistWire] | None = None


class FieldsWire(msgspec.Struct, frozen=True):
    """The answer of `entityInformation/fields` and `entityInformation/userDefinedFields`."""

    fields: list[FieldWire] | None = None


class AccessWire(msgspec.Struct, frozen=True, rename="camel"):
    """What can be done with an entity, and what the API user may do: 0 nothing, 1 all, 2 part of the records."""

    can_query: Scalar = True
    can_create: Scalar = True
    can_update: Scalar = True
    user_access_for_query: Scalar = 1
    user_access_for_create: Scalar = 1
    user_access_for_update: Scalar = 1


class EntityWire(msgspec.Struct, frozen=True):
    """The answer of `entityInformation`."""

    info: AccessWire


class ResourceWire(Identified, frozen=True, rename="camel"):
    """A person in Autotask."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    is_active: Scalar = True


class CountryWire(Identified, frozen=True, rename="camel"):
    """A country of the tenant's list."""

    country_code: str | None = None
    name: str | None = None
    display_name: str | None = None
    is_active: Scalar = True


class DefinitionWire(Identified, frozen=True, rename="camel"):
    """The definition of a user-defined field."""

    name: str | None = None
    udf_type: Scalar = None
    is_active: Scalar = True


class ZoneWire(msgspec.Struct, frozen=True):
    """Where a user's database lives, and the number that Autotask knows it by."""

    url: str
    ci: Scalar = None


class ThresholdWire(msgspec.Struct, frozen=True, rename="camel"):
    """The tenant's request limit, its window in minutes, and what is used of it."""

    external_request_threshold: Scalar = None
    request_threshold_timeframe: Scalar = None
    current_timeframe_request_count: Scalar = None


class CreatedWire(msgspec.Struct, frozen=True, rename="camel"):
    """The answer to a write."""

    item_id: Scalar = None


class ErrorsWire(msgspec.Struct, frozen=True):
    """A refusal: `errors` by the API itself, `Message` by the framework around it."""

    errors: list[Any] | str | None = None
    message: str | None = None
    framework_message: str | None = msgspec.field(name="Message", default=None)


Decoded = TypeVar("Decoded")


def decode(body: bytes, shape: type[Decoded], operation: str) -> Decoded:
    """Read a JSON answer of a known shape; anything else is a ProtocolError."""
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise not_understood(operation) from None


def not_understood(operation: str) -> ProtocolError:
    """An answer that claims success and is not what Autotask is documented to send."""
    return ProtocolError(
        f"Autotask's answer is not understood ({operation}): it is not the JSON that was expected.",
        system="Autotask",
        operation=operation,
        code="not_understood",
        mend="Check that the address is the one of Autotask's REST API, and whether a proxy answers instead.",
    )


def refusal_texts(body: bytes) -> tuple[str, ...]:
    """The sentences of a refusal; empty when it is not JSON or says nothing."""
    try:
        refusal = msgspec.json.decode(body, type=ErrorsWire)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ()
    listed = [refusal.errors] if isinstance(refusal.errors, str) else refusal.errors or []
    told = (*listed, refusal.message, refusal.framework_message)
    return tuple(text for text in told if isinstance(text, str) and text.strip())


def whole_number(value: Scalar) -> int | None:
    """A number that may have been sent as a text; None when it is none."""
    if isinstance(value, str):
        text = value.strip()
        return int(text) if text.removeprefix("-").isdecimal() else None
    return None if value is None else int(value)


def is_true(value: Scalar) -> bool:
    """A flag that may have been sent as true, 1 or "1"."""
    return value.strip().lower() in ("true", "1", "yes") if isinstance(value, str) else bool(value)
