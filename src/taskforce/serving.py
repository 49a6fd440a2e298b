"""`taskforce serve`: the imports of one installation, on time (S9, S14)."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connections as databases

from taskforce import launching
from taskforce.approvals import carry_out_approved
from taskforce.delivering import deliver
from taskforce.domain.alarm import Health
from taskforce.domain.schedule import kind_due, next_import
from taskforce.engine.alarming import Alarms, health_of
from taskforce.engine.defects import sentence_on
from taskforce.engine.job import Progress
from taskforce.engine.runs import World
from taskforce.engine.scheduler import Scheduler, Start, on_a_thread
from taskforce.engine.stores import Notices
from taskforce.errors import LeaseHeld, TaskforceError
from taskforce.posting import AlarmNotifier, Post

if TYPE_CHECKING:
    from taskforce.installation import Installation


BEATS_EVERY = timedelta(seconds=10)
"""How often those who ask elsewhere are told that the scheduler is at work."""


def serve(
    installation: "Installation",
    *,
    progress: Progress,
    should_stop: Callable[[], bool],
    start: Start = on_a_thread,
) -> bool:
    """Import each active connection when it is due, until asked to stop; whether every import came to its end then."""
    try:
        return Scheduler(_Imports(installation, progress), installation.clock, progress.say, start).serve(should_stop)
    finally:
        with suppress(TaskforceError):
            installation.health.end()


def due_at(installation: "Installation", name: str) -> datetime | None:
    """When the next import of a connection is due, as far as is known now; None while it is not active."""
    active_since = installation.active_since(name)
    if active_since is None:
        return None
    latest = installation.history.runs(name, limit=1)
    return next_import(
        installation.settings(name).interval,
        active_since=active_since,
        last_started_at=latest[0].started_at if latest else None,
        resume_at=latest[0].resume_at if latest else None,
        now=installation.clock.now(),
    )


class _Imports:
    """Implements `engine.scheduler.Work` for the connections of an installation."""

    def __init__(self, installation: "Installation", progress: Progress) -> None:
        self._installation = installation
        self._progress = progress
        self._post = Post(installation)
        self._alarms = Alarms(AlarmNotifier(installation, installation.notifier))
        self._told: dict[str, str] = {}
        self._beats_at = installation.clock.monotonic()

    def names(self) -> Sequence[str]:
        """Every connection; the scheduler asks with every turn, which is the sign that it is at work."""
        self._beat()
        return self._installation.names()

    def _beat(self) -> None:
        """Tell those who ask elsewhere; a store that fails is told of by what else needs it."""
        now = self._installation.clock.monotonic()
        if now >= self._beats_at:
            self._beats_at = now + BEATS_EVERY.total_seconds()
            with suppress(TaskforceError):
                self._installation.health.beat(self._installation.clock.now())

    def due_at(self, name: str) -> datetime | None:
        """When its next import is due: at once if somebody asked for one; None while it is not active."""
        wanted = launching.wanted(self._installation, name)
        return wanted.asked_at if wanted is not None else due_at(self._installation, name)

    def run(self, name: str, should_stop: Callable[[], bool]) -> None:
        """Import or reconcile, unless another process did so while the lease was waited for."""
        progress = _Named(name=name, inner=self._progress, told=self._told)
        try:
            with self._installation.world(name, progress=progress, should_stop=should_stop) as world:
                self._run(name, world)
        except LeaseHeld:
            raise  # what was asked for comes after the import that is under way
        except Exception as error:
            with suppress(TaskforceError):
                launching.settle(self._installation, name)
            self._post.could_not_begin(name, str(error) if isinstance(error, TaskforceError) else sentence_on(error))
            raise
        finally:
            databases.close_all()

    def _run(self, name: str, world: World) -> None:
        """What somebody asked for comes before what is due, and counts as it; it stays wanted until it has been run."""
        if (asked := launching.wanted(self._installation, name)) is not None:
            if asked.approves is not None:
                carry_out_approved(self._installation, world, asked.approves, digest=asked.digest)
            else:
                self._installation.run(name, world, kind=asked.kind, is_dry_run=asked.is_dry_run, is_by_hand=True)
            launching.settle(self._installation, name)
            return
        now, active_since = self._installation.clock.now(), self._installation.active_since(name)
        is_due_at = due_at(self._installation, name)
        if active_since is None or is_due_at is None or is_due_at > now:
            return
        reconciled = self._installation.history.reconciled(name)
        kind = kind_due(world.settings, active_since=active_since, reconciled=reconciled, now=now)
        self._installation.run(name, world, kind=kind)

    def look(self, name: str) -> None:
        """Tell people if its imports do not succeed, also while the database does not answer."""
        now = self._installation.clock.now()
        self._alarms.look(name, lambda: self._health(name, now), now)
        self._post.remind(name)

    def send_mail(self, should_stop: Callable[[], bool]) -> None:
        """What waits in the outbox, as far as it is due."""
        try:
            deliver(self._installation, should_stop)
        finally:
            databases.close_all()

    def leave(self, name: str) -> None:
        """What it has on its way is in doubt."""
        self._installation.leave(name)

    def _health(self, name: str, now: datetime) -> tuple[Health, Notices]:
        stores, settings = self._installation.stores(name), self._installation.settings(name)
        return health_of(stores, settings, active_since=self._installation.active_since(name), now=now), stores.notices


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """Progress of one connection among others: what it says names it, and is not said twice in a row."""

    name: str
    inner: Progress
    told: dict[str, str] = field(default_factory=dict)

    def phase(self, name: str, total: int | None = None) -> None:
        """Several are under way at once: nothing is drawn."""

    def advance(self, count: int) -> None:
        """Nothing is drawn."""

    def say(self, sentence: str) -> None:
        """A line with the connection's name."""
        if self.told.get(self.name) != sentence:
            self.inner.say(f"{self.name}: {sentence}")
        self.told[self.name] = sentence
