"""What an answer of the REST API other than success means, and what the caller does next."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import msgspec

from taskforce.adapters.http.client import Answer
from taskforce.adapters.salesforce.login_errors import EXPIRED_PASSWORD, NO_API, OPERATION, SYSTEM, unavailable
from taskforce.errors import AccessError, ApiError, BudgetExhausted, ProtocolError, TransientError

SESSION_EXPIRED = "INVALID_SESSION_ID"
LOCATOR_LOST = "INVALID_QUERY_LOCATOR"
UNKNOWN_FIELD = "INVALID_FIELD"
HIDDEN_OBJECT = ("INVALID_TYPE", "NOT_FOUND")

WAIT_FOR_REQUESTS = timedelta(hours=1)
"""The daily limit counts the preceding 24 hours (Salesforce Help, "System Overview: API Usage"), so that requests
become free all the time; an hour frees about a 24th of them, and to ask again costs one."""

_TRY_LATER = "Try again later; status.salesforce.com tells about outages."
_EDGE_STATUSES = frozenset({420, 429, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """The error that a code becomes. `message` may name the `{operation}` and the `{column}` that is meant."""

    kind: type[ApiError]
    message: str
    mend: str


_NO_OBJECT = Meaning(
    kind=AccessError,
    message="The user may not see an object that is needed ({operation}).",
    mend="Give the user read access to accounts and contacts (Setup > Profiles or Permission Sets > Object Settings).",
)
_NO_API = Meaning(kind=AccessError, message=NO_API.message, mend=NO_API.mend)
_SLOW = Meaning(kind=TransientError, message="Salesforce took too long over a query.", mend=_TRY_LATER)

REST_ERRORS: Mapping[str, Meaning] = {
    "REQUEST_LIMIT_EXCEEDED": Meaning(
        kind=BudgetExhausted,
        message="The org's daily limit of API requests is used up.",
        mend="The import goes on by itself when requests are free again; other programs of the org share this limit.",
    ),
    "API_DISABLED_FOR_ORG": _NO_API,
    "API_CURRENTLY_DISABLED": _NO_API,
    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD": Meaning(
        kind=AccessError, message=EXPIRED_PASSWORD.message, mend=EXPIRED_PASSWORD.mend
    ),
    SESSION_EXPIRED: Meaning(
        kind=AccessError,
        message="Salesforce gives out sessions but does not accept them for its API.",
        mend="Give the client app the scope api (Manage user data via APIs), and check the org's session settings.",
    ),
    UNKNOWN_FIELD: Meaning(
        kind=ProtocolError,
        message="Salesforce does not show a field that was asked for ({column}).",
        mend="Make the field visible to the user (field-level security), or take it out of the mapping.",
    ),
    **dict.fromkeys(HIDDEN_OBJECT, _NO_OBJECT),
    LOCATOR_LOST: Meaning(
        kind=TransientError,
        message="Salesforce has given up a query before it was read to its end.",
        mend="Taskforce goes on behind the last record by itself.",
    ),
    "QUERY_TIMEOUT": _SLOW,
    "QUERY_TOO_COMPLICATED": _SLOW,
    "SERVER_UNAVAILABLE": Meaning(kind=TransientError, message="Salesforce is not available.", mend=_TRY_LATER),
}
"""By error code (REST API Developer Guide, "Status Codes and Error Responses")."""


class WireError(msgspec.Struct):
    """One element of a REST error body."""

    message: str = ""
    errorCode: str = ""  # noqa: N815 - the vendor's spelling


def rest_errors(answer: Answer) -> list[WireError]:
    """The elements of an error body; none when it is something else."""
    try:
        return msgspec.json.decode(answer.body, type=list[WireError])
    except msgspec.DecodeError:
        return []


def rest_error(answer: Answer, operation: str) -> ApiError:
    """What a REST answer other than success means."""
    first = next(iter(rest_errors(answer)), WireError())
    code = first.errorCode if re.fullmatch(r"\w{1,60}", first.errorCode) else ""
    meaning = _meaning(answer, code, first.message)
    wait = answer.retry_after
    if meaning.kind is BudgetExhausted:
        wait = max(wait or timedelta(0), WAIT_FOR_REQUESTS)
    column = re.search(r"No such column '([\w.]{1,80})'", first.message)
    return meaning.kind(
        meaning.message.format(
            operation=operation, column=column[1] if column else "unnamed", status=answer.status, code=code or "no code"
        ),
        system=SYSTEM,
        operation=operation,
        status=answer.status,
        code=code,
        retry_after=wait,
        mend=meaning.mend,
    )


def _meaning(answer: Answer, code: str, text: str) -> Meaning:
    """By code first, by status where there is none that is known."""
    if code == "REQUEST_LIMIT_EXCEEDED" and "concurrent" in text.casefold():
        return Meaning(kind=TransientError, message="The org has too many long requests under way.", mend=_TRY_LATER)
    if code in REST_ERRORS:
        return REST_ERRORS[code]
    if answer.status >= 500 or answer.status in _EDGE_STATUSES:
        return Meaning(
            kind=TransientError, message="Salesforce failed with status {status} ({operation}).", mend=_TRY_LATER
        )
    if 300 <= answer.status < 400:
        return Meaning(kind=AccessError, message=_moved(answer), mend="Put the address that Setup > My Domain shows.")
    if answer.status in (401, 403):
        return Meaning(
            kind=AccessError,
            message="Salesforce refused access ({operation}, {code}).",
            mend="Check the user's permissions on accounts and contacts: read, and View All.",
        )
    return Meaning(
        kind=ProtocolError,
        message="Salesforce did not accept a request ({operation}, status {status}, {code}).",
        mend="Check that the address is that of a Salesforce org; if it is, please report this message.",
    )


def _moved(answer: Answer) -> str:
    host = urlsplit(answer.headers.get("location", "")).hostname or ""
    where = f" to {host}" if re.fullmatch(r"[a-z0-9.-]{1,253}", host) else ""
    return f"The address of Salesforce leads elsewhere{where} ({{operation}})."


def not_a_login(answer: Answer) -> ApiError:
    """An answer in which the login service of Salesforce says nothing: something else has answered, or it is down."""
    if answer.status >= 500 or answer.status in _EDGE_STATUSES:
        return unavailable(answer)
    if answer.status == 200:
        return not_understood(OPERATION, answer)
    if 300 <= answer.status < 400:
        return rest_error(answer, OPERATION)
    kind = AccessError if answer.status in (401, 403) else ProtocolError
    return kind(
        f"The login was answered with status {answer.status}, and not as Salesforce answers.",
        system=SYSTEM,
        operation=OPERATION,
        status=answer.status,
        code="not_understood",
        mend="Check that the address is that of a Salesforce org, and that no proxy or firewall answers in its place.",
    )


def not_understood(operation: str, answer: Answer) -> ProtocolError:
    """A success whose body is not what the API promises."""
    return ProtocolError(
        f"The answer to {operation} is not what Salesforce's API gives.",
        system=SYSTEM,
        operation=operation,
        status=answer.status,
        code="not_understood",
        mend="Check that the address is that of a Salesforce org, and that no proxy answers in its place.",
    )
