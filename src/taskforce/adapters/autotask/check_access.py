"""Checks of access: what the API user's security level allows, per entity, by Autotask's own word."""

from collections.abc import Iterator, Mapping
from typing import Final

from taskforce.adapters.autotask.client import AutotaskClient
from taskforce.adapters.autotask.findings import Finding, good, stop, stopped_by, warning
from taskforce.adapters.autotask.wire import AccessWire, EntityWire, Scalar, decode, is_true
from taskforce.adapters.autotask.wording import SECURITY_LEVELS
from taskforce.errors import AccessError

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "Companies": ("query", "create", "update"),
    "Contacts": ("query", "create", "update"),
    "Resources": ("query",),
    "Countries": ("query",),
}

_NONE: Final = ("0", "none", "false")
_PART: Final = ("2", "restricted")


def check_access(client: AutotaskClient) -> Iterator[Finding]:
    """One finding per entity that an import uses."""
    for endpoint, actions in NEEDED.items():
        name = f"permission_{endpoint.lower()}"
        try:
            access = read_access(client, endpoint)
        except AccessError as error:
            yield stopped_by(name, error)
        else:
            yield _finding(name, endpoint, actions, access)


def read_access(client: AutotaskClient, endpoint: str) -> AccessWire:
    """What may be done with an entity."""
    operation = f"read the permissions of {endpoint}"
    answer = client.read(f"{endpoint}/entityInformation", entity=endpoint, operation=operation)
    return decode(answer, EntityWire, operation).info


def _finding(name: str, endpoint: str, actions: tuple[str, ...], access: AccessWire) -> Finding:
    denied = [action for action in actions if not may(access, action)]
    if denied:
        what = " and ".join(denied)
        return stop(
            name,
            f"The API user may not {what} {endpoint}.",
            f"Grant it in the security level of the API user ({SECURITY_LEVELS}).",
        )
    if _level(access.user_access_for_query) in _PART:
        return warning(
            name,
            f"The API user sees only part of {endpoint}: what it does not see may be created a second time.",
            f"Let the security level of the API user see all of them ({SECURITY_LEVELS}).",
        )
    return good(name, f"The API user may {', '.join(actions)} {endpoint}.")


def may(access: AccessWire, action: str) -> bool:
    """Whether the entity can be used so at all, and this user may."""
    can, level = {
        "query": (access.can_query, access.user_access_for_query),
        "create": (access.can_create, access.user_access_for_create),
        "update": (access.can_update, access.user_access_for_update),
    }[action]
    return is_true(can) and _level(level) not in _NONE


def _level(level: Scalar) -> str:
    """0 nothing, 1 all, 2 part; the vendor's schema leaves open whether it is a number or a word."""
    return str(level).strip().lower()
