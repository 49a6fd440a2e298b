"""Runs, and what they did: written by the engine, read by the command line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from taskforce.adapters.store import codec
from taskforce.adapters.store.counting import causes_of, counted
from taskforce.adapters.store.models import ChangeRow, NoticeRow, RunRow
from taskforce.adapters.store.notices import notice_of
from taskforce.adapters.store.plans import postpone
from taskforce.adapters.store.scope import CHUNK
from taskforce.adapters.store.totals import count_end
from taskforce.adapters.store.trouble import telling_trouble, tells_trouble
from taskforce.domain.alarm import SUCCESSES
from taskforce.domain.budget import Spent, TenantUse
from taskforce.domain.history import Cause, ChangePage, RecordedChange, RunPage, RunsWanted
from taskforce.domain.notices import Notice
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import ApiCalls, Counts, Entity, SourceId, TargetId
from taskforce.domain.run import Run, RunKind, RunStatus, Undoing
from taskforce.domain.schedule import Reconciled
from taskforce.errors import ConfigurationError, LeaseLost

_DIED = "The process ended in the middle of this run; everything was kept, and the next import went on."

_UNDO_DIED = "The process ended in the middle of this undo; what was put back stands, and undoing again goes on."

_ADOPTION_DIED = "The process ended in the middle of this adoption; what was linked stands, and adopting again goes on."

_DEATHS: Mapping[str, str] = {RunKind.UNDO: _UNDO_DIED, RunKind.ADOPTION: _ADOPTION_DIED}

_NO_FIGURES: Mapping[str, Any] = {"held": 0, "failing": 0, "calls": [0, 0], "lower_bound": [0, 0], "seconds": 0}
"""What a run that died could not tell."""


@tells_trouble
class DjangoRuns:
    """Implements `engine.stores.Runs` for one connection."""

    def __init__(self, connection_id: int, connection: str, *, using: str = "default") -> None:
        self._connection_id = connection_id
        self._connection = connection
        self._using = using

    def start(self, kind: RunKind, *, is_dry_run: bool, now: datetime, undoes: Undoing | None = None) -> Run:
        """Record that a run has begun. One that is still recorded as running died: the lease is ours now."""
        with transaction.atomic(using=self._using):
            self.bury(now)
            row = self._rows.create(
                connection_id=self._connection_id,
                kind=kind,
                status=RunStatus.RUNNING,
                is_dry_run=is_dry_run,
                started_at=now,
                undoes=None if undoes is None else undoes.run_id,
                undoes_creates=undoes is not None and undoes.creates,
            )
        return _run(row, self._connection)

    def find(self, run_id: int) -> Run | None:
        """A run of this connection by its number."""
        row = self._rows.filter(pk=run_id).first()
        return None if row is None else _run(row, self._connection)

    def resume(self, run_id: int, now: datetime) -> Run:
        """A run whose plan waited is under way again."""
        with transaction.atomic(using=self._using):
            self.bury(now)
            row = self._rows.get(pk=run_id)
            row.status, row.finished_at, row.message = RunStatus.RUNNING, None, ""
            row.save(using=self._using)
        return _run(row, self._connection)

    def awaiting(self) -> Run | None:
        """The run whose plan waits for a person."""
        row = self._rows.filter(status=RunStatus.AWAITING_APPROVAL, is_dry_run=False).exclude(digest="").last()
        return None if row is None else _run(row, self._connection)

    def has_finished(self) -> bool:
        """Whether an import was ever carried through to its end."""
        ends = (RunStatus.DONE, RunStatus.DONE_WITH_FAILURES)
        return self._rows.filter(status__in=ends, is_dry_run=False).exclude(kind=RunKind.ADOPTION).exists()

    def succeeded_at(self, until: datetime) -> datetime | None:
        """When the latest import ended, until then, that succeeded."""
        ended = self._rows.filter(status__in=SUCCESSES, is_dry_run=False, finished_at__lte=until)
        ended = ended.exclude(kind__in=(RunKind.UNDO, RunKind.ADOPTION))
        latest: datetime | None = ended.aggregate(latest=Max("finished_at"))["latest"]
        return latest

    def bury(self, now: datetime) -> None:
        """Those that are still recorded as running have died."""
        for row in self._rows.filter(status=RunStatus.RUNNING):
            self._bury(row, now)

    def spent(self, since: datetime) -> Sequence[Spent]:
        """What runs spent that ended after that moment, dry runs included; one that waited worked at its end."""
        ended = (_run(row, self._connection) for row in self._rows.filter(finished_at__gt=since))
        return [
            Spent(since=run.finished_at - run.duration, until=run.finished_at, calls=run.calls.autotask)
            for run in ended
            if run.finished_at is not None
        ]

    @property
    def _rows(self) -> "QuerySet[RunRow]":
        return RunRow.objects.using(self._using).filter(connection_id=self._connection_id).order_by("id")

    def _bury(self, row: RunRow, now: datetime) -> None:
        """What a dead run did is counted, what it had not reached postponed."""
        postpone(row.pk, now, self._using)
        row.status = RunStatus.TO_BE_CONTINUED
        row.message = _DEATHS.get(row.kind, _DIED)
        earlier, row.figures = row.figures, {**_NO_FIGURES, **counted(row.pk, self._using)}
        row.save(using=self._using)
        count_end(row, earlier, self._using)

    def finish(self, run: Run) -> Run:
        """Record how it ended, with the counts of its outcomes. Raises LeaseLost if the run is not known any more."""
        row = RunRow.objects.using(self._using).filter(pk=run.id, connection_id=self._connection_id).first()
        if row is None:
            raise LeaseLost(
                "The database was replaced by a backup during this run, which is not recorded any more.",
                mend="Nothing to do: the next import finds what it wrote.",
            )
        figures = {
            **counted(run.id, self._using),
            "held": run.held,
            "failing": run.failing,
            "calls": [run.calls.salesforce, run.calls.autotask],
            "lower_bound": [run.lower_bound.salesforce, run.lower_bound.autotask],
            "seconds": run.duration.total_seconds(),
            "seconds_per_call": run.autotask_seconds_per_call,
            "salesforce_use": _plain_use(run.salesforce_use),
            "autotask_use": _plain_use(run.autotask_use),
        }
        earlier, row.figures = row.figures, figures
        row.status, row.message, row.finished_at = run.status, run.message, run.finished_at
        row.digest, row.resume_at = run.digest, run.resume_at
        with transaction.atomic(using=self._using):
            row.save()
            count_end(row, earlier, self._using)
        return _run(row, self._connection)


@tells_trouble
class History:
    """The read side, over all connections."""

    def runs(
        self, connection: str, *, limit: int, before: int | None = None, is_dry_run: bool | None = None
    ) -> list[Run]:
        """The latest runs of a connection, latest first; `before` a run, those that came before it."""
        rows = RunRow.objects.filter(connection__name=connection).order_by("-id")
        if is_dry_run is not None:
            rows = rows.filter(is_dry_run=is_dry_run)
        return [_run(row, connection) for row in (rows if before is None else rows.filter(pk__lt=before))[:limit]]

    def found(self, wanted: RunsWanted, *, number: str | None, size: int) -> RunPage:
        """A page of runs, the latest first; the nearest one if there is no such number."""
        rows = RunRow.objects.filter(connection__name__in=wanted.connections).order_by("-id")
        only = {
            "kind": wanted.kind,
            "is_dry_run": wanted.is_dry_run,
            "status__in": wanted.statuses or None,
            "started_at__gte": wanted.since,
            "started_at__lt": wanted.until,
        }
        rows = rows.filter(**{name: value for name, value in only.items() if value is not None})
        pages = Paginator(rows.select_related("connection"), size)
        page = pages.get_page(number)
        runs = [_run(row, row.connection.name) for row in page.object_list]
        return RunPage(runs=runs, number=page.number, last=pages.num_pages, count=pages.count)

    def run(self, run_id: int) -> Run:
        """One run. Raises ConfigurationError when there is none of this number."""
        row = RunRow.objects.select_related("connection").filter(pk=run_id).first()
        if row is None:
            raise ConfigurationError([f"There is no run {run_id}: taskforce runs NAME lists them."])
        return _run(row, row.connection.name)

    def reconciled(self, connection: str) -> Reconciled:
        """When a connection was last reconciled; a plan that waited for a person counts as one that got through."""
        rows = RunRow.objects.filter(connection__name=connection, kind=RunKind.RECONCILIATION, is_dry_run=False)
        got_through = Q(status__in=(RunStatus.DONE, RunStatus.DONE_WITH_FAILURES)) | ~Q(digest="")
        begun = rows.order_by("-id").values_list("started_at", flat=True)
        return Reconciled(tried_at=begun.first(), done_at=begun.filter(got_through).first())

    def notices(self, connection: str) -> list[Notice]:
        """What people were told of a connection: what stands open first, then what is over, the latest first."""
        rows = NoticeRow.objects.filter(connection__name=connection).order_by("-id")
        return sorted((notice_of(row) for row in rows), key=lambda notice: notice.over_at is not None)

    def changes(
        self, run_id: int, *, outcome: OutcomeKind | None = None, reason: Reason | None = None
    ) -> Iterator[RecordedChange]:
        """Every record of a run that ended so, in the order of its plan, without ever holding them all."""
        with telling_trouble():
            for row in _ended(run_id, outcome, reason).iterator(chunk_size=CHUNK):
                yield recorded(row)

    def page(
        self, run_id: int, *, outcome: OutcomeKind | None, reason: Reason | None, number: str | None, size: int
    ) -> ChangePage:
        """A page of the records of a run that ended so, for that reason; the nearest one if there is no such number.

        Keys are skipped in an index; only the rows that are shown are read.
        """
        pages = Paginator(_ended(run_id, outcome, reason).values_list("pk", flat=True), size)
        page = pages.get_page(number)
        shown = ChangeRow.objects.filter(pk__in=list(page.object_list)).order_by("id")
        changes = [recorded(row) for row in shown]
        return ChangePage(changes=changes, number=page.number, last=pages.num_pages, count=pages.count)

    def causes(self, run_id: int) -> list[Cause]:
        """The outcomes of a run grouped by reason, then its remarks, the most frequent first."""
        row = RunRow.objects.filter(pk=run_id).first()
        return [] if row is None else causes_of(row, "default")


def _ended(run_id: int, outcome: OutcomeKind | None, reason: Reason | None) -> "QuerySet[ChangeRow]":
    rows = ChangeRow.objects.filter(run_id=run_id).order_by("id")
    if outcome is not None:
        rows = rows.filter(outcome=outcome)
    return rows if reason is None else rows.filter(outcome_reason=reason)


def _run(row: RunRow, connection: str) -> Run:
    figures: Mapping[str, Any] = row.figures
    run = Run(
        id=row.pk,
        connection=connection,
        kind=RunKind(row.kind),
        undoes=None if row.undoes is None else Undoing(run_id=row.undoes, creates=row.undoes_creates),
        status=RunStatus(row.status),
        started_at=row.started_at,
        is_dry_run=row.is_dry_run,
        finished_at=row.finished_at,
        message=row.message,
        digest=row.digest,
        resume_at=row.resume_at,
    )
    if not figures:
        return run
    return replace(
        run,
        counts={entity: Counts(**figures["counts"][entity.value]) for entity in Entity},
        held=figures["held"],
        failing=figures["failing"],
        calls=ApiCalls(salesforce=figures["calls"][0], autotask=figures["calls"][1]),
        lower_bound=ApiCalls(salesforce=figures["lower_bound"][0], autotask=figures["lower_bound"][1]),
        duration=timedelta(seconds=figures["seconds"]),
        autotask_seconds_per_call=figures.get("seconds_per_call"),
        salesforce_use=_use(figures.get("salesforce_use")),
        autotask_use=_use(figures.get("autotask_use")),
    )


def _plain_use(use: TenantUse | None) -> Sequence[float] | None:
    return None if use is None else [use.used, use.limit, use.window.total_seconds()]


def _use(plain: Sequence[float] | None) -> TenantUse | None:
    if plain is None:
        return None
    used, limit, seconds = plain
    return TenantUse(used=int(used), limit=int(limit), window=timedelta(seconds=seconds))


def recorded(row: ChangeRow) -> RecordedChange:
    """A record of a run from its row."""
    plain = codec.decode(row.document)
    return RecordedChange(
        entity=Entity(row.entity),
        source_id=SourceId(row.source_id),
        name=row.name,
        kind=row.kind,
        reason=Reason(row.reason),
        notes=codec.decode_notes(row.notes),
        evidence=plain["evidence"],
        field_changes=codec.decode_field_changes(plain),
        outcome=OutcomeKind(row.outcome) if row.outcome else None,
        outcome_reason=Reason(row.outcome_reason) if row.outcome_reason else None,
        detail=row.detail,
        target_id=None if row.target_id is None else TargetId(row.target_id),
        modified_at=row.modified_at,
    )
