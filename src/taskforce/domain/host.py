"""What Taskforce needs of the machine that it runs on, each told with its mend (B12)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from taskforce.domain.checking import Finding

SYSTEM = "This machine"

LITTLE_SPACE = 1024**3
"""Bytes free below which a warning is given: a restore keeps the database of before, and runs add to it."""

TOO_LITTLE_SPACE = 100 * 1024**2
"""Bytes free below which an import may find the disk full."""

OLDEST_PYTHON = (3, 11)

CLOCKS_AGREE = timedelta(minutes=1)
"""A vendor's clock tells whole seconds, and an answer takes some; more than this is a clock that is wrong."""

ALIVE = timedelta(minutes=1)
"""How old the last sign of the scheduler may be, which gives one every ten seconds."""

BACKUP_IS_OLD = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFacts:
    """What the database says of itself; `size` in bytes, `journal_mode` is SQLite's."""

    kind: str
    version: str
    size: int
    journal_mode: str = ""
    is_up_to_date: bool = True


def is_alive(beaten_at: datetime | None, now: datetime) -> bool:
    """Whether the scheduler has given a sign a moment ago, by a clock that may be a little ahead."""
    return beaten_at is not None and abs(now - beaten_at) <= ALIVE


def on_versions(taskforce: str, python: tuple[int, ...]) -> Finding:
    """What runs here."""
    told = f"Taskforce {taskforce} on Python {'.'.join(map(str, python))}."
    if python[:2] < OLDEST_PYTHON:
        return _stop("versions", told, "Install Python 3.11 or newer, and Taskforce in it.")
    return _ok("versions", told)


def on_space(free: int) -> Finding:
    """Room on the disk of TASKFORCE_HOME, in bytes."""
    told = f"{in_bytes(free)} are free on the disk of TASKFORCE_HOME."
    mend = "Make room, or move TASKFORCE_HOME to a larger disk."
    if free < TOO_LITTLE_SPACE:
        return _stop("disk", told, mend)
    return _warn("disk", told, mend) if free < LITTLE_SPACE else _ok("disk", told)


def on_database(facts: DatabaseFacts) -> Finding:
    """Reachable, whole, with the tables of this version."""
    journal = f", journal mode {facts.journal_mode}" if facts.journal_mode else ""
    told = f"{facts.kind} {facts.version} answers; the database has {in_bytes(facts.size)}{journal}."
    if not facts.is_up_to_date:
        return _stop("database", f"{told} Its tables are of another version.", "Start taskforce serve again.")
    if facts.journal_mode not in ("", "wal"):
        return _warn(
            "database",
            f"{told} Pages and imports wait for each other.",
            "Put TASKFORCE_HOME on a local disk: SQLite cannot keep its log (WAL) on this one.",
        )
    return _ok("database", told)


def on_database_trouble(sentence: str) -> Finding:
    """The database does not answer; the sentence says how to mend it."""
    return _stop("database", "The database cannot be used.", sentence)


def on_key_file(mode: int | None) -> Finding:
    """The key beside the database: there, and for its user's eyes only. `mode` is None where it is missing."""
    if mode is None:
        return _stop(
            "key_file",
            "The key file is missing: stored passwords cannot be read.",
            "Put back secrets.key from where it is kept, or enter the credentials of every connection anew.",
        )
    if mode & 0o077:
        return _stop("key_file", f"The key file is open to others (mode {mode:04o}).", "Run chmod 600 on it.")
    return _ok("key_file", f"The key file is for its user's eyes only (mode {mode:04o}).")


def on_scheduler(beaten_at: datetime | None, now: datetime) -> Finding:
    """Whether anybody begins the imports that are due."""
    if is_alive(beaten_at, now):
        return _ok("scheduler", "The scheduler is at work: imports begin when they are due.")
    since = f" since {beaten_at:%Y-%m-%d %H:%M} UTC" if beaten_at is not None else ""
    return _warn(
        "scheduler",
        f"No scheduler is at work{since}: nothing is imported by itself.",
        "Start taskforce serve, and have the system start it again when it ends.",
    )


def on_backup(made_at: datetime | None, now: datetime) -> Finding:
    """When the database was last backed up, as far as is known here."""
    mend = "Run taskforce backup FILE daily (docs/howto/back-up-and-restore.md), and keep secrets.key elsewhere."
    if made_at is None:
        return _warn("backup", "No backup is known.", mend)
    told = f"The last backup was made on {made_at:%Y-%m-%d %H:%M} UTC."
    return _warn("backup", told, mend) if now - made_at > BACKUP_IS_OLD else _ok("backup", told)


def on_clock(system: str, theirs: datetime, ours: datetime) -> Finding:
    """This machine's clock against a vendor's, as its answers tell it."""
    apart = abs(ours - theirs)
    if apart <= CLOCKS_AGREE:
        return Finding(
            system=system,
            name="clock",
            ok=True,
            stops_import=False,
            message=f"The clocks of {system} and of this machine agree.",
        )
    which = "ahead of" if ours > theirs else "behind"
    return Finding(
        system=system,
        name="clock",
        ok=False,
        stops_import=False,
        message=f"This machine's clock is about {round(apart.total_seconds() / 60):,} min {which} that of {system}.",
        mend="Have the machine set its clock by itself (timedatectl set-ntp true): schedules, sessions and what was "
        "changed last depend on it.",
    )


def in_bytes(number: int) -> str:
    """A size as people say it: "12 MB"."""
    size = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if size >= 10 or unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TB"


def _ok(name: str, message: str) -> Finding:
    return Finding(system=SYSTEM, name=name, ok=True, stops_import=False, message=message)


def _warn(name: str, message: str, mend: str) -> Finding:
    return Finding(system=SYSTEM, name=name, ok=False, stops_import=False, message=message, mend=mend)


def _stop(name: str, message: str, mend: str) -> Finding:
    return Finding(system=SYSTEM, name=name, ok=False, stops_import=True, message=message, mend=mend)
