"""A backup: whole, for its user's eyes only, or not there."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from taskforce.adapters.store.backup import Contents
from taskforce.config import InstallationSettings
from taskforce.domain.records import Entity
from taskforce.domain.run import RunKind
from taskforce.errors import ConfigurationError
from taskforce.testing.clock import FrozenClock
from taskforce.testing.progress import RecordedProgress, SilentProgress
from tests.builders import account
from tests.support.child import run_child
from tests.support.store import clean
from tests.support.vault import back_up, names_in, new_stores, opened_backups

pytestmark = pytest.mark.skipif(bool(os.environ["TASKFORCE_DATABASE_URL"]), reason="about SQLite's file")

NOW = FrozenClock().now()


@pytest.fixture(autouse=True)
def acme() -> Iterator[None]:
    """A connection to be found again."""
    new_stores("acme", FrozenClock())
    yield
    clean()


def taken(file: Path, *, is_forced: bool = False) -> Contents:
    """Take a backup."""
    with opened_backups() as backups:
        return backups.back_up(file, is_forced=is_forced, progress=SilentProgress())


def refusal(file: Path, *, is_forced: bool = False) -> str:
    """Why none can be taken."""
    with pytest.raises(ConfigurationError) as refused:
        taken(file, is_forced=is_forced)
    return str(refused.value)


def test_backup_is_one_whole_file_for_its_user_alone(tmp_path: Path) -> None:
    """It stands by itself, and tells what is in it."""
    stores = new_stores("beta", FrozenClock())
    stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOW)
    file = tmp_path / "a name with # and ?.sqlite3"

    contents = taken(file)

    assert contents == Contents(connections=("acme", "beta"), last_import_at=NOW)
    assert names_in(file) == ["acme", "beta"]
    assert [each.name for each in tmp_path.iterdir()] == [file.name]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_backup_tells_how_far_it_is(tmp_path: Path) -> None:
    """In pages, and that it looks whether the copy is in order."""
    progress = RecordedProgress()

    back_up(tmp_path / "b.sqlite3", progress=progress)

    [(copying, pages), checking] = progress.phases
    assert (copying, checking) == ("Copying the database", ("Checking the copy", None))
    assert progress.done == [pages, 0]


def test_backup_is_of_one_moment_while_others_write(tmp_path: Path) -> None:
    """Writers do not wait for it, and it does not begin anew for them."""
    stores = new_stores("beta", FrozenClock())
    with stores.transaction():
        stores.inbox.put(Entity.COMPANY, [account(number) for number in range(20_000)])
    progress = _WritesMeanwhile()

    back_up(tmp_path / "b.sqlite3", progress=progress)

    assert progress.written > 3
    with closing(sqlite3.connect(tmp_path / "b.sqlite3")) as copy:
        assert copy.execute("SELECT count(*), max(attempts) FROM store_inboxrow").fetchone() == (20_000, 0)


class _WritesMeanwhile(RecordedProgress):
    """Changes the database after every step."""

    written = 0

    def advance(self, count: int) -> None:
        """A step is done."""
        super().advance(count)
        with closing(sqlite3.connect(InstallationSettings().database_file)) as other, other:
            other.execute("UPDATE store_inboxrow SET attempts = attempts + 1 WHERE id % 100 = 0")
        self.written += 1


def test_file_that_is_there_is_kept_unless_forced(tmp_path: Path) -> None:
    """Nobody loses the backup of yesterday by a name."""
    file = tmp_path / "b.sqlite3"
    file.write_text("something else")

    assert refusal(file) == f"{file} is there already: give another name, or --force to replace it."
    assert file.read_text() == "something else"
    taken(file, is_forced=True)
    assert names_in(file) == ["acme"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["taskforce.sqlite3", "taskforce.sqlite3-wal", "secrets.key"])
def test_files_of_the_installation_are_never_written_over(name: str) -> None:
    """Not even if forced."""
    file = InstallationSettings().home / "." / name

    assert refusal(file, is_forced=True) == f"{file} belongs to the present installation: give another file."


def test_places_where_no_file_can_be(tmp_path: Path) -> None:
    """A folder, a device, a folder that is not there."""
    nowhere = tmp_path / "missing" / "b.sqlite3"

    assert refusal(tmp_path, is_forced=True) == f"{tmp_path} is no ordinary file: give another name."
    assert refusal(Path(os.devnull), is_forced=True) == f"{os.devnull} is no ordinary file: give another name."
    assert refusal(nowhere) == f"{nowhere} cannot be written (No such file or directory): give another place."


def test_without_a_database_there_is_no_backup(tmp_path: Path) -> None:
    """And none is made for it."""
    status, said = run_child(_BACKUP, TASKFORCE_HOME=tmp_path, REMOVED="yes", FILE=tmp_path / "b.sqlite3")

    assert (status, said) == (
        0,
        f"There is no database yet: {tmp_path / 'taskforce.sqlite3'} does not exist.\n",
    )
    assert not (tmp_path / "taskforce.sqlite3").exists()


_BACKUP = """
from taskforce.bootstrap import open_backups
from taskforce.testing.progress import SilentProgress
if os.environ.get("REMOVED"):
    os.remove(os.environ["TASKFORCE_HOME"] + "/taskforce.sqlite3")
