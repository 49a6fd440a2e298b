"""The request limit of the tenant and the thread limit of an integration (reference section 7)."""

import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from taskforce_simulators.autotask.errors import ApiError
from taskforce_simulators.autotask.settings import Settings
from taskforce_simulators.core.clock import SimulatedClock

WINDOW: Final = timedelta(hours=1)
MOST_THREADS: Final = 3
DOCUMENTED_LIMIT: Final = 10_000


class Usage:
    """The requests of the last hour by the simulated clock. Thread-safe."""

    def __init__(self, clock: SimulatedClock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._times: deque[datetime] = deque()

    def clear(self) -> None:
        """Forget what was used."""
        with self._lock:
            self._times.clear()

    def count(self, settings: Settings) -> int:
        """How many requests the tenant has made in the last hour, those of other integrations among them."""
        if not settings.request_limit:
            return 0
        with self._lock:
            oldest = self._clock.steady() - WINDOW
            while self._times and self._times[0] <= oldest:
                self._times.popleft()
            return len(self._times) + settings.other_use

    def spend(self, settings: Settings) -> float:
        """Count one request; returns by how many seconds it is slowed down, or refuses it when nothing is left."""
        if not settings.request_limit:
            return 0
        used = self.count(settings)
        if used >= settings.request_limit:
            raise ApiError(
                "The number of external requests allowed for this database in the current timeframe has been exceeded.",
                status=settings.suspended_status,
            )
        with self._lock:
            self._times.append(self._clock.steady())
        return _delay((used + 1) / settings.request_limit) if settings.added_delays else 0


class Threads:
    """How many requests are under way by integration and endpoint. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def one(self, integration_code: str, endpoint: str, settings: Settings) -> Iterator[None]:
        """Be one of the three that are allowed at once, or be refused."""
        key = (integration_code, endpoint)
        with self._lock:
            if settings.thread_limit and self._under_way[key] >= MOST_THREADS:
                raise ApiError(
                    f"Itgenatr005: The API thread threshold of {MOST_THREADS} threads has been exceeded.",
                    status=settings.thread_limit_status,
                )
            self._under_way[key] += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way[key] -= 1


def _delay(share: float) -> float:
    if share >= 0.75:
        return 1.0
    return 0.5 if share >= 0.5 else 0.0
