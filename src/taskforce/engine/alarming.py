"""The alarm: people are told once that no import succeeds, and once more when it works again (B13)."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from taskforce.domain.alarm import Health, believed_until
from taskforce.domain.notices import Notice, NoticeKind
from taskforce.domain.run import Run
from taskforce.domain.settings import ConnectionSettings
from taskforce.engine.job import Job
from taskforce.engine.ports import Ended, Notifier
from taskforce.engine.stores import Notices, Stores
from taskforce.errors import TaskforceError

_SUBJECT = ""
"""Imports fail or succeed as a whole: one notice of this kind per connection."""


def health_of(stores: Stores, settings: ConnectionSettings, *, active_since: datetime | None, now: datetime) -> Health:
    """How the imports of a connection go; `active_since` is None while it is not active."""
    return Health(
        active_since=active_since,
        alarm_after=settings.alarm_after,
        succeeded_at=stores.runs.succeeded_at(believed_until(now, settings.alarm_after)),
    )


def tell_people(job: Job, run: Run, stores: Stores) -> None:
    """At the end of a run: what was told in it, and whether imports succeed. `stores` are the real ones.

    A store that fails now has kept the run's end already; the alarm is looked at again by the next run, and by `serve`.
    """
    told = list(job.notices)
    if not job.is_dry_run:
        with suppress(TaskforceError):
            now = job.clock.now()
            health = health_of(stores, job.settings, active_since=job.active_since, now=now)
            told += look(health, stores.notices, now)
    for notice in told:
        job.notifier.told(run.connection, notice)
    job.notifier.ended(Ended(run=run, notices=told, settings=job.settings, is_by_hand=job.is_by_hand))


def look(health: Health, notices: Notices, now: datetime) -> list[Notice]:
    """Store what is to be told of the imports of a connection now; what has to be told, each thing once."""
    since = health.overdue_since(now)
    if since is not None:
        notice = _overdue(since, now)
        return [notice] if notices.tell(notice) else []
    standing = notices.open(NoticeKind.NO_IMPORT)
    if not standing or not notices.end(NoticeKind.NO_IMPORT, _SUBJECT, now):
        return []
    return [replace(notice, over_at=now) for notice in standing]


def _overdue(since: datetime, now: datetime) -> Notice:
    text = f"No import has succeeded since {since:%Y-%m-%d %H:%M} UTC."
    return Notice(kind=NoticeKind.NO_IMPORT, subject=_SUBJECT, text=text, told_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What was last known of a connection, and the notice that people heard without its being stored."""

    health: Health
    has_notice: bool
    unstored: Notice | None = None


class Alarms:
    """The alarms of all connections, looked at again and again, as `serve` does; also while the store does not answer.

    Then what was last read of it decides, and people are told all the same; it is stored when the store answers again.
    """

    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier
        self._seen: dict[str, _Seen] = {}

    def look(
        self,
        read: Callable[[], Mapping[str, tuple[Health, bool]]],
        notices_of: Callable[[str], Notices],
        now: datetime,
    ) -> None:
        """Tell people, if there is anything to tell.

        `read` asks the store how the imports of every connection go, and whether people were told that none succeeds.
        """
        try:
            known = read()
        except TaskforceError:
            for connection in self._seen:
                self._look_without_store(connection, now)
            return
        self._seen = {connection: seen for connection, seen in self._seen.items() if connection in known}
        for connection, (health, is_told) in known.items():
            unstored = self._seen[connection].unstored if connection in self._seen else None
            self._seen[connection] = _Seen(health=health, has_notice=is_told, unstored=unstored)
            if unstored is not None or is_told != (health.overdue_since(now) is not None):
                self._tell(connection, notices_of, now)

    def _tell(self, connection: str, notices_of: Callable[[str], Notices], now: datetime) -> None:
        seen = self._seen[connection]
        is_well = seen.health.overdue_since(now) is None
        try:
            news = look(seen.health, notices_of(connection), now)
        except TaskforceError:
            self._look_without_store(connection, now)
            return
        if seen.unstored is not None:
            news = [replace(seen.unstored, over_at=now)] if is_well else []
        for notice in news:
            self._notifier.told(connection, notice)
        self._seen[connection] = _Seen(health=seen.health, has_notice=not is_well)

    def _look_without_store(self, connection: str, now: datetime) -> None:
        seen = self._seen[connection]
        since = seen.health.overdue_since(now)
        if since is None or seen.has_notice or seen.unstored is not None:
            return
        notice = _overdue(since, now)
        self._notifier.told(connection, notice)
        self._seen[connection] = replace(seen, unstored=notice)
