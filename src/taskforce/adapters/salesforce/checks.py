"""The Salesforce half of `taskforce check`: one finding per thing that an import needs."""

from collections.abc import Iterator, Mapping, Sequence

from taskforce.adapters.salesforce.client import SalesforceClient
from taskforce.adapters.salesforce.login_errors import SYSTEM
from taskforce.adapters.salesforce.source import SalesforceSource
from taskforce.domain.checking import Finding
from taskforce.domain.records import Entity
from taskforce.errors import ApiError, TaskforceError

ESSENTIAL: Mapping[Entity, frozenset[str]] = {
    Entity.COMPANY: frozenset({"Id", "Name", "SystemModstamp", "IsDeleted", "OwnerId"}),
    Entity.CONTACT: frozenset({"Id", "LastName", "AccountId", "SystemModstamp", "IsDeleted"}),
}
"""Without these fields nothing can be imported."""

ALMOST_USED_UP = 0.8
"""The share of the daily requests from which on a warning is given."""


def check_salesforce(
    client: SalesforceClient, *, method: str, mapped: Mapping[Entity, Sequence[str]]
) -> Iterator[Finding]:
    """Reach it, sign in, read both objects; `mapped` are the fields that the mapping reads."""
    try:
        session = client.session()
    except TaskforceError as error:
        yield _stop("login", error.message, error.mend)
        return
    yield _ok("login", f"Signed in ({method}), API version {session.api_version}.")
    if method == "password":
        yield _warn(
            "login_method",
            "Signing in by user name and password ends in Summer '27.",
            "Set up an External Client App with the client credentials flow.",
        )
    yield from _check_objects(client, mapped)


def _check_objects(client: SalesforceClient, mapped: Mapping[Entity, Sequence[str]]) -> Iterator[Finding]:
    try:
        schema = SalesforceSource(client).describe()
    except ApiError as error:
        name = "object_access" if error.code in ("NOT_FOUND", "INVALID_TYPE") else "api_access"
        yield _stop(name, error.message, error.mend)
        return
    yield _ok("api_access", "The user may use the API.")
    for entity in Entity:
        yield from _check_fields(entity, schema.fields[entity], mapped[entity])
    yield _warn(
        "view_all",
        "Whether the user sees all accounts and contacts cannot be told from here.",
        "Give it the permission View All on both; records it does not see look deleted.",
    )
    yield _check_usage(client)


def _check_fields(entity: Entity, visible: frozenset[str], mapped: Sequence[str]) -> Iterator[Finding]:
    name = f"{entity.source_object.lower()}_fields"
    essential = sorted(ESSENTIAL[entity] - visible)
    hidden = sorted({field for field in mapped if "." not in field} - visible - set(essential))
    if essential:
        yield _stop(
            name,
            f"The user does not see {', '.join(essential)} of {entity.source_object}.",
            "Make these fields visible to the user (Setup > Object Manager > Fields > Set Field-Level Security).",
        )
    elif hidden:
        yield _warn(
            name,
            f"The user does not see {', '.join(hidden)} of {entity.source_object}; they are not imported.",
            "Make them visible to the user by field-level security if they should be.",
        )
    else:
        yield _ok(name, f"All mapped fields of {entity.source_object} are visible.")


def _check_usage(client: SalesforceClient) -> Finding:
    usage = client.usage
    if usage is None:
        return _ok("daily_limit", "Salesforce did not tell how many requests are left today.")
    message = f"{usage.used} of {usage.limit} requests of today are used."
    if usage.used >= usage.limit * ALMOST_USED_UP:
        return _warn("daily_limit", message, "Look which other programs use the API, or lengthen the interval.")
    return _ok("daily_limit", message)


def _ok(name: str, message: str) -> Finding:
    return Finding(system=SYSTEM, name=name, ok=True, stops_import=False, message=message)


def _warn(name: str, message: str, mend: str) -> Finding:
    return Finding(system=SYSTEM, name=name, ok=False, stops_import=False, message=message, mend=mend)


def _stop(name: str, message: str, mend: str) -> Finding:
    return Finding(system=SYSTEM, name=name, ok=False, stops_import=True, message=message, mend=mend)
