"""Restoring when things break: a database that cannot be read any more, and kills at every step."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.child import run_child, start_child
from tests.support.vault import names_in

pytestmark = pytest.mark.skipif(bool(os.environ["TASKFORCE_DATABASE_URL"]), reason="about SQLite's file")

_BEGIN = """
import sqlite3
from taskforce.adapters.store.leases import DURATION
from tests.support.vault import *
file, database = home() / "b.sqlite3", InstallationSettings().database_file
new_stores("past", FrozenClock())
back_up(file)
new_stores("present", FrozenClock())
clock = FrozenClock()
clock.advance(DURATION)
def damage():
    connections.close_all()
    with database.open("r+b") as opened:
        opened.write(bytes(4096))
def told(restored):
    print(restored.kept.name, {name: str(until) for name, until in restored.resting.items()})
"""


def test_database_that_cannot_be_read_is_put_aside(tmp_path: Path) -> None:
    """Its remains are kept as they are; what was sent of late is not known, so that imports rest."""
    status, said = run_child(_BEGIN + "damage()\ntold(restore(file, clock=clock))", TASKFORCE_HOME=tmp_path)

    kept = "taskforce-before-restore-20260302T090100Z.sqlite3"
    assert (status, said) == (0, f"{kept} {{'past': '2026-03-02 09:11:00+00:00'}}\n")
    assert names_in(tmp_path / "taskforce.sqlite3") == ["past"]
    assert (tmp_path / kept).read_bytes()[:4096] == bytes(4096)
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "b.sqlite3",
        "last-backup",
        "secrets.key",
        "secrets.key.lock",
        kept,
        "taskforce.sqlite3",
    ]


_HOLDS_IT_OPEN = """
from django.db import connection
connection.ensure_connection()
connection.cursor().execute("SELECT count(*) FROM store_connection")
print("open", flush=True)
signal.pause()
"""


def restored_by_command(folder: Path) -> "subprocess.CompletedProcess[str]":
    """By the real command, which opens no database before."""
    return subprocess.run(
        [sys.executable, "-m", "taskforce", "restore", str(folder / "b.sqlite3"), "--yes"],
        env={**os.environ, "TASKFORCE_HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_damaged_database_that_others_have_open_is_left_alone(tmp_path: Path) -> None:
    """They would go on with the old file, and nobody would notice."""
    assert run_child(_BEGIN, TASKFORCE_HOME=tmp_path) == (0, "")
    with start_child(_HOLDS_IT_OPEN, TASKFORCE_HOME=tmp_path) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with (tmp_path / "taskforce.sqlite3").open("r+b") as opened:
            opened.write(bytes(4096))
        refused = restored_by_command(tmp_path)
        other.kill()
    after = restored_by_command(tmp_path)

    assert refused.returncode == 2
    assert "✗ The database is damaged, and another process has it open: end taskforce serve first.\n" in refused.stderr
    assert after.returncode == 0
    assert names_in(tmp_path / "taskforce.sqlite3") == ["past"]


_KILLED = """
import shutil
pristine = home() / "pristine"
back_up(pristine)
def look():
    found = names_in(database)
    put_back(pristine)
    return ",".join(found)
print(*killed_at_every_step(lambda progress: restore(file, clock=clock, progress=progress), look, home()))
"""


def test_restore_killed_at_every_step_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    """Whole, and open to the next."""
    status, said = run_child(_BEGIN + _KILLED, TASKFORCE_HOME=tmp_path)

    assert status == 0, said
    found = said.split()
    assert (set(found), found[0], found[-1]) == ({"past,present", "past"}, "past,present", "past")
    assert len(found) > 15


_KILLED_DAMAGED = """
def look():
    try:
        found = names_in(database)
    except sqlite3.DatabaseError:
        return "damaged"
    damage()
    return ",".join(found)
damage()
print(*killed_at_every_step(lambda progress: restore(file, clock=clock, progress=progress), look, home()))
"""


def test_restore_over_damage_killed_at_every_step(tmp_path: Path) -> None:
    """The damaged one is still there, or the new one is."""
    status, said = run_child(_BEGIN + _KILLED_DAMAGED, TASKFORCE_HOME=tmp_path)

    assert status == 0, said
    found = said.split()
    assert (set(found), found[0], found[-1]) == ({"damaged", "past"}, "damaged", "past")
    assert len(found) > 10
