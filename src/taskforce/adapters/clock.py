"""The clock of this machine."""

import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """Real time, and real waiting."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    def sleep(self, duration: timedelta) -> None:
        """Wait; a signal may end the wait early."""
        time.sleep(max(duration.total_seconds(), 0))
