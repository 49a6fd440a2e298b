"""A failing database ends in a sentence, and nothing of the step is stored."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from django.db import IntegrityError, connection

from taskforce.adapters.store.history import History
from taskforce.adapters.store.models import InboxRow
from taskforce.adapters.store.stores import DjangoStores
from taskforce.adapters.store.trouble import telling_trouble
from taskforce.config import InstallationSettings
from taskforce.domain.match_rules import keys_of
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity
from taskforce.domain.run import RunKind
from taskforce.engine.stores import Standing
from taskforce.errors import ConfigurationError, TaskforceError
from taskforce.testing.clock import FrozenClock
from tests.builders import account, company
from tests.integration.store.decisions import create

COMPANY = Entity.COMPANY
NOW = FrozenClock().now()

sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")


@contextmanager
def pragma(name: str, during: int) -> Iterator[None]:
    """A setting of SQLite's connection, put back afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        [before] = cursor.fetchone()
        cursor.execute(f"PRAGMA {name} = {during}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {name} = {before}")


def store_much(store: DjangoStores) -> None:
    """A page of records."""
    with store.transaction():
        store.inbox.put(COMPANY, [account(number) for number in range(2_000)])


@sqlite_only
def test_full_disk_is_told(store: DjangoStores) -> None:
    """The page is not stored; with room again it is."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")

    with pragma("max_page_count", 1), pytest.raises(ConfigurationError, match="The disk of the database is full"):
        store_much(store)
    before = store.inbox.due(COMPANY, NOW)
    store_much(store)

    assert (before, store.inbox.due(COMPANY, NOW)) == (0, 2_000)


@sqlite_only
def test_locked_database_is_told(store: DjangoStores) -> None:
    """Another program writes for longer than anybody waits."""
    file = InstallationSettings().database_file
    with closing(sqlite3.connect(file, isolation_level=None)) as other, pragma("busy_timeout", 0):
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(ConfigurationError, match="The database is locked by another program: end it"):
            store_much(store)
        other.execute("ROLLBACK")

    assert store.inbox.due(COMPANY, NOW) == 0


@sqlite_only
def test_database_that_may_only_be_read_is_told(store: DjangoStores) -> None:
    """With what to look at."""
    with pragma("query_only", 1), pytest.raises(ConfigurationError, match="cannot be written: check the rights"):
        store_much(store)


def test_what_nobody_foresaw_is_told_without_any_value(store: DjangoStores) -> None:
    """The database's own words may hold a person's data: only its code is shown."""
    with pytest.raises(TaskforceError) as told, telling_trouble():
        InboxRow.objects.create(entity=COMPANY, match_key="Rosa Lind", modified_at=NOW)

    code = {"sqlite": "SQLITE_CONSTRAINT_NOTNULL", "postgresql": "23502"}[connection.vendor]
    assert str(told.value) == (
        f"The database refused a step (IntegrityError {code}), and nothing of it was stored. "
        "Run the command again; if it stays, report it with this message."
    )


@pytest.mark.skipif(connection.vendor != "postgresql", reason="about a server")
def test_broken_connection_to_the_server_is_made_anew(store: DjangoStores) -> None:
    """The step fails with a sentence; the next one finds the server again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [process_id] = cursor.fetchone()
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(_end_backend, process_id).result()

    with pytest.raises(ConfigurationError, match="The database server cannot be reached"):
        store.inbox.standing()
    assert store.inbox.standing() == Standing(held=0, failing=0)


def _end_backend(process_id: int) -> None:
    with closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [process_id])


def test_errors_of_reading_are_told_too(store: DjangoStores) -> None:
    """Outside of transactions as well."""
    with connection.execute_wrapper(_broken), pytest.raises(TaskforceError, match="IntegrityError"):
        store.inbox.due(COMPANY, NOW)
    with connection.execute_wrapper(_broken), pytest.raises(TaskforceError, match="IntegrityError"):
        store.check_lease()


def _broken(*_: object) -> None:
    raise IntegrityError


def test_texts_that_fit_no_column_are_cut(store: DjangoStores) -> None:
    """A name of thousands of characters, or with a NUL in it, stops nobody's import; records keep it whole."""
    name = "Birch\0" + "x" * 5_000
    record, counterpart = account(Name=name), company(companyName=name)
    keys = keys_of(COMPANY, {"companyName": name, "webAddress": f"https://{'x' * 500}.example"})
    refused = Outcome(kind=OutcomeKind.FAILED, reason=Reason.REJECTED, detail=name)
    run = store.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOW)
    with store.transaction():
        store.inbox.put(COMPANY, [record])
        store.index.put(COMPANY, {counterpart.id: (counterpart, keys)})
        store.plan(run.id).add([(create(1, name=name), refused)])

    [change] = History().changes(run.id)
    [candidate] = store.index.fitting(COMPANY, [keys.match])[keys.match]
    assert store.inbox.load(COMPANY, [record.id]) == [record]
    assert store.index.records(COMPANY, [counterpart.id]) == {counterpart.id: counterpart}
    assert change.name == candidate.name == "Birch" + "x" * 395
    assert change.field_changes[0].after == name
    assert change.detail == "Birch" + "x" * 5_000
