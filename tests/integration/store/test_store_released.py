"""Databases of released versions are opened by today's, and nothing in them is lost or changed."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from taskforce.adapters.store.connections import Connections
from taskforce.adapters.store.history import History
from taskforce.adapters.store.models import Connection, LeaseRow
from taskforce.adapters.store.schemas import TokenStore
from taskforce.adapters.store.scope import Scope
from taskforce.adapters.store.stores import DjangoStores
from taskforce.connection_config import SECRETS
from taskforce.domain.match_rules import Candidate
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.records import TargetId
from taskforce.engine.stores import Intent, IntentState, Standing
from tests.builders import NOON, account_id, contact_id
from tests.integration.store.released import book
from tests.integration.store.released.book import COMPANY, CONTACT, LATER
from tests.support.child import run_child

pytestmark = pytest.mark.skipif(bool(os.environ["TASKFORCE_DATABASE_URL"]), reason="about SQLite's file")

RELEASED = ("0001_initial",)
"""The latest migration of every released version; `python -m tests.integration.store.released` writes its database."""


@pytest.fixture(params=RELEASED, scope="module")
def opened_home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a database that such a version left and a process of today has opened."""
    home = tmp_path_factory.mktemp("home")
    with closing(sqlite3.connect(home / "taskforce.sqlite3")) as database:
        database.executescript(book.text_of(request.param))
    assert run_child(TASKFORCE_HOME=home) == (0, "")
    return home


@pytest.fixture
def row(opened_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """The connection in a copy of that."""
    file = shutil.copy(opened_home / "taskforce.sqlite3", tmp_path)
    connection.close()
    with monkeypatch.context() as patched:
        patched.setitem(connection.settings_dict, "NAME", str(file))
        yield Connection.objects.get()
        connection.close()


@pytest.fixture
def stores(row: Connection) -> DjangoStores:
    """What that connection keeps."""
    return DjangoStores(row, lambda: NOON)


def test_every_version_is_a_known_one() -> None:
    """Nobody has renamed a migration that was released."""
    known = {name for app, name in MigrationLoader(connection).graph.nodes if app == "store"}

    assert set(RELEASED) <= known


def test_connection_is_kept(row: Connection) -> None:
    """With its secrets, its session, and the number of its latest lease."""
    lease = LeaseRow.objects.get()

    assert Connections(book.BOX, SECRETS).document(row) == book.DOCUMENT
    assert (row.name, row.active_since, row.created_at, row.updated_at) == (book.NAME, NOON, NOON, NOON)
    assert TokenStore(Scope(connection_id=row.pk), book.BOX, "salesforce").load() == book.SESSION
    assert (lease.fencing, lease.expires_at) == (1, None)


def test_reading_goes_on_where_it_was(stores: DjangoStores) -> None:
    """In the middle of a page, too."""
    assert {entity: stores.cursors.get(entity) for entity in book.CURSORS} == book.CURSORS


def test_inbox_is_kept(stores: DjangoStores) -> None:
    """Every record whole, and in its state."""
    everything = [*book.ACCOUNTS, book.MERGED]

    assert stores.inbox.load(COMPANY, [each.id for each in everything]) == everything
    assert stores.inbox.load(CONTACT, [contact_id(1)]) == [book.PERSON]
    assert stores.inbox.due_ids(COMPANY, NOON, after=None, limit=9) == [account_id(1)]
    assert stores.inbox.due_ids(COMPANY, NOON, after=None, limit=9, departed=True) == [account_id(5)]
    assert stores.inbox.standing() == Standing(held=1, failing=1)
    stores.inbox.release_waiting([account_id(1)])
    stores.inbox.release_keys(COMPANY, ["m"])
    stores.inbox.retry_failing(NOON)
    assert stores.inbox.due(COMPANY, NOON) == 5


def test_pairs_are_kept(stores: DjangoStores) -> None:
    """In all their states."""
    assert stores.links.by_source(COMPANY, [each.source_id for each in book.LINKS]) == {
        each.source_id: each for each in book.LINKS
    }


def test_creates_whose_end_is_not_known_are_kept(stores: DjangoStores) -> None:
    """Their settle time begins anew, by Autotask's clock."""
    sent = Intent(entity=COMPANY, source_id=book.SENT, state=IntentState.SENT, attempt=1, sent_at=LATER)
    in_doubt = Intent(entity=COMPANY, source_id=book.IN_DOUBT, state=IntentState.IN_DOUBT, attempt=1, sent_at=LATER)

    assert stores.intents.unsettled() == [sent, in_doubt]


def test_index_is_kept(stores: DjangoStores) -> None:
    """Records, what they are found by, and how far it was refreshed."""
    found = Candidate(
        id=TargetId(100), keys=book.KEYS, name="Company 10", is_active=True, linked_to=account_id(10), company_id=None
    )

    assert stores.index.records(COMPANY, [book.INDEXED.id]) == {book.INDEXED.id: book.INDEXED}
    assert stores.index.carriers(COMPANY, [account_id(10)]) == {account_id(10): [found]}
    assert stores.index.fitting(COMPANY, ["m"]) == {"m": [found]}
    assert stores.index.parent(book.INDEXED.id) == 99
    assert (stores.index.refreshed_through(COMPANY), stores.index.refreshed_through(CONTACT)) == (NOON, None)


def test_metadata_is_kept(stores: DjangoStores) -> None:
    """Of both systems."""
    assert stores.schemas.source() == (book.SOURCE_SCHEMA, NOON)
    assert stores.schemas.target() == book.TARGET_SCHEMA


def test_history_is_kept(row: Connection) -> None:
    """Every run, and what became of each record."""
    history = History()
    changes = [*history.changes(1), *history.changes(2)]

    assert history.runs(row.name, limit=9) == [book.RUNNING, book.DONE]
    assert [(each.source_id, each.kind, each.outcome, each.target_id, each.detail) for each in changes] == [
        (account_id(1), "create", OutcomeKind.CREATED, 101, ""),
        (account_id(2), "hold", OutcomeKind.HELD, None, ""),
        (account_id(3), "create", OutcomeKind.FAILED, None, "bad_picklist: no such type"),
        (account_id(21), "create", None, None, ""),
        (account_id(22), "create", None, None, ""),
    ]


def test_what_was_to_be_written_can_still_be_written(stores: DjangoStores) -> None:
    """The pending changes of a run that died."""
    pending = stores.plan(book.RUNNING.id).next_pending(COMPANY, after=0, limit=9)

    assert [change for _, change in pending] == book.PENDING
