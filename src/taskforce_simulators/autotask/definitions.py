"""The user-defined fields of the tenant, read from the records of UserDefinedFieldDefinitions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from taskforce_simulators.autotask.schema import ENTITIES, Value
from taskforce_simulators.autotask.store import Record, Store

PATH: Final = "UserDefinedFieldDefinitions"
ITEMS_PATH: Final = "UserDefinedFieldListItems"
LENGTH: Final = 8000
MOST_ACTIVE: Final = {"Company": 200, "Contact": 100}


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One active user-defined field of an entity."""

    id: int
    name: str
    kind: str
    """The label of its data type, in lower case."""

    required: bool
    default: str | None
    description: str | None
    items: tuple[Value, ...]

    @property
    def data_type(self) -> str:
        """The type in the metadata: text and lists are strings (recorded)."""
        if "number" in self.kind:
            return "double"
        return "datetime" if "date" in self.kind else "string"

    @property
    def is_list(self) -> bool:
        return "list" in self.kind


class Definitions:
    """The active definitions by entity, kept until the records change."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_entity: dict[str, tuple[Definition, ...]] = {}

    def forget(self) -> None:
        """Read them again when they are next needed."""
        self._by_entity = {}

    def of(self, entity_name: str, types: Sequence[Value], kinds: Sequence[Value]) -> tuple[Definition, ...]:
        """The active definitions of an entity, given the picklists of udfType and dataType."""
        if entity_name not in self._by_entity:
            codes = [int(value.value) for value in types if value.label == entity_name]
            labels = {int(value.value): value.label.lower() for value in kinds}
            self._by_entity[entity_name] = tuple(self._read(codes, labels))
        return self._by_entity[entity_name]

    def _read(self, codes: Sequence[int], labels: dict[int, str]) -> Iterable[Definition]:
        where = f"isActive = 1 AND udfType IN ({', '.join('?' * len(codes))})"
        for record in self._store.select(PATH, where, codes):
            number = int(str(record["id"]))
            default = record["defaultValue"]
            yield Definition(
                id=number,
                name=str(record["name"]),
                kind=labels.get(int(str(record["dataType"])), "text"),
                required=bool(record["isRequired"]),
                default=None if default is None else str(default),
                description=None if record["description"] is None else str(record["description"]),
                items=self._items(number),
            )

    def _items(self, number: int) -> tuple[Value, ...]:
        records = self._store.select(ITEMS_PATH, "udfFieldId = ? AND isActive = 1", (number,))
        return tuple(
            Value(value=str(record["valueForExport"]), label=str(record["valueForDisplay"]), sort_order=place)
            for place, record in enumerate(records, 1)
        )


def completed(record: Record, types: Sequence[Value], kinds: Sequence[Value]) -> Record:
    """A definition of a scenario: `entity` and `type` may be given by their labels instead of by code."""
    whole = dict(record)
    if "entity" in whole:
        whole["udfType"] = _code(types, str(whole.pop("entity")))
    if "type" in whole:
        whole["dataType"] = _code(kinds, str(whole.pop("type")))
    whole.setdefault("udfType", _code(types, "Company"))
    whole.setdefault("dataType", _code(kinds, "Text"))
    whole.setdefault("isActive", True)
    return whole


def _code(values: Sequence[Value], label: str) -> int:
    label = ENTITIES[label].name if label in ENTITIES else label
    for value in values:
        if value.label.lower().startswith(label.lower()):
            return int(value.value)
    raise ValueError(f"there is no {label!r} among {', '.join(value.label for value in values)}")
