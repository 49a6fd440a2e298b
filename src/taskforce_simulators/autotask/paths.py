"""What a path and method ask for. Letter case and a slash at the end do not matter."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from taskforce_simulators.autotask.errors import NoMethodError, NoPathError
from taskforce_simulators.autotask.schema import BY_LOWER_PATH, CHILDREN, Entity

Action = Literal[
    "zone", "versions", "version", "threshold", "query", "query_next", "count", "get", "list", "create", "update",
    "replace", "delete", "metadata",
]  # fmt: skip
_WRITES: Final[dict[str, Action]] = {"POST": "create", "PATCH": "update", "PUT": "replace"}
_SERVICES: Final[dict[str, Action]] = {
    "zoneinformation": "zone",
    "version": "version",
    "thresholdinformation": "threshold",
}
NEEDED: Final[dict[Action, str]] = {
    "query": "query", "query_next": "query", "count": "query", "get": "query", "list": "query",
    "create": "create", "update": "update", "replace": "update", "delete": "delete",
}  # fmt: skip
"""The permission that an action needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request understood: what is to be done, with which entity, under which parent."""

    action: Action
    entity: Entity | None = None
    parent_id: int | None = None
    record_id: int | None = None
    section: str = ""

    def endpoint(self, children_count_for: str) -> str:
        """What the thread limit counts by: the entity, or that above it if so wanted, or the service."""
        if self.entity is None:
            return self.action
        is_below = self.parent_id is not None and children_count_for == "parent"
        return self.entity.parent if is_below and self.entity.parent else self.entity.path


def understand(method: str, path: str) -> Asked:
    """The request that a path and method make; NoPathError or NoMethodError if there is none."""
    base, *rest = [part.lower() for part in path.strip("/").split("/")]
    if base != "atservicesrest" or not rest:
        raise NoPathError
    if rest == ["versioninformation"]:
        return _only(method, "GET", Asked(action="versions"))
    version, *parts = rest
    if version != "v1.0" or not parts:
        raise NoPathError
    if len(parts) == 1 and parts[0] in _SERVICES:
        return _only(method, "GET", Asked(action=_SERVICES[parts[0]]))
    if len(parts) >= 3 and (parts[0], parts[2]) in CHILDREN and parts[1].isdigit():
        return _child(method, CHILDREN[parts[0], parts[2]], int(parts[1]), parts[3:])
    if parts[0] not in BY_LOWER_PATH:
        raise NoPathError
    return _top(method, BY_LOWER_PATH[parts[0]], parts[1:])


def _top(method: str, entity: Entity, parts: list[str]) -> Asked:
    if not parts:
        return _collection(method, entity)
    asked = Asked(action="query", entity=entity)
    if parts == ["query"]:
        return _only(method, "GET POST", asked)
    if parts == ["query", "count"]:
        return _only(method, "GET POST", replace(asked, action="count"))
    if parts in (["query", "next"], ["query", "previous"]):
        return _only(method, "GET POST", replace(asked, action="query_next"))
    if parts[0] == "entityinformation":
        return _metadata(method, entity, parts[1:])
    if len(parts) == 1 and parts[0].isdigit():
        return _only(method, "GET", replace(asked, action="get", record_id=int(parts[0])))
    raise NoPathError


def _collection(method: str, entity: Entity) -> Asked:
    """Writes go to the collection; where there are none, it does not even exist (recorded for /Contacts)."""
    allowed = " ".join(_allowed(entity))
    if entity.parent or not allowed:
        raise NoPathError
    return _only(method, allowed, Asked(action=_WRITES.get(method, "create"), entity=entity))


def _child(method: str, entity: Entity, parent_id: int, parts: list[str]) -> Asked:
    asked = Asked(action="list", entity=entity, parent_id=parent_id)
    if not parts:
        return _only(method, " ".join(["GET", *_allowed(entity)]), replace(asked, action=_WRITES.get(method, "list")))
    if parts[0] == "entityinformation":
        return _metadata(method, entity, parts[1:])
    if len(parts) != 1 or not parts[0].isdigit():
        raise NoPathError
    action: Action = "delete" if method == "DELETE" else "get"
    allowed = "GET DELETE" if entity.can_delete else "GET"
    return _only(method, allowed, replace(asked, action=action, record_id=int(parts[0])))


def _metadata(method: str, entity: Entity, parts: list[str]) -> Asked:
    if parts not in ([], ["fields"], ["userdefinedfields"]):
        raise NoPathError
    return _only(method, "GET", Asked(action="metadata", entity=entity, section="".join(parts)))


def _allowed(entity: Entity) -> list[str]:
    return ["POST"] * entity.can_create + ["PATCH", "PUT"] * entity.can_update


def _only(method: str, allowed: str, asked: Asked) -> Asked:
    if method not in allowed.split():
        raise NoMethodError(method)
    return asked
