"""Taking in records past every validation: a scenario in bulk, or one record through the control API."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from taskforce_simulators.autotask import definitions
from taskforce_simulators.autotask.blanks import blank, with_blanks
from taskforce_simulators.autotask.schema import ENTITIES, NUMBERS, Entity, Field
from taskforce_simulators.autotask.store import UDFS, Record, user_defined
from taskforce_simulators.autotask.tenant import Tenant
from taskforce_simulators.autotask.values import moment_text

REPLACED: Final = frozenset({"Countries"})
"""What a scenario gives completely."""

Given = Mapping[str, object]


def load(tenant: Tenant, data: Given) -> None:
    """Take in one side of a scenario; an unknown name is a ValueError."""
    unknown = set(data) - set(ENTITIES) - {"picklists", "settings"}
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(ENTITIES)}, picklists, settings")
    with tenant.store.database.transaction():
        tenant.set(tenant.settings.changed(_mapping(data.get("settings", {}))))
        for path, lists in _mapping(data.get("picklists", {})).items():
            for name, values in _mapping(lists).items():
                tenant.set_picklist(path, name, _records(values))
        for path in (definitions.PATH, definitions.ITEMS_PATH, *ENTITIES):
            if path in data:
                _load_entity(tenant, ENTITIES[path], _records(data[path]))
                data = {name: value for name, value in data.items() if name != path}
        tenant.catch_up()


def save(tenant: Tenant, entity: Entity, given: Given) -> Record:
    """Insert a record, or change the one with its id; modification times are stamped unless given."""
    with tenant.store.database.transaction():
        record_id = int(str(given["id"])) if "id" in given else tenant.store.next_id(entity.path)
        present = tenant.store.row(entity.path, record_id)
        record = _kept(tenant, entity, {**given, "id": record_id}, _names(tenant, entity))
        if present:
            record[UDFS] = {**user_defined(present), **user_defined(record)}
        stamps = (entity.modified,) if present else (entity.created, entity.modified)
        record = {**(present or _blank(entity)), **dict.fromkeys(filter(None, stamps), tenant.now()), **record}
        record[UDFS] = {number: value for number, value in user_defined(record).items() if value}
        tenant.store.insert(entity.path, [with_blanks(entity, record)])
        tenant.changed(entity.path, record_id)
        return tenant.store.row(entity.path, record_id) or {}


def _load_entity(tenant: Tenant, entity: Entity, records: list[Given]) -> None:
    if entity.path in REPLACED:
        tenant.store.clear_entity(entity.path)
    names, now = _names(tenant, entity), tenant.now()
    stamps = dict.fromkeys(filter(None, (entity.created, entity.modified)), now)
    base = {**_blank(entity), **stamps}
    number = tenant.store.next_id(entity.path)

    def completed() -> Iterable[Record]:
        nonlocal number
        for given in records:
            record = {**base, **_kept(tenant, entity, given, names)}
            if record.get("id") is None:
                record["id"], number = number, number + 1
            yield with_blanks(entity, record)

    tenant.store.insert(entity.path, completed())
    tenant.definitions.forget()


def _blank(entity: Entity) -> Record:
    return {**blank(entity), "isActive": 1} if entity.name == "Contact" else blank(entity)


def _names(tenant: Tenant, entity: Entity) -> dict[str, int]:
    return {definition.name: definition.id for definition in tenant.user_defined(entity)}


def _kept(tenant: Tenant, entity: Entity, given: Given, names: Mapping[str, int]) -> Record:
    """A record as the store keeps it."""
    if entity.path == definitions.PATH and "id" not in given:
        given = {"id": tenant.store.next_id(entity.path), **given}
    if entity.path == definitions.PATH and not tenant.store.row(entity.path, int(str(given["id"]))):
        given = definitions.completed(dict(given), *tenant.definition_picklists())
    known = tenant.fields(entity)
    record: Record = {}
    for name, value in given.items():
        if name == UDFS:
            record[UDFS] = _user_defined(value, names)
        elif name.lower() in known:
            record[known[name.lower()].name] = _value(known[name.lower()], value)
        else:
            raise ValueError(f"{entity.path} has no field {name}")
    return record


def _value(field: Field, value: object) -> object:
    if value is None:
        return None
    if field.data_type == "datetime":
        return moment_text(datetime.fromisoformat(str(value)))
    if isinstance(value, bool) or field.data_type in NUMBERS:
        return int(value)  # type: ignore[call-overload]
    return value


def _user_defined(given: object, names: Mapping[str, int]) -> dict[str, str | None]:
    pairs = given.items() if isinstance(given, dict) else ((item["name"], item["value"]) for item in _records(given))
    values: dict[str, str | None] = {}
    for name, value in pairs:
        if name not in names:
            raise ValueError(f"there is no active user-defined field {name!r}; there are {', '.join(names) or 'none'}")
        values[str(names[str(name)])] = None if value in (None, "") else str(value)
    return values


def _mapping(value: object) -> Given:
    if not isinstance(value, Mapping):
        raise TypeError(f"an object was expected, not {value!r}")
    return value


def _records(value: object) -> list[Given]:
    if not isinstance(value, list):
        raise TypeError(f"a list was expected, not {value!r}")
    return value
