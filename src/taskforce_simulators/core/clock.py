"""A clock that tests can set, stop and move."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


class SimulatedClock:
    """The time a simulated system believes in: real time plus an offset, or one frozen instant. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offset = timedelta(0)
        self._frozen: datetime | None = None
        self._set_back = timedelta(0)
        self._listeners: list[Callable[[], None]] = []
        self._awaited: list[Callable[[], datetime | None]] = []

    def now(self) -> datetime:
        """The simulated time, aware, in UTC."""
        with self._lock:
            return self._time()

    def steady(self) -> datetime:
        """A time to measure spans by: it goes on as the clock does, but not back when the clock is set back."""
        with self._lock:
            return self._time() + self._set_back

    def set(self, at: datetime) -> None:
        """Continue from `at` at the speed of real time."""
        instant = _utc(at)
        with self._moving():
            self._frozen = None
            self._offset = instant - datetime.now(UTC)

    def freeze(self, at: datetime) -> None:
        """Stand still at `at`."""
        instant = _utc(at)
        with self._moving():
            self._frozen = instant

    def advance(self, by: timedelta) -> None:
        """Jump by a span, stopping at each awaited time; back by a negative one. A frozen clock stays frozen."""
        while (stop := self._next_stop(by)) is not None:
            by -= stop
            self._jump(stop)
        self._jump(by)

    def reset(self) -> None:
        """Go back to real time."""
        with self._moving():
            self._frozen = None
            self._offset = timedelta(0)

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every change made by hand (not as real time passes)."""
        self._listeners.append(listener)

    def stop_for(self, awaited: Callable[[], datetime | None]) -> None:
        """Let no jump pass over the time that `awaited` gives, by `steady`, if there is any."""
        self._awaited.append(awaited)

    def _next_stop(self, span: timedelta) -> timedelta | None:
        """How far it is to the next time that is awaited within a span."""
        now = self.steady()
        stops = [at - now for awaited in self._awaited if (at := awaited()) is not None]
        return min((stop for stop in stops if timedelta(0) < stop < span), default=None)

    def _jump(self, by: timedelta) -> None:
        with self._moving():
            if self._frozen is not None:
                self._frozen += by
            else:
                self._offset += by

    def _time(self) -> datetime:
        return self._frozen if self._frozen is not None else datetime.now(UTC) + self._offset

    @contextmanager
    def _moving(self) -> Iterator[None]:
        """Change the time, and tell the listeners once it is done."""
        with self._lock:
            before = self._time()
            yield
            self._set_back += max(before - self._time(), timedelta(0))
        for listener in self._listeners:
            listener()


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"a time needs its zone, {at.isoformat()} has none")
    return at.astimezone(UTC)
