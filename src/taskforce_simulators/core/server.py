"""What a simulator is, and a real server on loopback that runs one."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Final, Protocol, Self, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from taskforce_simulators.core.browsing import Browsable
from taskforce_simulators.core.certificates import Certificates
from taskforce_simulators.core.clock import SimulatedClock
from taskforce_simulators.core.connection import CONNECTION_KEY
from taskforce_simulators.core.control import control_routes
from taskforce_simulators.core.database import Database
from taskforce_simulators.core.exchange import Exchange
from taskforce_simulators.core.faults import Faults
from taskforce_simulators.core.journal import Journal
from taskforce_simulators.core.late_commits import LateCommits
from taskforce_simulators.core.messages import received_body
from taskforce_simulators.core.pages import page_routes

__all__ = ["PortUnavailableError", "RunningServer", "Simulator", "application", "received_body", "start"]

Result = TypeVar("Result")

LOOPBACK: Final = "127.0.0.1"
PATIENCE_SECONDS: Final = 2.0
"""How long a request under way may still take when the server is stopped."""


class Simulator(Protocol):
    """One simulated system. Handlers in plain functions are wrapped by `plain`, and get a body by `received_body`."""

    name: str
    clock: SimulatedClock
    journal: Journal
    faults: Faults
    late: LateCommits
    database: Database
    public_url: str
    """Set before the start, without a slash at the end; the base of absolute URLs that are handed out."""

    def routes(self) -> Sequence[BaseRoute]:
        """The simulated API. A slash at the end of a path is never redirected; unknown paths answer 404."""

    def control_routes(self) -> Sequence[BaseRoute]:
        """Further routes under `/__sim__`, of this system alone."""

    def operation(self, request: Request) -> tuple[str, bool]:
        """A short name ("query", "create", "login", …) for the journal, and whether the vendor counts the request.

        Bodies and query strings of "login" and "token" are kept out of the journal.
        """

    def credentials(self) -> dict[str, str]:
        """This side of the connection JSON without its url: what a client needs to log in, by every method."""

    def reset(self) -> None:
        """Empty the data and go back to the default settings."""

    def load(self, data: Mapping[str, object]) -> None:
        """Take in one side of a scenario, in bulk."""

    def settings(self) -> dict[str, object]:
        """The system's switches."""

    def change_settings(self, changes: Mapping[str, object]) -> None:
        """Set some switches; an unknown one or a wrong value raises ValueError."""

    def records(self, object_name: str, record_id: str | None = None) -> list[dict[str, object]]:
        """All records of an object or one, for the control API; an unknown object raises KeyError."""

    def save_record(self, object_name: str, record: Mapping[str, object]) -> dict[str, object]:
        """Insert a record, or change it when its id exists; no validation, but modification times are stamped."""

    def remove_record(self, object_name: str, record_id: str) -> bool:
        """Take a record out altogether; whether there was one."""

    def pages(self) -> Browsable:
        """What people see and edit in the browser."""

    def expire_sessions(self) -> None:
        """End every session."""

    def expire_pages(self) -> None:
        """Forget every result that is read page by page."""


class PortUnavailableError(Exception):
    """The port asked for cannot be had."""


class _SocketConnection:
    """The connection of a request that came by a socket."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.sends = True

    def cut(self) -> None:
        """Close the socket."""
        self._transport.abort()

    def close_sending(self) -> None:
        """Say that no more comes; TLS knows no half of a connection and is closed whole."""
        self.sends = False
        if self._transport.can_write_eof():
            self._transport.write_eof()
        else:
            self._transport.close()

    async def pause(self, seconds: float) -> None:
        """Let real time pass."""
        await asyncio.sleep(seconds)

    async def work(self, act: Callable[[], Result]) -> Result:
        """Run it in a thread, so that other connections are served."""
        return await run_in_threadpool(act)


class _Protocol(H11Protocol):
    """uvicorn's HTTP protocol, with the socket handed to the application so that a fault can cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        inner = self.app
        self.way = _SocketConnection(transport)

        async def with_connection(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = {CONNECTION_KEY: self.way}
            await inner(scope, receive, send)

        self.app = with_connection


class _Server(uvicorn.Server):
    """uvicorn's server, stopped at once instead of at its next look."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self.ready.set()
        await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the port, let requests under way end, then close what is left; uvicorn's own way takes longer."""
        for listener in (*self.servers, *(sockets or ())):
            listener.close()
        connections = self.server_state.connections
        for connection in list(connections):
            connection.shutdown()
            if isinstance(connection, _Protocol) and not connection.way.sends:
                connection.transport.close()  # its client gets no more, and need not close its own side
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (connections or self.server_state.tasks) and time.monotonic() < deadline:
            await asyncio.sleep(0.005)
        for connection in list(connections):
            connection.transport.abort()
        await asyncio.sleep(0)

    def stop(self) -> None:
        """Ask the server's loop to end."""
        if self._loop is not None and self._stopping is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)


class RunningServer:
    """A simulator served from a thread of this process."""

    def __init__(self, simulator: Simulator, listener: socket.socket, tls: Certificates | None) -> None:
        self.simulator = simulator
        self.port: int = listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://{LOOPBACK}:{self.port}"
        simulator.public_url = self.url
        self._server = _Server(_config(simulator, tls))
        self._thread = threading.Thread(target=self._serve, args=(listener,), daemon=True)
        self._thread.start()
        self._server.ready.wait()

    def _serve(self, listener: socket.socket) -> None:
        try:
            self._server.run([listener])
        finally:
            self._server.ready.set()  # a start that failed must not leave anyone waiting

    def stop(self) -> None:
        """Close the port and every connection, and wait for the thread."""
        self._server.stop()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def application(simulator: Simulator) -> Exchange:
    """The whole site of a simulator: its API, the control API under `/__sim__`, and the pages."""
    site = Starlette(routes=[*control_routes(simulator), *page_routes(simulator), *simulator.routes()])
    site.router.redirect_slashes = False
    return Exchange(site, simulator)


def start(simulator: Simulator, *, port: int = 0, tls: Certificates | None = None) -> RunningServer:
    """Serve a simulator on loopback; port 0 takes a free one."""
    # With the protocol named, asyncio turns off Nagle's delay (40 ms a request) on the connections accepted.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen(128)
    except OSError as problem:
        listener.close()
        raise PortUnavailableError(f"port {port} on {LOOPBACK} cannot be had: {problem.strerror}") from problem
    return RunningServer(simulator, listener, tls)


def _config(simulator: Simulator, tls: Certificates | None) -> uvicorn.Config:
    config = uvicorn.Config(
        application(simulator),
        http=_Protocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,  # the Date header is of the simulated clock
        timeout_keep_alive=75,
        ssl_certfile=str(tls.certificate_file) if tls else None,
        ssl_keyfile=str(tls.key_file) if tls else None,
        ssl_version=ssl.PROTOCOL_TLS_SERVER,
    )
    config.load()
    return config
