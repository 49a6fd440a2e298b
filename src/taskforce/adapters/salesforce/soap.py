"""SOAP login(): two messages, written by hand and read with a hardened parser (Partner API, login)."""

import re
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from taskforce.adapters.http.client import HttpClient
from taskforce.adapters.salesforce.credentials import SalesforceCredentials, Session
from taskforce.adapters.salesforce.error_map import SOAP_FAULTS, SYSTEM, not_understood, refused_login
from taskforce.errors import ApiError, TransientError

LATEST_VERSION = 64
"""login() does not exist from version 65 on, and ends in Summer '27."""

FIRST_VERSION = 31
"""Earlier versions were retired by Summer '25."""

_LOGIN_RETIRED = (
    "Salesforce no longer accepts user name and password by way of the API in this org.",
    (
        "Use an External Client App (client credentials), or let an administrator allow SOAP login() in Setup > User "
        "Interface; it ends for everyone in Summer '27."
    ),
)


def login_url(credentials: SalesforceCredentials) -> str:
    """Where to send login(): the address itself when it is a SOAP endpoint, version 64.0 on its host otherwise.

    An old endpoint such as /u/12.0 is recognised (S5).
    """
    parts = urlsplit(credentials.url)
    endpoint = re.fullmatch(r"/services/Soap/[uc]/(\d+)\.\d+(/\w*)?/?", parts.path, re.IGNORECASE)
    if endpoint is None:
        return f"{credentials.origin}/services/Soap/u/{LATEST_VERSION}.0"
    version = int(endpoint[1])
    if not FIRST_VERSION <= version <= LATEST_VERSION:
        raise refused_login(
            f"Version {version}.0 of the SOAP login is not available any more or not yet.",
            f"Put {credentials.origin}/services/Soap/u/{LATEST_VERSION}.0 as the address.",
            "UNSUPPORTED_API_VERSION",
        )
    return credentials.url


def soap_login(credentials: SalesforceCredentials, http: HttpClient) -> Session:
    """Sign in with user name, password and security token. Raises AccessError with the mend for every refusal."""
    url = login_url(credentials)
    answer = http.send(
        "POST",
        url,
        operation="login",
        headers={"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": "login"},
        content=_envelope(credentials).encode(),
        repeatable=True,
    )
    try:
        root = fromstring(answer.body)
    except (ParseError, DefusedXmlException):
        raise not_understood("login", answer) from None
    fault = _text(root, "exceptionCode") or _text(root, "faultcode")
    if fault:
        raise _fault(fault.rpartition(":")[2], _text(root, "faultstring") or "")
    server_url, session_id = _text(root, "serverUrl"), _text(root, "sessionId")
    if not server_url or not session_id:
        raise not_understood("login", answer)
    if _text(root, "passwordExpired") == "true":
        raise refused_login(*SOAP_FAULTS["INVALID_OPERATION_WITH_EXPIRED_PASSWORD"], "password_expired")
    parts = urlsplit(server_url)
    return Session(access_token=session_id, instance_url=f"{parts.scheme}://{parts.netloc}")


def _envelope(credentials: SalesforceCredentials) -> str:
    secret = escape(credentials.password + credentials.security_token)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body>'
        '<login xmlns="urn:partner.soap.sforce.com">'
        f"<username>{escape(credentials.username)}</username><password>{secret}</password>"
        "</login></env:Body></env:Envelope>"
    )


def _fault(code: str, text: str) -> ApiError:
    if code in SOAP_FAULTS:
        return refused_login(*SOAP_FAULTS[code], code)
    if code == "INVALID_OPERATION":
        return refused_login(*_LOGIN_RETIRED, code)
    if "login rate exceeded" in text.casefold():
        return TransientError(
            "Salesforce has seen too many logins of this user within an hour.",
            system=SYSTEM,
            operation="login",
            code=code,
            mend="Wait an hour; look for other programs that sign in with this user.",
        )
    return refused_login(f"Salesforce refused the login ({code}).", "Look this code up in Salesforce's help.", code)


def _text(root: Element, name: str) -> str | None:
    """The text of the first element of this local name, whatever its namespace."""
    found = next((each for each in root.iter() if each.tag.rpartition("}")[2] == name), None)
    return (found.text or "").strip() if found is not None else None
