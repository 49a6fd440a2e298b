"""Requests to Autotask in peels: what a call means → the zone and the credentials → the exchange."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import RLock, get_ident
from urllib.parse import urljoin

from taskforce.adapters.autotask.budget import BudgetGate
from taskforce.adapters.autotask.credentials import AutotaskCredentials
from taskforce.adapters.autotask.error_map import Effect, Judgement, Verdict, denied_action, error_type
from taskforce.adapters.autotask.exchange import AT_ONCE, Exchange, Request, judgement_of
from taskforce.adapters.autotask.wire import CreatedWire, ZoneWire, decode, whole_number
from taskforce.adapters.autotask.wording import IN_DOUBT_MEND, SYSTEM, rejection, sentence, shown
from taskforce.adapters.autotask.zone import (
    NoZoneCache,
    ZoneCache,
    host_of,
    is_same_origin,
    service_root,
    trusted_zone,
)
from taskforce.adapters.http.client import Answer, HttpClient
from taskforce.adapters.http.retrying import RetryPolicy
from taskforce.domain.budget import Budget, TenantUse
from taskforce.errors import AccessError, ApiError, BudgetExhausted, ProtocolError, RecordRejected, WriteInDoubt

VERSION = "V1.0/"

_ACTIONS = {Effect.READ: "query", Effect.CREATE: "create", Effect.UPDATE: "update"}


class AutotaskClient:
    """Sends requests to a user's zone. Paths are relative to the API's version, such as "Companies/query".

    `budget` is the gate that every counted request passes. `may_send` is asked before each request leaves, from
    whatever thread: a process that was asleep while another took over sends nothing more.
    """

    def __init__(
        self,
        credentials: AutotaskCredentials,
        http: HttpClient,
        *,
        zones: ZoneCache | None = None,
        retries: RetryPolicy | None = None,
        at_once: int = AT_ONCE,
        may_send: Callable[[Effect], bool] = lambda _: True,
    ) -> None:
        self._credentials = credentials
        self._configured = service_root(credentials.url)
        self._zones = zones or NoZoneCache()
        self.budget = BudgetGate()
        self._exchange = Exchange(http, retries or RetryPolicy(), self.budget, at_once=at_once, may_send=may_send)
        self._lock = RLock()
        self._opener = get_ident()
        self._root: str | None = None
        self._is_remembered = False
        self._database_id: str | None = None

    @property
    def calls(self) -> int:
        """Requests sent so far; zone discovery is not counted (vendor help, "Thread limiting")."""
        return self._exchange.calls

    @property
    def at_once(self) -> int:
        """How many requests may be on their way to one endpoint."""
        return self._exchange.at_once

    @property
    def server_time(self) -> datetime | None:
        """The clock of Autotask in its latest answer."""
        return self._exchange.server_time

    @property
    def usage_reads(self) -> int:
        """How many of them asked for the tenant's use of its limit."""
        return self._exchange.usage_reads

    @property
    def seconds_per_call(self) -> float | None:
        """How long Autotask took for an answer on the average, since a budget was set."""
        return self._exchange.seconds_per_call

    def spend_within(self, budget: Budget, look: Callable[[], TenantUse | None], now: Callable[[], datetime]) -> None:
        """From now on requests are sent as far as this budget allows; `look` reads the tenant's use."""
        self._exchange.measure_anew()
        self.budget.open(budget, look, now)

    def read(self, path: str, *, entity: str, operation: str, body: bytes | None = None) -> bytes:
        """The body of a good answer; with a body of its own the request is a POST (a query)."""
        method = "GET" if body is None else "POST"
        request = Request(method=method, url=path, operation=operation, entity=entity, body=body)
        return self._accepted(request).body

    def look(self, path: str, *, operation: str) -> bytes:
        """Read the tenant's use of the request limit: sent even while the budget is spent."""
        return self._accepted(Request(method="GET", url=path, operation=operation, entity=path, is_look=True)).body

    def read_until(self, path: str, *, entity: str, operation: str, is_ready: Callable[[bytes], bool]) -> bytes:
        """Read again, with waits, until the answer is as hoped for; the last answer is returned as it is."""
        request = Request(method="GET", url=path, operation=operation, entity=entity)
        return self._accepted(request, is_ready).body

    def create(self, path: str, body: bytes, *, entity: str, operation: str, private: tuple[str, ...] = ()) -> int:
        """POST a record once and return its id (protocol 2, steps 3 to 5)."""
        request = Request(
            method="POST",
            url=path,
            operation=operation,
            entity=entity,
            effect=Effect.CREATE,
            body=body,
            private=private,
        )
        answer = self._accepted(request)
        record_id = _created_id(answer)
        if record_id is None:
            raise _no_id(request, answer)
        return record_id

    def update(self, path: str, body: bytes, *, entity: str, operation: str, private: tuple[str, ...] = ()) -> None:
        """PATCH a record once (protocol 2, step 7)."""
        request = Request(
            method="PATCH",
            url=path,
            operation=operation,
            entity=entity,
            effect=Effect.UPDATE,
            body=body,
            private=private,
        )
        answer = self._accepted(request)
        if _created_id(answer) is None:
            raise _no_id(request, answer)

    def find_zone(self) -> str:
        """Ask Autotask where this user's database is; the host, for people. Costs nothing."""
        with self._lock:
            self._root, self._is_remembered = self._discovered(), False
            return host_of(self._root)

    def database_id(self) -> str:
        """What tells this user's database from every other, whoever signs in to it: zoneInformation's `ci` (vendor
        help, "getZoneInfo()"). Empty while Autotask does not say. Costs nothing, and is asked once per process.
        """
        with self._lock:
            if self._database_id is None:
                self._root, self._is_remembered = self._discovered(), False
            return self._database_id or ""

    @property
    def is_encrypted(self) -> bool:
        """Whether requests travel under a certificate, which then was verified; only this machine is spoken to bare."""
        return self._configured.startswith("https:")

    # --- the zone and the credentials ---

    def _accepted(self, request: Request, is_ready: Callable[[bytes], bool] | None = None) -> Answer:
        """Send with credentials; an answer that is not good becomes its error."""
        root = self._zone()
        answer = self._exchange.send(self._addressed(request, root), is_ready)
        if answer.status == 401 and self._has_moved(root):
            root = self._zone()
            answer = self._exchange.send(self._addressed(request, root), is_ready)
        judgement = judgement_of(answer)
        if judgement.verdict is not Verdict.ACCEPTED:
            raise self._error(request, answer, judgement, root)
        return answer

    def _addressed(self, request: Request, root: str) -> Request:
        """The request with its full address and the credentials; never for another host than the zone's."""
        url = urljoin(f"{root}{VERSION}", request.url)
        if not is_same_origin(url, root):
            raise ProtocolError(
                f"Autotask named a page at {host_of(url)} instead of its own host; nothing was sent there.",
                system=SYSTEM,
                operation=request.operation,
                code="foreign_address",
                mend="Check that the address is Autotask's own; report this if it is.",
            )
        headers = {"Content-Type": "application/json", "Accept": "application/json", **self._credentials.headers}
        return replace(request, url=url, headers=headers)

    def _zone(self) -> str:
        """The root of the API at the user's zone: remembered, or asked for once per process."""
        with self._lock:
            if self._root is None:
                self._root = self._remembered()
                self._is_remembered = self._root is not None
            if self._root is None:
                self._root = self._discovered()
            return self._root

    def _remembered(self) -> str | None:
        stored = self._zones.load()
        if not stored:
            return None
        try:
            return trusted_zone(self._configured, stored)
        except AccessError:
            return None

    def _has_moved(self, root: str) -> bool:
        """After a refused login: whether the zone was only remembered, and Autotask now names another."""
        with self._lock:
            if not self._is_remembered:
                return False
            self._root, self._is_remembered = self._discovered(), False
            return self._root != root

    def _discovered(self) -> str:
        """Ask zoneInformation, which needs no credentials, and check what it names before any are sent there.

        What it names is kept by the thread that opened the client, as the store is that one's; where another one found
        it, the next process asks again.
        """
        request = Request(
            method="GET",
            url=f"{self._configured}{VERSION}zoneInformation",
            params={"user": self._credentials.username},
            operation="find the zone",
            entity="ZoneInformation",
            is_counted=False,
        )
        answer = self._exchange.send(request)
        judgement = judgement_of(answer)
        if judgement.verdict is not Verdict.ACCEPTED:
            raise self._error(request, answer, judgement, self._configured)
        told = decode(answer.body, ZoneWire, request.operation)
        root = trusted_zone(self._configured, told.url)
        number = whole_number(told.ci)
        self._database_id = "" if number is None else str(number)
        if get_ident() == self._opener:
            self._zones.save(root)
        return root

    # --- errors ---

    def _error(self, request: Request, answer: Answer, judgement: Judgement, root: str) -> ApiError:
        kind = error_type(judgement, request.effect)
        wait = answer.retry_after
        if kind is BudgetExhausted:
            wait = self.budget.wait_after_refusal(wait)
        message, mend = self._words(kind, request, answer, judgement, root)
        return kind(
            message,
            system=SYSTEM,
            operation=request.operation,
            status=answer.status,
            code=judgement.code,
            retry_after=wait,
            mend=mend,
        )

    def _words(
        self, kind: type[ApiError], request: Request, answer: Answer, judgement: Judgement, root: str
    ) -> tuple[str, str]:
        """What happened and what to do; the vendor's own text stands beside it where that helps."""
        private = (*request.private, *self._credentials.private_texts)
        if kind is RecordRejected:
            return rejection(judgement, private, answer.status)
        message, mend = sentence(
            judgement,
            operation=request.operation,
            entity=request.entity,
            action=denied_action(judgement.texts) or _ACTIONS[request.effect],
            host=host_of(root),
            status=answer.status,
        )
        told = shown(judgement.texts, private)
        if told and judgement.verdict in (Verdict.FAILED, Verdict.STRANGE, Verdict.REJECTED, Verdict.NOT_FOUND):
            message = f"{message} It said: {told}"
        return message, IN_DOUBT_MEND if kind is WriteInDoubt else mend


def _created_id(answer: Answer) -> int | None:
    """The id in the answer to a write; None when there is none to be found."""
    try:
        record_id = whole_number(decode(answer.body, CreatedWire, "write").item_id)
    except ProtocolError:
        return None
    return record_id if record_id is not None and record_id > 0 else None


def _no_id(request: Request, answer: Answer) -> WriteInDoubt:
    return WriteInDoubt(
        f"Autotask took the request without naming the record ({request.operation}).",
        system=SYSTEM,
        operation=request.operation,
        status=answer.status,
        code="no_id",
        mend=IN_DOUBT_MEND,
    )
