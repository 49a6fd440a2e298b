"""Queries as texts."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from taskforce.adapters.salesforce.soql import changes_query, datetime_literal, text_literal
from taskforce.domain.cursor import Position
from taskforce.domain.records import SourceId
from taskforce.errors import ConfigurationError

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLACE = Position(modified_at=NOON, id=SourceId("001000000000001AAA"))
BEHIND = (
    "((SystemModstamp = 2026-11-23T12:00:00Z AND Id > '001000000000001AAA') OR SystemModstamp > 2026-11-23T12:00:00Z)"
)


@pytest.mark.parametrize(
    ("since", "after", "where"),
    [
        (None, None, ""),
        (NOON, None, " WHERE SystemModstamp >= 2026-11-23T12:00:00Z"),
        (None, PLACE, f" WHERE {BEHIND}"),
        (NOON - timedelta(minutes=10), PLACE, f" WHERE SystemModstamp >= 2026-11-23T11:50:00Z AND {BEHIND}"),
    ],
)
def test_changes_query(since: datetime | None, after: Position | None, where: str) -> None:
    """From a moment, behind a place, in the order that finds the place again."""
    query = changes_query("Account", ["Id", "Owner.Name", "Region__c"], since=since, after=after)

    assert query.removeprefix("SELECT Id, Owner.Name, Region__c FROM Account") == (
        f"{where} ORDER BY SystemModstamp, Id"
    )


@pytest.mark.parametrize("name", ["", "Name, Id", "Name FROM User", "a.b'", "1st", "Name\n", ".Name", "Näme", "a..b"])
def test_names_that_are_none(name: str) -> None:
    """Only what a field can be called gets into a query; every wrong one is named."""
    with pytest.raises(ConfigurationError) as refused:
        changes_query("Account", ["Id", name, "no-name"], since=None, after=None)

    assert refused.value.problems == tuple(f"{each!r} is no name of a Salesforce field." for each in (name, "no-name"))


@pytest.mark.parametrize(
    ("moment", "literal"),
    [
        (NOON, "2026-11-23T12:00:00Z"),
        (NOON.astimezone(timezone(timedelta(hours=5, minutes=30))), "2026-11-23T12:00:00Z"),
        (NOON + timedelta(milliseconds=250), "2026-11-23T12:00:00.250Z"),
    ],
)
def test_datetime_literal(moment: datetime, literal: str) -> None:
    """UTC, unquoted, without a plus that would have to be escaped."""
    assert datetime_literal(moment) == literal


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("Acme", "'Acme'"),
        ("O'Neil", r"'O\'Neil'"),
        ("\\' OR Id != '", r"'\\\' OR Id != \''"),
        ("two\nlines\t\r", r"'two\nlines\t\r'"),
    ],
)
def test_text_literal(text: str, literal: str) -> None:
    """No text ends its own quotes."""
    assert text_literal(text) == literal