with open_backups() as backups:
    try:
        backups.back_up(Path(os.environ["FILE"]), is_forced=False, progress=SilentProgress())
    except TaskforceError as error:
        print(error)
"""


def test_damaged_database_gives_no_backup(tmp_path: Path) -> None:
    """Better none than one that cannot be restored."""
    run_child(TASKFORCE_HOME=tmp_path)
    with (tmp_path / "taskforce.sqlite3").open("r+b") as database:
        database.seek(8 * 4096)
        database.write(os.urandom(4096))

    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TASKFORCE_HOME", str(tmp_path))
        told = refusal(tmp_path / "b.sqlite3")

    assert told == "The database is damaged, so no backup was made: restore an earlier one."
    assert sorted(each.name for each in tmp_path.glob("*b.sqlite3*")) == []


_WITHOUT_ROOM = (
    """
from resource import RLIMIT_FSIZE, RLIM_INFINITY, setrlimit
setrlimit(RLIMIT_FSIZE, (100_000, RLIM_INFINITY))
"""
    + _BACKUP
)


def test_disk_that_takes_no_more_leaves_no_file(tmp_path: Path) -> None:
    """Neither half a backup nor a draft of one."""
    status, said = run_child(_WITHOUT_ROOM, TASKFORCE_HOME=tmp_path, FILE=tmp_path / "b.sqlite3")

    file = tmp_path / "b.sqlite3"
    assert (status, said) == (
        0,
        f"There is no room for {file}, or its disk failed: make some, or give another place.\n",
    )
    assert list(tmp_path.glob("*b.sqlite3*")) == []


_KILLED = """
from tests.support.vault import *
file = home() / "b.sqlite3"
new_stores("acme", FrozenClock())
def look():
    return ",".join(names_in(file)) if file.exists() else "absent"
print(*killed_at_every_step(lambda progress: back_up(file, progress=progress), look, home()))
new_stores("beta", FrozenClock())
print(*killed_at_every_step(lambda progress: back_up(file, progress=progress), look, home()))
"""


def test_backup_killed_at_every_step_leaves_nothing_or_all_of_it(tmp_path: Path) -> None:
    """The file is absent or whole; a backup that was there before stays whole until the new one is."""
    status, said = run_child(_KILLED, TASKFORCE_HOME=tmp_path)

    assert status == 0, said
    first, second = (line.split() for line in said.splitlines())
    assert (set(first), first[0], first[-1]) == ({"absent", "acme"}, "absent", "acme")
    assert (set(second), second[0], second[-1]) == ({"acme", "acme,beta"}, "acme", "acme,beta")
    assert min(len(first), len(second)) > 8
