"""Why Salesforce refuses a login: for an administrator, what happened and what to do about it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from taskforce.adapters.http.client import Answer
from taskforce.errors import AccessError, ApiError, TransientError

SYSTEM = "Salesforce"
OPERATION = "login"
EDITIONS = "API access comes with the editions Enterprise, Unlimited, Performance and Developer."
TRUSTED_RANGES = "the trusted IP ranges (Setup > Security Controls > Network Access)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What happened and the mend; one that `may_pass` is worth another try without anybody doing anything."""

    message: str
    mend: str
    may_pass: bool = False


NO_API = Refusal(
    message="The org or the user has no access to the API.",
    mend=f"{EDITIONS} If the org has one of these, give the user the permission API Enabled.",
)
EXPIRED_PASSWORD = Refusal(
    message="The user's password has expired.",
    mend="Set a new one in Salesforce, and enter it here with the new security token that comes by e-mail.",
)
LOGIN_DISABLED = Refusal(
    message="Signing in by user name and password (SOAP API login()) is switched off in this org.",
    mend=(
        "Use an External Client App (client credentials), or let an administrator enable SOAP API login() in Setup > "
        "User Interface; it ends for everyone in Summer '27."
    ),
)
VERSION_WITHOUT_LOGIN = Refusal(
    message="Signing in by user name and password does not exist in this version of the SOAP API.",
    mend=(
        "Put https://login.salesforce.com/services/Soap/u/64.0 as the address (https://test.salesforce.com for a "
        "sandbox), or use an External Client App."
    ),
)
_CHALLENGE = Refusal(
    message="Salesforce asks for a verification code, which a program cannot give.",
    mend=f"Add the address Taskforce calls from to {TRUSTED_RANGES}, or use an External Client App.",
)
_OUTAGE = Refusal(
    message="Salesforce is not available at present.",
    mend="Try again later; status.salesforce.com tells about outages.",
    may_pass=True,
)

SOAP_FAULTS: Mapping[str, Refusal] = {
    "INVALID_LOGIN": Refusal(
        message="Salesforce refused the user name, password or security token, or the user is locked out.",
        mend=(
            "Check all three, and the address (https://test.salesforce.com for a sandbox); a new password brings a new "
            "token by e-mail (Settings > Reset My Security Token). Unlock the user in Setup > Users."
        ),
    ),
    "LOGIN_MUST_USE_SECURITY_TOKEN": Refusal(
        message="Salesforce asks for the security token.",
        mend=(
            "Add the token (Settings > Reset My Security Token), or add the address Taskforce calls from to "
            f"{TRUSTED_RANGES}."
        ),
    ),
    "LOGIN_CHALLENGE_ISSUED": _CHALLENGE,
    "LOGIN_CHALLENGE_PENDING": _CHALLENGE,
    "LOGIN_DURING_RESTRICTED_DOMAIN": Refusal(
        message="The user may not sign in from the address that Taskforce calls from.",
        mend="Add that address to the login IP ranges of the user's profile (Setup > Profiles).",
    ),
    "LOGIN_DURING_RESTRICTED_TIME": Refusal(
        message="The user may not sign in at this hour.",
        mend="Change the login hours of the user's profile (Setup > Profiles).",
    ),
    "PASSWORD_LOCKOUT": Refusal(
        message="The user is locked out after too many attempts.",
        mend="Unlock the user in Setup > Users, and check the password stored here.",
    ),
    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD": EXPIRED_PASSWORD,
    "API_DISABLED_FOR_ORG": NO_API,
    "API_CURRENTLY_DISABLED": NO_API,
    "INSUFFICIENT_ACCESS": Refusal(
        message="The user lacks a permission that signing in by user name and password needs.",
        mend="Give the user the permission Use Any API Auth, or use an External Client App.",
    ),
    "UNSUPPORTED_API_VERSION": VERSION_WITHOUT_LOGIN,
    "UNSUPPORTED_CLIENT": Refusal(
        message="The org does not accept this kind of client.",
        mend="Use an External Client App (client credentials).",
    ),
    "ORG_NOT_OWNED_BY_INSTANCE": Refusal(
        message="The org does not live at this address.",
        mend="Put the address that Setup > My Domain shows, such as https://yourcompany.my.salesforce.com.",
    ),
    "ORG_LOCKED": Refusal(message="The org is locked.", mend="Ask Salesforce support to unlock it."),
    "TRIAL_EXPIRED": Refusal(message="The org's trial has ended.", mend="Use a paid org or one of Developer edition."),
    "SSO_SERVICE_DOWN": Refusal(
        message="The org's single sign-on service does not answer.",
        mend="Try again later, or use an External Client App, which does not need it.",
    ),
    "SERVER_UNAVAILABLE": _OUTAGE,
    "UNKNOWN_EXCEPTION": _OUTAGE,
}
"""By exception code of a SOAP fault (Partner API, ExceptionCode)."""

