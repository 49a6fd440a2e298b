"""What a field of an entity is, and the short form in which the tables write fields down."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, Self, get_args

DataType = Literal["string", "integer", "short", "long", "decimal", "double", "boolean", "datetime"]

NUMBERS: Final = frozenset({"integer", "short", "long"})
FRACTIONS: Final = frozenset({"decimal", "double"})
CHANGEABLE: Final = frozenset({"length", "required", "read_only", "queryable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field as `entityInformation/fields` describes it, without the values of its picklist."""

    name: str
    data_type: DataType
    length: int = 0
    required: bool = False
    read_only: bool = False
    queryable: bool = True
    picklist: bool = False
    webhook: bool = False
    reference: str = ""

    def changed(self, changes: Mapping[str, object]) -> Self:
        """With another length or other flags, under the names of the metadata (`isRequired`) or of this class."""
        known = {_plain(name): value for name, value in changes.items()}
        if unknown := set(known) - CHANGEABLE:
            raise ValueError(f"cannot change {', '.join(sorted(unknown))} of a field; only {', '.join(CHANGEABLE)}")
        return replace(self, **known)  # type: ignore[arg-type]


def fields(table: str) -> tuple[Field, ...]:
    """The fields of a table: a line per field with name, type, length and what it is.

    R required, O read-only, N not queryable, P picklist, W supported by webhooks, >Entity reference.
    """
    return tuple(_field(*line.split()) for line in table.strip().splitlines())


def _field(name: str, data_type: str, length: str, flags: str = "-", reference: str = "") -> Field:
    if data_type not in get_args(DataType):
        raise ValueError(f"{name}: {data_type} is no data type")
    return Field(
        name=name,
        data_type=data_type,  # type: ignore[arg-type]
        length=int(length),
        required="R" in flags,
        read_only="O" in flags,
        queryable="N" not in flags,
        picklist="P" in flags,
        webhook="W" in flags,
        reference=reference.removeprefix(">"),
    )


def _plain(name: str) -> str:
    return {"isRequired": "required", "isReadOnly": "read_only", "isQueryable": "queryable"}.get(name, name)
