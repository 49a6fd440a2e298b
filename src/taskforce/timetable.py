"""When connections are due, and which of them nobody works on (S9, S14, protocol 7)."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from taskforce.adapters.store.connections import Connections
from taskforce.adapters.store.history import DjangoRuns, History
from taskforce.adapters.store.holders import Holder
from taskforce.adapters.store.launches import Launches
from taskforce.adapters.store.leases import is_abandoned
from taskforce.adapters.store.models import Connection
from taskforce.adapters.store.schedule import Schedule
from taskforce.connection_config import settings_of
from taskforce.domain.alarm import Health, believed_until
from taskforce.domain.schedule import is_cut_off, next_import
from taskforce.engine.ports import Clock
from taskforce.engine.scheduler import LONG, room
from taskforce.errors import TaskforceError


class Timetable:
    """Tells when a connection is due, notes that, and finds by the notes what there is to do."""

    def __init__(self, connections: Connections, history: History, launches: Launches, clock: Clock) -> None:
        self._connections = connections
        self._history = history
        self._launches = launches
        self._clock = clock
        self._schedule = Schedule()

    def next_import_at(self, name: str, *, has_lease: bool = False) -> datetime | None:
        """When the next import of a connection is due by itself, as far as is known now; None while it is not active.

        `has_lease`: whoever asks has the right to run it, so that a run that is not over has died.
        """
        row, now = self._connections.row(name), self._clock.now()
        active_since = active_since_of(row)
        if active_since is None:
            return None
        latest = self._history.runs(name, limit=2)
        has_died = is_cut_off(latest) and (has_lease or is_abandoned(row.pk, now))
        return next_import(
            settings_of(row.configuration).interval,
            active_since=active_since,
            last_started_at=latest[0].started_at if latest else None,
            resume_at=latest[0].resume_at if latest else None,
            was_cut_off=has_died,
            now=now,
        )

    def due(self, *, without: Collection[str], limit: int) -> Sequence[str]:
        """Connections that are due and that nobody works on, the longest due first."""
        return self._schedule.due(self._clock.now(), here=Holder.this_process(), without=without, limit=limit)

    def room(self, most: int) -> int:
        """For how many more imports where so many are to be under way at once, of all workers together."""
        found = self._schedule.under_way(self._clock.now(), long=LONG)
        return room(most, quick=found.quick, in_all=found.in_all)

    def note(self, name: str) -> None:
        """Note when a connection is due: at once if somebody asked for an import."""
        row, now = self._connections.row(name), self._clock.now()
        asked = self._launches.wanted(row.pk)
        due_at = asked.asked_at if asked is not None else self.next_import_at(name)
        succeeded_at = DjangoRuns(row.pk, row.name).succeeded_at(now)
        self._schedule.put(row.pk, due_at, succeeded_at=succeeded_at, now=now)

    def note_if_possible(self, name: str) -> None:
        """What cannot be noted now is noted by the worker that comes for nothing."""
        with suppress(TaskforceError):
            self.note(name)

    def healths(self) -> Mapping[str, tuple[Health, bool]]:
        """How the imports of every connection go, as noted, and whether people were told that none succeeds."""
        now, found = self._clock.now(), {}
        for name, standing in self._schedule.standings().items():
            settings = settings_of(standing.configuration)
            succeeded_at = standing.succeeded_at
            if standing.noted_at is None or standing.noted_at > believed_until(now, settings.alarm_after):
                number = self._connections.row(name).pk
                succeeded_at = DjangoRuns(number, name).succeeded_at(believed_until(now, settings.alarm_after))
            health = Health(
                active_since=standing.active_since if settings.active else None,
                alarm_after=settings.alarm_after,
                succeeded_at=succeeded_at,
            )
            found[name] = health, standing.is_told
        return found


def active_since_of(row: Connection) -> datetime | None:
    """Since when a connection is imported by itself; None while it is not."""
    return row.active_since if settings_of(row.configuration).active else None
