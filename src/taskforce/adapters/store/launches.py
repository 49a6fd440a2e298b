"""Imports that somebody asked for, and how far the one under way is: told between processes by the database."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from taskforce.adapters.store.leases import Lease
from taskforce.adapters.store.models import LaunchRow, LeaseRow, ProgressRow, ScheduleRow
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.progress import Launch, UnderWay
from taskforce.domain.run import RunKind, Undoing
from taskforce.engine.job import Progress
from taskforce.engine.ports import Clock

WRITTEN_EVERY = timedelta(seconds=0.5)
"""How old what watchers see may be; each writing is a transaction of the database."""

_TOLD = ("phase", "done", "total", "said", "phase_began_at", "updated_at")


@tells_trouble
class Launches:
    """What people asked the scheduler for, one import of a connection at a time."""

    def ask(self, connection_id: int, launch: Launch) -> bool:
        """Want an import, which is due from now on; False if one is wanted already."""
        try:
            with transaction.atomic():
                ScheduleRow.objects.filter(connection_id=connection_id).update(due_at=launch.asked_at)
                LaunchRow.objects.create(
                    connection_id=connection_id,
                    kind=launch.kind,
                    is_dry_run=launch.is_dry_run,
                    asked_by=launch.asked_by,
                    asked_at=launch.asked_at,
                    approves=launch.approves,
                    digest=launch.digest,
                    undoes=None if launch.undoes is None else launch.undoes.run_id,
                    undoes_creates=launch.undoes is not None and launch.undoes.creates,
                )
        except IntegrityError:
            return False
        return True

    def wanted(self, connection_id: int) -> Launch | None:
        """What is wanted and not begun."""
        row = LaunchRow.objects.filter(connection_id=connection_id).first()
        return None if row is None else _launch(row)

    def settle(self, connection_id: int) -> None:
        """What was wanted has been run."""
        LaunchRow.objects.filter(connection_id=connection_id).delete()


@tells_trouble
class SharedProgress:
    """Implements `engine.job.Progress`: tells `inner`, and whoever watches in another thread or process.

    `should_stop` tells whether somebody who watches asked the run to stop. Both cost a step of the database at most
    twice a second, and touch nothing that belongs to another lease: that of whoever has taken over meanwhile.
    """

    def __init__(self, lease: Lease, clock: Clock, inner: Progress) -> None:
        self._lease = lease
        self._clock = clock
        self._inner = inner
        self._row: ProgressRow | None = None
        self._writes_at = self._looks_at = clock.monotonic()
        self._is_stopping = False

    def phase(self, name: str, total: int | None = None) -> None:
        """A new phase begins; the first one is where there is something to watch."""
        self._inner.phase(name, total)
        now = self._clock.now()
        if self._row is None:
            begun = {"fencing": self._lease.fencing, "phase": name, "total": total, "done": 0, "said": ""}
            begun |= {"phase_began_at": now, "updated_at": now, "is_stopping": False}
            self._row, _ = ProgressRow.objects.update_or_create(connection_id=self._lease.connection_id, defaults=begun)
            return
        self._row.phase, self._row.total, self._row.done, self._row.phase_began_at = name, total, 0, now
        self._write(self._row)

    def advance(self, count: int) -> None:
        """Records are done."""
        self._inner.advance(count)
        if self._row is not None:
            self._row.done += count
            self._write(self._row)

    def say(self, sentence: str) -> None:
        """Something that a person should know."""
        self._inner.say(sentence)
        if self._row is not None:
            self._row.said = sentence
            self._write(self._row)

    def should_stop(self) -> bool:
        """Whether somebody asked for it."""
        now = self._clock.monotonic()
        if not self._is_stopping and self._row is not None and now >= self._looks_at:
            self._looks_at = now + WRITTEN_EVERY.total_seconds()
            self._is_stopping = self._rows.filter(is_stopping=True).exists()
        return self._is_stopping

    def end(self) -> None:
        """Nothing is under way any more."""
        if self._row is not None:
            self._rows.delete()

    @property
    def _rows(self) -> "QuerySet[ProgressRow]":
        return ProgressRow.objects.filter(connection_id=self._lease.connection_id, fencing=self._lease.fencing)

    def _write(self, row: ProgressRow) -> None:
        """Store what stands, if it is time; the wish to stop is others' to write."""
        now = self._clock.monotonic()
        if now < self._writes_at:
            return
        self._writes_at = now + WRITTEN_EVERY.total_seconds()
        row.updated_at = self._clock.now()
        self._rows.update(**{name: getattr(row, name) for name in _TOLD})


@tells_trouble
class Watching:
    """What others see of runs under way, and the one thing that they can ask for."""

    def under_way(self, connection_id: int, now: datetime) -> UnderWay | None:
        """How far the run under way is; None when there is none, or its process has died."""
        row = self._rows(connection_id, now).first()
        if row is None:
            return None
        return UnderWay(
            phase=row.phase,
            done=row.done,
            total=row.total,
            said=row.said,
            phase_began_at=row.phase_began_at,
            updated_at=row.updated_at,
            is_stopping=row.is_stopping,
        )

    def stop(self, connection_id: int, now: datetime) -> bool:
        """Ask the run under way to stop; whether there is one."""
        return bool(self._rows(connection_id, now).update(is_stopping=True))

    def _rows(self, connection_id: int, now: datetime) -> "QuerySet[ProgressRow]":
        """The progress of whoever has the right to run this connection now, as far as the end of that right tells."""
        leases = LeaseRow.objects.filter(connection_id=connection_id, expires_at__gt=now)
        return ProgressRow.objects.filter(connection_id=connection_id, fencing__in=leases.values("fencing"))


def _launch(row: LaunchRow) -> Launch:
    return Launch(
        kind=RunKind(row.kind),
        is_dry_run=row.is_dry_run,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        approves=row.approves,
        digest=row.digest,
        undoes=None if row.undoes is None else Undoing(run_id=row.undoes, creates=row.undoes_creates),
    )
