"""A clock that tests can set, stop and move."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SimulatedClock:
    """The time a simulated system believes in: real time plus an offset, or one frozen instant. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offset = timedelta(0)
        self._frozen: datetime | None = None
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """The simulated time, aware, in UTC."""
        with self._lock:
            return self._frozen if self._frozen is not None else datetime.now(UTC) + self._offset

    def set(self, at: datetime) -> None:
        """Continue from `at` at the speed of real time."""
        instant = _utc(at)
        with self._lock:
            self._frozen = None
            self._offset = instant - datetime.now(UTC)
        self._tell()

    def freeze(self, at: datetime) -> None:
        """Stand still at `at`."""
        instant = _utc(at)
        with self._lock:
            self._frozen = instant
        self._tell()

    def advance(self, by: timedelta) -> None:
        """Jump by a span; a frozen clock stays frozen, later."""
        with self._lock:
            if self._frozen is not None:
                self._frozen += by
            else:
                self._offset += by
        self._tell()

    def reset(self) -> None:
        """Go back to real time."""
        with self._lock:
            self._frozen = None
            self._offset = timedelta(0)
        self._tell()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every change made by hand (not as real time passes)."""
        self._listeners.append(listener)

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"a time needs its zone, {at.isoformat()} has none")
    return at.astimezone(UTC)
