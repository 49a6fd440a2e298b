"""`taskforce serve` and `taskforce worker`: the imports of one installation, on time (S9, S14)."""

import socket
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import connections as databases

from taskforce import launching
from taskforce.approvals import carry_out_approved
from taskforce.delivering import deliver
from taskforce.domain.run import RunKind
from taskforce.domain.schedule import kind_due
from taskforce.engine.alarming import Alarms
from taskforce.engine.defects import sentence_on
from taskforce.engine.job import Progress
from taskforce.engine.runs import World
from taskforce.engine.scheduler import AT_ONCE, Scheduler, Start, on_a_thread
from taskforce.errors import LeaseHeld, TaskforceError
from taskforce.posting import AlarmNotifier, Post
from taskforce.retaining import DailyPruning

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
    at_once: int = AT_ONCE,
) -> bool:
    """Import active connections when they are due, until asked to stop; whether every import came to its end then.

    Any number of processes may do so for one installation. `at_once` imports are under way here; with none this only
    looks after alarms and mail.
    """
    imports = Imports(installation, progress, begins_any=at_once > 0, start=start)
    try:
        return Scheduler(imports, installation.clock, progress.say, start, at_once=at_once).serve(should_stop)
    finally:
        imports.end()


class Imports:
    """Implements `engine.scheduler.Work` for the connections of an installation.

    One that never `begins_any` is no sign that imports are looked after.
    """

    def __init__(
        self,
        installation: "Installation",
        progress: Progress,
        *,
        begins_any: bool = True,
        start: Start = on_a_thread,
    ) -> None:
        self._installation = installation
        self._begins_any = begins_any
        self._progress = progress
        self._post = Post(installation)
        self._alarms = Alarms(AlarmNotifier(installation, installation.notifier))
        self._told: dict[str, str] = {}
        self._holder = f"{socket.gethostname()} {uuid4().hex}"
        self._leads = False
        self._pruning = DailyPruning(installation, progress.say, start)
        self._beats_at = installation.clock.monotonic()

    def due(self, *, without: Collection[str], limit: int) -> Sequence[str]:
        """As many as there is room for here and in all; the scheduler asks with every turn: so it is at work."""
        self._beat()
        most = self._installation.imports_in_all
        room = min(limit, self._installation.timetable.room(most)) if most and limit else limit
        return self._installation.timetable.due(without=without, limit=room) if room else ()

    def _beat(self) -> None:
        """Tell those who ask elsewhere; a store that fails is told of by what else needs it."""
        now = self._installation.clock.monotonic()
        if now >= self._beats_at:
            self._beats_at = now + BEATS_EVERY.total_seconds()
            with suppress(TaskforceError):
                self._leads = self._installation.health.beat(
                    self._holder, self._installation.clock.now(), imports=self._begins_any
                )

    def end(self) -> None:
        """Another process looks after alarms from now on."""
        self._pruning.end()
        with suppress(TaskforceError):
            self._installation.health.end(self._holder)

    def run(self, name: str, should_stop: Callable[[], bool]) -> None:
        """Import or reconcile, unless another process did so while the lease was waited for."""
        here, progress = self._installation, _Named(name=name, inner=self._progress, told=self._told)
        try:
            with here.world(name, progress=progress, should_stop=should_stop, waits=False) as world:
                self._run(name, world)
        except LeaseHeld:
            return  # another worker was quicker; what was asked for comes after the import that is under way
        except Exception as error:
            with suppress(TaskforceError):
                launching.settle(self._installation, name)
            self._installation.timetable.note_if_possible(name)
            self._post.could_not_begin(name, str(error) if isinstance(error, TaskforceError) else sentence_on(error))
            raise
        finally:
            databases.close_all()

    def _run(self, name: str, world: World) -> None:
        """What somebody asked for comes before what is due, and counts as it; it stays wanted until it has been run."""
        here = self._installation
        if (asked := launching.wanted(here, name)) is not None:
            if asked.approves is not None:
                carry_out_approved(here, world, asked.approves, digest=asked.digest, decided=_noted_already)
            elif asked.undoes is not None:
                here.undo(name, world, asked.undoes, is_dry_run=asked.is_dry_run)
            elif asked.kind is RunKind.ADOPTION:
                here.adopt(name, world, is_dry_run=asked.is_dry_run)
            else:
                here.run(name, world, kind=asked.kind, is_dry_run=asked.is_dry_run, is_by_hand=True)
            launching.settle(here, name)
            return
        active_since, is_due_at = here.active_since(name), here.timetable.next_import_at(name, has_lease=True)
        now = here.clock.now()
        if active_since is None or is_due_at is None or is_due_at > now:
            return
        kind = kind_due(world.settings, active_since=active_since, reconciled=here.history.reconciled(name), now=now)
        here.run(name, world, kind=kind)

    def look(self) -> None:
        """Tell people of imports that do not succeed, also while the database does not answer; one process does."""
        self._beat()
        if not self._leads:
            return
        here, now = self._installation, self._installation.clock.now()
        self._alarms.look(here.timetable.healths, lambda name: here.stores(name).notices, now)
        for name in here.outbox.to_be_reminded_of(now):
            self._post.remind(name)
        self._pruning.look()

    def send_mail(self, should_stop: Callable[[], bool]) -> None:
        """What waits in the outbox, as far as it is due."""
        try:
            deliver(self._installation, should_stop)
        finally:
            databases.close_all()

    def leave(self, name: str) -> None:
        """What it has on its way is in doubt."""
        self._installation.leasing.leave(name)


def _noted_already() -> None:
    """Whoever asked for it noted it then."""


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
