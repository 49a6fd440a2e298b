"""Whole copies of a SQLite database, made while other processes use it."""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

from taskforce.adapters.store.trouble import code_of, locked, telling_trouble
from taskforce.engine.job import Progress
from taskforce.errors import ConfigurationError

STEP = 1024
"""Pages copied between two signs of life: 4 MiB."""

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite lays beside a database, by the end of its name."""

_CANNOT_WRITE = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_TRUNCATE")
"""What SQLite says when it is the copy that cannot be written, and not the database that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a person knows a database by: the names of its connections, and when its last import began (UTC)."""

    connections: tuple[str, ...] = ()
    last_import_at: datetime | None = None


def contents_of(database: sqlite3.Connection) -> Contents:
    """Of a database of any version."""
    names = tuple(name for (name,) in database.execute("SELECT name FROM store_connection ORDER BY name"))
    [latest] = database.execute("SELECT max(started_at) FROM store_runrow WHERE NOT is_dry_run").fetchone()
    return Contents(
        connections=names,
        last_import_at=None if latest is None else datetime.fromisoformat(latest).replace(tzinfo=UTC),
    )


def opened(file: Path, *, mode: str = "rw") -> sqlite3.Connection:
    """A database that exists, without Django; it waits for others as long as Django would."""
    patience = connection.settings_dict["OPTIONS"]["timeout"]
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=patience)


def copy_pages(
    source: sqlite3.Connection,
    target: sqlite3.Connection,
    progress: Progress,
    *,
    when_locked: Callable[[], None] = lambda: None,
) -> None:
    """Replace the content of `target` by that of `source`, in one transaction (SQLite's online backup).

    `when_locked` is called once, when nobody else can write to `target` any more and before anything of it has changed
    for anybody; what it raises leaves `target` as it was.
    """
    [pages] = source.execute("PRAGMA page_count").fetchone()
    copied = 0

    def after_step(status: int, remaining: int, total: int) -> None:
        nonlocal copied
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise locked()
        if not copied:
            when_locked()
        progress.advance(total - remaining - copied)
        copied = total - remaining

    progress.phase("Copying the database", pages)
    # The last step ends the transaction: that there are two gives `when_locked` its moment.
    source.backup(target, pages=max(min(STEP, pages - 1), 1), progress=after_step)


def refuse_damaged(database: sqlite3.Connection, sentence: str) -> None:
    """Raises ConfigurationError with that sentence unless SQLite finds the whole database in order."""
    try:
        is_whole = database.execute("PRAGMA integrity_check(1)").fetchall() == [("ok",)]
    except sqlite3.DatabaseError:
        is_whole = False
    if not is_whole:
        raise ConfigurationError([sentence])


def write_copy(database: Path, file: Path, progress: Progress, *, is_checked: bool = True) -> Contents:
    """Write the database, as it stands at one moment, to a file for its user's eyes only.

    Whenever this ends, and however, the file is as it was or whole. Raises ConfigurationError with the mend.
    """
    with telling_trouble(), closing(opened(database)) as source:
        # One transaction for all steps: the copy begins anew whenever somebody writes between two.
        source.execute("BEGIN")
        contents = contents_of(source)
        write_file(source, file, progress, is_checked=is_checked)
    return contents


def write_file(source: sqlite3.Connection, file: Path, progress: Progress, *, is_checked: bool = True) -> None:
    """See `write_copy`; what is copied is open already."""
    with _draft_of(file) as draft:
        with closing(opened(draft)) as copy:
            copy.execute("PRAGMA synchronous=OFF")  # nothing counts before it has a name
            copy_pages(source, copy, progress)
            copy.execute("PRAGMA journal_mode=DELETE")  # the file is all there is of it
            if is_checked:
                progress.phase("Checking the copy")
                refuse_damaged(copy, "The database is damaged, so no backup was made: restore an earlier one.")
        _flush(draft)
        draft.replace(file)
        _flush(file.parent)


@contextmanager
def _draft_of(file: Path) -> Iterator[Path]:
    """An empty file beside it that only its user may read; gone in the end."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
        os.close(descriptor)
        try:
            yield Path(name)
        finally:
            for end in ("", *BESIDE):
                Path(name + end).unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError([f"{file} cannot be written ({error.strerror}): give another place."]) from None
    except sqlite3.Error as error:
        if not code_of(error).startswith(_CANNOT_WRITE):
            raise
        raise ConfigurationError(
            [f"There is no room for {file}, or its disk failed: make some, or give another place."]
        ) from None


def _flush(path: Path) -> None:
    """Have a file or, where the system can, the names in a folder survive a power cut."""
    is_folder = path.is_dir()
    if is_folder and os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