_SOAP_TEXTS: tuple[tuple[str, Refusal], ...] = (
    ("not available in the api version", VERSION_WITHOUT_LOGIN),
    ("login() is disabled", LOGIN_DISABLED),
    (
        "login rate exceeded",
        Refusal(
            message="Salesforce has seen too many logins of this user: 3,600 an hour are allowed.",
            mend="Look for other programs that sign in with this user; Taskforce tries again at the next import.",
            may_pass=True,
        ),
    ),
)
"""Faults that only their text tells apart."""

_ANY = ""
OAUTH_ERRORS: tuple[tuple[str, str, Refusal], ...] = (
    (
        "invalid_client_id",
        _ANY,
        Refusal(
            message="Salesforce does not know this client id.",
            mend="Copy the consumer key of the External Client App anew, and check that the address is that org's.",
        ),
    ),
    (
        "invalid_client",
        _ANY,
        Refusal(
            message="Salesforce refused the client secret.",
            mend="Copy the consumer secret of the External Client App anew.",
        ),
    ),
    (
        "invalid_grant",
        "no client credentials user",
        Refusal(
            message="The client app has no user to run as.",
            mend="Enable the client credentials flow in the app's policies, and choose a Run As user there.",
        ),
    ),
    (
        "invalid_grant",
        "not supported on this domain",
        Refusal(
            message="Client credentials are accepted at the org's My Domain address only.",
            mend="Put the address that Setup > My Domain shows, such as https://yourcompany.my.salesforce.com.",
        ),
    ),
    (
        "invalid_grant",
        "hasn't approved",
        Refusal(
            message="The user is not known, or has not approved the client app.",
            mend=(
                "Check the user name; let an administrator pre-authorize the user's profile or permission set in the "
                "app's policies."
            ),
        ),
    ),
    (
        "invalid_grant",
        "audience",
        Refusal(
            message="Salesforce refused the assertion's audience.",
            mend="Put the My Domain address, or https://login.salesforce.com (sandboxes: https://test.salesforce.com).",
        ),
    ),
    (
        "invalid_grant",
        "assertion",
        Refusal(
            message="Salesforce refused the signed assertion.",
            mend="Check that the private key belongs to the app's certificate, and that this machine's clock is right.",
        ),
    ),
    (
        "invalid_grant",
        "ip restricted",
        Refusal(
            message="The user may not sign in from the address that Taskforce calls from.",
            mend=f"Add that address to {TRUSTED_RANGES}, or relax the IP restrictions in the app's policies.",
        ),
    ),
    (
        "invalid_grant",
        _ANY,
        Refusal(
            message="Salesforce refused the login.",
            mend="Check the app's credentials, and that its user is active, not locked out and allowed to use the app.",
        ),
    ),
    (
        "inactive_user",
        _ANY,
        Refusal(message="The user is inactive.", mend="Activate the user in Salesforce, or choose another one."),
    ),
    ("inactive_org", _ANY, Refusal(message="The org is inactive.", mend="Ask Salesforce support.")),
    (
        "unsupported_grant_type",
        _ANY,
        Refusal(
            message="The client app does not allow this way of signing in.",
            mend="Enable the client credentials flow or the JWT bearer flow in the app's OAuth settings.",
        ),
    ),
    (
        "invalid_request",
        _ANY,
        Refusal(message="Salesforce did not accept the login request.", mend="Check the address and the client app."),
    ),
)
"""Error, part of its description, and what they mean; the first that fits (OAuth 2.0 token endpoint)."""

RETRY_WANTED = "retry your request"
"""Salesforce's way of saying that a token request failed by chance."""


def soap_refusal(code: str, text: str, *, status: int) -> ApiError:
    """The error of a SOAP fault; its own text is used to tell faults apart and never shown."""
    by_text = next((refusal for part, refusal in _SOAP_TEXTS if part in text.casefold()), None)
    return refused(by_text or SOAP_FAULTS.get(code), code, status=status)


def oauth_refusal(error: str, description: str, *, status: int) -> ApiError:
    """The error of a refused token request."""
    for known, part, refusal in OAUTH_ERRORS:
        if error == known and part in description.casefold():
            return refused(refusal, error, status=status)
    return refused(None, error, status=status)


def refused(refusal: Refusal | None, code: str, *, status: int | None = None) -> ApiError:
    """A refused login as an error; one that is not in the tables is named by its code."""
    name = code if re.fullmatch(r"\w{1,60}", code) else "unknown"
    refusal = refusal or Refusal(
        message=f"Salesforce refused the login ({name}).",
        mend="Look this code up in Salesforce's help, and try to sign in with the same data in a browser.",
    )
    kind = TransientError if refusal.may_pass else AccessError
    return kind(refusal.message, system=SYSTEM, operation=OPERATION, status=status, code=name, mend=refusal.mend)


def unavailable(answer: Answer) -> TransientError:
    """The login service fails."""
    return TransientError(
        f"Salesforce's login does not work at present (status {answer.status}).",
        system=SYSTEM,
        operation=OPERATION,
        status=answer.status,
        code="unavailable",
        retry_after=answer.retry_after,
        mend="Try again later; status.salesforce.com tells about outages.",
    )
