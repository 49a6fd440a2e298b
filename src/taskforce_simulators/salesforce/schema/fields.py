"""Fields of an sObject and the compact tables they are read from.

One line is ``name|type|length|access|label|extras``. Length is ``precision,scale`` for numbers and digits for integers.
Access: ``c`` createable, ``u`` updateable, ``!`` never null, ``~`` neither filterable nor sortable. Extras: ``in:`` the
compound field, ``to:objects/relationship``, ``values:`` the picklist, ``@`` the feature that brings the field.
``*address|Prefix`` stands for the components of an address and the compound itself.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from taskforce_simulators.salesforce.schema.picklists import PICKLISTS

_ADDRESS: Final = """
Street|textarea|255|cu||in:{0}Address
City|string|40|cu||in:{0}Address
State|string|80|cu|{1}State/Province|in:{0}Address
PostalCode|string|20|cu|{1}Zip/Postal Code|in:{0}Address
Country|string|80|cu||in:{0}Address
StateCode|picklist|10|cu|{1}State/Province Code|in:{0}Address values:state @states
CountryCode|picklist|10|cu|{1}Country Code|in:{0}Address values:country @states
Latitude|double|18,15|cu||in:{0}Address
Longitude|double|18,15|cu||in:{0}Address
GeocodeAccuracy|picklist|40|cu||in:{0}Address values:geocode_accuracy
Address|address|0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field as describe tells of it."""

    name: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    digits: int = 0
    createable: bool = False
    updateable: bool = False
    nillable: bool = True
    filterable: bool = True
    label: str = ""
    compound: str | None = None
    reference_to: tuple[str, ...] = ()
    relationship: str | None = None
    picklist: str | None = None
    features: frozenset[str] = frozenset()
    custom: bool = False
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def stored(self) -> bool:
        """Compound addresses are put together from their components when they are read."""
        return self.type != "address"

    @property
    def groupable(self) -> bool:
        """Whether queries may group by it."""
        return self.filterable and self.type not in {"double", "currency", "datetime", "address", "multipicklist"}

    @property
    def is_id(self) -> bool:
        """Ids compare case-sensitively, and with 15 or 18 characters."""
        return self.type in {"id", "reference"}


def parse_fields(table: str) -> dict[str, Field]:
    """The fields of a table by name, in its order."""
    fields = (_field(line) for line in _expanded(table))
    return {field.name: field for field in fields}


def _expanded(table: str) -> Iterator[str]:
    for line in table.strip().splitlines():
        if not line.startswith("*address|"):
            yield line
            continue
        prefix, _, feature = line.removeprefix("*address|").partition("|")
        words = f"{_words(prefix)} " if prefix else ""
        for component in _ADDRESS.format(prefix, words).strip().splitlines():
            padding = "|" * (5 - component.count("|")) if feature else ""
            yield f"{prefix}{component}{padding} {feature}".strip()


def _field(line: str) -> Field:
    name, kind, length, access, label, extras = (line.split("|") + [""] * 6)[:6]
    marks = dict(extra.split(":", 1) for extra in extras.split() if ":" in extra)
    objects, _, relationship = marks.get("to", "").partition("/")
    picklist = marks.get("values")
    field = Field(
        name=name,
        type=kind,
        label=label or _words(name),
        createable="c" in access,
        updateable="u" in access,
        nillable="!" not in access,
        filterable="~" not in access,
        compound=marks.get("in"),
        reference_to=tuple(objects.split(",")) if objects else (),
        relationship=relationship or None,
        picklist=picklist,
        values=PICKLISTS[picklist] if picklist else {},
        features=frozenset(extra[1:] for extra in extras.split() if extra.startswith("@")),
    )
    return _sized(field, length)


def _sized(field: Field, length: str) -> Field:
    if field.type in {"double", "currency"}:
        precision, scale = length.split(",")
        return replace(field, precision=int(precision), scale=int(scale))
    size = int(length or 0)
    return replace(field, digits=size) if field.type == "int" else replace(field, length=size)


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"(?<=.)Id$", " ID", name)).replace("  ", " ")
