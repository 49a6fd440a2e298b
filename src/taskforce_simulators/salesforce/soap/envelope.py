"""SOAP envelopes, read safely, and written as Salesforce writes them. Source: reference section 1."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Self
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from taskforce_simulators.salesforce.errors import ApiError

_SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_BODY: Final = re.compile(rb"<(?:[\w.-]+:)?Body[^>]*>\s*(?:<!--.*?-->\s*)?<(?:[\w.-]+:)?(\w+)", re.DOTALL)
_DETAILS: Final = {
    "MALFORMED_QUERY": "MalformedQueryFault",
    "INVALID_FIELD": "InvalidFieldFault",
    "INVALID_TYPE": "InvalidSObjectFault",
    "INVALID_QUERY_LOCATOR": "InvalidQueryLocatorFault",
}
_WITH_PLACE: Final = frozenset({"MalformedQueryFault", "InvalidFieldFault", "InvalidSObjectFault"})


class LoginError(ApiError):
    """A login that is refused; its fault has a type of its own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(500, code, message)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request: the operation's name and parameters, and the headers that matter."""

    operation: str
    parameters: dict[str, str]
    session_id: str
    batch_size: str

    @classmethod
    def read(cls, body: bytes) -> Self:
        """The envelope in a request's body; entities and the like are refused."""
        try:
            envelope: Element = fromstring(body)
        except (ParseError, DefusedXmlException, ValueError) as error:
            raise ApiError(500, "INVALID_OPERATION", f"The request is not well-formed XML: {error}") from None
        content = envelope.find(f"{{{_SOAP}}}Body")
        if content is None or not len(content):
            raise ApiError(500, "INVALID_OPERATION", "No operation available for request")
        return cls(
            operation=_local(content[0]),
            parameters={_local(child): child.text or "" for child in content[0]},
            session_id=_header(envelope, "sessionId"),
            batch_size=_header(envelope, "batchSize"),
        )


def operation_name(body: bytes) -> str:
    """The operation of a request, without reading all of it; for the journal."""
    match = _BODY.search(body)
    return match.group(1).decode() if match else "unknown"


def element(name: str, content: object = None, *, kind: str | None = None) -> str:
    """An element with text, escaped; null becomes nil; a list holds elements that are XML already."""
    marked = f'{name} xsi:type="{kind}"' if kind else name
    if content is None:
        return f'<{name} xsi:nil="true"/>'
    if isinstance(content, bool):
        return f"<{marked}>{str(content).lower()}</{name}>"
    text = "".join(content) if isinstance(content, list) else escape(str(content), quote=False)
    return f"<{marked}>{text}</{name}>"


def elements(pairs: Iterable[tuple[str, object]]) -> list[str]:
    """Elements in the order given."""
    return [element(name, content) for name, content in pairs]


def response(flavour: str, operation: str, content: Sequence[str], usage: tuple[int, int] | None) -> str:
    """The answer to an operation; ``flavour`` is partner or enterprise."""
    header = ""
    if usage is not None:
        info = elements([("current", usage[0]), ("limit", usage[1]), ("type", "API REQUESTS")])
        header = element("soapenv:Header", [element("LimitInfoHeader", [element("limitInfo", info)])])
    body = element("soapenv:Body", [element(f"{operation}Response", list(content))])
    namespaces = f'xmlns="urn:{flavour}.soap.sforce.com" xmlns:sf="urn:sobject.{flavour}.soap.sforce.com"'
    return _envelope(namespaces, header + body)


def fault(flavour: str, error: ApiError) -> str:
    """The fault that an error becomes; its prefix must be ``sf``, as clients look for it."""
    kind = "LoginFault" if isinstance(error, LoginError) else _DETAILS.get(error.code, "UnexpectedErrorFault")
    details = elements([("sf:exceptionCode", error.code), ("sf:exceptionMessage", error.message)])
    if kind in _WITH_PLACE:
        place = re.search(r"Row:(\d+):Column:(\d+)", error.message)
        details += elements(
            [("sf:row", place.group(1) if place else -1), ("sf:column", place.group(2) if place else -1)]
        )
    parts = elements([("faultcode", f"sf:{error.code}"), ("faultstring", f"{error.code}: {error.message}")])
    parts.append(element("detail", [element(f"sf:{kind}", details, kind=f"sf:{kind}")]))
    body = element("soapenv:Body", [element("soapenv:Fault", parts)])
    return _envelope(f'xmlns:sf="urn:fault.{flavour}.soap.sforce.com"', body)


def _envelope(namespaces: str, content: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{_SOAP}" {namespaces} '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{content}</soapenv:Envelope>'
    )


def _local(node: Element) -> str:
    return node.tag.rpartition("}")[2]


def _header(envelope: Element, name: str) -> str:
    header = envelope.find(f"{{{_SOAP}}}Header")
    nodes = header.iter() if header is not None else ()
    return next((node.text or "" for node in nodes if _local(node) == name), "")
