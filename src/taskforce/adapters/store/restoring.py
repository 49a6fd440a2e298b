"""The way back to a backup, so that nothing is there twice afterwards and nothing is lost (protocols 2 and 3).

    staged         a private copy of the backup: checked, brought up to date
    AllLeases      no import is under way, and none begins
    prepare        the copy is told what of the present database must not be forgotten, and forgets what it cannot know
    put_in_place   the copy becomes the content of the present database, in one transaction

What was written to Autotask since the backup carries its Salesforce id, and is found again by it.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models import Max

from taskforce.adapters.store.backup import Contents, contents_of, copy_pages, opened, refuse_damaged
from taskforce.adapters.store.leases import NOBODY
from taskforce.adapters.store.models import (
    AuditRow,
    Connection,
    CursorRow,
    DeliveryRow,
    IntentRow,
    LeaseRow,
    LinkRow,
    MailRow,
    NoticeRow,
    RunRow,
    User,
    WatchRow,
)
from taskforce.adapters.store.plans import postpone
from taskforce.adapters.store.scope import Scope
from taskforce.adapters.store.scratch import temporary_database
from taskforce.adapters.store.setup import bring_up_to_date
from taskforce.adapters.store.tokens import carry_tokens, kept_tokens
from taskforce.adapters.store.trouble import DatabaseDamaged, telling_trouble
from taskforce.domain.deliveries import DeliveryState
from taskforce.domain.notices import NoticeKind
from taskforce.domain.run import RunStatus
from taskforce.engine.job import Progress
from taskforce.errors import ConfigurationError

Row = Mapping[str, Any]

_CARRIED: tuple[type[models.Model], ...] = (IntentRow, WatchRow)
"""What is known of writes that may still be carried out, or were a day ago; unique by entity and Salesforce id."""

_NOT_SENT_AGAIN = "The database was restored from a backup: it may have been sent before, and was not sent again."

_VOIDED = "The database was restored from a backup after this run; the next import goes on."


@contextmanager
def staged(file: Path, progress: Progress) -> Iterator[str]:
    """Copy a backup made by this or an earlier version into a temporary database; yields its alias.

    Raises ConfigurationError when it is none, is damaged, or was made by a newer version.
    """
    damaged = f"{file} is damaged, or is no backup at all: give another one."
    with temporary_database() as alias:
        copy = raw(alias)
        try:
            with telling_trouble(), closing(opened(file, mode="ro")) as source:
                copy_pages(source, copy, progress)
        except DatabaseDamaged:
            raise ConfigurationError([damaged]) from None
        progress.phase("Checking the backup")
        refuse_damaged(copy, damaged)
        if not copy.execute("SELECT 1 FROM sqlite_schema WHERE name = 'store_connection'").fetchone():
            raise ConfigurationError([f"{file} is no backup of Taskforce: give one that taskforce backup made."])
        with telling_trouble():
            bring_up_to_date(alias, what=str(file))
        yield alias


def raw(alias: str) -> sqlite3.Connection:
    """SQLite's own connection below Django's."""
    connections[alias].ensure_connection()
    below = connections[alias].connection
    assert isinstance(below, sqlite3.Connection), "restoring is for SQLite"  # noqa: S101 - a defect, not input  # nosec B101
    return below


def contents(alias: str = DEFAULT_DB_ALIAS) -> Contents:
    """What a person knows this database by."""
    with telling_trouble():
        return contents_of(raw(alias))


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What of the present database must not be forgotten; equal as long as nobody has written anything of weight.

    `connections` are name, number and latest change of each, `fencing` the latest number by connection, `resting` until
    when those rest that were restored a moment ago, `numbers` the latest key by table, `carried` by table and name,
    `audited` the digest of the audit's latest entry, `tokens` those of the REST API, `disabled` who may not sign in.
    """

    connections: tuple[tuple[str, int, datetime], ...] = ()
    fencing: Mapping[int, int] = field(default_factory=dict)
    resting: Mapping[str, datetime] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    carried: Mapping[type[models.Model], Mapping[str, Sequence[Row]]] = field(default_factory=dict)
    audited: str = ""
    tokens: Sequence[Row] = ()
    disabled: frozenset[str] = frozenset()

    @classmethod
    def read(cls) -> "Present":
        """As it is now."""
        with telling_trouble(), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            numbers = dict(cursor.fetchall())
            leases = list(LeaseRow.objects.select_related("connection"))
            return cls(
                connections=tuple(Connection.objects.order_by("name").values_list("name", "id", "updated_at")),
                fencing={row.connection_id: row.fencing for row in leases},
                resting={
                    row.connection.name: row.expires_at
                    for row in leases
                    if row.expires_at is not None and row.process_id == NOBODY
                },
                numbers=numbers,
                carried={model: _by_connection(model) for model in _CARRIED},
                audited=AuditRow.objects.order_by("id").values_list("digest", flat=True).last() or "",
                tokens=kept_tokens(),
                disabled=frozenset(User.objects.filter(is_active=False).values_list("username", flat=True)),
            )

    @property
    def names(self) -> set[str]:
        """Of all connections."""
        return {name for name, _, _ in self.connections}


