"""The middle between the connection and the simulated API: journal, faults, the simulated date, cut connections."""

import asyncio
import json
import logging
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Final, Protocol

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskforce_simulators.core.actions import COURSES, ORDINARY
from taskforce_simulators.core.clock import SimulatedClock
from taskforce_simulators.core.connection import run_here
from taskforce_simulators.core.database import Database
from taskforce_simulators.core.delivery import deliver, end
from taskforce_simulators.core.faults import Fault, Faults
from taskforce_simulators.core.journal import Journal
from taskforce_simulators.core.late_commits import LateCommits
from taskforce_simulators.core.messages import BODY_KEY, Answer, Asked
from taskforce_simulators.core.spoiling import Spoiling

OWN_PATHS: Final = ("/__sim__", "/__page__", "/favicon.ico")
NO_ANSWER: Final = Answer(0, [], b"")

logger = logging.getLogger("taskforce_simulators")


class Observed(Protocol):
    """What the exchange needs of a simulator."""

    clock: SimulatedClock
    journal: Journal
    faults: Faults
    late: LateCommits
    database: Database

    def operation(self, request: Request) -> tuple[str, bool]:
        """A short name, and whether the vendor counts the request."""

    def expire_sessions(self) -> None:
        """End every session."""

    def expire_pages(self) -> None:
        """Forget every result that is read page by page."""


class _UndoneError(Exception):
    """Takes a transaction back that has gone well."""


class Exchange:
    """ASGI middleware around one simulator's API. Its own paths (control API, pages) go straight through."""

    def __init__(self, app: ASGIApp, simulator: Observed) -> None:
        self.app = app
        self.simulator = simulator
        self._spoiling = Spoiling()
        simulator.clock.on_change(self.run_due)
        simulator.clock.stop_for(simulator.late.next_due)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == "/" or scope["path"].startswith(OWN_PATHS):
            await self.app(scope, receive, send)
            return
        body = await _read(receive)
        if body is None:
            return
        asked = self._asked(scope, body)
        if self.simulator.late:
            await asked.connection.work(self.run_due)
        fault = self.simulator.faults.take(scope["method"], asked.path, asked.query, asked.body)
        course = COURSES[fault.action] if fault else ORDINARY
        answer = await self._answer(asked, fault) or NO_ANSWER
        self._record(asked, 0 if course.sent == "nothing" else answer.status, fault.action if fault else None)
        dated = answer.dated(self.simulator.clock.now())
        await deliver(dated, course, send, asked.connection, fault.delay_seconds if fault else 0)
        await end(course, asked.connection, receive)

    def run_due(self) -> None:
        """Carry out the late commits whose time has come; returns when they are done."""
        for asked in self.simulator.late.take_due():
            answer = run_here(self._carry_out(asked))
            self._record(replace(asked, counted=False), answer.status, "late_commit carried out")

    def _asked(self, scope: Scope, body: bytes) -> Asked:
        scope[BODY_KEY] = body
        operation, counted = self.simulator.operation(Request(scope))
        return Asked(scope=dict(scope), body=body, operation=operation, counted=counted)

    async def _answer(self, asked: Asked, fault: Fault | None) -> Answer | None:
        """What is answered; None if there is nothing that could be."""
        if fault is not None:
            await self._go_before(asked, fault)
        answer = await self._carry_out_as_ordered(asked, fault)
        spoilt = self._spoiling.spoilt(fault, asked, answer) if fault else answer
        if answer is not None:
            self._spoiling.remember(asked, answer)
        return spoilt

    async def _go_before(self, asked: Asked, fault: Fault) -> None:
        """What a fault does before the request is carried out."""
        if fault.action == "delay":
            await asked.connection.pause(fault.delay_seconds)
        elif fault.action == "expire_session":
            self.simulator.expire_sessions()
        elif fault.action == "expire_pages":
            self.simulator.expire_pages()
        elif fault.action == "meanwhile":
            await self._call_control(asked.scope, fault)

    async def _carry_out_as_ordered(self, asked: Asked, fault: Fault | None) -> Answer | None:
        """The true answer; None if the request is not carried out now."""
        if fault is None:
            return await self._carry_out(asked)
        carried_out = COURSES[fault.action].carried_out
        if carried_out == "later":
            self.simulator.late.add(asked, timedelta(seconds=fault.delay_seconds))
        if carried_out == "undone":
            return await asked.connection.work(lambda: self._carry_out_and_undo(asked))
        if carried_out == "yes" or (carried_out == "if_applied" and fault.apply):
            return await self._carry_out(asked)
        return None

    def _carry_out_and_undo(self, asked: Asked) -> Answer:
        answer = NO_ANSWER
        with suppress(_UndoneError), self.simulator.database.transaction():
            answer = run_here(self._carry_out(asked.detached()))
            raise _UndoneError
        return answer

    async def _call_control(self, scope: Scope, fault: Fault) -> None:
        """Make a fault's call of the control API; one that is refused is a mistake of who ordered it."""
        method, _, route = fault.call.partition(" ")
        path = f"/__sim__/{route}"
        own = {"method": method, "path": path, "raw_path": path.encode(), "query_string": b"", "headers": []}
        answer = await self._respond({**scope, **own}, json.dumps(fault.body or {}).encode())
        if answer.status != 200:
            raise RuntimeError(f"the fault's call {fault.call} was refused: {answer.body.decode()}")

    async def _carry_out(self, asked: Asked) -> Answer:
        try:
            return await self._respond(asked.scope, asked.body)
        except Exception:
            logger.exception("%s %s failed inside the simulator", asked.scope["method"], asked.path)
            return Answer(500, [], b"")

    async def _respond(self, scope: Scope, body: bytes) -> Answer:
        start: Message = {"status": 500, "headers": []}
        chunks: list[bytes] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                chunks.append(message.get("body", b""))

        await self.app(dict(scope), _replay(body), keep)
        return Answer(start["status"], list(start["headers"]), b"".join(chunks))

    def _record(self, asked: Asked, status: int, fault: str | None) -> None:
        self.simulator.journal.record(
            at=self.simulator.clock.now(),
            method=asked.scope["method"],
            path=asked.path,
            query="" if asked.secret else asked.query,
            status=status,
            operation=asked.operation,
            counted=asked.counted,
            fault=fault,
            body="" if asked.secret else asked.body.decode("utf-8", "replace"),
        )


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or None if the client left before it was complete."""
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def _replay(body: bytes) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await asyncio.Event().wait()  # the client is never seen to leave: what is carried out is carried out to the end
        raise AssertionError("unreachable")

    return receive
