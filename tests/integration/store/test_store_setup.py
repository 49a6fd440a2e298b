"""The first start, the second, and what may stand in the way; each in a process of its own."""

import hashlib
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from tests.integration.store.released import book
from tests.support.child import MISSING_TABLES, run_child, start_child

pytestmark = pytest.mark.skipif(bool(os.environ["TASKFORCE_DATABASE_URL"]), reason="about SQLite's file")


def digest(file: Path) -> str:
    """Of a file's content."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_first_start_makes_everything_and_the_second_writes_nothing(tmp_path: Path) -> None:
    """The database is ready; it, its folder and those above are its user's alone, whatever the umask was."""
    home = tmp_path / "deep" / "home"

    umask = os.umask(0)
    try:
        first = run_child(MISSING_TABLES, TASKFORCE_HOME=home)
    finally:
        os.umask(umask)
    before = digest(home / "taskforce.sqlite3")
    second = run_child(MISSING_TABLES, TASKFORCE_HOME=home)

    assert first == second == (0, "set()\n")
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (home.parent, home, home / "taskforce.sqlite3")]
    assert modes == [0o700, 0o700, 0o600]
    assert digest(home / "taskforce.sqlite3") == before


def test_processes_may_meet_in_the_first_start(tmp_path: Path) -> None:
    """All of them find the tables made, by whichever of them."""
    children = [start_child(MISSING_TABLES, TASKFORCE_HOME=tmp_path / "home") for _ in range(4)]

    assert [(child.communicate()[0], child.returncode) for child in children] == [("set()\n", 0)] * 4


def test_upgrade_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    """So the version it belongs to can be put back, and what stood in the way be mended."""
    with sqlite3.connect(tmp_path / "taskforce.sqlite3") as database:
        database.executescript(book.text_of("0001_initial"))
        database.execute("CREATE TABLE store_cacherow (somebody_elses TEXT)")
        before = list(database.iterdump())

        assert run_child(TASKFORCE_HOME=tmp_path)[0] == 2
        assert list(database.iterdump()) == before

        database.execute("DROP TABLE store_cacherow")
    database.close()
    assert run_child(MISSING_TABLES, TASKFORCE_HOME=tmp_path) == (0, "set()\n")


def test_home_that_cannot_be_made_ends_in_a_sentence(tmp_path: Path) -> None:
    """A file stands in its place."""
    (tmp_path / "file").touch()
    home = tmp_path / "file" / "home"

    assert run_child(TASKFORCE_HOME=home) == (
        2,
        f"ConfigurationError: The folder {home} cannot be made: set TASKFORCE_HOME to one that can.\n",
    )


def test_file_that_is_no_database_ends_in_a_sentence(tmp_path: Path) -> None:
    """It is left as it is."""
    file = tmp_path / "taskforce.sqlite3"
    file.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    before = digest(file)

    assert run_child(TASKFORCE_HOME=tmp_path) == (
        2,
        "DatabaseDamaged: The database is damaged, or is no database of Taskforce: restore it from a backup.\n",
    )
    assert digest(file) == before


def test_folder_in_the_databases_place_ends_in_a_sentence(tmp_path: Path) -> None:
    """It cannot be opened."""
    (tmp_path / "taskforce.sqlite3").mkdir()

    status, output = run_child(TASKFORCE_HOME=tmp_path)

    assert status == 2
    assert output == (
        "ConfigurationError: The database cannot be opened: check that the folder TASKFORCE_HOME exists and may be "
        "written.\n"
    )


def test_database_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    """An older version would not know what to do with it."""
    run_child(TASKFORCE_HOME=tmp_path)
    with sqlite3.connect(tmp_path / "taskforce.sqlite3") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_later', '2030-01-01')"
        )
    database.close()

    assert run_child(TASKFORCE_HOME=tmp_path) == (
        2,
        "ConfigurationError: The database was made by a newer version of Taskforce: install that version.\n",
    )


def test_server_that_does_not_answer_ends_in_a_sentence(tmp_path: Path) -> None:
    """The address is right or the server is down: both are said, and the password is not."""
    url = "postgresql://ann:pa55w0rd@127.0.0.1:9/taskforce?connect_timeout=5"

    status, output = run_child(TASKFORCE_HOME=tmp_path, TASKFORCE_DATABASE_URL=url)

    assert status == 2
    assert output == (
        "ConfigurationError: The database server cannot be reached or refuses the login: check that it runs, and the "
        "host, user, password and database in TASKFORCE_DATABASE_URL.\n"
    )