def _by_connection(model: type[models.Model]) -> dict[str, list[Row]]:
    """The rows of a table without their keys, by the name of their connection.

    Changes are numbered by the database they stand in, so the number of one is left out.
    """
    columns = [each.attname for each in model._meta.concrete_fields if each.attname not in ("id", "connection_id")]
    found: dict[str, list[Row]] = {}
    for row in model._default_manager.order_by("id").values("connection__name", *columns):
        name = row.pop("connection__name")
        found.setdefault(name, []).append({**row, **({"change_id": None} if "change_id" in row else {})})
    return found


def prepare(alias: str, present: Present, rest_until: Mapping[str, datetime], now: datetime) -> None:
    """Make of a backup what may follow the present database.

    Fencing numbers are higher than any that was given out, so that an old worker stops, and so are all other numbers;
    leases are free, or kept from everybody until a connection has rested. Writes whose end is not known stay so. How
    far Salesforce was read and what stands in Autotask is not known any more: the next import reads all of it and
    compares. A plan that waits for approval may have been carried out since, and a mail that waits may have been sent.
    Who may not sign in now may not afterwards, and everybody signs in anew.
    """
    with telling_trouble(), transaction.atomic(using=alias):
        leases = LeaseRow.objects.using(alias)
        latest = leases.aggregate(latest=Max("fencing"))["latest"] or 0
        fencing = max([latest, *present.fencing.values()]) + 1
        leases.all().delete()
        for row in Connection.objects.using(alias):
            leases.create(connection=row, fencing=fencing, process_id=NOBODY, expires_at=rest_until.get(row.name))
            scope = Scope(connection_id=row.pk, using=alias)
            for model, rows in present.carried.items():
                scope.upsert(model, rows.get(row.name, ()), unique=("entity", "source_id"))
        LinkRow.objects.using(alias).update(fingerprint="", written=b"")
        CursorRow.objects.using(alias).all().delete()
        carry_tokens(present.tokens, alias, now)
        for name in present.disabled:
            User.objects.using(alias).filter(username=name).update(is_active=False)
        for sessions in (Session, UserSession):
            sessions._default_manager.using(alias).all().delete()
        _void_waiting_plans(alias, now)
        _void_waiting_mails(alias, now)
        if present.audited:
            _carry_audit(alias)
        _raise_numbers(alias, present.numbers)


def _carry_audit(alias: str) -> None:
    """What was done since the backup stays in the audit; a backup of another installation keeps its own."""
    last = AuditRow.objects.using(alias).order_by("id").last()
    rows = AuditRow.objects.order_by("id")
    if last is not None:
        known = AuditRow.objects.filter(digest=last.digest).first()
        if known is None:
            return
        rows = rows.filter(id__gt=known.pk)
    AuditRow.objects.using(alias).bulk_create(list(rows))


def _void_waiting_plans(alias: str, now: datetime) -> None:
    waiting = RunRow.objects.using(alias).filter(status=RunStatus.AWAITING_APPROVAL)
    for run_id in list(waiting.values_list("id", flat=True)):
        postpone(run_id, now, alias)
    waiting.update(status=RunStatus.TO_BE_CONTINUED, digest="", message=_VOIDED)
    NoticeRow.objects.using(alias).filter(kind=NoticeKind.APPROVAL, over_at=None).update(over_at=now)


def _void_waiting_mails(alias: str, now: datetime) -> None:
    """They may have been sent since, and tell what is old by now."""
    DeliveryRow.objects.using(alias).filter(state=DeliveryState.WAITING).update(
        state=DeliveryState.GIVEN_UP, trouble=_NOT_SENT_AGAIN, settled_at=now, claimed_until=None
    )
    MailRow.objects.using(alias).update(text="", html="")


def _raise_numbers(alias: str, numbers: Mapping[str, int]) -> None:
    """No number is given out twice: what carries one, a log or a sleeping worker, means what it meant before."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence")
        known = dict(cursor.fetchall())
        for table, number in numbers.items():
            if table not in known:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number])
            elif known[table] < number:
                cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [number, table])


class _Changed(Exception):
    """Somebody has written to the present database since it was read."""


def put_in_place(alias: str, database: Path, present: Present, progress: Progress, note: Callable[[str], None]) -> bool:
    """Make a prepared backup the content of the present database, if that still is as it was read; whether it was.

    One transaction: whoever has the database open goes on with the new content, and a kill leaves the old one. `note`
    adds to the audit of the backup that it was restored once that is certain: entries cannot be taken back. SQLite
    copies what the connection that is copied from writes meanwhile.
    """

    def refuse_changes_and_note() -> None:
        if Present.read() != present:
            raise _Changed
        note(alias)

    try:
        with telling_trouble(), closing(opened(database)) as live:
            live.execute("PRAGMA synchronous=FULL")
            copy_pages(raw(alias), live, progress, when_locked=refuse_changes_and_note)
    except _Changed:
        return False
    return True
