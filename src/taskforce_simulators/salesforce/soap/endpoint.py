"""The SOAP endpoint: login, logout, user, time, and queries. Source: reference section 1 and the Partner WSDL."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from taskforce_simulators.core.connection import plain
from taskforce_simulators.core.messages import received_body
from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.org import Org
from taskforce_simulators.salesforce.queries import Page
from taskforce_simulators.salesforce.sessions import Session
from taskforce_simulators.salesforce.soap import envelope, login
from taskforce_simulators.salesforce.soap.envelope import Envelope, element

_RETIRED: Final = 30
_FLAVOURS: Final = {"u": "partner", "c": "enterprise"}
_DATETIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")
_LEAST_BATCH: Final = 200
_UNCOUNTED: Final = frozenset({"login", "logout"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One operation with its session and version."""

    session: Session
    envelope: Envelope
    version: str


class Soap:
    """Everything below ``/services/Soap``."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._operations: dict[str, Callable[[_Asked], list[str]]] = {
            "getUserInfo": self._user_info,
            "getServerTimestamp": self._timestamp,
            "query": self._query,
            "queryAll": self._query,
            "queryMore": self._query_more,
        }

    def routes(self) -> list[Route]:
        """Starlette routes; the org's id and a slash may stand at the end of the path."""
        base = "/services/Soap/{letter:str}/{version:str}"
        return [Route(path, plain(self.endpoint), methods=["POST"]) for path in (base, base + "/{rest:path}")]

    def endpoint(self, request: Request) -> Response:
        """Answer one request; SOAPAction is not looked at, clients send what they like."""
        flavour = _FLAVOURS.get(request.path_params["letter"], "partner")
        try:
            text = self._answer(flavour, request.path_params["version"], received_body(request))
        except ApiError as error:
            return Response(envelope.fault(flavour, error), 500, media_type="text/xml")
        return Response(text, media_type="text/xml")

    def _answer(self, flavour: str, version: str, body: bytes) -> str:
        number = float(version) if re.fullmatch(r"\d+\.\d", version) else 0
        if number <= _RETIRED or number not in self._org.settings.versions:
            raise ApiError(500, "UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL")
        asked = Envelope.read(body)
        if asked.operation == "login":
            given = asked.parameters
            session = login.log_in(self._org, given.get("username", ""), given.get("password", ""), number)
            return envelope.response(flavour, "login", [login.login_result(self._org, session, flavour, version)], None)
        if asked.operation == "logout":
            if not self._org.sessions.end(asked.session_id):
                raise _illegal_session()
            return envelope.response(flavour, "logout", [], None)
        operation = self._operations.get(asked.operation)
        if operation is None or (flavour == "enterprise" and asked.operation != "getUserInfo"):
            raise ApiError(500, "INVALID_OPERATION", f"No operation available for request {asked.operation}")
        content = operation(_Asked(session=self._session(asked), envelope=asked, version=version))
        usage = (self._org.usage.used(), self._org.settings.daily_request_limit)
        return envelope.response(flavour, asked.operation, content, usage)

    def _session(self, asked: Envelope) -> Session:
        try:
            session = self._org.session(asked.session_id)
        except ApiError as error:
            raise _illegal_session() if error.code == "INVALID_SESSION_ID" else error from None
        self._org.records.visibility.release()
        return session

    def _user_info(self, asked: _Asked) -> list[str]:
        return [element("result", login.user_info(self._org, self._org.user(asked.session)))]

    def _timestamp(self, _asked: _Asked) -> list[str]:
        now = self._org.clock.now().strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return [element("result", [element("timestamp", now)])]

    def _query(self, asked: _Asked) -> list[str]:
        org, wanted = self._org, asked.envelope.batch_size
        most = org.settings.page_size
        page = org.queries.run(
            asked.envelope.parameters.get("queryString", ""),
            org.settings,
            org.schema,
            version=asked.version,
            size=min(most, max(_LEAST_BATCH, int(wanted))) if wanted.isdigit() else most,
            deleted_too=asked.envelope.operation == "queryAll",
        )
        return [_result(page)]

    def _query_more(self, asked: _Asked) -> list[str]:
        locator = asked.envelope.parameters.get("queryLocator", "")
        return [_result(self._org.queries.more(locator, self._org.settings, version=asked.version))]


def operation(body: bytes) -> tuple[str, bool]:
    """A short name for the journal, and whether the request is counted."""
    name = envelope.operation_name(body)
    names = {"queryMore": "query_more", "getUserInfo": "user_info"}
    return names.get(name, name), name not in _UNCOUNTED


def _illegal_session() -> ApiError:
    message = "Invalid Session ID found in SessionHeader: Illegal Session. Session not found, missing session key"
    return ApiError(500, "INVALID_SESSION_ID", message)


def _result(page: Page) -> str:
    content = [element("done", page.following is None), element("queryLocator", page.following)]
    content += [_record("records", record) for record in page.records]
    return element("result", [*content, element("size", page.total)])


def _record(name: str, record: object) -> str:
    """An sObject: its type, its id (also when it is not asked for, then nil), then the fields in their order."""
    if not isinstance(record, Mapping):
        return element(name)
    kind = record["attributes"]["type"]
    content = [element("sf:type", kind), element("sf:Id", record.get("Id"))]
    content += [_field(f"sf:{field}", value) for field, value in record.items() if field != "attributes"]
    return element(name, content, kind="sf:sObject")


def _field(name: str, value: object) -> str:
    if isinstance(value, Mapping) and "attributes" in value:
        return _record(name, value)
    if isinstance(value, Mapping):
        # The WSDL's address extends location: the coordinates come first.
        order = ("latitude", "longitude", "city", "country", "countryCode", "geocodeAccuracy", "postalCode", "state")
        parts = [element(part, value.get(part)) for part in (*order, "stateCode", "street")]
        return element(name, parts, kind="address")
    if isinstance(value, str) and _DATETIME.fullmatch(value):
        return element(name, value.replace("+0000", "Z"))
    return element(name, value)
