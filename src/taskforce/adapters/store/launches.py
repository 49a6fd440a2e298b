"""Imports that somebody asked for, and how far the one under way is: told between processes by the database."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from taskforce.adapters.store.leases import is_held
from taskforce.adapters.store.models import LaunchRow, ProgressRow
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.progress import Launch, Standing
from taskforce.domain.run import RunKind
from taskforce.engine.job import Progress
from taskforce.engine.ports import Clock

WRITTEN_EVERY = timedelta(seconds=0.5)
"""How old what watchers see may be; each writing is a transaction of the database."""

_TOLD = ("phase", "done", "total", "said", "phase_began_at", "updated_at")


@tells_trouble
class Launches:
    """What people asked the scheduler for, one import of a connection at a time."""

    def ask(self, connection_id: int, launch: Launch) -> bool:
        """Want an import; False if one is wanted already."""
        try:
            with transaction.atomic():
                LaunchRow.objects.create(
                    connection_id=connection_id,
                    kind=launch.kind,
                    is_dry_run=launch.is_dry_run,
                    asked_by=launch.asked_by,
                    asked_at=launch.asked_at,
                )
        except IntegrityError:
            return False
        return True

    def wanted(self, connection_id: int) -> Launch | None:
        """What is wanted and not begun."""
        row = LaunchRow.objects.filter(connection_id=connection_id).first()
        return None if row is None else _launch(row)

    def take(self, connection_id: int) -> Launch | None:
        """What is wanted, which is the caller's business from now on."""
        with transaction.atomic():
            row = LaunchRow.objects.filter(connection_id=connection_id).first()
            if row is None:
                return None
            row.delete()
        return _launch(row)


@tells_trouble
class SharedProgress:
    """Implements `engine.job.Progress`: tells `inner`, and whoever watches in another thread or process.

    `should_stop` tells whether somebody who watches asked the run to stop. Both cost a step of the database at most
    twice a second.
    """

    def __init__(self, connection_id: int, clock: Clock, inner: Progress) -> None:
        self._connection_id = connection_id
        self._clock = clock
        self._inner = inner
        self._row: ProgressRow | None = None
        self._writes_at = self._looks_at = clock.monotonic()
        self._is_stopping = False

    def begin(self) -> None:
        """Something is under way from now on."""
        row = ProgressRow(connection_id=self._connection_id, phase="Starting", phase_began_at=self._clock.now())
        self._write(row)

    def phase(self, name: str, total: int | None = None) -> None:
        """A new phase begins."""
        self._inner.phase(name, total)
        if self._row is not None:
            row = self._row
            row.phase, row.total, row.done, row.phase_began_at = name, total, 0, self._clock.now()
            self._write(row)

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
            rows = ProgressRow.objects.filter(connection_id=self._connection_id, is_stopping=True)
            self._is_stopping = rows.exists()
        return self._is_stopping

    def end(self) -> None:
        """Nothing is under way any more."""
        if self._row is not None:
            ProgressRow.objects.filter(connection_id=self._connection_id).delete()

    def _write(self, row: ProgressRow) -> None:
        """Store what stands, if it is time; the wish to stop is others' to write, and one left behind is forgotten."""
        is_first, self._row = self._row is None, row
        now = self._clock.monotonic()
        if now < self._writes_at:
            return
        self._writes_at = now + WRITTEN_EVERY.total_seconds()
        row.updated_at = self._clock.now()
        values = {name: getattr(row, name) for name in _TOLD}
        ProgressRow.objects.update_or_create(
            connection_id=self._connection_id, defaults={**values, "is_stopping": False} if is_first else values
        )


@tells_trouble
class Watching:
    """What others see of runs under way, and the one thing that they can ask for."""

    def standing(self, connection_id: int, now: datetime) -> Standing | None:
        """How far the run under way is; None when there is none, or its process has died."""
        row = ProgressRow.objects.filter(connection_id=connection_id).first()
        if row is None or not is_held(connection_id, now):
            return None
        return Standing(
            phase=row.phase,
            done=row.done,
            total=row.total,
            said=row.said,
            phase_began_at=row.phase_began_at,
            updated_at=row.updated_at,
            is_stopping=row.is_stopping,
        )

    def stop(self, connection_id: int) -> bool:
        """Ask the run under way to stop; whether there is one."""
        return bool(ProgressRow.objects.filter(connection_id=connection_id).update(is_stopping=True))


def _launch(row: LaunchRow) -> Launch:
    return Launch(kind=RunKind(row.kind), is_dry_run=row.is_dry_run, asked_by=row.asked_by, asked_at=row.asked_at)
