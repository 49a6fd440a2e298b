"""One value of a picklist, in the wire's shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A picklist value as the metadata gives it: `value` is text although records carry a number."""

    value: str
    label: str
    is_default: bool = False
    sort_order: int = 0
    parent_value: str = ""
    is_active: bool = True
    is_system: bool = False

    @classmethod
    def of(cls, document: Mapping[str, object]) -> Self:
        """A value from its form on the wire; `value` and `label` must be there."""
        if not {"value", "label"} <= document.keys():
            raise ValueError(f"a picklist value needs value and label, not {dict(document)!r}")
        return cls(
            value=str(document["value"]),
            label=str(document["label"]),
            is_default=bool(document.get("isDefaultValue", False)),
            sort_order=int(str(document.get("sortOrder", 0))),
            parent_value=str(document.get("parentValue") or ""),
            is_active=bool(document.get("isActive", True)),
            is_system=bool(document.get("isSystem", False)),
        )

    def wire(self, *, in_user_defined_field: bool = False) -> dict[str, object]:
        """The value as it is sent; user-defined fields have no parent value (recorded as null)."""
        return {
            "value": self.value,
            "label": self.label,
            "isDefaultValue": self.is_default,
            "sortOrder": self.sort_order,
            "parentValue": None if in_user_defined_field else self.parent_value,
            "isActive": self.is_active,
            "isSystem": self.is_system,
        }


def values(table: str, *, system: bool = False) -> tuple[Value, ...]:
    """Values from "1 Customer|2 Lead": the value, a space, the label."""
    pairs = (item.split(" ", 1) for item in table.split("|"))
    return tuple(
        Value(value=value, label=label, sort_order=place, is_system=system)
        for place, (value, label) in enumerate(pairs, 1)
    )
