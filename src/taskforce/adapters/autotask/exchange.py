"""One request out, one answer in: counted, few at once, and repeated only where that is harmless."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Lock

from taskforce.adapters.autotask.budget import BudgetGate
from taskforce.adapters.autotask.error_map import Effect, Judgement, Verdict, judge, may_be_repeated
from taskforce.adapters.autotask.wire import refusal_texts
from taskforce.adapters.autotask.wording import IN_DOUBT_MEND, SYSTEM
from taskforce.adapters.http.client import Answer, HttpClient
from taskforce.adapters.http.retrying import RetryPolicy, with_retries
from taskforce.errors import LeaseLost, TransientError, WriteInDoubt

AT_ONCE = 2
"""Requests under way at once per endpoint; Autotask allows three and refuses at times already then (protocol 5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request and what it means: `entity` is the endpoint whose thread limit it counts against.

    `private` are the texts in it that must not appear in a message, whatever the vendor answers; `is_look` says that it
    asks for the tenant's use of the request limit, `is_counted` that it counts against that.
    """

    method: str
    url: str
    operation: str
    entity: str
    effect: Effect = Effect.READ
    body: bytes | None = field(default=None, repr=False)
    params: Mapping[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    private: tuple[str, ...] = field(default=(), repr=False)
    is_counted: bool = True
    is_look: bool = False


class Exchange:
    """The way to Autotask; safe for use by several threads. `at_once` requests go to one endpoint, others wait.

    Which endpoint a contact under its company counts for is not documented: once Autotask finds too many at once,
    `at_once` go to all endpoints together.
    `calls` are the requests that Autotask counts, `usage_reads` those of them that asked for the tenant's use.
    `may_send` is asked before each request, by what that would do.
    """

    def __init__(
        self,
        http: HttpClient,
        retries: RetryPolicy,
        budget: BudgetGate,
        *,
        at_once: int = AT_ONCE,
        may_send: Callable[[Effect], bool] = lambda _: True,
    ) -> None:
        self.calls = 0
        self.at_once = at_once
        self.usage_reads = 0
        self.server_time: datetime | None = None
        self._http = http
        self._budget = budget
        self._answers = 0
        self._took = timedelta(0)
        self._retries = retries
        self._may_send = may_send
        self._lock = Lock()
        self._gates: dict[str, BoundedSemaphore] = {}
        self._all_together = False

    @property
    def seconds_per_call(self) -> float | None:
        """The mean time from sending a counted request to its whole answer; None before the first."""
        with self._lock:
            return self._took.total_seconds() / self._answers if self._answers else None

    def measure_anew(self) -> None:
        """Forget how long answers took so far."""
        with self._lock:
            self._answers, self._took = 0, timedelta(0)

    def send(self, request: Request, is_ready: Callable[[bytes], bool] | None = None) -> Answer:
        """The answer, whatever its status; with `is_ready` a good answer that is not ready yet is asked for again.

        A write whose answer is lost is not sent again: what was given up can still be carried out minutes later, after
        whatever was written since (protocol 2).

        Raises TransientError when nothing was carried out for certain (or a read stayed unanswered), WriteInDoubt when
        the answer to a write was lost, AccessError when TLS fails, BudgetExhausted when the budget is spent and
        LeaseLost when this process may send it no more, nothing having been sent.
        """

        def attempt() -> Answer:
            try:
                return self._send_once(request)
            except WriteInDoubt as lost:
                raise _unanswered(request, lost) from None

        return with_retries(attempt, self._retries, is_busy=lambda answer: _is_early(answer, request.effect, is_ready))

    def _send_once(self, request: Request) -> Answer:
        """Exactly one request on the wire; HttpClient repeats none that is not called repeatable.

        Before each one, also before one that is repeated after a wait, it is asked whether it still may be sent.
        """
        with self._passing(request), self._gate(request.entity):
            if not self._may_send(request.effect):
                raise LeaseLost("The right to run this connection ran out before a request.")
            answer = self._http.send(
                request.method,
                request.url,
                operation=request.operation,
                headers=request.headers,
                params=request.params,
                content=request.body,
                repeatable=False,
                on_sent=lambda _: self._count(request),
            )
        self.server_time = answer.date or self.server_time
        if judgement_of(answer).verdict is Verdict.THREAD_LIMIT:
            self._all_together = True
        self._measure(request, answer)
        return answer

    def _passing(self, request: Request) -> AbstractContextManager[None]:
        if not request.is_counted:
            return nullcontext()
        return self._budget.passing(request.operation, is_look=request.is_look)

    def _gate(self, entity: str) -> BoundedSemaphore:
        with self._lock:
            endpoint = "all" if self._all_together else entity
            return self._gates.setdefault(endpoint, BoundedSemaphore(self.at_once))

    def _count(self, request: Request) -> None:
        with self._lock:
            self.calls += request.is_counted
            self.usage_reads += request.is_look

    def _measure(self, request: Request, answer: Answer) -> None:
        with self._lock:
            self._answers += request.is_counted
            self._took += answer.elapsed * request.is_counted


def _unanswered(request: Request, lost: WriteInDoubt) -> TransientError | WriteInDoubt:
    """What a lost answer means: a read was in vain, and a write may have been carried out."""
    if request.effect is Effect.READ:
        return TransientError(lost.message, system=SYSTEM, operation=request.operation, code=lost.code, mend=lost.mend)
    return WriteInDoubt(
        f"Autotask did not answer ({request.operation}); the write may have been carried out.",
        system=SYSTEM,
        operation=request.operation,
        code=lost.code,
        mend=IN_DOUBT_MEND,
    )


def judgement_of(answer: Answer) -> Judgement:
    """What an answer says; the body of a good one is not looked at."""
    return judge(answer.status, () if answer.status == 200 else refusal_texts(answer.body))


def _is_early(answer: Answer, effect: Effect, is_ready: Callable[[bytes], bool] | None) -> bool:
    judgement = judgement_of(answer)
    if judgement.verdict is Verdict.ACCEPTED:
        return is_ready is not None and not is_ready(answer.body)
    return may_be_repeated(judgement, effect)
