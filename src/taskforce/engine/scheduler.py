"""Imports on time, each connection by itself: a thin loop that lives as long as the service (S9, S14).

    tick   what is under way?  →  is any alarm to be raised, any mail to be sent?  →  begin what is due, longest first

Each import has a thread of its own, so that one that waits for a vendor, or takes hours, holds up no other. The loop
itself only looks; any number of processes may do so beside each other, on any number of machines. What goes wrong is
told, once as long as it stays the same, and ends neither the loop nor another import. Asked to stop, it gives imports a
moment to end in order; one that a vendor keeps waiting longer is left, with what it had on its way in doubt (invariant
17).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Thread
from typing import Protocol, TypeVar

from taskforce.engine.defects import sentence_on
from taskforce.engine.ports import Clock
from taskforce.errors import TaskforceError

Result = TypeVar("Result")
StopAsked = Callable[[], bool]

TICK = timedelta(seconds=1)
LOOK_EVERY = timedelta(minutes=1)
"""How often alarms are looked at."""

SENDS_EVERY = timedelta(seconds=5)
"""How often mail that waits is looked for; it is sent beside everything else."""

PAUSE = timedelta(minutes=1)
"""How long an import that did not even begin is left alone."""

GRACE = timedelta(seconds=5)
"""How long imports may take to end in order."""

AT_ONCE = 8
"""Imports under way at once; more wait for one of these to end, those first that are due the longest."""

LONG = timedelta(minutes=5)
"""An import that takes longer, a first load, say, makes room for another one, so that the others are not delayed."""

MOST_LONG = 4
"""So many times as many imports may be under way with those that take long."""


class Work(Protocol):
    """What there is to do. Every method may raise errors of Taskforce, and may be called from any thread."""

    def due(self, *, without: Collection[str], limit: int) -> Sequence[str]:
        """Connections that are due and that nobody works on, the longest due first."""
        ...

    def run(self, name: str, should_stop: StopAsked) -> None:
        """Import, if that is still due once the right to do so was got."""
        ...

    def look(self) -> None:
        """Tell people of connections whose imports do not succeed, or do again (B13)."""
        ...

    def send_mail(self, should_stop: StopAsked) -> None:
        """Deliver what is due; that may take its time."""
        ...

    def leave(self, name: str) -> None:
        """The import under way comes to no end: it sends and stores nothing more, and what it sent is in doubt."""
        ...


class Worker(Protocol):
    """Something under way."""

    def is_alive(self) -> bool: ...

    def join(self, timeout: float | None = None) -> None: ...


Start = Callable[[str, Callable[[], None]], Worker]
"""Begins some work under a name."""


def room(most: int, *, quick: int, in_all: int) -> int:
    """How many more may begin where `most` are to be under way at once: those that take long make room for others."""
    return max(0, min(most - quick, most * MOST_LONG - in_all))


def on_a_thread(name: str, work: Callable[[], None]) -> Worker:
    """Beside everything else."""
    thread = Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """An import under way, and when it began by the clock that cannot be set."""

    worker: Worker
    at: float


class Scheduler:
    """The loop. `say` tells the person who watches; `at_once` imports are under way, none if it is zero."""

    def __init__(
        self,
        work: Work,
        clock: Clock,
        say: Callable[[str], None],
        start: Start = on_a_thread,
        *,
        at_once: int = AT_ONCE,
    ) -> None:
        self._work = work
        self._clock = clock
        self._say = say
        self._start = start
        self._at_once = at_once
        self._under_way: dict[str, _Begun] = {}
        self._pauses_until: dict[str, float] = {}
        self._looks_at = clock.monotonic()
        self._sends_at = clock.monotonic()
        self._sending: Worker | None = None
        self._told: dict[str, str] = {}

    def serve(self, should_stop: StopAsked) -> bool:
        """Go on until asked to stop; whether every import came to its end by then."""
        while not should_stop():
            self._tick(should_stop)
            self._clock.sleep(TICK)
        return self._end()

    def _tick(self, should_stop: StopAsked) -> None:
        self._under_way = {name: begun for name, begun in self._under_way.items() if begun.worker.is_alive()}
        self._look()
        self._send(should_stop)
        for name in self._due():
            if should_stop():
                return
            self._begin(name, should_stop)

    def _look(self) -> None:
        """Now and then, whatever the imports are doing."""
        now = self._clock.monotonic()
        if now < self._looks_at:
            return
        self._looks_at = now + LOOK_EVERY.total_seconds()
        self._guarded("", self._work.look, what="alarm")

    def _send(self, should_stop: StopAsked) -> None:
        """One at a time, however long a mail server takes."""
        now = self._clock.monotonic()
        if now < self._sends_at or (self._sending is not None and self._sending.is_alive()):
            return
        self._sends_at = now + SENDS_EVERY.total_seconds()
        step = partial(self._work.send_mail, should_stop)
        self._sending = self._start("mail", lambda: self._guarded("", step, what="mail"))

    def _due(self) -> Sequence[str]:
        """As many as there is room for."""
        now = self._clock.monotonic()
        # A copy is gone through: an import that fails meanwhile adds its own pause, from its own thread.
        for name in [name for name, until in list(self._pauses_until.items()) if now >= until]:
            del self._pauses_until[name]
        without = {*self._under_way, *self._pauses_until}
        find = partial(self._work.due, without=without, limit=self._room(now))
        return self._guarded("", find) or ()

    def _room(self, now: float) -> int:
        """For how many more."""
        quick = sum(now - begun.at < LONG.total_seconds() for begun in self._under_way.values())
        return room(self._at_once, quick=quick, in_all=len(self._under_way))

    def _begin(self, name: str, should_stop: StopAsked) -> None:
        def work() -> None:
            if self._guarded(name, partial(self._has_run, name, should_stop), what="import") is None:
                self._pauses_until[name] = self._clock.monotonic() + PAUSE.total_seconds()

        begun_at = self._clock.monotonic()
        self._under_way[name] = _Begun(worker=self._start(f"import {name}", work), at=begun_at)

    def _has_run(self, name: str, should_stop: StopAsked) -> bool:
        self._work.run(name, should_stop)
        return True

    def _end(self) -> bool:
        """Wait a moment for what is under way, and leave the rest."""
        give_up_at = self._clock.monotonic() + GRACE.total_seconds()
        imports = [begun.worker for begun in self._under_way.values()]
        for worker in (*imports, *([self._sending] if self._sending is not None else ())):
            worker.join(max(give_up_at - self._clock.monotonic(), 0))
        left = [name for name, begun in self._under_way.items() if begun.worker.is_alive()]
        for name in left:
            self._say(f"{name}: an answer was waited for in vain; the next import looks what became of it.")
            self._guarded(name, partial(self._work.leave, name))
        return not left

    def _guarded(self, name: str, step: Callable[[], Result], *, what: str = "") -> Result | None:
        """The result of a step, or None when it failed, which is told unless it was the last thing told about this."""
        trouble, result = "", None
        try:
            result = step()
        except TaskforceError as error:
            trouble = str(error)
        except Exception as error:  # noqa: BLE001 - a defect in one import must not end the service
            trouble = sentence_on(error)
        key = f"{what} {name}"
        if trouble and self._told.get(key) != trouble:
            self._say(f"{name}: {trouble}" if name else trouble)
        self._told[key] = trouble
        return result
