"""Rows into records and values into bodies, without a server."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from taskforce.adapters.autotask.records import RecordReader, parse_moment, record_body
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.domain.schema import TargetSchema

SCHEMA = TargetSchema(
    fields={},
    resources=(),
    countries=(),
    id_fields={Entity.COMPANY: "Salesforce Company ID"},
    read_at=datetime(2026, 3, 2, tzinfo=UTC),
    adopted_id_fields={Entity.COMPANY: ("Salesforce Account ID",)},
)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2019-11-25T15:47:59.167Z", datetime(2019, 11, 25, 15, 47, 59, 167_000, tzinfo=UTC)),
        ("2019-11-25T15:47:59.1Z", datetime(2019, 11, 25, 15, 47, 59, 100_000, tzinfo=UTC)),
        ("2019-11-25T15:47:59.1673333", datetime(2019, 11, 25, 15, 47, 59, 167_333, tzinfo=UTC)),
        ("2019-11-25T15:47:59", datetime(2019, 11, 25, 15, 47, 59, tzinfo=UTC)),
        ("2019-11-25T16:47:59+01:00", datetime(2019, 11, 25, 15, 47, 59, tzinfo=UTC)),
        ("2019-11-25", datetime(2019, 11, 25, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_moments(text: str | None, moment: datetime | None) -> None:
    """With or without Z, fractions trimmed or not: UTC."""
    assert parse_moment(text) == moment


def read(entity: Entity, **row: object) -> dict[str, object]:
    """The fields of one row."""
    decoded = msgspec.json.decode(json.dumps({"id": 7, **row}), type=RecordReader(entity, SCHEMA).row_type)
    return dict(RecordReader(entity, SCHEMA).record(decoded).fields)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"companyType": "3", "phone": 5550100, "isActive": "true"}, {"companyType": 3, "phone": "5550100"}),
        ({"companyType": 3, "phone": "  ", "isActive": 1}, {"companyType": 3, "phone": None}),
        ({"companyType": None, "isActive": True, "unheardOf": {"a": []}}, {"companyType": None, "phone": None}),
    ],
)
def test_variants_of_a_row(sent: dict[str, object], expected: dict[str, object]) -> None:
    """Numbers as texts, texts as numbers, blanks, and what nobody knows."""
    fields = read(Entity.COMPANY, **sent)

    assert {name: fields[name] for name in expected} == expected
    assert fields["isActive"] is True


@pytest.mark.parametrize("value", ["1", 0, False, "false", None])
def test_inactive_contacts(value: object) -> None:
    """A number on contacts; anything that is not one is inactive."""
    assert read(Entity.CONTACT, isActive=value, companyID=3)["isActive"] is (value == "1")


@pytest.mark.parametrize(
    ("values", "source_id", "written", "is_seen"),
    [
        ({}, None, None, False),
        ({"Other": "x"}, None, None, False),
        ({"Salesforce Company ID": None}, None, None, True),
        ({"Salesforce Company ID": "001000000000001"}, "001000000000001AAA", "001000000000001", True),
        (
            {"Salesforce Company ID": "", "Salesforce Account ID": "001000000000001"},
            "001000000000001AAA",
            None,
            True,
        ),
        (
            {"Salesforce Company ID": "001000000000001AAA", "Salesforce Account ID": "001000000000002AAA"},
            "001000000000001AAA",
            "001000000000001AAA",
            True,
        ),
        ({"Salesforce Company ID": "junk"}, None, "junk", True),
    ],
)
def test_the_salesforce_id(
    values: dict[str, str | None], source_id: str | None, written: str | None, is_seen: bool
) -> None:
    """Of the field that is written, else of the old extension's; never a text that is no id."""
    row = {"id": 7, "userDefinedFields": [{"name": name, "value": value} for name, value in values.items()]}
    decoded = msgspec.json.decode(json.dumps(row), type=RecordReader(Entity.COMPANY, SCHEMA).row_type)
    record = RecordReader(Entity.COMPANY, SCHEMA).record(decoded)

    assert (record.source_id, record.source_id_as_written, record.id_field_seen) == (source_id, written, is_seen)


def test_the_body_of_a_write() -> None:
    """Amounts exact and without exponent, blanks as null, a contact's isActive as a number."""
    fields = {"assetValue": Decimal("0.1"), "large": Decimal("1E+6"), "title": None, "isActive": False}
    body = record_body(
        Entity.CONTACT, fields, id_values={"UDF": SourceId("003000000000001AAA"), "Old": None}, target_id=TargetId(4)
    )

    assert body == (
        b'{"id":4,"assetValue":0.1,"large":1000000,"title":null,"isActive":0,'
        b'"userDefinedFields":[{"name":"UDF","value":"003000000000001AAA"},{"name":"Old","value":null}]}'
    )


def test_a_companys_flag_is_a_flag() -> None:
    """Companies take true and false."""
    assert record_body(Entity.COMPANY, {"isActive": True}) == b'{"isActive":true}'


@pytest.mark.parametrize(
    ("own", "old", "source_id", "unreadable"),
    [
        ("0015g00000XyZaBAAV", "", "0015g00000XyZaBAAV", None),
        ("", "0015g00000XyZaB", "0015g00000XyZaBAAV", None),
        ("see CRM", "0015g00000XyZaB", "0015g00000XyZaBAAV", None),
        ("", "see CRM", None, "see CRM"),
        ("?", "see CRM", None, "?"),
        ("0015g00000XyZaBXXX", "", None, "0015g00000XyZaBXXX"),
        (" ", "", None, None),
    ],
)
def test_what_stands_where_an_id_should(own: str, old: str, source_id: str | None, unreadable: str | None) -> None:
    """The first field that holds an id tells it; a text that is none is told only where there is no id."""
    fields = [{"name": "Salesforce Company ID", "value": own}, {"name": "Salesforce Account ID", "value": old}]
    reader = RecordReader(Entity.COMPANY, SCHEMA)

    record = reader.record(
        msgspec.json.decode(json.dumps({"id": 7, "userDefinedFields": fields}), type=reader.row_type)
    )

    assert (record.source_id, record.unreadable_id) == (source_id, unreadable)
