"""When each connection is due, so that any number of workers find what there is to do with one question.

What stands here is a note: the truth are runs, settings and launches, and whoever has got the lease looks at those
again. So a note may be too early, and is put right by the worker that comes for nothing; never too late, since whatever
makes an import due earlier writes its note in the same transaction.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from taskforce.adapters.store.holders import Holder, is_dead
from taskforce.adapters.store.leases import DURATION
from taskforce.adapters.store.models import Connection, LeaseRow, NoticeRow, RunRow, ScheduleRow
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.notices import NoticeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an alarm goes by: the configuration as it is stored, the latest success as noted, whether people were told.

    `noted_at` is when the success was noted; None where nothing was noted yet.
    """

    configuration: Mapping[str, Any]
    active_since: datetime
    succeeded_at: datetime | None
    noted_at: datetime | None
    is_told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupied:
    """How many connections are worked on by whichever worker, and how many of them since a short while only."""

    quick: int
    in_all: int


_MOST_HELD_HERE = 64
"""Connections that other processes of this machine work on; they are told apart one by one."""


@tells_trouble
class Schedule:
    """Notes when connections are due, and finds those that are."""

    def put(self, connection_id: int, due_at: datetime | None, *, succeeded_at: datetime | None, now: datetime) -> None:
        """Note when the next import is due (None: not by itself), and when the latest one succeeded."""
        noted = {"due_at": due_at, "succeeded_at": succeeded_at, "told_at": now}
        ScheduleRow.objects.update_or_create(connection_id=connection_id, defaults=noted)

    def due(self, now: datetime, *, here: Holder, without: Collection[str], limit: int) -> Sequence[str]:
        """Connections that are due and that nobody works on, as far as their leases tell; the longest due first.

        With them those whose worker died in the middle, and those whose note is missing or was written by a clock that
        was ahead. A holder on this machine that has died is known at once, another by the end of its lease.
        """
        rows = _due(now).exclude(name__in=without).exclude(_is_held_elsewhere(now, here))
        by_wait = rows.order_by(F("schedule__due_at").asc(nulls_first=True), "name")
        found = by_wait.select_related("lease")[: limit + _MOST_HELD_HERE]
        return [row.name for row in found if not _is_held_here(row, now, here)][:limit]

    def under_way(self, now: datetime, *, long: timedelta) -> Occupied:
        """What is worked on anywhere; a run that has taken `long` is not quick."""
        held = LeaseRow.objects.filter(expires_at__gt=now, expires_at__lte=now + DURATION)
        latest = RunRow.objects.filter(connection=OuterRef("connection")).order_by("-id")
        begun = held.annotate(
            began_at=Subquery(latest.values("started_at")[:1]), ended_at=Subquery(latest.values("finished_at")[:1])
        )
        found = begun.aggregate(
            in_all=Count("pk"), long=Count("pk", filter=Q(began_at__lte=now - long, ended_at__isnull=True))
        )
        return Occupied(quick=found["in_all"] - found["long"], in_all=found["in_all"])

    def standings(self) -> Mapping[str, Standing]:
        """Of every connection, by name."""
        told = set(
            NoticeRow.objects.filter(kind=NoticeKind.NO_IMPORT, over_at=None).values_list("connection_id", flat=True)
        )
        return {row.name: _standing(row, told) for row in Connection.objects.select_related("schedule")}


def _due(now: datetime) -> "QuerySet[Connection]":
    is_wrong = Q(schedule=None) | Q(schedule__told_at__gt=now)
    return Connection.objects.filter(Q(schedule__due_at__lte=now) | Q(lease__expires_at__lte=now) | is_wrong)


def _is_held_elsewhere(now: datetime, here: Holder) -> Q:
    """Held by a lease that can be: one that ends later than any lease does was written by a clock that was ahead."""
    is_held = Q(lease__expires_at__gt=now, lease__expires_at__lte=now + DURATION)
    return is_held & ~Q(lease__host=here.host, lease__boot_id=here.boot_id)


def _is_held_here(row: Connection, now: datetime, here: Holder) -> bool:
    lease = getattr(row, "lease", None)
    if lease is None or lease.expires_at is None or not now < lease.expires_at <= now + DURATION:
        return False
    return not is_dead(lease, here)


def _standing(row: Connection, told: Collection[int]) -> Standing:
    noted = getattr(row, "schedule", None)
    return Standing(
        configuration=row.configuration,
        active_since=row.active_since,
        succeeded_at=noted.succeeded_at if noted is not None else None,
        noted_at=noted.told_at if noted is not None else None,
        is_told=row.pk in told,
    )
