"""Ids, times and date literals. Source: reference sections 3 and 6."""

from datetime import UTC, date, datetime

import pytest

from taskforce_simulators.salesforce import identifiers, rest, timestamps
from taskforce_simulators.salesforce.soql import literals

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("001D000000IRFma", "001D000000IRFmaIAH"),
        ("001D000000IRFmaIAH", "001D000000IRFmaIAH"),
        ("001D000000IRFmaIAA", None),
        ("000000000000000", "000000000000000AAA"),
        ("012000000000000AAA", "012000000000000AAA"),
        ("001D000000IRFm", None),
        ("001D000000IRF-a", None),
        ("", None),
    ],
)
def test_an_id_of_15_characters_gets_its_checksum(given, expected):
    """And one of 18 must have the right one."""
    assert identifiers.full(given) == expected


def test_made_ids_are_whole_and_differ():
    """Also those that differ in case only."""
    made = [identifiers.make("001", number) for number in range(1, 200)]
    assert [identifiers.full(identifier) for identifier in made] == made
    assert len({identifier[:15] for identifier in made}) == 199
    assert made[10] == "001Hn000000000BIAQ"
    assert made[36] == "001Hn000000000bIAA"


@pytest.mark.parametrize(
    "text",
    ["2026-11-23T11:00:00+01:00", "2026-11-23T10:00:00.000+0000", "2026-11-23T10:00:00Z", "2026-11-23T10:00:00.9"],
)
def test_times_are_kept_in_utc_and_whole_seconds(text):
    """Whatever form they come in."""
    assert timestamps.normalised(text) == "2026-11-23T10:00:00.000+0000"
    assert timestamps.parsed("2026-11-23T11:00:00+01:00") == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("literal", "first", "after"),
    [
        ("TODAY", "2026-11-23", "2026-11-24"),
        ("YESTERDAY", "2026-11-22", "2026-11-23"),
        ("TOMORROW", "2026-11-24", "2026-11-25"),
        ("THIS_WEEK", "2026-11-22", "2026-11-29"),
        ("LAST_WEEK", "2026-11-15", "2026-11-22"),
        ("NEXT_WEEK", "2026-11-29", "2026-12-06"),
        ("THIS_MONTH", "2026-11-01", "2026-12-01"),
        ("LAST_MONTH", "2026-10-01", "2026-11-01"),
        ("NEXT_MONTH", "2026-12-01", "2027-01-01"),
        ("LAST_90_DAYS", "2026-08-25", "2026-11-24"),
        ("NEXT_90_DAYS", "2026-11-24", "2027-02-22"),
        ("LAST_YEAR", "2025-01-01", "2026-01-01"),
        ("THIS_YEAR", "2026-01-01", "2027-01-01"),
        ("NEXT_YEAR", "2027-01-01", "2028-01-01"),
        ("LAST_N_DAYS:3", "2026-11-20", "2026-11-24"),
        ("NEXT_N_DAYS:3", "2026-11-24", "2026-11-27"),
        ("N_DAYS_AGO:3", "2026-11-20", "2026-11-21"),
        ("LAST_N_WEEKS:2", "2026-11-08", "2026-11-22"),
        ("LAST_N_MONTHS:11", "2025-12-01", "2026-11-01"),
        ("LAST_N_YEARS:2", "2024-01-01", "2026-01-01"),
    ],
)
def test_a_date_literal_is_a_span_of_days(literal, first, after):
    """From the first day to the day after the last."""
    assert literals.span(literal, TODAY) == (date.fromisoformat(first), date.fromisoformat(after))


def test_an_unknown_date_literal_is_none():
    """Also one that lacks its number."""
    assert [literals.span(literal, TODAY) for literal in ("SOMEDAY", "LAST_N_DAYS", "TODAY:3")] == [None, None, None]


@pytest.mark.parametrize(
    ("version", "label"),
    [(31, "Summer '14"), (64, "Summer '25"), (65, "Winter '26"), (66, "Spring '26"), (68, "Winter '27")],
)
def test_versions_carry_the_name_of_their_release(version, label):
    """Three a year."""
    assert rest.label(version) == label
