"""The control API's routes of this system alone: picklists, fields, user-defined fields, other integrations' use."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from taskforce_simulators.autotask import definitions, loading
from taskforce_simulators.autotask.schema import ENTITIES
from taskforce_simulators.autotask.store import Record
from taskforce_simulators.autotask.tenant import Tenant
from taskforce_simulators.core.connection import connection_of

Given = Mapping[str, object]
Act = Callable[[Tenant, Given], object]


def set_picklist(tenant: Tenant, given: Given) -> object:
    """Replace the values of a picklist: {"entity", "field", "values": [{"value", "label", "isActive", …}]}."""
    path, field, values = str(given["entity"]), str(given["field"]), given["values"]
    if not isinstance(values, list):
        raise TypeError("values is a list of objects with value and label")
    tenant.set_picklist(_known(path), field, values)
    return {"values": [value.wire() for value in tenant.picklist(path, field)]}


def set_picklist_value(tenant: Tenant, given: Given) -> object:
    """Switch one value of a picklist off or on again: {"entity", "field", "value", "isActive"}."""
    path, field = _known(str(given["entity"])), str(given["field"])
    values = [value.wire() for value in tenant.picklist(path, field)]
    found = [value for value in values if value["value"] == str(given["value"])]
    if not found:
        raise ValueError(f"{path} has no {field} {given['value']}")
    found[0]["isActive"] = bool(given["isActive"])
    tenant.set_picklist(path, field, values)
    return {"values": values}


def set_field(tenant: Tenant, given: Given) -> object:
    """Change a field: {"entity", "field", and length, isRequired, isReadOnly or isQueryable}."""
    changes = {name: value for name, value in given.items() if name not in {"entity", "field"}}
    field = tenant.change_field(_known(str(given["entity"])), str(given["field"]), changes)
    return {
        "name": field.name,
        "length": field.length,
        "isRequired": field.required,
        "isReadOnly": field.read_only,
        "isQueryable": field.queryable,
    }


def set_user_defined_field(tenant: Tenant, given: Given) -> object:
    """Add, change or remove a user-defined field: {"entity", "name", "active", and fields of its definition}.

    "active": null removes the definition and its values for good; false makes it inactive.
    """
    types, _ = tenant.definition_picklists()
    entity_name = ENTITIES[_known(str(given["entity"]))].name
    codes = {value.label: value.value for value in types}
    present = _definition(tenant, str(given["name"]), codes[entity_name])
    if given.get("active", True) is None:
        return {"removed": present is not None and _remove(tenant, int(str(present["id"])))}
    record = {name: value for name, value in given.items() if name not in {"entity", "active"}}
    record["isActive"] = bool(given.get("active", True))
    record |= {"id": present["id"]} if present else {"entity": entity_name}
    return {"id": loading.save(tenant, ENTITIES[definitions.PATH], record)["id"]}


def set_other_use(tenant: Tenant, given: Given) -> object:
    """Say how many requests other integrations have made in the last hour: {"requests": n}."""
    tenant.set(tenant.settings.changed({"other_use": given["requests"]}))
    return {"currentTimeframeRequestCount": tenant.usage.count(tenant.settings)}


ACTS: Final[dict[str, Act]] = {
    "picklist": set_picklist,
    "picklist_value": set_picklist_value,
    "field": set_field,
    "udf": set_user_defined_field,
    "other_use": set_other_use,
}


def routes(tenant: Tenant) -> list[BaseRoute]:
    """The routes, all POST."""
    return [Route(f"/{name}", _endpoint(tenant, act), methods=["POST"]) for name, act in ACTS.items()]


def _endpoint(tenant: Tenant, act: Act) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            given = await request.json()
            return JSONResponse(await connection_of(request.scope).work(lambda: act(tenant, given)))
        except KeyError as missing:
            return JSONResponse({"error": f"there is no {missing.args[0]}"}, 404)
        except (ValueError, TypeError) as problem:
            return JSONResponse({"error": str(problem)}, 400)

    return answer


def _known(path: str) -> str:
    if path not in ENTITIES:
        raise ValueError(f"there is no entity {path}; there are {', '.join(ENTITIES)}")
    return path


def _definition(tenant: Tenant, name: str, code: str) -> Record | None:
    found = tenant.store.select(definitions.PATH, "name = ? AND udfType = ?", (name, int(code)))
    return found[0] if found else None


def _remove(tenant: Tenant, number: int) -> bool:
    tenant.store.delete(definitions.PATH, number)
    tenant.changed(definitions.PATH, number)
    return True
