"""SOAP login(): two messages, written by hand and read with a hardened parser (Partner API, login)."""

import re
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element  # nosec B405 # what is parsed is parsed by defusedxml
from xml.sax.saxutils import escape  # nosec B406 # it parses nothing

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from taskforce.adapters.http.client import Answer, HttpClient
from taskforce.adapters.salesforce.credentials import SalesforceCredentials, Session
from taskforce.adapters.salesforce.error_map import not_a_login, not_understood
from taskforce.adapters.salesforce.login_errors import (
    EXPIRED_PASSWORD,
    OPERATION,
    Refusal,
    refused,
    soap_refusal,
)
from taskforce.domain.values import salesforce_id

LATEST_VERSION = 64
"""login() does not exist from version 65 on, and ends in Summer '27."""

FIRST_VERSION = 31
"""Earlier versions were retired by Summer '25."""

_UNSENDABLE = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
"""Characters that XML has no place for."""


def login_url(credentials: SalesforceCredentials) -> str:
    """The partner endpoint to send login() to: of the version in the address if there is one, else of the latest.

    An old endpoint such as /services/Soap/u/12.0 is recognised, and the mend says what to put instead (S5).
    """
    endpoint = re.match(r"/services/Soap/[uc]/(\d{1,3})(\.\d+)?", urlsplit(credentials.url).path, re.IGNORECASE)
    version = int(endpoint[1]) if endpoint else LATEST_VERSION
    if not FIRST_VERSION <= version <= LATEST_VERSION:
        why = "has been retired" if version < FIRST_VERSION else "has no login by user name and password"
        refusal = Refusal(
            message=f"Version {version}.0 of the SOAP API {why}.",
            mend=f"Put {credentials.origin}/services/Soap/u/{LATEST_VERSION}.0 as the address.",
        )
        raise refused(refusal, "UNSUPPORTED_API_VERSION")
    return f"{credentials.origin}/services/Soap/u/{version}.0"


def soap_login(credentials: SalesforceCredentials, http: HttpClient) -> Session:
    """Sign in with user name, password and security token. Raises AccessError with the mend for every refusal."""
    answer = http.send(
        "POST",
        login_url(credentials),
        operation=OPERATION,
        headers={"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": "login"},
        content=_envelope(credentials).encode(),
        repeatable=True,
    )
    root = _parsed(answer)
    fault = _text(root, "exceptionCode") or _text(root, "faultcode")
    if fault:
        text = f"{_text(root, 'faultstring')} {_text(root, 'exceptionMessage')}"
        raise soap_refusal(fault.rpartition(":")[2], text, status=answer.status)
    server_url, session_id = _text(root, "serverUrl"), _text(root, "sessionId")
    if not server_url or not session_id:
        raise not_understood(OPERATION, answer)
    if _text(root, "passwordExpired") == "true":
        raise refused(EXPIRED_PASSWORD, "password_expired", status=answer.status)
    return Session(
        access_token=session_id,
        instance_url=_rest_origin(server_url),
        organization_id=salesforce_id(_text(root, "organizationId")) or "",
        issued_at=answer.date,
    )


def _rest_origin(server_url: str) -> str:
    """Scheme and host of the REST API; the SOAP host of old instances has "-api" in its name, which REST's has not."""
    parts = urlsplit(server_url)
    return f"{parts.scheme}://{parts.netloc.replace('-api.salesforce.com', '.salesforce.com')}"


def _envelope(credentials: SalesforceCredentials) -> str:
    username = _escaped(credentials.username)
    secret = _escaped(credentials.password + credentials.security_token)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body>'
        '<login xmlns="urn:partner.soap.sforce.com">'
        f"<username>{username}</username><password>{secret}</password>"
        "</login></env:Body></env:Envelope>"
    )


def _escaped(text: str) -> str:
    """Text for XML; what XML cannot hold is no part of a user name or password and is left out."""
    return escape(_UNSENDABLE.sub("", text))


def _parsed(answer: Answer) -> Element:
    try:
        root: Element = fromstring(answer.body)
    except (ParseError, DefusedXmlException, ValueError):
        raise not_a_login(answer) from None
    if root.tag.rpartition("}")[2] != "Envelope":
        raise not_a_login(answer)
    return root


def _text(root: Element, name: str) -> str:
    """The text of the first element of this local name, whatever its namespace; empty when there is none."""
    found = next((each for each in root.iter() if each.tag.rpartition("}")[2] == name), None)
    return (found.text or "").strip() if found is not None else ""
