"""The places of an import at which something may come in between: every step on disk and every request.

Each transaction of the store is one place, before it begins: to die inside of it comes to the same. Writes outside of
transactions are places of their own. Each request is two: before it leaves, and when its answer has not been taken in.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import httpx2
from django.db import connection

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class Place(StrEnum):
    """Where an import can be met."""

    STORE = "store"
    """Before something is written to the store."""
    SENDING = "sending"
    """Before a request leaves."""
    SENT = "sent"
    """A request was carried out, and its answer is not known yet."""


class Killed(BaseException):
    """The process is gone: no error of Taskforce, and nobody catches it."""


class Tripwire:
    """Does something at the n-th place of a kind. Once dead, whoever still moves is stopped at every place."""

    def __init__(self) -> None:
        self.passed: Counter[Place] = Counter()
        self._armed: tuple[Place, int, Callable[[], None]] | None = None
        self._is_dead = False

    def arm(self, place: Place, number: int, act: Callable[[], None]) -> None:
        """Be ready for the next import."""
        self.passed.clear()
        self._is_dead = False
        self._armed = (place, number, act)

    def disarm(self) -> bool:
        """Nothing happens any more; whether it had not happened yet."""
        was_waiting = self._armed is not None
        self.passed.clear()
        self._is_dead = False
        self._armed = None
        return was_waiting

    def kill(self) -> None:
        """End the process here."""
        self._is_dead = True
        raise Killed

    def at(self, place: Place) -> None:
        """An import has come to a place."""
        if self._is_dead:
            raise Killed
        self.passed[place] += 1
        if self._armed is None:
            return
        where, number, act = self._armed
        if where is place and self.passed[place] == number:
            self._armed = None
            act()

    @contextmanager
    def around_the_store(self) -> Iterator[None]:
        """Within, this thread's steps on disk are places."""
        with connection.execute_wrapper(self._statement):
            yield

    def _statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        begins = sql.startswith("BEGIN")
        alone = sql.startswith(_WRITES) and not context["connection"].in_atomic_block
        if begins or alone:
            self.at(Place.STORE)
        return execute(sql, params, many, context)


class WatchedTransport(httpx2.BaseTransport):
    """The way to a vendor, with its places; every request takes a moment."""

    def __init__(self, inner: httpx2.BaseTransport, tripwire: Tripwire, take_a_moment: Callable[[], None]) -> None:
        self._inner = inner
        self._tripwire = tripwire
        self._take_a_moment = take_a_moment

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Carry one request out."""
        self._take_a_moment()
        self._tripwire.at(Place.SENDING)
        try:
            return self._inner.handle_request(request)
        finally:
            self._tripwire.at(Place.SENT)
