"""The bodies of queries."""

import json
from datetime import UTC, datetime

import pytest

from taskforce.adapters.autotask.query import any_of, is_one_of, is_since, is_user_defined, query_body

MOMENT = datetime(2026, 3, 2, 12, 0, 0, 999_999, tzinfo=UTC)


def test_a_group() -> None:
    """Conditions in a group, to the millisecond, rounded down so that nothing is missed."""
    body = query_body(any_of(is_since("createDate", MOMENT), is_since("lastModifiedDate", MOMENT)))

    moment = "2026-03-02T12:00:00.999Z"
    assert json.loads(body) == {
        "filter": [
            {
                "op": "or",
                "items": [
                    {"op": "gte", "field": "createDate", "value": moment},
                    {"op": "gte", "field": "lastModifiedDate", "value": moment},
                ],
            }
        ],
        "maxRecords": 500,
    }


def test_a_user_defined_field() -> None:
    """It is marked as one: its name alone would be an unknown field."""
    assert json.loads(query_body(is_user_defined("Salesforce Company ID", "001")))["filter"] == [
        {"op": "eq", "field": "Salesforce Company ID", "value": "001", "udf": True}
    ]


def test_a_list_of_numbers() -> None:
    """Numbers stay numbers: as texts they match nothing."""
    assert json.loads(query_body(is_one_of("id", [3, 4])))["filter"] == [{"op": "in", "field": "id", "value": [3, 4]}]


@pytest.mark.parametrize("count", [0, 501])
def test_lists_of_the_wrong_length(count: int) -> None:
    """Autotask takes 500 at most; none would match everything or nothing."""
    with pytest.raises(ValueError, match="between 1 and 500 values"):
        is_one_of("id", list(range(count)))
