"""A clock that moves only when told."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(slots=True)
class FrozenClock:
    """Stands still; `sleep` and `advance` move it on, so that nobody waits, and `jump` sets the time of day."""

    instant: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    slept: timedelta = timedelta()
    jumped: timedelta = timedelta()

    def now(self) -> datetime:
        """Aware UTC."""
        return self.instant

    def monotonic(self) -> float:
        """Seconds since the epoch, which only grow, whatever the time of day jumps to."""
        return (self.instant - self.jumped).timestamp()

    def sleep(self, duration: timedelta) -> None:
        """Be later at once."""
        self.slept += duration
        self.advance(duration)

    def advance(self, duration: timedelta) -> None:
        """Move on without anybody having waited."""
        self.instant += duration

    def jump(self, difference: timedelta) -> None:
        """Somebody sets the clock, forwards or (negative) back."""
        self.instant += difference
        self.jumped += difference
