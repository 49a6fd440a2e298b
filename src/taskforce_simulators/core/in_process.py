"""A simulator called without a socket: its whole site as a transport for httpx2, for tests of very many requests."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TypeVar
from urllib.parse import unquote

import httpx2
from starlette.types import Message, Scope

from taskforce_simulators.core.connection import CONNECTION_KEY, run_here
from taskforce_simulators.core.server import Simulator, application

Result = TypeVar("Result")
Wait = Callable[[timedelta], None]


class InProcessTransport(httpx2.BaseTransport):
    """Answers requests to any host by the simulator's whole site: its API, the control API and the pages.

    Each request runs in the thread that sends it, without an event loop, and returns when it is carried out: any number
    of threads may call. Nothing sleeps: where a simulator would let real time pass, `wait` is told how much; by
    default it moves the simulator's clock. What a client on a socket would run into comes as the same exceptions:
    RemoteProtocolError when the connection ends before or within the answer, ReadTimeout when the simulator let more
    time pass than the client waits; the request is then carried out already (a fault `late_commit` leaves it for
    later). Connections, TLS and headers that HTTP cannot carry are not simulated.
    """

    def __init__(self, simulator: Simulator, *, wait: Wait | None = None) -> None:
        self._application = application(simulator)
        self._wait = wait or simulator.clock.advance

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Carry one request out."""
        call = _Call(request, self._wait)
        run_here(self._application(call.scope, call.receive, call.send))
        return call.response()


class _Call:
    """One request and what has come of its answer so far; the connection it came by is its own."""

    def __init__(self, request: httpx2.Request, wait: Wait) -> None:
        self.scope: Scope = {**_scope(request), "extensions": {CONNECTION_KEY: self}}
        self._body: bytes | None = request.read()
        self._wait = wait
        timeouts: dict[str, float | None] = request.extensions.get("timeout", {})
        self._patience = timeouts.get("read")
        self._silence = 0.0
        self._gave_up = False
        self._start: Message | None = None
        self._chunks: list[bytes] = []
        self._ended = False

    async def receive(self) -> Message:
        """The request in one piece; after that the client leaves, as it does when its connection was cut."""
        if self._body is None:
            return {"type": "http.disconnect"}
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Message) -> None:
        """Take in a piece of the answer."""
        self._silence = 0.0
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self._chunks.append(message.get("body", b""))
            self._ended = not message.get("more_body", False)

    def cut(self) -> None:
        """Nothing more comes: the answer stays as far as it was sent."""

    def close_sending(self) -> None:
        """The same for a client, which reads until the end."""

    async def pause(self, seconds: float) -> None:
        """Let simulated time pass."""
        if seconds <= 0:
            return
        self._silence += seconds
        self._gave_up |= self._patience is not None and self._silence > self._patience
        self._wait(timedelta(seconds=seconds))

    async def work(self, act: Callable[[], Result]) -> Result:
        """Run it on the spot."""
        return act()

    def response(self) -> httpx2.Response:
        """What the client gets."""
        if self._gave_up:
            raise httpx2.ReadTimeout("timed out")
        if self._start is None:
            raise httpx2.RemoteProtocolError("Server disconnected without sending a response.")
        status, headers = self._start["status"], self._start["headers"]
        body = b"" if self.scope["method"] == "HEAD" else b"".join(self._chunks)
        return httpx2.Response(status, headers=headers, stream=_Received(body, whole=self._ended))


class _Received(httpx2.SyncByteStream):
    """An answer's body; one that broke off ends in an error when it is read."""

    def __init__(self, body: bytes, *, whole: bool) -> None:
        self._body = body
        self._whole = whole

    def __iter__(self) -> Iterator[bytes]:
        yield self._body
        if not self._whole:
            raise httpx2.RemoteProtocolError("peer closed connection without sending complete message body")


def _scope(request: httpx2.Request) -> Scope:
    raw_path, _, query = request.url.raw_path.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": unquote(raw_path.decode("ascii")),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 0),
        "server": (request.url.host, request.url.port),
    }
