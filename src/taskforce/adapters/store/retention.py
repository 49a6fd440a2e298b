"""What is older than people want to keep goes, a little at a time; what is still needed stays whatever its age (B18).

    runs      go with their records, but the latest of a connection, those by which it is told how imports go, one whose
              plan waits, is being carried out or can be approved, and one with a write whose end is not known
    records   of those that wait in the inbox stay, and their runs with them: they tell why
    notices   go when what they told of is over, mails when nobody waits for them
    audit     stays, emptied of what entries say in detail; its chain is made for that

Each step is a transaction of its own, so that nobody waits for long, and whoever is killed loses nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet

from taskforce.adapters.store.inbox import FAILING, HELD
from taskforce.adapters.store.models import (
    AuditRow,
    ChangeRow,
    Connection,
    DeliveryRow,
    HeartbeatRow,
    InboxRow,
    IntentRow,
    LaunchRow,
    MailRow,
    NoticeRow,
    RunRow,
    TroubleRow,
)
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.alarm import SUCCESSES
from taskforce.domain.deliveries import DeliveryState
from taskforce.domain.retention import Pruned, Tell
from taskforce.domain.run import RunKind, RunStatus

SLICE = 2000
"""Ids looked at in one transaction: others wait a tenth of a second at most for it."""

EVERY = timedelta(days=1)
_NAME = "pruning"


def _nobody(_done: int, _all: int) -> None:
    """Nobody watches."""


@tells_trouble
class Retention:
    """Of all connections."""

    def claim(self, now: datetime) -> bool:
        """Whether it is for the caller to prune now: once a day, by one of those who ask."""
        row, is_first = HeartbeatRow.objects.get_or_create(name=_NAME, defaults={"beaten_at": now})
        if is_first:
            return True
        if now - EVERY < row.beaten_at <= now:
            return False
        return bool(HeartbeatRow.objects.filter(pk=row.pk, beaten_at=row.beaten_at).update(beaten_at=now))

    def last_at(self) -> datetime | None:
        """When somebody last began to prune by the day's turn."""
        return HeartbeatRow.objects.filter(name=_NAME).values_list("beaten_at", flat=True).first()

    def prune(
        self,
        before: datetime,
        *,
        is_dry_run: bool = False,
        tell: Tell = _nobody,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Pruned:
        """Remove what is older, or count it; asked to stop, what is left goes the next time."""
        runs, changes = _prune_runs(before, is_dry_run=is_dry_run, tell=tell, should_stop=should_stop)
        notices = NoticeRow.objects.filter(over_at__lt=before)
        troubles = TroubleRow.objects.filter(over_at__lt=before)
        waiting = DeliveryRow.objects.filter(mail=OuterRef("pk"), state=DeliveryState.WAITING)
        mails = MailRow.objects.filter(~Exists(waiting), written_at__lt=before)
        numbers = {"notices": notices.count() + troubles.count(), "mails": mails.count()}
        if not is_dry_run:
            for rows in (notices, troubles, mails):
                rows.delete()
        audit_values = _empty_audit(before, is_dry_run=is_dry_run, should_stop=should_stop)
        return Pruned(before=before, runs=runs, changes=changes, audit_values=audit_values, **numbers)


def _prune_runs(before: datetime, *, is_dry_run: bool, tell: Tell, should_stop: Callable[[], bool]) -> tuple[int, int]:
    """How many runs and records of runs went."""
    old = RunRow.objects.filter(finished_at__lt=before).exclude(status=RunStatus.RUNNING).exclude(pk__in=_needed())
    found = list(old.order_by("id").values_list("pk", "connection_id", "is_dry_run"))
    runs = changes = 0
    for done, (run_id, connection_id, was_dry) in enumerate(found):
        if should_stop():
            break
        gone, left = _prune_changes(run_id, None if was_dry else connection_id, is_dry_run=is_dry_run)
        changes += gone
        if not left:
            runs += 1
            if not is_dry_run:
                RunRow.objects.filter(pk=run_id).delete()
        tell(done + 1, len(found))
    return runs, changes


def _prune_changes(run_id: int, connection_id: int | None, *, is_dry_run: bool) -> tuple[int, int]:
    """How many records of a run went, and how many are left because they wait in this connection's inbox."""
    ours = ChangeRow.objects.filter(run_id=run_id)
    gone = left = 0
    for first, last in _slices(ours):
        rows = ours.filter(pk__gte=first, pk__lte=last)
        going = rows.filter(~_waits(connection_id)) if connection_id is not None else rows
        number, all_of_them = going.count(), rows.count()
        gone, left = gone + number, left + all_of_them - number
        if not is_dry_run:
            going.delete()
    return gone, left


def _waits(connection_id: int) -> Exists:
    """Whether the record of a change is held or failing in the connection."""
    same = {"entity": OuterRef("entity"), "source_id": OuterRef("source_id")}
    return Exists(InboxRow.objects.filter(connection_id=connection_id, state__in=(HELD, FAILING), **same))


def _needed() -> set[int]:
    """Runs that are kept whatever their age."""
    intents = IntentRow.objects.exclude(change_id=None).values("change_id")
    kept = {
        *RunRow.objects.filter(status=RunStatus.AWAITING_APPROVAL, is_dry_run=False).values_list("pk", flat=True),
        *LaunchRow.objects.exclude(approves=None).values_list("approves", flat=True),
        *ChangeRow.objects.filter(pk__in=intents).values_list("run_id", flat=True),
    }
    for connection_id in Connection.objects.values_list("pk", flat=True):
        kept |= {*_latest(RunRow.objects.filter(connection_id=connection_id))}
    return {each for each in kept if each is not None}


def _latest(rows: "QuerySet[RunRow]") -> Iterator[int]:
    """The runs by which it is told how the imports of a connection go."""
    real = rows.filter(is_dry_run=False)
    reconciliations = real.filter(kind=RunKind.RECONCILIATION)
    got_through = Q(status__in=(RunStatus.DONE, RunStatus.DONE_WITH_FAILURES)) | ~Q(digest="")
    for those, order in (
        (rows, "-id"),
        (rows.filter(is_dry_run=True), "-id"),
        (real.filter(status__in=(RunStatus.DONE, RunStatus.DONE_WITH_FAILURES)), "-id"),
        (real.filter(status__in=SUCCESSES, finished_at__isnull=False), "-finished_at"),
        (reconciliations, "-id"),
        (reconciliations.filter(got_through), "-id"),
    ):
        yield from those.order_by(order).values_list("pk", flat=True)[:1]


def _empty_audit(before: datetime, *, is_dry_run: bool, should_stop: Callable[[], bool]) -> int:
    """How many entries say nothing in detail any more."""
    old = AuditRow.objects.filter(at__lt=before).exclude(details={})
    number = 0
    for first, last in _slices(old):
        if should_stop():
            break
        rows = old.filter(pk__gte=first, pk__lte=last)
        number += rows.count() if is_dry_run else rows.update(details={}, salt="")
    return number


def _slices(rows: "QuerySet[ChangeRow] | QuerySet[AuditRow]") -> Sequence[tuple[int, int]]:
    """Ranges of ids, both ends inclusive, that together hold all of them."""
    ends = rows.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return []
    return [(start, min(start + SLICE - 1, ends["last"])) for start in range(ends["first"], ends["last"] + 1, SLICE)]
