"""What the Autotask tests have in hand: the simulator with a target in front, and a server that says anything."""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from taskforce.adapters.autotask.client import AutotaskClient
from taskforce.adapters.autotask.credentials import AutotaskCredentials
from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.adapters.autotask.zone import ZoneCache
from taskforce.adapters.http.client import HttpClient
from taskforce.adapters.http.retrying import RetryPolicy
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.domain.schema import TargetSchema
from taskforce_simulators.autotask import AutotaskSimulator
from taskforce_simulators.core.faults import Fault
from taskforce_simulators.core.journal import JournalEntry

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
AT_ONCE = RetryPolicy(attempts=3, first_wait=timedelta(milliseconds=1), longest_wait=timedelta(milliseconds=1))
USERNAME = "integration@northlight.example"
SECRET = "top-Secret-7"
CODE = "INTEGRATIONCODE0001"

COMPANY = SourceId("001000000000001AAA")
CONTACT = SourceId("003000000000001AAA")


class NoonClock:
    """It is noon, and nobody waits."""

    def now(self) -> datetime:
        """Noon."""
        return NOON

    def monotonic(self) -> float:
        """No time passes."""
        return 0.0

    def sleep(self, duration: timedelta) -> None:
        """Return at once."""


@dataclass(slots=True)
class Shelf:
    """A zone cache in memory."""

    url: str | None = None

    def load(self) -> str | None:
        """What was stored."""
        return self.url

    def save(self, url: str) -> None:
        """Store."""
        self.url = url


@dataclass(slots=True)
class Bench:
    """The simulator with the empty scenario, and a way to make targets."""

    simulator: AutotaskSimulator
    url: str
    http: HttpClient

    def credentials(self, **changes: str) -> AutotaskCredentials:
        """The simulator's own, unless said otherwise."""
        return replace(AutotaskCredentials(url=self.url, **self.simulator.credentials()), **changes)

    def target(self, zones: ZoneCache | None = None, **changes: str) -> AutotaskTarget:
        """A target that has asked for nothing yet."""
        return make_target(self.credentials(**changes), self.http, zones)

    def set_udf(self, entity: str, name: str, **definition: object) -> None:
        """Make a user-defined field, as an administrator would."""
        label = {"Companies": "Company", "Contacts": "Contact"}[entity]
        record = {"entity": label, "name": name, "isActive": True, **definition}
        self.simulator.save_record("UserDefinedFieldDefinitions", record)

    def with_id_fields(self) -> None:
        """Both user-defined fields of S10 exist."""
        self.set_udf("Companies", "Salesforce Company ID")
        self.set_udf("Contacts", "Salesforce Contact ID")

    def fault(self, action: str, **details: Any) -> None:
        """Something will go wrong."""
        self.simulator.faults.add(Fault(action=action, **details))  # type: ignore[arg-type]

    def requests(self) -> list[JournalEntry]:
        """Every request since the scenario was loaded."""
        return self.simulator.journal.entries()

    def counted(self) -> int:
        """How many of them the vendor counts."""
        return sum(entry.counted for entry in self.requests())

    def resource(self) -> int:
        """Some active resource."""
        return next(int(str(each["id"])) for each in self.simulator.records("Resources") if each["isActive"])

    def company(self, name: str = "Birch Dental", **fields: object) -> TargetId:
        """Type a company in."""
        record = {"companyType": 1, "phone": "312-555-0100", "ownerResourceID": self.resource(), "isActive": True}
        saved = self.simulator.save_record("Companies", {**record, "companyName": name, **fields})
        return TargetId(int(str(saved["id"])))

    def contact(self, company: TargetId, **fields: object) -> TargetId:
        """Type a contact in."""
        record = {"firstName": "Rosa", "lastName": "Lind", "companyID": company, "isActive": 1, **fields}
        return TargetId(int(str(self.simulator.save_record("Contacts", record)["id"])))

    def stored(self, entity: str, record_id: int) -> dict[str, Any]:
        """A record as the API would send it."""
        (record,) = self.simulator.records(entity, str(record_id))
        return record


def make_target(credentials: AutotaskCredentials, http: HttpClient, zones: ZoneCache | None = None) -> AutotaskTarget:
    """A target whose retries do not wait."""
    return AutotaskTarget(AutotaskClient(credentials, http, zones=zones, retries=AT_ONCE), NoonClock())


def no_schema(**changes: Any) -> TargetSchema:
    """Metadata with nothing in it but the user-defined fields."""
    plain = TargetSchema(
        fields={entity: {} for entity in Entity},
        resources=(),
        countries=(),
        id_fields={Entity.COMPANY: "Salesforce Company ID", Entity.CONTACT: "Salesforce Contact ID"},
        read_at=NOON,
    )
    return replace(plain, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One answer: status, body (as JSON unless it is bytes) and headers."""

    status: int = 200
    body: object = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """As sent."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    body: bytes
    user: str | None


class Mouthpiece:
    """A server that names itself as the zone and then says what it is told to, the last answer for ever."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.zone: Said | None = None
        self._lines: list[Said] = [Said()]
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._speaker())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def say(self, *lines: Said) -> None:
        """The answers to come."""
        self._lines = list(lines)

    def has_been_asked(self, times: int) -> bool:
        """Whether so many requests have come, or do within ten seconds, and no more."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.asked) >= times, timeout=10)
            return len(self.asked) == times

    def credentials(self) -> AutotaskCredentials:
        """Credentials for this server."""
        return AutotaskCredentials(url=self.url, username=USERNAME, secret=SECRET, integration_code=CODE)

    def _answer(self, asked: Asked) -> Said:
        if "zoneinformation" in asked.path.lower():
            return self.zone or Said(body={"zoneName": "x", "url": f"{self.url}/ATServicesRest/", "ci": 1})
        with self._changed:
            self.asked.append(asked)
            self._changed.notify()
        return self._lines.pop(0) if len(self._lines) > 1 else self._lines[0]

    def _speaker(self) -> type[BaseHTTPRequestHandler]:
        mouthpiece = self

        class Speaker(BaseHTTPRequestHandler):
            """Hands every request on."""

            protocol_version = "HTTP/1.1"
            wbufsize = -1  # the whole answer at once

            def _speak(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = Asked(method=self.command, path=self.path, body=body, user=self.headers.get("UserName"))
                said = mouthpiece._answer(asked)
                self.send_response(said.status)
                for name, value in {"Content-Length": str(len(said.content)), **said.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.content)

            do_GET = do_POST = do_PATCH = _speak  # noqa: N815 - the names that the library calls

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Speaker

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def page(items: Sequence[Mapping[str, object]], next_url: str | None = None, count: int | None = None) -> Said:
    """A page of a query."""
    details = {"count": len(items) if count is None else count, "requestCount": 500, "nextPageUrl": next_url}
    return Said(body={"items": items, "pageDetails": details})


def errors(*texts: str, status: int = 500) -> Said:
    """A refusal in Autotask's form."""
    return Said(status=status, body={"errors": list(texts)})
