"""How a request came in: what faults and handlers ask of its connection, whether that is a socket or not."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Final, Protocol, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

CONNECTION_KEY: Final = "taskforce_simulators.connection"
Result = TypeVar("Result")


class Connection(Protocol):
    """The way between one client and the simulator."""

    def cut(self) -> None:
        """Close it in both directions at once, without a word of HTTP."""

    def close_sending(self) -> None:
        """Close the direction to the client once everything sent has left; the other stays open."""

    async def pause(self, seconds: float) -> None:
        """Let time pass before the answer: real time on a socket, simulated time in process."""

    async def work(self, act: Callable[[], Result]) -> Result:
        """Run plain code where it holds up nobody else."""
        ...


class Detached:
    """The connection of a request whose client is gone: nothing can be closed, and nobody waits."""

    def cut(self) -> None:
        """It is."""

    def close_sending(self) -> None:
        """It is."""

    async def pause(self, seconds: float) -> None:
        """Nobody waits."""

    async def work(self, act: Callable[[], Result]) -> Result:
        """Run it on the spot."""
        return act()


def connection_of(scope: Scope) -> Connection:
    """The connection that a request came by."""
    connection: Connection = scope["extensions"][CONNECTION_KEY]
    return connection


def on(connection: Connection, scope: Scope) -> Scope:
    """The same request as if it had come by another connection."""
    return {**scope, "extensions": {CONNECTION_KEY: connection}}


def plain(answer: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    """A route's handler around a plain function. Plain functions are not given to routes themselves: starlette would
    run them in threads of an event loop, and in process there is neither."""

    async def endpoint(request: Request) -> Response:
        return await connection_of(request.scope).work(partial(answer, request))

    return endpoint


def run_here(routine: Coroutine[object, None, Result]) -> Result:
    """Run a coroutine to its end on the spot, in a thousandth of the time that an event loop of its own takes.

    It may give way to others (`asyncio.sleep(0)`); one that waits for an event loop raises RuntimeError.
    """
    while True:
        try:
            waits_for = routine.send(None)
        except StopIteration as done:
            result: Result = done.value
            return result
        if waits_for is not None:
            routine.close()
            raise RuntimeError(f"there is no event loop here that could wait for {waits_for!r}")
