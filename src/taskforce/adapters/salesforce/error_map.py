"""Salesforce's errors: what each means for an administrator, and what the caller does next."""

import re
from collections.abc import Mapping

import msgspec

from taskforce.adapters.http.client import Answer
from taskforce.errors import AccessError, ApiError, BudgetExhausted, ProtocolError, TransientError

SYSTEM = "Salesforce"
EDITIONS = "API access comes with the editions Enterprise, Unlimited, Performance and Developer."

SESSION_EXPIRED = "INVALID_SESSION_ID"
LOCATOR_LOST = "INVALID_QUERY_LOCATOR"

_ENABLE_API = f"{EDITIONS} If the org has one, give the user the permission API Enabled."
SOAP_FAULTS: Mapping[str, tuple[str, str]] = {
    "INVALID_LOGIN": (
        "Salesforce refused the user name, password or security token, or the user is locked out.",
        "Check all three; a new password brings a new token by e-mail (Settings > Reset My Security Token).",
    ),
    "LOGIN_MUST_USE_SECURITY_TOKEN": (
        "Salesforce asks for the security token.",
        (
            "Add the token (Settings > Reset My Security Token), or add the address Taskforce calls from to the trusted IP "
            "ranges (Setup > Security Controls > Network Access)."
        ),
    ),
    "LOGIN_CHALLENGE_ISSUED": (
        "Salesforce asks for a verification code, which a program cannot give.",
        "Add the address Taskforce calls from to the trusted IP ranges, or use an External Client App.",
    ),
    "LOGIN_CHALLENGE_PENDING": (
        "Salesforce waits for a verification code, which a program cannot give.",
        "Add the address Taskforce calls from to the trusted IP ranges, or use an External Client App.",
    ),
    "LOGIN_DURING_RESTRICTED_DOMAIN": (
        "The user may not sign in from this address.",
        "Add the address Taskforce calls from to the login IP ranges of the user's profile.",
    ),
    "LOGIN_DURING_RESTRICTED_TIME": (
        "The user may not sign in at this hour.",
        "Change the login hours of the user's profile.",
    ),
    "PASSWORD_LOCKOUT": ("The user is locked out after too many attempts.", "Unlock the user in Setup > Users."),
    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD": (
        "The user's password has expired.",
        "Set a new one in Salesforce, and enter it here with the new security token.",
    ),
    "API_DISABLED_FOR_ORG": ("The org or the user has no access to the API.", _ENABLE_API),
    "API_CURRENTLY_DISABLED": ("The org has no access to the API at present.", _ENABLE_API),
    "INSUFFICIENT_ACCESS": (
        "The user lacks a permission that this login needs.",
        "Give the user the permission Use Any API Auth, or use an External Client App.",
    ),
    "UNSUPPORTED_API_VERSION": (
        "This version of the SOAP login has been retired.",
        "Put https://login.salesforce.com/services/Soap/u/64.0 as the address, or use an External Client App.",
    ),
    "ORG_LOCKED": ("The org is locked.", "Ask Salesforce support."),
    "TRIAL_EXPIRED": ("The org's trial has ended.", "Use a paid org or a Developer edition."),
    "SSO_SERVICE_DOWN": ("The org's single sign-on service does not answer.", "Try again later."),
    "SERVER_UNAVAILABLE": ("Salesforce is not available.", "Try again later."),
}
"""By SOAP exception code: what happened and the mend (Partner API, ExceptionCode)."""

OAUTH_ERRORS: tuple[tuple[str, str, str, str], ...] = (
    (
        "invalid_client_id",
        "",
        "Salesforce does not know this client id.",
        "Copy the consumer key of the client app anew.",
    ),
    ("invalid_client", "", "Salesforce refused the client secret.", "Copy the consumer secret of the client app anew."),
    (
        "invalid_grant",
        "no client credentials user",
        "The client app has no user to run as.",
        "Choose a Run As user in the client app's policies.",
    ),
    (
        "invalid_grant",
        "not supported on this domain",
        "Client credentials are accepted at the org's My Domain address only.",
        "Put the address that Setup > My Domain shows, such as https://yourcompany.my.salesforce.com.",
    ),
    (
        "invalid_grant",
        "hasn't approved",
        "The user has not approved the client app.",
        "Let an administrator pre-authorize the user's profile or permission set in the app's policies.",
    ),
    (
        "invalid_grant",
        "audience",
        "Salesforce refused the assertion's audience.",
        "Put https://login.salesforce.com, https://test.salesforce.com for a sandbox, or the My Domain address.",
    ),
    (
        "invalid_grant",
        "assertion",
        "Salesforce refused the signed assertion.",
        "Check that the private key belongs to the certificate of the client app, the client id, and this clock.",
    ),
    (
        "invalid_grant",
        "",
        "Salesforce refused the login.",
        "Check the credentials of the client app and that its Run As user is active and not locked out.",
    ),
    ("inactive_user", "", "The user is inactive.", "Activate the user in Salesforce, or choose another."),
    ("inactive_org", "", "The org is inactive.", "Ask Salesforce support."),
    (
        "unsupported_grant_type",
        "",
        "The client app does not allow this way of signing in.",
        "Enable it in the app's OAuth settings (Client Credentials Flow or JWT Bearer Flow).",
    ),
    ("invalid_request", "", "Salesforce did not understand the login.", "Check the address and the client app."),
)
"""Error, part of its description, what happened, the mend; the first that fits (OAuth 2.0 token errors)."""


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
    errors = rest_errors(answer)
    code = errors[0].errorCode if errors else ""
    if code == "REQUEST_LIMIT_EXCEEDED":
        return BudgetExhausted(
            "The org's daily limit of API requests is used up.",
            system=SYSTEM,
            operation=operation,
            status=answer.status,
            code=code,
            mend="The import goes on by itself when requests are free again.",
        )
    if code in SOAP_FAULTS:
        message, mend = SOAP_FAULTS[code]
        return AccessError(message, system=SYSTEM, operation=operation, status=answer.status, code=code, mend=mend)
    if answer.status >= 500 or code in ("QUERY_TIMEOUT", "UNABLE_TO_LOCK_ROW"):
        return TransientError(
            f"Salesforce failed with status {answer.status} ({operation}).",
            system=SYSTEM,
            operation=operation,
            status=answer.status,
            code=code,
            mend="Try again later; status.salesforce.com tells about outages.",
        )
    if answer.status in (401, 403):
        return AccessError(
            f"Salesforce refused access ({operation}, {code or answer.status}).",
            system=SYSTEM,
            operation=operation,
            status=answer.status,
            code=code,
            mend="Check the user's permissions on accounts and contacts: read, and View All.",
        )
    return ProtocolError(
        f"Salesforce did not accept a request ({operation}, status {answer.status}{_named(code, errors)}).",
        system=SYSTEM,
        operation=operation,
        status=answer.status,
        code=code,
        mend="If the address is right, this is a defect: please report it with this message.",
    )


def _named(code: str, errors: list[WireError]) -> str:
    """The code, and the column that it names; the message itself may hold values."""
    column = re.search(r"No such column '([\w.]+)'", errors[0].message) if errors else None
    return "".join([f", {code}" if code else "", f", column {column[1]}" if column else ""])


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


def refused_login(message: str, mend: str, code: str) -> AccessError:
    """A login that a person has to mend."""
    return AccessError(message, system=SYSTEM, operation="login", code=code, mend=mend)
