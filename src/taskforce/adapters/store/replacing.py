"""A database that is too damaged to be read: put aside as it is, and a whole one put in its place."""

import shutil
import sys
from pathlib import Path

from django.db import connection

from taskforce.adapters.store.backup import BESIDE, write_file
from taskforce.adapters.store.restoring import raw
from taskforce.adapters.store.trouble import telling_trouble
from taskforce.engine.job import Progress
from taskforce.errors import ConfigurationError

if sys.platform != "win32":
    import fcntl

_SHARED_LOCK = (510, 0x40000002)
"""Length and place of the bytes on which SQLite keeps a lock in every database it has open, by its file format."""


def replace_damaged(alias: str, database: Path, kept: Path, progress: Progress) -> None:
    """Make a prepared backup the present database, whose remains are copied to `kept` and beside it first.

    Raises ConfigurationError as long as another process has it open: that would go on with the old file, unseen.
    """
    connection.close()
    _refuse_if_open(database)
    try:
        for end in ("", *BESIDE):
            if Path(f"{database}{end}").exists():
                shutil.copyfile(f"{database}{end}", f"{kept}{end}")
        for end in BESIDE:  # SQLite would take them for the new file's own
            Path(f"{database}{end}").unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError([f"{kept} cannot be written ({error.strerror}): make room."]) from None
    with telling_trouble():
        write_file(raw(alias), database, progress, is_checked=False)


def _refuse_if_open(database: Path) -> None:
    if sys.platform == "win32":  # which lets nobody replace a file that is open
        return
    with database.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, *_SHARED_LOCK)
        except OSError:
            raise ConfigurationError(
                ["The database is damaged, and another process has it open: end taskforce serve first."]
            ) from None
