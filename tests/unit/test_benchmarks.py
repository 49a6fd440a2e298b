"""What benchmarks promise of themselves: no table without the peers, ratios to a bound that is right."""

from datetime import UTC, datetime, timedelta

import pytest
from benchmarks.quota import earliest_end, most_in_an_hour
from benchmarks.reading import require
from benchmarks.tables import Aim, Table

FIGURES = {"records": 1.0, "seconds": 1.0, "cpu_seconds": 1.0, "peak_mb": 1.0}
PEERS = ("jsforce@3.10.16, autoFetch", "simple-salesforce 1.12.10, query_all_iter", "dlt 1.31.0, iterated")


def test_reading_is_not_reported_without_a_peer() -> None:
    require(dict.fromkeys(PEERS, FIGURES))
    with pytest.raises(SystemExit, match=r"No figures of simple-salesforce, dlt: nothing is said"):
        require(dict.fromkeys(PEERS[:1], FIGURES))


@pytest.mark.parametrize(
    ("calls", "ends"),
    [
        (6, timedelta(seconds=0.4)),
        (2_000, timedelta(seconds=2_000 * 0.4 / 6)),
        (2_001, timedelta(hours=1, seconds=0.4 / 6)),
        (50_000, timedelta(hours=24, seconds=2_000 * 0.4 / 6)),
    ],
)
def test_the_earliest_end_of_a_first_load(calls: int, ends: timedelta) -> None:
    """2,000 requests an hour; six threads, each answered in 0.4 s."""
    assert earliest_end(calls, 2_000) == ends


def test_the_busiest_rolling_hour() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert most_in_an_hour([noon + timedelta(minutes=each) for each in (0, 10, 50, 60, 65, 69, 200)]) == 5


def test_a_table_says_what_was_missed() -> None:
    aims = (Aim(text="quick", seen="yes", is_met=True), Aim(text="small", seen="1,000 MB", is_met=False))
    table = Table(name="t", title="things", headings=("", "ratio", "n"), rows=[("one", 1.0, 12_345)], aims=aims)

    assert table.text() == (
        "| things | ratio | n |\n|---|--:|--:|\n| one | 1.00 | 12,345 |\n\nmet     quick: yes\nMISSED  small: 1,000 MB"
    )
