"""Values of fields: from JSON into the store, and from the store into JSON."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from taskforce_simulators.autotask import errors
from taskforce_simulators.autotask.schema import FRACTIONS, NUMBERS, Field

LARGEST: Final = {"short": 2**15 - 1, "integer": 2**31 - 1, "long": 2**53}
"""The largest whole number of each type; of a long, the largest that JSON carries safely."""


def stored(field: Field, value: object) -> object:
    """The value of a JSON body as the store keeps it, read as the vendor's JSON library reads it; or ApiError."""
    if value is None or (value == "" and field.data_type != "string"):
        return None  # django-autotask sends "" for whatever shall be empty
    if isinstance(value, list | dict):
        raise errors.unexpected_character("{" if isinstance(value, dict) else "[", field.name)
    if field.data_type == "string":
        return ("true" if value else "false") if isinstance(value, bool) else str(value)
    if field.data_type == "boolean":
        return _boolean(field, value)
    if isinstance(value, bool):
        # Recorded for isActive of a contact, which is an integer: true is refused.
        raise errors.unexpected_character("true" if value else "false", field.name)
    if field.data_type in NUMBERS:
        return _whole(field, value)
    if field.data_type in FRACTIONS:
        return _fraction(field, value)
    return _moment(field, value)


def moment_text(at: datetime) -> str:
    """An instant as the store keeps it: UTC, to the millisecond, so that texts compare like instants."""
    utc = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}"


def wire(fields: Iterable[Field], record: dict[str, object], *, with_z: bool) -> dict[str, object]:
    """The fields of a stored record as JSON values."""
    return {field.name: _wire(field.data_type, record[field.name], with_z) for field in fields}


def udf_wire(data_type: str, value: str | None, *, with_z: bool) -> object:
    """The value of a user-defined field as it is sent: always text, or null."""
    return _wire(data_type, value, with_z) if data_type == "datetime" else value


def _wire(data_type: str, value: object, with_z: bool) -> object:
    if value is None:
        return None
    if data_type == "boolean":
        return bool(value)
    if data_type == "datetime":
        # Recorded: zeros at the end of the fraction are cut off, and newer answers leave the Z out.
        return str(value).rstrip("0").removesuffix(".") + ("Z" if with_z else "") if "." in str(value) else value
    return value


def _boolean(field: Field, value: object) -> int:
    words: dict[object, int] = {"true": 1, "false": 0}
    if isinstance(value, str):
        if value.lower() not in words:
            raise errors.bad_conversion(value, "boolean", field.name)
        return words[value.lower()]
    return int(bool(value))


def _whole(field: Field, value: object) -> int:
    try:
        number = float(str(value))
    except ValueError as problem:
        raise errors.bad_conversion(value, "integer", field.name) from problem
    if not number.is_integer() or abs(number) > LARGEST[field.data_type]:
        raise errors.bad_conversion(value, "integer", field.name)
    return int(number)


def _fraction(field: Field, value: object) -> float:
    try:
        number = float(str(value))
    except ValueError as problem:
        raise errors.bad_conversion(value, "decimal", field.name) from problem
    if not math.isfinite(number):
        raise errors.bad_conversion(value, "decimal", field.name)
    return number


def _moment(field: Field, value: object) -> str:
    try:
        return moment_text(datetime.fromisoformat(str(value)))
    except ValueError as problem:
        raise errors.bad_conversion(value, "DateTime", field.name) from problem
