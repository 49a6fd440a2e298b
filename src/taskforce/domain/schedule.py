"""When the next scheduled import or reconciliation is due (S9, S14, protocol 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from taskforce.domain.run import Run, RunKind, RunStatus
from taskforce.domain.settings import ConnectionSettings

TRIED_AGAIN_AFTER = timedelta(days=1)
"""A reconciliation that did not get through is tried again so much later; imports go on meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """When a connection was last reconciled: when that began, and when one began that got through; None: never."""

    tried_at: datetime | None = None
    done_at: datetime | None = None


def is_cut_off(latest: Sequence[Run]) -> bool:
    """Whether the last import (the first of these) is not over, and has died if nobody carries it out.

    Unless the one before it died as well: whatever kills imports must not do so again and again.
    """
    if not latest or latest[0].status is not RunStatus.RUNNING or latest[0].is_dry_run:
        return False
    return not any(run.status is RunStatus.TO_BE_CONTINUED and run.finished_at is None for run in latest[1:2])


def next_import(
    interval: timedelta,
    *,
    active_since: datetime,
    last_started_at: datetime | None,
    resume_at: datetime | None = None,
    was_cut_off: bool = False,
    now: datetime,
) -> datetime:
    """One interval after the last import began; the first one an interval after Active was set, not at once.

    If the last import ran out of budget it goes on at `resume_at` instead, be that earlier or later; one whose process
    died in the middle (`was_cut_off`) goes on at once. A moment that lies ahead was told by a clock that was ahead, and
    counts for nothing: nobody waits for it to come.
    """
    if was_cut_off:
        return now
    begun_at = _latest(active_since, last_started_at, until=now)
    if begun_at is None:
        return now
    if resume_at is not None and begun_at == last_started_at:
        return resume_at
    return begun_at + interval


def next_reconciliation(
    every: timedelta, *, active_since: datetime, reconciled: Reconciled, now: datetime
) -> datetime | None:
    """So long after the last one that got through, or after Active was set; None when `every` is nothing.

    One that was begun without success is tried again after a day, so that it never stands in the way of the imports.
    """
    if not every:
        return None
    done_at = _latest(active_since, reconciled.done_at, until=now)
    due_at = now if done_at is None else done_at + every
    if reconciled.tried_at is not None and reconciled.tried_at <= now:
        due_at = max(due_at, reconciled.tried_at + min(every, TRIED_AGAIN_AFTER))
    return due_at


def kind_due(settings: ConnectionSettings, *, active_since: datetime, reconciled: Reconciled, now: datetime) -> RunKind:
    """What to run when an import is due: a reconciliation, if that is due as well, takes its place."""
    due_at = next_reconciliation(settings.reconcile_every, active_since=active_since, reconciled=reconciled, now=now)
    return RunKind.RECONCILIATION if due_at is not None and due_at <= now else RunKind.IMPORT


def _latest(*moments: datetime | None, until: datetime) -> datetime | None:
    return max((moment for moment in moments if moment is not None and moment <= until), default=None)
