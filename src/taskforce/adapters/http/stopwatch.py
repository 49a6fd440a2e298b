"""How long at least one request was under way: what a run waits for a system, however many it sends at once."""

from datetime import timedelta
from threading import Lock
from time import perf_counter
from typing import Self


class Stopwatch:
    """Runs while any thread is inside its `with`; overlapping stretches count once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._under_way = 0
        self._since = 0.0
        self._total = 0.0

    @property
    def elapsed(self) -> timedelta:
        """The finished stretches together."""
        return timedelta(seconds=self._total)

    def __enter__(self) -> Self:
        with self._lock:
            if self._under_way == 0:
                self._since = perf_counter()
            self._under_way += 1
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._under_way -= 1
            if self._under_way == 0:
                self._total += perf_counter() - self._since
