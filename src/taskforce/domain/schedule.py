"""When the next scheduled import is due (S9, S14)."""

from datetime import datetime, timedelta


def next_import(
    interval: timedelta,
    *,
    active_since: datetime,
    last_started_at: datetime | None,
    resume_at: datetime | None = None,
) -> datetime:
    """One interval after the last import began; the first one an interval after Active was set, not at once.

    If the last import ran out of budget it goes on at `resume_at` instead, be that earlier or later.
    """
    begun_at = max(moment for moment in (active_since, last_started_at) if moment is not None)
    if resume_at is not None and begun_at == last_started_at:
        return resume_at
    return begun_at + interval
