"""Writes that queries see only later."""

import threading
from collections import deque
from datetime import datetime, timedelta

from taskforce_simulators.autotask.store import SEEN, Store
from taskforce_simulators.core.clock import SimulatedClock


class Lagging:
    """Which tables queries read: the true ones, or, while there is a lag, copies that follow behind."""

    def __init__(self, store: Store, clock: SimulatedClock) -> None:
        self._store = store
        self._clock = clock
        self._lag = timedelta(0)
        self._lock = threading.Lock()
        self._waiting: deque[tuple[datetime, str, int]] = deque()

    def set(self, lag: timedelta) -> None:
        """Let reads lag behind by so much from now on; what was written before is seen at once."""
        self._lag = lag
        self._waiting.clear()
        if lag:
            self._store.see_all()

    def note(self, path: str, record_id: int) -> None:
        """A record was written."""
        if self._lag:
            self._waiting.append((self._clock.steady() + self._lag, path, record_id))

    def table(self, path: str) -> str:
        """The table that a query reads now."""
        if not self._lag:
            return path
        now = self._clock.steady()
        with self._lock:
            while self._waiting and self._waiting[0][0] <= now:
                _, written, record_id = self._waiting.popleft()
                self._store.see(written, record_id)
        return SEEN + path
