"""What the doctor says of a machine."""

from datetime import datetime, timedelta

import pytest

from taskforce.domain import host
from taskforce.domain.checking import Finding
from tests.builders import NOON

WAL = host.DatabaseFacts(kind="SQLite", version="3.40.1", size=12 * 1024**2, journal_mode="wal")
EVERYTHING = [
    host.on_versions("1.2", (3, 11, 7)),
    host.on_versions("1.2", (3, 10, 1)),
    host.on_space(50 * 1024**3),
    host.on_space(500 * 1024**2),
    host.on_space(5 * 1024**2),
    host.on_database(WAL),
    host.on_database_trouble("Mend it."),
    host.on_key_file(0o600),
    host.on_key_file(0o640),
    host.on_key_file(None),
    host.on_scheduler(NOON, NOON),
    host.on_scheduler(None, NOON),
    host.on_backup(NOON, NOON),
    host.on_backup(None, NOON),
    host.on_clock("Autotask", NOON, NOON),
    host.on_clock("Autotask", NOON, NOON + timedelta(hours=1)),
]


def judged(finding: Finding) -> str:
    """Fine, a warning, or what stops imports."""
    return "fine" if finding.ok else "stops" if finding.stops_import else "warns"


@pytest.mark.parametrize("finding", EVERYTHING, ids=lambda each: f"{each.name}-{judged(each)}")
def test_what_is_not_fine_has_a_mend(finding: Finding) -> None:
    """And only that; everything is said in a sentence."""
    assert (bool(finding.mend), finding.message.endswith(".")) == (not finding.ok, True)
    assert not (finding.ok and finding.stops_import)


@pytest.mark.parametrize(
    ("free", "judgement", "told"),
    [
        (host.TOO_LITTLE_SPACE - 1, "stops", "100 MB are free"),
        (host.TOO_LITTLE_SPACE, "warns", "100 MB are free"),
        (host.LITTLE_SPACE - 1, "warns", "1024 MB are free"),
        (host.LITTLE_SPACE, "fine", "1.0 GB are free"),
        (7 * 1024**4, "fine", "7.0 TB are free"),
        (0, "stops", "0 bytes are free"),
    ],
)
def test_space(free: int, judgement: str, told: str) -> None:
    """Little warns, too little stops."""
    finding = host.on_space(free)

    assert (judged(finding), finding.message) == (judgement, f"{told} on the disk of TASKFORCE_HOME.")


@pytest.mark.parametrize(
    ("facts", "judgement"),
    [
        (WAL, "fine"),
        (host.DatabaseFacts(kind="PostgreSQL", version="16.2", size=1), "fine"),
        (host.DatabaseFacts(kind="SQLite", version="3.40.1", size=1, journal_mode="delete"), "warns"),
        (host.DatabaseFacts(kind="SQLite", version="3.40.1", size=1, journal_mode="wal", is_up_to_date=False), "stops"),
    ],
)
def test_database(facts: host.DatabaseFacts, judgement: str) -> None:
    """Of this version, with SQLite's log where it is SQLite."""
    assert judged(host.on_database(facts)) == judgement


@pytest.mark.parametrize(("mode", "judgement"), [(0o600, "fine"), (0o400, "fine"), (0o604, "stops"), (0o660, "stops")])
def test_key_file(mode: int, judgement: str) -> None:
    """For its user's eyes only."""
    assert judged(host.on_key_file(mode)) == judgement


@pytest.mark.parametrize(
    ("beaten_at", "is_alive"),
    [
        (None, False),
        (NOON, True),
        (NOON - host.ALIVE, True),
        (NOON - host.ALIVE - timedelta(seconds=1), False),
        (NOON + host.ALIVE, True),
        (NOON + timedelta(hours=1), False),
    ],
)
def test_scheduler(beaten_at: datetime | None, is_alive: bool) -> None:
    """Alive for a minute after its last sign, also by a clock that is a little behind."""
    assert (host.is_alive(beaten_at, NOON), host.on_scheduler(beaten_at, NOON).ok) == (is_alive, is_alive)


@pytest.mark.parametrize(("days", "judgement"), [(0, "fine"), (7, "fine"), (8, "warns")])
def test_backup(days: int, judgement: str) -> None:
    """A week is long."""
    assert judged(host.on_backup(NOON - timedelta(days=days), NOON)) == judgement


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "The clocks of Autotask and of this machine agree."),
        (60, "The clocks of Autotask and of this machine agree."),
        (-60, "The clocks of Autotask and of this machine agree."),
        (601, "This machine's clock is about 10 min ahead of that of Autotask."),
        (-7200, "This machine's clock is about 120 min behind that of Autotask."),
    ],
)
def test_clock(seconds: int, told: str) -> None:
    """A minute is what answers may take."""
    finding = host.on_clock("Autotask", NOON, NOON + timedelta(seconds=seconds))

    assert (finding.message, finding.system, finding.stops_import) == (told, "Autotask", False)
