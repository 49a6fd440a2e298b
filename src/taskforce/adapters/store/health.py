"""How the database is, and whether the scheduler is at work, for those who ask from another process."""

import sqlite3
from datetime import datetime, timedelta
from functools import cache

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from taskforce.adapters.store.models import HeartbeatRow
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.host import DatabaseFacts

_SCHEDULER = "scheduler"
_ALARMS = "alarms"

TAKEN_OVER_AFTER = timedelta(minutes=1)
"""How long the one that looks after alarms may be silent."""


@tells_trouble
class Health:
    """Looks at the database; each look is a query or two."""

    def beat(self, holder: str, now: datetime, *, imports: bool = True) -> bool:
        """Such a process is at work; whether `holder` is the one that looks after alarms.

        That is whoever was the first to say so, until nothing was heard of it for a minute. Several at once do no harm:
        what people are told is stored first, by one of them. One that `imports` is a sign of the scheduler as well.
        """
        if imports:
            self._hold(_SCHEDULER, holder, now)
        return self._hold(_ALARMS, holder, now)

    def _hold(self, name: str, holder: str, now: datetime) -> bool:
        row, is_first = HeartbeatRow.objects.get_or_create(name=name, defaults={"beaten_at": now, "holder": holder})
        if is_first:
            return True
        is_silent = not now - TAKEN_OVER_AFTER < row.beaten_at <= now
        free = HeartbeatRow.objects.filter(name=name, holder=row.holder, beaten_at=row.beaten_at)
        if row.holder != holder and not is_silent:
            return False
        return bool(free.update(holder=holder, beaten_at=now))

    def end(self, holder: str) -> None:
        """It has ended in order; another one may take over at once."""
        HeartbeatRow.objects.filter(holder=holder).delete()

    def beaten_at(self) -> datetime | None:
        """When the scheduler last gave a sign; None when it never did, or has ended in order."""
        return HeartbeatRow.objects.filter(name=_SCHEDULER).values_list("beaten_at", flat=True).first()

    def is_up_to_date(self) -> bool:
        """Whether the database has the tables of this version."""
        return set(MigrationRecorder(connections[DEFAULT_DB_ALIAS]).applied_migrations()) >= _wanted()

    def facts(self) -> DatabaseFacts:
        """What the database says of itself."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:

            def ask(question: str) -> str:
                cursor.execute(question)
                return str(cursor.fetchone()[0])

            if connections[DEFAULT_DB_ALIAS].vendor == "sqlite":
                size = int(ask("PRAGMA page_count")) * int(ask("PRAGMA page_size"))
                kind, version, mode = "SQLite", sqlite3.sqlite_version, ask("PRAGMA journal_mode")
            else:
                size = int(ask("SELECT pg_database_size(current_database())"))
                kind, version, mode = "PostgreSQL", ask("SHOW server_version"), ""
        return DatabaseFacts(
            kind=kind, version=version, size=size, journal_mode=mode, is_up_to_date=self.is_up_to_date()
        )


@cache
def _wanted() -> set[tuple[str, str]]:
    """The latest migration of every application, as this version of Taskforce has them."""
    return set(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())
