"""The clock of this machine as it will be some time later: processes that share a file share the difference."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

VARIABLE = "SHIFTED_CLOCK_FILE"
"""Names the file to a child process."""


@dataclass(frozen=True, slots=True)
class ShiftedClock:
    """Time goes on at once for whoever reads the same file, also for a process that is asleep meanwhile."""

    file: Path

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC) + self._shift

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic() + self._shift.total_seconds()

    def sleep(self, duration: timedelta) -> None:
        """Wait, for a little while at most."""
        time.sleep(min(duration.total_seconds(), 0.01))

    def let_pass(self, duration: timedelta) -> None:
        """So much later it is now."""
        self.file.write_text(str((self._shift + duration).total_seconds()), encoding="ascii")

    @property
    def _shift(self) -> timedelta:
        return timedelta(seconds=float(self.file.read_text(encoding="ascii")) if self.file.exists() else 0)
