"""Imports on time, each connection by itself: a thin loop that lives as long as the service (S9, S14).

    tick   what is under way?  →  is any alarm to be raised, any mail to be sent?  →  begin what is due, longest first

Each import has a thread of its own, so that one that waits for its lease, or takes hours, holds up no other. The loop
itself only looks. What goes wrong is told, once as long as it stays the same, and ends neither the loop nor another
import. Asked to stop, it gives imports a moment to end in order; one that a vendor keeps waiting longer is left, with
what it had on its way in doubt (invariant 17).
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
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


class Work(Protocol):
    """What there is to do. Every method may raise errors of Taskforce, and may be called from any thread."""

    def names(self) -> Sequence[str]:
        """Every connection."""
        ...

    def due_at(self, name: str) -> datetime | None:
        """When the next import of a connection is due; None while it is not active."""
        ...

    def run(self, name: str, should_stop: StopAsked) -> None:
        """Import, if that is still due once the right to do so was got."""
        ...

    def look(self, name: str) -> None:
        """Tell people if imports of this connection do not succeed, or do again (B13)."""
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


def on_a_thread(name: str, work: Callable[[], None]) -> Worker:
    """Beside everything else."""
    thread = Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


class Scheduler:
    """The loop. `say` tells the person who watches."""

    def __init__(self, work: Work, clock: Clock, say: Callable[[str], None], start: Start = on_a_thread) -> None:
        self._work = work
        self._clock = clock
        self._say = say
        self._start = start
        self._names: Sequence[str] = ()
        self._under_way: dict[str, Worker] = {}
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
        self._under_way = {name: worker for name, worker in self._under_way.items() if worker.is_alive()}
        names = self._guarded("", self._work.names)
        self._names = self._names if names is None else names
        self._look()
        self._send(should_stop)
        for name in self._due() if names is not None else ():
            if len(self._under_way) >= AT_ONCE or should_stop():
                return
            self._begin(name, should_stop)

    def _look(self) -> None:
        """Now and then, whatever the imports are doing."""
        now = self._clock.monotonic()
        if now < self._looks_at:
            return
        self._looks_at = now + LOOK_EVERY.total_seconds()
        for name in self._names:
            self._guarded(name, partial(self._work.look, name), what="alarm")

    def _send(self, should_stop: StopAsked) -> None:
        """One at a time, however long a mail server takes."""
        now = self._clock.monotonic()
        if now < self._sends_at or (self._sending is not None and self._sending.is_alive()):
            return
        self._sends_at = now + SENDS_EVERY.total_seconds()
        step = partial(self._work.send_mail, should_stop)
        self._sending = self._start("mail", lambda: self._guarded("", step, what="mail"))

    def _due(self) -> list[str]:
        now, monotonic = self._clock.now(), self._clock.monotonic()
        due: list[tuple[datetime, str]] = []
        for name in self._names:
            if name in self._under_way or monotonic < self._pauses_until.get(name, monotonic):
                continue
            due_at = self._guarded(name, partial(self._work.due_at, name))
            if due_at is not None and due_at <= now:
                due.append((due_at, name))
        return [name for _, name in sorted(due)]

    def _begin(self, name: str, should_stop: StopAsked) -> None:
        def work() -> None:
            if self._guarded(name, partial(self._has_run, name, should_stop), what="import") is None:
                self._pauses_until[name] = self._clock.monotonic() + PAUSE.total_seconds()

        self._under_way[name] = self._start(f"import {name}", work)

    def _has_run(self, name: str, should_stop: StopAsked) -> bool:
        self._work.run(name, should_stop)
        return True

    def _end(self) -> bool:
        """Wait a moment for what is under way, and leave the rest."""
        give_up_at = self._clock.monotonic() + GRACE.total_seconds()
        for worker in (*self._under_way.values(), *([self._sending] if self._sending is not None else ())):
            worker.join(max(give_up_at - self._clock.monotonic(), 0))
        left = [name for name, worker in self._under_way.items() if worker.is_alive()]
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
