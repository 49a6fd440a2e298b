"""The way back to a backup: what it refuses, what it does not forget, and who has to wait for it."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from taskforce.adapters.store.audit import Audit
from taskforce.adapters.store.backup import Contents
from taskforce.adapters.store.history import History
from taskforce.adapters.store.leases import DURATION, RestingUntil, acquire
from taskforce.adapters.store.models import AuditRow, Connection, DeliveryRow, LeaseRow, MailRow, RunRow, User
from taskforce.adapters.store.tokens import Tokens
from taskforce.bootstrap import open_installation
from taskforce.config import InstallationSettings
from taskforce.domain.audit import Deed
from taskforce.domain.cursor import Cursor
from taskforce.domain.deliveries import DeliveryState
from taskforce.domain.links import Link
from taskforce.domain.notices import Notice, NoticeKind
from taskforce.domain.records import Entity, TargetId
from taskforce.domain.roles import Role
from taskforce.domain.run import RunKind, RunStatus
from taskforce.engine.stores import Intent, IntentState
from taskforce.errors import ConfigurationError, LeaseHeld, LeaseLost, TaskforceError
from taskforce.installation import Installation
from taskforce.testing.clock import FrozenClock
from taskforce.testing.progress import RecordedProgress, SilentProgress
from tests.builders import account_id
from tests.integration.store.decisions import create
from tests.integration.store.released import book
from tests.integration.store.test_store_leases import ELSEWHERE
from tests.integration.store.test_store_released import RELEASED
from tests.support.store import clean
from tests.support.vault import (
    CONFIG,
    add_connection,
    back_up,
    forget_kept,
    kept_before,
    names_in,
    new_stores,
    opened_backups,
    restore,
    stores_of,
)

pytestmark = pytest.mark.skipif(bool(os.environ["TASKFORCE_DATABASE_URL"]), reason="about SQLite's file")

COMPANY = Entity.COMPANY
SETTLE = timedelta(minutes=10)


@pytest.fixture
def clock() -> FrozenClock:
    """Stands still."""
    return FrozenClock()


@pytest.fixture
def backup(tmp_path: Path) -> Iterator[Path]:
    """A backup with the connection acme, which is there still; nobody works on it."""
    new_stores("acme", FrozenClock())
    file = tmp_path / "b.sqlite3"
    back_up(file)
    LeaseRow.objects.update(expires_at=None)
    yield file
    clean()
    forget_kept()


def test_mails_that_wait_in_a_backup_are_not_sent_again(tmp_path: Path, clock: FrozenClock) -> None:
    """They may have been sent since; what was sent or given up stays so."""
    connection = new_stores("acme", clock)._connection
    mail = MailRow.objects.create(connection=connection, subject="s", text="t", html="h", written_at=clock.now())
    for state in DeliveryState:
        DeliveryRow.objects.create(
            mail=mail, recipient="a@b.c", message_id=state.value, state=state, due_at=clock.now()
        )
    LeaseRow.objects.update(expires_at=None)
    back_up(tmp_path / "b.sqlite3")
    restore(tmp_path / "b.sqlite3")

    states = dict(DeliveryRow.objects.values_list("message_id", "state"))
    clean()
    forget_kept()
    assert states == {"waiting": "given_up", "sent": "sent", "given_up": "given_up"}


def refusal(file: Path) -> str:
    """Why a file cannot be restored; it is not even asked for."""
    with (
        opened_backups() as backups,
        pytest.raises(ConfigurationError) as refused,
        backups.candidate(file, SilentProgress()),
    ):
        pass
    return str(refused.value)


def change(file: Path, statement: str) -> Path:
    """Tamper with a database."""
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(statement)
    return file


def test_what_is_no_backup_is_refused(backup: Path, tmp_path: Path) -> None:
    """Each with what is wrong with it."""
    empty, text, other = (tmp_path / name for name in ("empty", "text", "other"))
    empty.touch()
    text.write_text("no database at all, but long enough to be looked at" * 100)
    change(other, "CREATE TABLE songs (title TEXT)")
    database = InstallationSettings().database_file

    assert refusal(tmp_path / "missing") == f"There is no file {tmp_path / 'missing'}."
    assert refusal(tmp_path) == f"There is no file {tmp_path}."
    assert refusal(empty) == f"{empty} is no backup of Taskforce: give one that taskforce backup made."
    assert refusal(text) == f"{text} is damaged, or is no backup at all: give another one."
    assert refusal(other) == f"{other} is no backup of Taskforce: give one that taskforce backup made."
    assert refusal(database) == f"{database} belongs to the present installation: give another file."
    assert names_in(database) == ["acme"]


def test_damaged_backup_is_refused(backup: Path) -> None:
    """One page that is not what it was is enough, and so is an end that is missing."""
    whole = backup.read_bytes()
    backup.write_bytes(whole[: 8 * 4096] + bytes(4096) + whole[9 * 4096 :])
    one_page = refusal(backup)
    backup.write_bytes(whole[: len(whole) // 2])

    assert one_page == refusal(backup) == f"{backup} is damaged, or is no backup at all: give another one."


def test_backup_of_a_newer_version_is_refused(backup: Path) -> None:
    """This version would not know what to do with it."""
    change(backup, "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_later', '2030-01-01')")

    assert refusal(backup) == f"{backup} was made by a newer version of Taskforce: install that version."


@pytest.mark.parametrize("version", RELEASED)
def test_backup_of_an_earlier_version_is_brought_up_to_date(backup: Path, tmp_path: Path, version: str) -> None:
    """Before it replaces anything: nobody ever sees the old tables."""
    file, key_file = tmp_path / "old.sqlite3", InstallationSettings().key_file
    with closing(sqlite3.connect(file)) as database:
        database.executescript(book.text_of(version))
    own_key = key_file.read_bytes()
    try:
        key_file.write_bytes(own_key + b"\n" + book.KEY)
        restore(file)
    finally:
        key_file.write_bytes(own_key)

    stores = stores_of(book.NAME, FrozenClock())
    links = [replace(each, fingerprint="") for each in book.LINKS]
    found = stores.links.by_source(COMPANY, [each.source_id for each in links])
    sent = [intent.source_id for intent in stores.intents.unsettled()]
    assert list(found.values()) == links
    assert sent == [book.SENT, book.IN_DOUBT]
    assert stores.inbox.due_ids(COMPANY, FrozenClock().now(), after=None, limit=9, departed=True) == [book.MERGED.id]


def test_backup_with_secrets_of_another_key_is_refused(backup: Path) -> None:
    """Until that key stands in the key file as well."""
    key_file = InstallationSettings().key_file
    own_key = key_file.read_bytes()
    try:
        key_file.unlink()
        told = refusal(backup)
        key_file.write_bytes(key_file.read_bytes() + b"\n" + own_key)
        restore(backup)
        with open_installation() as installation:
            assert installation.connections() == {"acme": CONFIG}
    finally:
        key_file.write_bytes(own_key)

    assert told == (
        f"The secrets in {backup} were encrypted with another key: add the key that was kept for it, on a line of its "
        f"own, to {key_file}."
    )


def test_restoring_brings_back_everything_and_keeps_what_was_there(backup: Path, clock: FrozenClock) -> None:
    """What is replaced is said before, and lies beside the database afterwards."""
    new_stores("beta", clock).runs.start(RunKind.IMPORT, is_dry_run=False, now=clock.now())
    clock.advance(DURATION)

    with opened_backups(clock) as backups, backups.candidate(backup, SilentProgress()) as candidate:
        told = (candidate.contents, candidate.present)
        restored = backups.restore(candidate, SilentProgress(), who="marcus")

    assert told == (
        Contents(connections=("acme",)),
        Contents(connections=("acme", "beta"), last_import_at=FrozenClock().now()),
    )
    assert restored.kept is not None
    assert names_in(restored.kept) == ["acme", "beta"]
    assert restored.kept.parent == InstallationSettings().home
    assert [row.name for row in Connection.objects.all()] == ["acme"]
    assert restored.resting == {}


def test_restoring_can_be_taken_back(backup: Path, clock: FrozenClock) -> None:
    """The database that was kept is a backup like any other; what it does not know of rests."""
    clock.advance(DURATION)
    add_connection("beta", clock)
    kept = restore(backup, clock=clock).kept
    assert kept is not None

    restored = restore(kept, clock=clock)

    assert [row.name for row in Connection.objects.order_by("name")] == ["acme", "beta"]
    assert restored.resting == {"beta": clock.now() + SETTLE}


def test_empty_database_is_not_kept(backup: Path) -> None:
    """There is nothing in it to go back to."""
    clean()

    assert restore(backup).kept is None
    assert [row.name for row in Connection.objects.all()] == ["acme"]


def test_other_processes_go_on_with_what_was_restored(backup: Path, clock: FrozenClock) -> None:
    """Without opening the database anew."""
    new_stores("beta", clock)
    clock.advance(DURATION)
    database = InstallationSettings().database_file
    with closing(sqlite3.connect(database)) as other:
        before = other.execute("SELECT count(*) FROM store_connection").fetchone()

        restore(backup, clock=clock)

        after = other.execute("SELECT count(*) FROM store_connection").fetchone()
    assert (before, after) == ((2,), (1,))


def test_writes_whose_end_is_not_known_stay_so(backup: Path, clock: FrozenClock) -> None:
    """Those that the backup knows of and those of later; of the same record, the later one."""
    stores = stores_of("acme", clock)
    later = clock.now() + timedelta(hours=1)
    with stores.transaction():
        stores.intents.send(COMPANY, [(account_id(1), 7, "d")], clock.now())
        stores.intents.send(COMPANY, [(account_id(2), 8, "d")], clock.now())
    back_up(backup)
    with stores.transaction():
        stores.intents.close(COMPANY, [account_id(1)])
        stores.intents.close(COMPANY, [account_id(2)])
        for number in (2, 3):
            stores.intents.send(COMPANY, [(account_id(number), 10 + number, "d")], later)
        stores.intents.doubt(COMPANY, account_id(3))
        stores.intents.stamp(later)
        stores.watches.put(COMPANY, account_id(4), later)
    clock.advance(DURATION)

    restore(backup, clock=clock)

    sent = Intent(entity=COMPANY, source_id=account_id(2), state=IntentState.SENT, attempt=1, sent_at=later)
    found = stores_of("acme", clock)
    assert sorted(found.intents.unsettled(), key=lambda each: each.source_id) == [
        replace(sent, source_id=account_id(1), sent_at=FrozenClock().now(), number=7),
        sent,
        replace(sent, source_id=account_id(3), state=IntentState.IN_DOUBT, server_since=later),
    ]
    assert found.watches.due(later) == [(COMPANY, account_id(4))]


def test_what_was_done_since_stays_in_the_audit(backup: Path, clock: FrozenClock) -> None:
    """Nobody cuts it by restoring."""
    Audit().add(Deed.LAUNCHED, who="helen", origin="here", now=clock.now(), subject="after the backup")
    before = AuditRow.objects.count()

    restore(backup)

    restored, earlier = Audit().latest(2)
    assert (AuditRow.objects.count(), earlier.subject) == (before + 1, "after the backup")
    assert (restored.deed, restored.who, restored.details) == (Deed.RESTORED, "marcus", {"from": backup.name})
    assert Audit().first_break() is None


def test_numbers_are_not_given_out_twice(backup: Path, clock: FrozenClock) -> None:
    """Of connections, runs and changes: what is written down elsewhere means what it meant."""
    beta = new_stores("beta", clock)
    run = beta.runs.start(RunKind.IMPORT, is_dry_run=False, now=clock.now())
    beta.plan(run.id).add([(create(1), None)])
    [(number, _)] = beta.plan(run.id).next_pending(COMPANY, after=0, limit=1)
    latest = Connection.objects.get(name="beta").pk
    clock.advance(DURATION)

    restore(backup, clock=clock)

    gamma = new_stores("gamma", clock)
    later = gamma.runs.start(RunKind.IMPORT, is_dry_run=False, now=clock.now())
    gamma.plan(later.id).add([(create(1), None)])
    [(later_number, _)] = gamma.plan(later.id).next_pending(COMPANY, after=0, limit=1)
    assert Connection.objects.get(name="gamma").pk > latest
    assert (later.id, later_number) > (run.id, number)
    assert later_number > number


def test_next_import_compares_everything(backup: Path, clock: FrozenClock) -> None:
    """What stands in Autotask since the backup is not known: nothing is taken for read or for written."""
    stores = stores_of("acme", clock)
    with stores.transaction():
        stores.cursors.put(COMPANY, Cursor(read_through=clock.now()))
        stores.links.put(
            [Link(entity=COMPANY, source_id=account_id(1), target_id=TargetId(101), fingerprint="f", carries_id=False)]
        )
    back_up(backup)
    clock.advance(DURATION)

    restore(backup, clock=clock)

    found = stores_of("acme", clock)
    assert found.cursors.get(COMPANY) == Cursor()
    assert found.links.by_source(COMPANY, [account_id(1)]) == {
        account_id(1): Link(
            entity=COMPANY, source_id=account_id(1), target_id=TargetId(101), fingerprint="", carries_id=False
        )
    }


def test_plan_that_waited_for_approval_is_void(backup: Path, clock: FrozenClock) -> None:
    """It may have been carried out since the backup."""
    stores = stores_of("acme", clock)
    run = stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=clock.now())
    stores.plan(run.id).add([(create(1), None)])
    RunRow.objects.filter(pk=run.id).update(status=RunStatus.AWAITING_APPROVAL, digest="d")
    asked = Notice(kind=NoticeKind.APPROVAL, subject=str(run.id), text="A plan waits.", told_at=clock.now())
    stores.notices.tell(asked)
    back_up(backup)
    clock.advance(DURATION)

    restore(backup, clock=clock)

    found = stores_of("acme", clock)
    assert (found.runs.awaiting(), found.notices.open(NoticeKind.APPROVAL)) == (None, [])
    assert (found.plan(run.id).pending(COMPANY), History().run(run.id).status) == (0, RunStatus.TO_BE_CONTINUED)


def test_tokens_that_were_revoked_since_stay_revoked(backup: Path, clock: FrozenClock, tmp_path: Path) -> None:
    """And those that were given out since open what they did; of two of one name the later one."""
    tokens, now = Tokens(), clock.now()
    options: Any = {"role": Role.VIEWER, "days": 30, "by": "helen", "now": now}
    revoked, replaced, kept = (tokens.add(name, **options) for name in ("revoked", "replaced", "kept"))
    file = tmp_path / "with-tokens.sqlite3"
    back_up(file)
    tokens.revoke("revoked", now)
    tokens.revoke("replaced", now)
    later, new = tokens.add("replaced", **options), tokens.add("new", **options)

    restore(file, clock=clock)

    assert [tokens.known(each, now) is not None for each in (revoked, replaced)] == [False, False]
    assert [tokens.known(each, now) is not None for each in (kept, later, new)] == [True, True, True]


def test_who_is_disabled_stays_so_and_everybody_is_signed_out(
    clock: FrozenClock, tmp_path: Path, installation: Installation
) -> None:
    """Whatever the backup says; roles, passwords and second factors are those of the backup."""
    for name in ("gone", "here"):
        installation.users.invite(name, role=Role.VIEWER, full_name="", email="", now=clock.now())
    authenticator = Authenticator.objects.create(
        user=User.objects.get(username="here"), type="totp", data={"secret": "x"}
    )
    Session.objects.create(session_key="open", session_data="", expire_date=clock.now())
    UserSession.objects.create(user_id=authenticator.user_id, session_key="open", ip="127.0.0.1", user_agent="")
    file = tmp_path / "backup.sqlite3"
    back_up(file)
    authenticator.delete()
    installation.users.set_active("gone", is_active=False)

    restore(file)

    assert {each.username: each.is_active for each in installation.users.all()} == {"gone": False, "here": True}
    assert installation.second_factors.owners() == {"here"}
    assert (Session.objects.count(), UserSession.objects.count()) == (0, 0)


def test_worker_that_slept_through_it_is_stopped(backup: Path, clock: FrozenClock) -> None:
    """By its fencing number, whichever connection it worked for; its run is told to be unknown."""
    workers = [stores_of("acme", clock), new_stores("beta", clock)]
    runs = [each.runs.start(RunKind.IMPORT, is_dry_run=False, now=clock.now()) for each in workers]
    clock.advance(DURATION)

    restore(backup, clock=clock)

    new_stores("gamma", clock)
    for worker, run in zip(workers, runs, strict=True):
        with pytest.raises(LeaseLost):
            worker.check_lease()
        with pytest.raises(LeaseLost) as lost:
            worker.runs.finish(run)
        assert str(lost.value) == (
            "The database was replaced by a backup during this run, which is not recorded any more. "
            "Nothing to do: the next import finds what it wrote."
        )


@dataclass(slots=True)
class WhileOthersWork(FrozenClock):
    """While somebody here waits, workers elsewhere renew their leases."""

    def sleep(self, duration: timedelta) -> None:
        """Be later at once."""
        super(WhileOthersWork, self).sleep(duration)
        LeaseRow.objects.filter(host=ELSEWHERE.host).update(expires_at=self.now() + DURATION)


def test_import_under_way_is_waited_for_and_then_refused(backup: Path) -> None:
    """After a minute nothing was restored, and nothing is left over."""
    clock = WhileOthersWork()
    add_connection("beta", clock)
    row = Connection.objects.get(name="beta")
    acquire(row.pk, ELSEWHERE, clock.now())
    progress = RecordedProgress()

    with pytest.raises(LeaseHeld):
        restore(backup, clock=clock, progress=progress)

    assert clock.slept == timedelta(seconds=60)
    assert progress.said == [
        "Another import of this connection is under way. Waiting for it to end, at most 60 seconds."
    ]
    assert kept_before() == set()
    assert [each.name for each in Connection.objects.order_by("name")] == ["acme", "beta"]
    acquire(Connection.objects.get(name="acme").pk, ELSEWHERE, clock.now())


@dataclass(slots=True)
class Meddling(RecordedProgress):
    """Does something whenever the present database has been kept, just before it is replaced."""

    act: Callable[[], object] = lambda: None
    times: int = 1
    has_kept: bool = False

    def phase(self, name: str, total: int | None = None) -> None:
        """The first copying keeps the present database, the second replaces it."""
        RecordedProgress.phase(self, name, total)
        if self.has_kept and self.times:
            self.times -= 1
            self.act()
        self.has_kept = not self.has_kept


def add_another() -> None:
    """Somebody adds a connection."""
    add_connection(f"meanwhile-{Connection.objects.count()}", FrozenClock())


def test_what_changes_meanwhile_is_kept_too(backup: Path, clock: FrozenClock) -> None:
    """Up to the last moment: it begins anew."""
    progress = Meddling(act=add_another)

    restored = restore(backup, clock=clock, progress=progress)

    assert restored.kept is not None
    assert names_in(restored.kept) == ["acme", "meanwhile-1"]
    assert [row.name for row in Connection.objects.all()] == ["acme"]


def test_database_that_never_rests_is_left_as_it_is(backup: Path, clock: FrozenClock) -> None:
    """After three attempts; nothing is left over."""
    with pytest.raises(TaskforceError) as refused:
        restore(backup, clock=clock, progress=Meddling(act=add_another, times=9))

    assert str(refused.value) == (
        "Somebody keeps changing the database, so nothing was restored. "
        "End other commands of Taskforce, and restore again."
    )
    assert Connection.objects.count() == 4
    assert kept_before() == set()


def test_restored_elsewhere_a_connection_rests(backup: Path, clock: FrozenClock) -> None:
    """What was sent for it since the backup is not known: no import begins before all of that has come to its end."""
    clean()

    restored = restore(backup, clock=clock)

    row = Connection.objects.get()
    with pytest.raises(RestingUntil) as told:
        acquire(row.pk, ELSEWHERE, clock.now() + SETTLE - timedelta(seconds=1))
    acquire(row.pk, ELSEWHERE, clock.now() + SETTLE)
    assert restored.resting == {"acme": clock.now() + SETTLE}
    assert str(told.value) == (
        "This connection was restored from a backup, and a create of before may still be carried out until 2026-03-02 "
        "09:10:00 UTC. Import again after that; taskforce serve does so by itself."
    )


def test_import_of_a_resting_connection_does_not_wait(backup: Path, clock: FrozenClock) -> None:
    """It says when there can be one."""
    clean()
    restore(backup, clock=clock)

    with open_installation(clock) as installation, pytest.raises(RestingUntil):
        installation.run_import("acme", progress=SilentProgress(), should_stop=lambda: False)

    assert clock.slept == timedelta()


def test_resting_outlives_another_restore(backup: Path, clock: FrozenClock) -> None:
    """Which need not wait for it."""
    clean()
    restore(backup, clock=clock)
    clock.advance(timedelta(minutes=4))

    restored = restore(backup, clock=clock)

    assert clock.slept == timedelta()
    assert restored.resting == {"acme": clock.now() + SETTLE - timedelta(minutes=4)}
