"""Signing in (spec section 3): OAuth client credentials, OAuth JWT bearer, SOAP login()."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

import jwt
import msgspec

from taskforce.adapters.http.client import Answer, HttpClient, is_loopback
from taskforce.adapters.salesforce.credentials import SalesforceCredentials, Session
from taskforce.adapters.salesforce.error_map import not_a_login, not_understood
from taskforce.adapters.salesforce.login_errors import (
    OPERATION,
    RETRY_WANTED,
    Refusal,
    oauth_refusal,
    refused,
    unavailable,
)
from taskforce.adapters.salesforce.soap import soap_login
from taskforce.domain.values import salesforce_id
from taskforce.errors import ApiError, ConfigurationError

ASSERTION_LIFETIME = timedelta(minutes=3)
"""Salesforce takes no assertion that is good for much longer."""


class _Token(msgspec.Struct):
    access_token: str
    instance_url: str
    id: str = ""


class _TokenError(msgspec.Struct):
    error: str
    error_description: str = ""


def log_in(credentials: SalesforceCredentials, http: HttpClient) -> Session:
    """A new session. Raises AccessError with the mend when the login is refused.

    The address that the session is good for is checked before anything is sent there.
    """
    instead = credentials.api_origin_of_page
    if instead is not None:
        refusal = Refusal(message="This is an address of Salesforce's pages, not of its API.", mend=f"Put {instead}.")
        raise refused(refusal, "page_address")
    sign_in = _METHODS.get(credentials.method)
    if sign_in is None:
        raise ConfigurationError([f"salesforce.method must be one of {', '.join(_METHODS)}."])
    session = sign_in(credentials, http)
    check_instance(session.instance_url, credentials)
    return session


def check_instance(instance_url: str, credentials: SalesforceCredentials) -> None:
    """Refuse to send the session where a login must not lead: off https, or on to this machine from elsewhere."""
    try:
        parts = urlsplit(instance_url)
        goes_home = is_loopback(parts.hostname or "")
    except ValueError:
        raise _untrusted() from None
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and goes_home)
    if not (is_safe and parts.hostname and "@" not in parts.netloc and goes_home == is_loopback(credentials.host)):
        raise _untrusted()


def _untrusted() -> ApiError:
    refusal = Refusal(
        message="Salesforce named an instance address that Taskforce does not trust; nothing was sent there.",
        mend="Check the address of the connection: an instance must be reached by https.",
    )
    return refused(refusal, "untrusted_instance")


def audience(credentials: SalesforceCredentials) -> str:
    """Whom an assertion is for: the login host of production or of sandboxes, else the address itself."""
    if credentials.host == "test.salesforce.com" or credentials.host.endswith(".sandbox.my.salesforce.com"):
        return "https://test.salesforce.com"
    if credentials.host.endswith(".salesforce.com"):
        return "https://login.salesforce.com"
    return credentials.origin


def _client_credentials(credentials: SalesforceCredentials, http: HttpClient) -> Session:
    form = {
        "grant_type": "client_credentials",
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
    }
    return _token(form, credentials, http)


def _jwt_bearer(credentials: SalesforceCredentials, http: HttpClient) -> Session:
    claims = {
        "iss": credentials.client_id,
        "sub": credentials.username,
        "aud": audience(credentials),
        "exp": int((datetime.now(UTC) + ASSERTION_LIFETIME).timestamp()),
    }
    try:
        assertion = jwt.encode(claims, credentials.private_key, algorithm="RS256")
    except (ValueError, TypeError, jwt.PyJWTError):
        raise ConfigurationError(
            ["salesforce.private_key cannot be read: it must be an RSA private key in PEM form, without a passphrase."]
        ) from None
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
    return _token(form, credentials, http)


_METHODS: Mapping[str, Callable[[SalesforceCredentials, HttpClient], Session]] = {
    "client_credentials": _client_credentials,
    "jwt_bearer": _jwt_bearer,
    "password": soap_login,
}


def _token(form: Mapping[str, str], credentials: SalesforceCredentials, http: HttpClient) -> Session:
    """Ask the token endpoint; a token of Salesforce has no stated end, so only its refusal tells that it is over."""
    answer = http.send(
        "POST",
        f"{credentials.origin}/services/oauth2/token",
        operation=OPERATION,
        headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
        content=urlencode(form).encode(),
        repeatable=True,
        is_transient=lambda answer: answer.status == 400 and RETRY_WANTED in _description(answer).casefold(),
    )
    if answer.status != 200:
        raise _refused(answer)
    try:
        token = msgspec.json.decode(answer.body, type=_Token)
    except msgspec.DecodeError:
        raise not_understood(OPERATION, answer) from None
    return Session(
        access_token=token.access_token,
        instance_url=token.instance_url.rstrip("/"),
        organization_id=_organization_of(token.id),
        issued_at=answer.date,
    )


def _organization_of(identity_url: str) -> str:
    """The org's id from an identity URL, https://login.salesforce.com/id/00D…/005…."""
    found = re.search(r"/id/(00D\w{12,15})/", identity_url)
    return (salesforce_id(found[1]) or "") if found else ""


def _refused(answer: Answer) -> ApiError:
    error = _error(answer)
    if error is None:
        return not_a_login(answer)
    if answer.status >= 500 or RETRY_WANTED in error.error_description.casefold():
        return unavailable(answer)
    return oauth_refusal(error.error, error.error_description, status=answer.status)


def _description(answer: Answer) -> str:
    error = _error(answer)
    return error.error_description if error is not None else ""


def _error(answer: Answer) -> _TokenError | None:
    try:
        return msgspec.json.decode(answer.body, type=_TokenError)
    except msgspec.DecodeError:
        return None
