"""A database that fails in the middle of an import: a sentence with the mend, then nothing lost or twice."""

import ctypes
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from taskforce.adapters.store.models import LeaseRow
from taskforce.config import InstallationSettings
from tests.end_to_end.cli.desk import Desk, Said
from tests.end_to_end.office import COMPANY_ID_FIELD, CONTACT_ID_FIELD, NAME, Office, udf

FULL = "The disk of the database is full: make room. Nothing was lost, and the next import goes on."
LOCKED = "The database is locked by another program: end it. Nothing was lost, and the next import goes on."
READ_ONLY = (
    "The database cannot be written: check the rights on it, on the files beside it and on the folder TASKFORCE_HOME."
)

FAILED = "The disk of the database failed: check it. Nothing of this step was stored."

Begin = Callable[[], Callable[[], None]]
"""Starts a trouble; what it returns ends it."""


def disk_gets_full() -> Callable[[], None]:
    """SQLite may take no page more."""
    pages = pragma("page_count")
    pragma(f"max_page_count = {pages}")
    return lambda: None


def nothing_may_be_written() -> Callable[[], None]:
    """As on a file system that has become read-only."""
    pragma("query_only = 1")
    return lambda: None


def another_program_locks_it() -> Callable[[], None]:
    """And keeps it for longer than anybody waits."""
    other = sqlite3.connect(InstallationSettings().database_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other.close


def pragma(text: str) -> int:
    """Of the connection that the import uses, unseen by what watches it."""
    row = connection.connection.execute(f"PRAGMA {text}").fetchone()
    return int(row[0]) if row else 0


class TroubleAt:
    """Watches what an import stores, and begins a trouble before the n-th transaction."""

    def __init__(self, step: int, begin: Begin) -> None:
        self._left = step
        self._begin = begin
        self._end: Callable[[], None] = lambda: None

    @property
    def has_begun(self) -> bool:
        """Whether the import came so far."""
        return self._left <= 0

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """One statement."""
        if sql.startswith("BEGIN"):
            self._left -= 1
            if not self._left:
                self._end = self._begin()
        return execute(sql, *rest)

    def end(self) -> None:
        """It is mended."""
        self._end()


@contextmanager
def impatient() -> Iterator[None]:
    """Waits for other programs are short."""
    options = connection.settings_dict["OPTIONS"]
    before = options["timeout"]
    options["timeout"] = 0.01
    connection.close()
    try:
        yield
    finally:
        options["timeout"] = before
        connection.close()


def carried(office: Office) -> Counter[str | None]:
    """How many Autotask records carry each Salesforce id."""
    companies = Counter(udf(each, COMPANY_ID_FIELD) for each in office.companies())
    return companies + Counter(udf(each, CONTACT_ID_FIELD) for each in office.people())


def import_with(desk: Desk, trouble: TroubleAt) -> Said:
    """An import that meets the trouble, which is mended afterwards; its process has ended then."""
    with connection.execute_wrapper(trouble):
        said = desk.run("import", NAME)
    trouble.end()
    LeaseRow.objects.update(process_started=0)
    return said


@pytest.mark.parametrize(
    ("begin", "told", "every", "least"),
    [
        (disk_gets_full, FULL, 1, 5),
        (another_program_locks_it, LOCKED, 2, 8),
        (nothing_may_be_written, READ_ONLY, 4, 4),
    ],
    ids=["full", "locked", "read-only"],
)
def test_trouble_from_every_step_on(
    desk: Desk, office: Office, begin: Begin, told: str, every: int, least: int
) -> None:
    """Wherever the database begins to fail, the import says what to mend; the next one then completes it.

    A full disk is felt by those imports only that need another page of it: `least` says how many feel it.
    """
    office.settings(create_settle_seconds=0)
    wanted: list[str] = []
    felt = 0
    with impatient():
        for step in count(1, every):
            with connection.cursor() as cursor:
                cursor.execute("VACUUM")  # no page is free
            account = office.account(Name=f"Company {step}", BillingStreet="x" * 200)
            wanted += [account, office.contact(account, LastName=f"Lind {step}")]
            trouble = TroubleAt(step, begin)

            said = import_with(desk, trouble)
            again = desk.run("import", NAME, "--json")

            felt += bool(said.status)
            assert (said.status, said.is_tidy, said.text.count(told)) in ((0, True, 0), (2, True, 1))
            assert (again.status, again.document["status"]) == (0, "done")
            assert carried(office) == Counter(wanted)
            if not trouble.has_begun:
                break
    assert felt >= least


IMPORT = (sys.executable, "-m", "taskforce", "import", NAME)


def import_by(limited: Callable[[], None], home: Path) -> Said:
    """The real command as a process that may do less than others."""
    connection.close()
    done = subprocess.run(
        IMPORT,
        preexec_fn=limited,
        env={**os.environ, "TASKFORCE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return Said(status=done.returncode, out=done.stdout, err=done.stderr)


@pytest.mark.parametrize("size", [5_000, 40_000, 80_000, 120_000, 160_000])
def test_disk_that_fails(desk: Desk, office: Office, size: int) -> None:
    """Writing ends with an error in the middle of the import; the next one completes it."""
    office.settings(create_settle_seconds=0)
    accounts = [office.account(Name=f"Company {number}") for number in range(8)]

    said = import_by(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY)), home())
    again = desk.run("import", NAME, "--json")

    assert (said.status, said.is_tidy, said.text.count(FAILED)) == (2, True, 1)
    assert again.document["status"] == "done"
    assert carried(office) == Counter(accounts)


def home() -> Path:
    """The folder of this process's database."""
    return InstallationSettings().home


def as_others_do() -> None:
    """Rights on files count for root as well: without the capability to override them, after the next exec."""
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)


PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1


@pytest.fixture
def copied_home(office: Office, tmp_path: Path) -> Path:
    """A folder of its own with a copy of the database and its key."""
    office.settings(create_settle_seconds=0)
    shutil.copy2(home() / "secrets.key", tmp_path)
    # The file alone would lack what stands in the log beside it, as long as anything in this process has it open.
    with (
        closing(sqlite3.connect(home() / "taskforce.sqlite3")) as database,
        closing(sqlite3.connect(tmp_path / "taskforce.sqlite3")) as copied,
    ):
        database.backup(copied)
    return tmp_path


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for fewer rights")
def test_file_that_may_only_be_read(desk: Desk, office: Office, copied_home: Path) -> None:
    """Nothing is asked of anybody; with the right to write, the import runs."""
    account = office.account()
    database = copied_home / "taskforce.sqlite3"
    database.chmod(0o400)

    said = import_by(as_others_do, copied_home)
    requests = len(office.pair.salesforce.journal.entries())
    for each in copied_home.glob("taskforce.sqlite3*"):
        each.chmod(0o600)
    again = import_by(as_others_do, copied_home)

    assert (said.status, said.is_tidy, said.problems, requests) == (2, True, [READ_ONLY], 0)
    assert again.status == 0
    assert carried(office) == Counter([account])


def test_database_of_a_newer_version(desk: Desk, copied_home: Path) -> None:
    """Programs get the sentence in their object; the database is left as it is."""
    with closing(sqlite3.connect(copied_home / "taskforce.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_later', '2030-01-01')"
        )
    before = (copied_home / "taskforce.sqlite3").read_bytes()

    said = desk.call("import", NAME, "--json", home=copied_home)

    assert (said.status, said.document) == (
        2,
        {
            "run_id": None,
            "status": "could_not_run",
            "message": "The database was made by a newer version of Taskforce: install that version.",
        },
    )
    assert (copied_home / "taskforce.sqlite3").read_bytes() == before


def test_damaged_database_and_the_way_out(desk: Desk, office: Office, copied_home: Path, tmp_path: Path) -> None:
    """The import says to restore a backup; that brings back what is known, and nothing is created twice."""
    accounts = [office.account(Name=f"Early {number}") for number in range(3)]
    desk.call("import", NAME, home=copied_home)
    backup = desk.call("backup", str(tmp_path / "b"), home=copied_home)
    accounts += [office.account(Name=f"Late {number}") for number in range(3)]
    desk.call("import", NAME, home=copied_home)
    with (copied_home / "taskforce.sqlite3").open("r+b") as database:
        database.write(os.urandom(20 * 4096))

    said = desk.call("import", NAME, home=copied_home)
    restored = desk.call("restore", str(tmp_path / "b"), "--yes", home=copied_home)
    again = desk.call("import", NAME, "--json", home=copied_home)

    assert (backup.status, said.status, said.is_tidy) == (0, 2, True)
    assert said.problems == ["The database is damaged, or is no database of Taskforce: restore it from a backup."]
    assert (restored.status, again.document["status"]) == (0, "done")
    assert carried(office) == Counter(accounts)
