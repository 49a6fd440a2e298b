"""When the next scheduled import is due (S9, S14)."""

from datetime import datetime, timedelta


def next_import(interval: timedelta, *, active_since: datetime, last_started_at: datetime | None) -> datetime:
    """One interval after the last import began; the first one an interval after Active was set, not at once."""
    return max(moment for moment in (active_since, last_started_at) if moment is not None) + interval
