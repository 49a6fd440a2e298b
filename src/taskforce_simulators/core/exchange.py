"""The middle between the connection and the simulated API: journal, faults, the simulated date, cut connections."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Final, Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskforce_simulators.core.clock import SimulatedClock
from taskforce_simulators.core.connection import connection_of, run_here
from taskforce_simulators.core.faults import Fault, Faults
from taskforce_simulators.core.journal import Journal
from taskforce_simulators.core.late_commits import LateCommits
from taskforce_simulators.core.messages import BODY_KEY, Answer, Asked

OWN_PATHS: Final = ("/__sim__", "/__page__", "/favicon.ico")
HTML_ERROR: Final = (
    "<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body><h1>Try again later</h1></body></html>"
)

logger = logging.getLogger("taskforce_simulators")


class Observed(Protocol):
    """What the exchange needs of a simulator."""

    clock: SimulatedClock
    journal: Journal
    faults: Faults
    late: LateCommits

    def operation(self, request: Request) -> tuple[str, bool]:
        """A short name, and whether the vendor counts the request."""

    def expire_sessions(self) -> None:
        """End every session."""


class Exchange:
    """ASGI middleware around one simulator's API. Its own paths (control API, pages) go straight through."""

    def __init__(self, app: ASGIApp, simulator: Observed) -> None:
        self.app = app
        self.simulator = simulator
        simulator.clock.on_change(self.run_due)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == "/" or scope["path"].startswith(OWN_PATHS):
            await self.app(scope, receive, send)
            return
        if self.simulator.late:
            await connection_of(scope).work(self.run_due)
        body = await _read(receive)
        if body is None:
            return
        asked = self._asked(scope, body)
        fault = self.simulator.faults.take(scope["method"], asked.path, asked.query, asked.body)
        answer = await self._answer(asked, fault)
        self._record(asked, 0 if answer is None else answer.status, fault.action if fault else None)
        if answer is None:
            await _cut(scope, receive)
            return
        await _deliver(answer.dated(self.simulator.clock.now()), send, cut_midway=_is(fault, "cut_midway"))
        if _is(fault, "cut_midway"):
            await _cut(scope, receive)

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
        """The answer to give, or None if the connection shall be cut."""
        if fault is None:
            return await self._carry_out(asked)
        if fault.action == "late_commit":
            self.simulator.late.add(asked, timedelta(seconds=fault.delay_seconds))
        if fault.action in {"cut_before", "late_commit"}:
            return None
        if fault.action == "delay":
            await asked.connection.pause(fault.delay_seconds)
        if fault.action == "expire_session":
            self.simulator.expire_sessions()
        if fault.action in {"status", "garbage", "html", "empty"}:
            if fault.apply:
                await self._carry_out(asked)
            return _spoilt(fault)
        answer = await self._carry_out(asked)
        return None if fault.action == "cut_after" else answer

    async def _carry_out(self, asked: Asked) -> Answer:
        start: dict[str, object] = {"status": 500, "headers": []}
        chunks: list[bytes] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                chunks.append(message.get("body", b""))

        try:
            await self.app(dict(asked.scope), _replay(asked.body), keep)
        except Exception:
            logger.exception("%s %s failed inside the simulator", asked.scope["method"], asked.path)
        return Answer(start["status"], list(start["headers"]), b"".join(chunks))  # type: ignore[arg-type, call-overload]

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


def _is(fault: Fault | None, action: str) -> bool:
    return fault is not None and fault.action == action


def _spoilt(fault: Fault) -> Answer:
    if fault.action == "empty":
        response: Response = Response(status_code=200)
    elif fault.action == "garbage":
        response = Response('{"items": [{"id": 17, "companyNa', media_type="application/json")
    elif fault.action == "html":
        response = HTMLResponse(HTML_ERROR, status_code=fault.status)
    elif fault.body is None:
        response = Response(HTTPStatus(fault.status).phrase, fault.status, media_type="text/plain")
    elif isinstance(fault.body, str):
        response = Response(fault.body, fault.status, media_type="text/plain")
    else:
        response = JSONResponse(fault.body, fault.status)
    response.headers.update(fault.headers)
    return Answer.of(response)


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


async def _deliver(answer: Answer, send: Send, *, cut_midway: bool) -> None:
    body = answer.body[: len(answer.body) // 2] if cut_midway else answer.body
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": body, "more_body": cut_midway})


async def _cut(scope: Scope, receive: Receive) -> None:
    """Close the connection, and wait until the server has noticed, so that it neither answers nor logs."""
    connection_of(scope).cut()
    while (await receive())["type"] != "http.disconnect":
        pass
