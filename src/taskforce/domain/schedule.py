"""When the next scheduled import or reconciliation is due (S9, S14, protocol 3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from taskforce.domain.run import RunKind
from taskforce.domain.settings import ConnectionSettings

TRIED_AGAIN_AFTER = timedelta(days=1)
"""A reconciliation that did not get through is tried again so much later; imports go on meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """When things last began: any run, any reconciliation, and one that got through; None: never.

    `resume_at` is when the latest run goes on, if it ran out of budget.
    """

    run: datetime | None = None
    resume_at: datetime | None = None
    reconciliation: datetime | None = None
    whole_reconciliation: datetime | None = None


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


def next_reconciliation(every: timedelta, *, active_since: datetime, past: Past) -> datetime | None:
    """So long after the last one that got through, or after Active was set; None when `every` is nothing.

    One that was begun without success is tried again after a day, so that it never stands in the way of the imports.
    """
    if not every:
        return None
    due_at = max(moment for moment in (active_since, past.whole_reconciliation) if moment is not None) + every
    if past.reconciliation is not None:
        due_at = max(due_at, past.reconciliation + min(every, TRIED_AGAIN_AFTER))
    return due_at


def kind_due(settings: ConnectionSettings, *, active_since: datetime, past: Past, now: datetime) -> RunKind | None:
    """What a connection is to run now, if anything: a reconciliation takes the place of an import."""
    import_at = next_import(
        settings.interval, active_since=active_since, last_started_at=past.run, resume_at=past.resume_at
    )
    if not settings.active or import_at > now:
        return None
    reconcile_at = next_reconciliation(settings.reconcile_every, active_since=active_since, past=past)
    return RunKind.RECONCILIATION if reconcile_at is not None and reconcile_at <= now else RunKind.IMPORT
