"""Rows of a bulk job's results as records."""

from datetime import UTC, datetime

import pytest

from taskforce.adapters.salesforce.bulk_rows import CsvRecords
from taskforce.domain.records import Entity, SourceRecord
from taskforce.errors import ProtocolError
from tests.builders import account_id


def only_record(stamp: str) -> SourceRecord:
    """The one that a row with this stamp comes to."""
    [[record]] = CsvRecords.of(Entity.COMPANY, ["Name"], {}).pages([[account_id(1), stamp, "false", "", "Ash"]])
    return record


@pytest.mark.parametrize("stamp", ["2026-11-23T10:00:00.000Z", "2026-11-23T12:00:00.000+0200"])
def test_a_stamp_is_a_moment(stamp: str) -> None:
    """In UTC, however it is written."""
    assert only_record(stamp).modified_at == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize("stamp", ["2026-11-23T10:00:00.000", "2026-11-23", "yesterday", ""])
def test_what_is_no_moment_is_not_understood(stamp: str) -> None:
    """A time without a zone would be taken for one of this machine's."""
    with pytest.raises(ProtocolError):
        only_record(stamp)
