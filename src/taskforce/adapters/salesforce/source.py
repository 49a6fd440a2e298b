"""Salesforce as the engine's source."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from taskforce.adapters.salesforce.client import SalesforceClient
from taskforce.adapters.salesforce.error_map import not_understood
from taskforce.adapters.salesforce.query import ALWAYS, RawPage, moment_of, position_of, read_pages
from taskforce.adapters.salesforce.wire import Described
from taskforce.domain.cursor import Position
from taskforce.domain.records import Entity, SourceId, SourceRecord, Value
from taskforce.domain.schema import SourceSchema
from taskforce.engine.ports import SourcePage


class SalesforceSource:
    """Implements `engine.ports.Source`."""

    def __init__(self, client: SalesforceClient) -> None:
        self._client = client

    @property
    def calls(self) -> int:
        """Requests so far that Salesforce counts."""
        return self._client.calls

    def describe(self) -> SourceSchema:
        """Which fields of accounts and contacts the user may see."""
        return SourceSchema(fields={entity: self._fields(entity) for entity in Entity})

    def _fields(self, entity: Entity) -> frozenset[str]:
        answer = self._client.get(f"{{base}}/sobjects/{entity.source_object}/describe", operation="describe")
        try:
            described = msgspec.json.decode(answer.body, type=Described)
        except msgspec.DecodeError:
            raise not_understood("describe", answer) from None
        return frozenset(field.name for field in described.fields)

    def changes(
        self, entity: Entity, fields: Sequence[str], *, since: datetime | None, after: Position | None
    ) -> Iterator[SourcePage]:
        """Pages in the order (SystemModstamp, Id), deleted records and merge losers included.

        Salesforce's clock is the Date of the first answer; should it be missing, the newest stamp of the page.
        """
        for page in read_pages(self._client, entity.source_object, fields, since=since, after=after):
            records = [_record(entity, row, fields) for row in page.rows]
            position = position_of(page.rows[-1]) if page.rows else None
            yield SourcePage(records=records, position=position, asked_at=_asked_at(page, since))


def _asked_at(page: RawPage, since: datetime | None) -> datetime:
    """Salesforce's clock; where an answer has no Date, the newest stamp seen, which is never later."""
    if page.asked_at is not None:
        return page.asked_at
    stamps = [position_of(row).modified_at for row in page.rows]
    return max(stamps, default=since or datetime.fromtimestamp(0, UTC))


def _record(entity: Entity, row: Mapping[str, Any], fields: Sequence[str]) -> SourceRecord:
    master = row.get("MasterRecordId")
    return SourceRecord(
        entity=entity,
        id=SourceId(row["Id"]),
        modified_at=moment_of(row["SystemModstamp"]),
        fields={name: _value(row, name) for name in fields if name not in ALWAYS},
        is_deleted=row.get("IsDeleted") is True,
        master_id=SourceId(master) if master else None,
    )


def _value(row: Mapping[str, Any], name: str) -> Value:
    """A field, or one of a related record ("Owner.LastName"); blank texts are None."""
    value: Any = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return None if value == "" else value
