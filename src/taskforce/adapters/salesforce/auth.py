"""Signing in (spec section 3): OAuth client credentials, OAuth JWT bearer, SOAP login()."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

import jwt
import msgspec

from taskforce.adapters.http.client import Answer, HttpClient, is_loopback
from taskforce.adapters.salesforce.credentials import SalesforceCredentials, Session
from taskforce.adapters.salesforce.error_map import OAUTH_ERRORS, SYSTEM, not_understood, refused_login
from taskforce.adapters.salesforce.soap import soap_login
from taskforce.errors import ApiError, ConfigurationError, TransientError

ASSERTION_LIFETIME = timedelta(minutes=3)


class _Token(msgspec.Struct):
    access_token: str
    instance_url: str


class _Refusal(msgspec.Struct):
    error: str
    error_description: str = ""


def log_in(credentials: SalesforceCredentials, http: HttpClient) -> Session:
    """A new session. Raises AccessError with the mend when the login is refused."""
    if credentials.method == "password":
        session = soap_login(credentials, http)
    elif credentials.method == "jwt_bearer":
        session = _oauth(_jwt_form(credentials), credentials, http)
    else:
        session = _oauth(_client_form(credentials), credentials, http)
    check_instance(session.instance_url, credentials)
    return session


def check_instance(instance_url: str, credentials: SalesforceCredentials) -> None:
    """Refuse to send the session where a login must not lead: off https, or on to this machine from elsewhere."""
    parts, asked = urlsplit(instance_url), urlsplit(credentials.url)
    goes_home = is_loopback(parts.hostname or "")
    if (parts.scheme == "https" or goes_home) and goes_home == is_loopback(asked.hostname or ""):
        return
    raise refused_login(
        "Salesforce named an instance address that Taskforce does not trust.",
        "Check the address of the connection; an instance must be reached by https.",
        "untrusted_instance",
    )


def _client_form(credentials: SalesforceCredentials) -> Mapping[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
    }


def _jwt_form(credentials: SalesforceCredentials) -> Mapping[str, str]:
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
    return {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}


def audience(credentials: SalesforceCredentials) -> str:
    """Whom an assertion is for: the login host of production or of sandboxes, else the address itself."""
    host = urlsplit(credentials.url).hostname or ""
    if host == "test.salesforce.com" or host.endswith(".sandbox.my.salesforce.com"):
        return "https://test.salesforce.com"
    if host.endswith(".salesforce.com"):
        return "https://login.salesforce.com"
    return credentials.origin


def _oauth(form: Mapping[str, str], credentials: SalesforceCredentials, http: HttpClient) -> Session:
    answer = http.send(
        "POST",
        f"{credentials.origin}/services/oauth2/token",
        operation="login",
        headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
        content=urlencode(form).encode(),
        repeatable=True,
    )
    if answer.status != 200:
        raise _refused(answer)
    try:
        token = msgspec.json.decode(answer.body, type=_Token)
    except msgspec.DecodeError:
        raise not_understood("login", answer) from None
    return Session(access_token=token.access_token, instance_url=token.instance_url.rstrip("/"))


def _refused(answer: Answer) -> ApiError:
    try:
        refusal = msgspec.json.decode(answer.body, type=_Refusal)
    except msgspec.DecodeError:
        if answer.status >= 500:
            return _unavailable(answer)
        return not_understood("login", answer)
    if "retry your request" in refusal.error_description.casefold() or answer.status >= 500:
        return _unavailable(answer)
    for error, part, message, mend in OAUTH_ERRORS:
        if refusal.error == error and part in refusal.error_description.casefold():
            return refused_login(message, mend, error)
    return refused_login(
        f"Salesforce refused the login ({refusal.error}).", "Look this error up in Salesforce's help.", refusal.error
    )


def _unavailable(answer: Answer) -> TransientError:
    return TransientError(
        "Salesforce's login does not work at present.",
        system=SYSTEM,
        operation="login",
        status=answer.status,
        mend="Try again later; status.salesforce.com tells about outages.",
    )
