"""Requests whose connection was cut and that are carried out later all the same."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from taskforce_simulators.core.clock import SimulatedClock
from taskforce_simulators.core.messages import Asked


@dataclass(slots=True)
class LateCommits:
    """What still waits to be carried out, each at its own simulated time. Thread-safe."""

    clock: SimulatedClock
    _waiting: list[tuple[datetime, Asked]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, asked: Asked, delay: timedelta) -> None:
        """Keep a request until the clock is `delay` further on."""
        with self._lock:
            self._waiting.append((self.clock.steady() + delay, asked.detached()))

    def take_due(self) -> list[Asked]:
        """Take out what is due by now, in order of its time."""
        if not self._waiting:
            return []
        now = self.clock.steady()
        with self._lock:
            due = sorted((entry for entry in self._waiting if entry[0] <= now), key=lambda entry: entry[0])
            self._waiting = [entry for entry in self._waiting if entry[0] > now]
        return [asked for _, asked in due]

    def next_due(self) -> datetime | None:
        """When the next is to be carried out, by the steady time of the clock."""
        with self._lock:
            return min((due for due, _ in self._waiting), default=None)

    def clear(self) -> None:
        """Forget every waiting request."""
        with self._lock:
            self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)
