"""How many requests the org has made in the last 24 hours. Source: reference section 3, Limits."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from taskforce_simulators.core.clock import SimulatedClock
from taskforce_simulators.salesforce.errors import ApiError

_DAY: Final = timedelta(hours=24)


@dataclass(slots=True)
class Usage:
    """Requests counted by the minute. Thread-safe."""

    clock: SimulatedClock
    _by_minute: dict[datetime, int] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def used(self) -> int:
        """Requests of the last 24 hours."""
        oldest = self.clock.steady() - _DAY
        with self._lock:
            self._by_minute = {minute: count for minute, count in self._by_minute.items() if minute > oldest}
            return sum(self._by_minute.values())

    def spend(self, limit: int) -> None:
        """Count one request, or refuse it because the limit is reached."""
        with self._lock:
            if self.used() >= limit:
                raise ApiError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
            minute = self.clock.steady().replace(second=0, microsecond=0)
            self._by_minute[minute] = self._by_minute.get(minute, 0) + 1

    def clear(self) -> None:
        """Start anew."""
        self._by_minute.clear()
