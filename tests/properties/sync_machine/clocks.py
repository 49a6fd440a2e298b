"""One time for all: Taskforce's clock moves the simulators' along; it may be off, theirs are not."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from taskforce_simulators.core.clock import SimulatedClock

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class SharedClock:
    """Implements `engine.ports.Clock`. `off` is how far the clock of this machine is ahead of the vendors'."""

    def __init__(self, vendors: Sequence[SimulatedClock]) -> None:
        self.true = START
        self.off = timedelta()
        self._vendors = vendors
        for clock in vendors:
            clock.freeze(START)

    def now(self) -> datetime:
        """What this machine believes."""
        return self.true + self.off

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return self.true.timestamp()

    def sleep(self, duration: timedelta) -> None:
        """Time passes for all; nobody waits."""
        self.advance(duration)

    def advance(self, duration: timedelta) -> None:
        """Move everybody on; what the vendors carry out late is carried out on the way."""
        self.true += duration
        for clock in self._vendors:
            clock.advance(duration)
