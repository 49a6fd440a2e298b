"""The Salesforce half of `taskforce check`: one finding per thing that an import needs."""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

import msgspec

from taskforce.adapters.http.addresses import REFUSED
from taskforce.adapters.http.failures import NO_ANSWER, TLS, UNREACHABLE
from taskforce.adapters.salesforce.client import NO_COMMON_VERSION, SalesforceClient
from taskforce.adapters.salesforce.describe import visible_fields
from taskforce.adapters.salesforce.error_map import HIDDEN_OBJECT
from taskforce.adapters.salesforce.login_errors import SYSTEM
from taskforce.adapters.salesforce.source import SalesforceSource
from taskforce.adapters.salesforce.wire import QueryPage
from taskforce.domain.checking import Finding
from taskforce.domain.filtering import RecordFilter
from taskforce.domain.records import Entity
from taskforce.errors import ApiError, BudgetExhausted, ConfigurationError, TaskforceError

ESSENTIAL: Mapping[Entity, frozenset[str]] = {
    Entity.COMPANY: frozenset({"Id", "Name", "SystemModstamp", "IsDeleted", "OwnerId"}),
    Entity.CONTACT: frozenset({"Id", "LastName", "AccountId", "SystemModstamp", "IsDeleted"}),
}
"""Without these fields nothing can be imported."""

ALMOST_USED_UP = 0.8
"""The share of the daily requests from which on a warning is given."""

_EDIT = "Change it with taskforce connections edit."
_BEFORE_LOGIN = {
    UNREACHABLE: "reachable",
    NO_ANSWER: "reachable",
    TLS: "reachable",
    REFUSED: "reachable",
    NO_COMMON_VERSION: "api_version",
}
"""Which check an error belongs to that keeps a session from beginning; any other is one of the login."""


def check_salesforce(
    client: SalesforceClient, *, method: str, mapped: Mapping[Entity, Sequence[str]]
) -> Iterator[Finding]:
    """Reach it, sign in anew, read both objects; `mapped` are the fields that the mapping reads."""
    client.end_session()
    try:
        session = client.session()
    except TaskforceError as error:
        code = error.code if isinstance(error, ApiError) else ""
        yield _stop(_BEFORE_LOGIN.get(code, "login"), error.message, error.mend or _EDIT)
        return
    yield _ok("reachable", f"Salesforce answers at {urlsplit(session.instance_url).hostname}.")
    yield _ok("login", f"Signed in ({method}).")
    yield _ok("api_version", f"API version {session.api_version} is used.")
    if method == "password":
        yield _warn(
            "login_method",
            "Signing in by user name and password ends in Summer '27.",
            "Set up an External Client App with the client credentials flow.",
        )
    yield from _check_access(client, mapped)


def _check_access(client: SalesforceClient, mapped: Mapping[Entity, Sequence[str]]) -> Iterator[Finding]:
    """What the user may do; the first answer already tells whether there is access to the API at all."""
    visible: dict[Entity, frozenset[str]] = {}
    for entity in Entity:
        name = f"{entity.source_object.lower()}_access"
        try:
            visible[entity] = visible_fields(client, entity, mapped[entity])
        except BudgetExhausted as error:
            yield _stop("daily_limit", error.message, error.mend)
            return
        except ApiError as error:
            is_hidden = error.code in HIDDEN_OBJECT
            yield _stop(name if is_hidden else "api_access", error.message, error.mend)
            if not is_hidden:
                return
        else:
            yield _ok(name, f"The user may read {entity.source_object}.")
    yield _check_edition(client)
    yield _check_owner(client)
    for entity, fields in visible.items():
        yield _check_fields(entity, fields, mapped[entity])
    yield _ok(
        "view_all",
        "Whether the user sees all accounts and contacts cannot be told from here: it needs the permission View All "
        "on both, since records that it does not see look deleted.",
    )
    yield _check_usage(client)


def _check_edition(client: SalesforceClient) -> Finding:
    """The org's edition (S12), where the user may read it; that it has API access is known by now."""
    try:
        answer = client.get(
            "{base}/query", operation="read the edition", params={"q": "SELECT OrganizationType FROM Organization"}
        )
        [row] = msgspec.json.decode(answer.body, type=QueryPage).records
    except (ApiError, msgspec.DecodeError, ValueError):
        return _ok("api_access", "The user may use the API.")
    return _ok("api_access", f"The user may use the API; the org is of {row.get('OrganizationType')}.")


def _check_owner(client: SalesforceClient) -> Finding:
    """Whether owners' names can be read (S19): without them no import runs, so one is asked for as imports ask."""
    try:
        client.get(
            "{base}/query",
            operation="read owners",
            params={"q": "SELECT Owner.FirstName, Owner.LastName FROM Account LIMIT 1"},
        )
    except ApiError as error:
        return _stop("owner_names", error.message, error.mend)
    return _ok("owner_names", "The names of account owners can be read.")


def _check_fields(entity: Entity, visible: frozenset[str], mapped: Sequence[str]) -> Finding:
    name = f"{entity.source_object.lower()}_fields"
    essential = sorted(ESSENTIAL[entity] - visible)
    hidden = sorted(set(mapped) - visible - set(essential))
    if essential:
        return _stop(
            name,
            f"The user does not see {', '.join(essential)} of {entity.source_object}.",
            "Make these fields visible to the user (Setup > Object Manager > Fields > Set Field-Level Security).",
        )
    if hidden:
        return _warn(
            name,
            f"The user does not see {', '.join(hidden)} of {entity.source_object}; they are not imported.",
            "Make them visible to the user by field-level security if they should be.",
        )
    return _ok(name, f"All mapped fields of {entity.source_object} are visible.")


def _check_usage(client: SalesforceClient) -> Finding:
    usage = client.usage
    if usage is None:
        return _ok("daily_limit", "Salesforce did not tell how many requests are left today.")
    message = f"{usage.used} of {usage.limit} requests of today are used."
    if usage.used >= usage.limit * ALMOST_USED_UP:
        return _warn("daily_limit", message, "Look which other programs use the API, or lengthen the interval.")
    return _ok("daily_limit", message)


def check_filter(source: SalesforceSource, record_filter: RecordFilter) -> Iterator[Finding]:
    """Whether what decides about being imported (B10) can be seen, and how many accounts fit; nothing without a filter.

    Of a source that can be read.
    """
    if not record_filter.accounts and not record_filter.contacts:
        return
    try:
        fit, there = source.count(Entity.COMPANY, record_filter), source.count(Entity.COMPANY, RecordFilter())
        source.count(Entity.CONTACT, record_filter)
    except ConfigurationError as error:
        mend = "Make it visible by field-level security, or change the filter; until then nothing is decided by it."
        yield _stop("record_filter", " ".join(error.problems), mend)
    except ApiError as error:
        yield _warn("record_filter", error.message, error.mend or "Change the filter.")
    else:
        yield _ok("record_filter", f"{fit:,} of {there:,} accounts fit the filter.")


def _ok(name: str, message: str) -> Finding:
    return Finding(system=SYSTEM, name=name, ok=True, stops_import=False, message=message)


def _warn(name: str, message: str, mend: str) -> Finding:
    return Finding(system=SYSTEM, name=name, ok=False, stops_import=False, message=message, mend=mend)


def _stop(name: str, message: str, mend: str) -> Finding:
    return Finding(system=SYSTEM, name=name, ok=False, stops_import=True, message=message, mend=mend)
