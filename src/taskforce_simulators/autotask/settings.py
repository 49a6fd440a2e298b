"""The switches of the simulated database, with the values they have after a reset."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Final, Self

from taskforce_simulators.autotask.schema import ENTITIES

ACTIONS: Final = frozenset({"query", "create", "update", "delete"})
_CHOICES: Final[dict[str, frozenset[object]]] = {
    "auth_errors": frozenset({"2026", "2023"}),
    "permission_errors": frozenset({"500", "403"}),
    "missing_item": frozenset({"null", "404"}),
    "read_only_fields": frozenset({"ignored", "refused"}),
    "long_values": frozenset({"refused", "cut"}),
    "children_count_for": frozenset({"themselves", "parent"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every switch; the names are those of the control API."""

    username: str = "integration@northlight.example"
    secret: str = "simulated-Secret-7"
    integration_code: str = "SIMULATEDINTEGRATIONCODE0001"
    auth_errors: str = "2026"
    """"2026": every wrong credential is 401 without a body. "2023": a wrong user or code is 500 with a text."""

    permissions: dict[str, dict[str, bool]] = field(default_factory=dict)
    """By entity, what the security level grants: query, create, update, delete; what is absent is granted."""

    permission_errors: str = "500"
    zone_name: str = "Simulated Zone"
    database_id: int = 100
    """zoneInformation's `ci`: the same for every user of one database."""

    zone_url: str = ""
    """The address that zone discovery hands out instead of this server's own; "" for its own."""

    udf_creation_allowed: bool = True
    request_limit: int = 10_000
    other_use: int = 0
    """Requests that other integrations have made in the rolling hour."""

    added_delays: bool = True
    suspended_status: int = 429
    thread_limit: bool = True
    thread_limit_status: int = 429
    children_count_for: str = "themselves"
    """Whose threads a request below a parent takes, such as Companies/1/Contacts; which is so is not documented."""

    service_time_seconds: float = 0.0
    read_lag_seconds: float = 0.0
    datetimes_with_z: bool = True
    missing_item: str = "null"
    read_only_fields: str = "ignored"
    long_values: str = "refused"

    def changed(self, changes: Mapping[str, object]) -> Self:
        """With some switches set otherwise; an unknown one, or a value of another type, is a ValueError."""
        known = {item.name: getattr(self, item.name) for item in fields(self)}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"there is no setting {name}; there are {', '.join(sorted(known))}")
            _check(name, value, known[name])
        return replace(self, **changes)  # type: ignore[arg-type]

    def form(self) -> dict[str, object]:
        """All switches by name."""
        return asdict(self)

    def permits(self, entity_path: str, action: str) -> bool:
        """Whether the API user may do something with an entity."""
        return self.permissions.get(entity_path, {}).get(action, True)


def _check(name: str, value: object, present: object) -> None:
    fits = type(value) is type(present) or (isinstance(present, float) and type(value) is int)
    if not fits:
        raise ValueError(f"{name} is to be of the kind of {present!r}, not {value!r}")
    if name in _CHOICES and value not in _CHOICES[name]:
        raise ValueError(f"{name} is one of {', '.join(sorted(map(str, _CHOICES[name])))}, not {value!r}")
    if name == "permissions":
        _check_permissions(value)


def _check_permissions(value: object) -> None:
    assert isinstance(value, dict)  # noqa: S101 - for the type checker; _check has seen to it
    for entity_path, granted in value.items():
        if entity_path not in ENTITIES:
            raise ValueError(f"there is no entity {entity_path}; there are {', '.join(ENTITIES)}")
        if not isinstance(granted, dict) or set(granted) - ACTIONS:
            raise ValueError(f"permissions of {entity_path} are {', '.join(sorted(ACTIONS))} with true or false")
