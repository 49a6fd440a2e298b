"""The database that all threads of a simulator share."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from taskforce_simulators.core.database import Database


def test_all_threads_see_one_database() -> None:
    """Writers in many threads lose nothing, although the database is in memory."""
    database = Database()
    database.execute("CREATE TABLE counter (value INTEGER)")
    database.execute("INSERT INTO counter VALUES (0)")

    def add_one(_: int) -> None:
        with database.transaction() as connection:
            value = connection.execute("SELECT value FROM counter").fetchone()["value"]
            connection.execute("UPDATE counter SET value = ?", (value + 1,))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add_one, range(200)))
    assert database.execute("SELECT value FROM counter")[0]["value"] == 200
    database.close()


def test_failed_transaction_leaves_nothing() -> None:
    """What a transaction did is undone when it fails, inner transactions included."""
    database = Database()
    database.execute("CREATE TABLE note (text TEXT)")

    def write_and_fail() -> None:
        with database.transaction() as connection:
            with database.transaction() as inner:
                inner.execute("INSERT INTO note VALUES ('inner')")
            connection.execute("INSERT INTO note VALUES ('outer')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert database.execute("SELECT text FROM note") == []
    database.close()


def test_database_in_a_file_stays(tmp_path: Path) -> None:
    """A database in a file holds its rows after it was closed."""
    first = Database(tmp_path / "simulator.sqlite")
    first.execute("CREATE TABLE note (text TEXT)")
    first.execute("INSERT INTO note VALUES (?)", ("kept",))
    first.close()
    second = Database(tmp_path / "simulator.sqlite")
    assert [row["text"] for row in second.execute("SELECT text FROM note")] == ["kept"]
    second.close()


def test_closed_database_refuses() -> None:
    """A closed database can be closed again, but not used."""
    database = Database()
    database.close()
    database.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        database.execute("SELECT 1")
