"""Requests that write, and what came of them: the next is prepared while the answers to others are awaited."""

from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from taskforce.domain import changes
from taskforce.domain.records import TargetId, TargetRecord, Value
from taskforce.engine.job import Job
from taskforce.errors import ApiError, LeaseLost, TaskforceError

WAITING_THEIR_TURN = 2
"""Requests ready to be sent while others are on their way, so that no time is lost between two."""

PATIENCE = timedelta(seconds=20)
"""So long an answer is awaited before the right to run is renewed, and again after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One change ready to be sent: `references` and `company_id` are the Autotask ids that it needs.

    `fields` are what is sent, `record` the Autotask record as it stands once that has been carried out (the id of one
    to be created is not known yet), `server_time` Autotask's clock before it was sent.
    """

    number: int
    change: changes.Create | changes.Patch
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
    """What came of a request: the Autotask id of the record, or the error that says what is known."""

    request: Request
    target_id: TargetId | None = None
    error: ApiError | LeaseLost | None = None


class Sender:
    """Sends up to `width` requests at once on threads, a few more waiting; a width of one sends on the spot.

    Answers are handed out in the order of sending. Only Autotask is reached from the threads, never the store.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._width = job.target.writes_at_once
        self._threads = ThreadPoolExecutor(self._width) if self._width > 1 else None
        self._most_waiting = self._width + WAITING_THEIR_TURN if self._threads else 0
        self._waiting: deque[Future[Answer]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._threads is not None:
            self._threads.shutdown()

    @property
    def is_busy(self) -> bool:
        """Some answer has not been handed out yet."""
        return bool(self._waiting)

    def send(self, request: Request) -> None:
        """Begin to send; there must be room."""
        if self._threads is not None:
            self._waiting.append(self._threads.submit(self._answered, request))
            return
        answered: Future[Answer] = Future()
        answered.set_result(self._answered(request))
        self._waiting.append(answered)

    def answers(self, *, make_room: bool) -> list[Answer]:
        """The answers there are, in order; all of them, or as few as make room for one more request."""
        answers = []
        most_left = self._most_waiting if make_room else 0
        while self._waiting and (len(self._waiting) > most_left or self._waiting[0].done()):
            answers.append(self._awaited(self._waiting.popleft()))
        return answers

    def _awaited(self, answer: Future[Answer]) -> Answer:
        """The answer, however long it takes; the next transaction tells whether the right to run was lost meanwhile."""
        while not wait([answer], timeout=PATIENCE.total_seconds()).done:
            with suppress(TaskforceError):
                self._job.stores.check_lease()
        return answer.result()

    def _answered(self, request: Request) -> Answer:
        """Send once, while the lease lasts: a process that was asleep while another took over sends nothing more.

        Errors that are none of Autotask's are defects, and come out when the answer is asked for.
        """
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
        if request.is_needed:
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
