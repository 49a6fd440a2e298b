"""When the next scheduled import is due (S9, S14)."""

from datetime import datetime, timedelta


def next_import(
    interval: timedelta, *, active_since: datetime, last_started_at: datetime | None, now: datetime
) -> datetime:
    """One interval after the last import began; the first one an interval after Active was set, not at once.

    A moment that lies ahead was told by a clock that was ahead, and counts for nothing: nobody waits for it to come.
    """
    known = [moment for moment in (active_since, last_started_at) if moment is not None and moment <= now]
    return max(known) + interval if known else now
