"""Requests that write, and what came of them: the next is prepared while the answers to others are awaited."""

from collections import deque
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from types import TracebackType
from typing import Self

from taskforce.domain import changes
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord, Value
from taskforce.engine.job import Job
from taskforce.errors import (
    AccessError,
    ApiError,
    BudgetExhausted,
    LeaseLost,
    TaskforceError,
    TransientError,
    WriteInDoubt,
)

WAITING_THEIR_TURN = 2
"""Requests of an entity still ready to be sent when the next are made ready, so that no time is lost between two."""

GIVE_UP_AFTER = 5
"""Failures to reach Autotask for one entity in a row that end the run."""

PATIENCE = timedelta(seconds=20)
"""So long an answer is awaited before the right to run is renewed, and again after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One change ready to be sent: `references` and `company_id` are the Autotask ids that it needs.

    `fields` are what is sent, `record` the Autotask record as it stands once that has been carried out (the id of one
    to be created is not known yet), `server_time` Autotask's clock before it was sent.
    """

    number: int
    change: changes.Applicable
    references: Mapping[str, TargetId]
    company_id: TargetId | None
    fields: Mapping[str, Value]
    record: TargetRecord
    server_time: datetime | None

    @property
    def is_needed(self) -> bool:
        """Something is to be written; not so when nothing is left that differs."""
        change = self.change
        return isinstance(change, changes.Create) or bool(self.fields) or change.writes_id or change.clears_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a request: the Autotask id of the record, or the error that says what is known.

    Neither, when it was not sent, because something stopped the run before its turn came.
    """

    request: Request
    target_id: TargetId | None = None
    error: ApiError | LeaseLost | None = None


class Sender:
    """Sends on threads: of each entity as many requests at once as the target allows, the others wait. If it allows
    one, that is sent on the spot.

    Answers are handed out in the order of sending. Only Autotask is reached from the threads, never the store. As soon
    as one answer says that the run must not go on, its `obstacle`, nothing more leaves.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._width = job.target.writes_at_once
        self._threads = {entity: ThreadPoolExecutor(self._width) for entity in Entity if self._width > 1}
        self._waiting: deque[tuple[Request, Future[Answer]]] = deque()
        self._lock = Lock()
        self._unreached = dict.fromkeys(Entity, 0)
        self._is_over = False
        self.obstacle: TaskforceError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        for each in self._threads.values():
            each.shutdown()

    @property
    def under_way(self) -> AbstractSet[SourceId]:
        """The records of which an answer has not been handed out yet."""
        return {request.change.subject.source_id for request, _ in self._waiting}

    def send(self, requests: Iterable[Request]) -> None:
        """Begin to send, in this order."""
        for request in requests:
            answer: Future[Answer] = Future()
            if self._threads:
                answer = self._threads[request.change.subject.entity].submit(self._answered, request)
            else:
                answer.set_result(self._answered(request))
            self._waiting.append((request, answer))

    def stop(self) -> None:
        """Nothing more is sent; what waits for its turn is answered as not sent."""
        self._is_over = True

    def answers(self, *, make_room: bool) -> list[Answer]:
        """The answers there are, in order; all of them, or as few as leave little enough to be sent."""
        answers = []
        while self._waiting and (not make_room or self._is_much_waiting or self._waiting[0][1].done()):
            _, answer = self._waiting.popleft()
            answers.append(self._awaited(answer))
        return answers

    @property
    def _is_much_waiting(self) -> bool:
        entities = {request.change.subject.entity for request, _ in self._waiting}
        return len(self._waiting) > len(entities) * (self._width + WAITING_THEIR_TURN if self._threads else 0)

    def _awaited(self, answer: Future[Answer]) -> Answer:
        """The answer, however long it takes; the next transaction tells whether the right to run was lost meanwhile."""
        while not wait([answer], timeout=PATIENCE.total_seconds()).done:
            with suppress(TaskforceError):
                self._job.stores.check_lease()
        return answer.result()

    def _answered(self, request: Request) -> Answer:
        """Send once, unless the run is over, and note whether it is after that.

        Errors that are none of Autotask's are defects, and come out when the answer is asked for.
        """
        if self._is_over:
            return Answer(request=request)
        answer = self._attempt(request)
        with self._lock:
            is_unreached = isinstance(answer.error, TransientError | WriteInDoubt)
            entity = request.change.subject.entity
            self._unreached[entity] = self._unreached[entity] + 1 if is_unreached else 0
            obstacle = _obstacle(answer.error, self._unreached[entity])
            if obstacle is not None:
                self._is_over, self.obstacle = True, self.obstacle or obstacle
        return answer

    def _attempt(self, request: Request) -> Answer:
        """Send while the lease lasts: a process that was asleep while another took over sends nothing more."""
        if not self._job.stores.is_lease_live():
            return Answer(request=request, error=LeaseLost("The right to run this connection ran out before a write."))
        try:
            return Answer(request=request, target_id=self._sent(request))
        except (ApiError, LeaseLost) as error:
            return Answer(request=request, error=error)

    def _sent(self, request: Request) -> TargetId:
        change, target, schema = request.change, self._job.target, self._job.schema
        entity, source_id = change.subject.entity, change.subject.source_id
        if isinstance(change, changes.Create):
            return target.create(entity, schema, request.fields, source_id=source_id, company_id=request.company_id)
        target.update(
            entity,
            schema,
            change.target_id,
            request.fields,
            source_id=source_id if change.writes_id else None,
            clears_id=change.clears_id,
            company_id=request.company_id,
        )
        return change.target_id


def _obstacle(error: ApiError | LeaseLost | None, unreached: int) -> TaskforceError | None:
    """Why the run must not go on after an answer, the last of so many in a row that did not come; if it must not."""
    if isinstance(error, AccessError | BudgetExhausted | LeaseLost):
        return error
    if unreached < GIVE_UP_AFTER:
        return None
    return TransientError(
        f"Autotask could not be reached {unreached} times in a row.",
        system="Autotask",
        operation="write",
        code="unreachable",
        mend="Look whether Autotask is up; everything is kept, and the next import goes on.",
    )
