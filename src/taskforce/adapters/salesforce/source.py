"""Salesforce as the engine's source."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from taskforce.adapters.salesforce.client import SalesforceClient
from taskforce.adapters.salesforce.describe import read_schema
from taskforce.adapters.salesforce.login_errors import SYSTEM
from taskforce.adapters.salesforce.query import ALWAYS, Found, RawPage, read_pages, read_rows
from taskforce.domain.budget import TenantUse
from taskforce.domain.cursor import Position
from taskforce.domain.records import Entity, SourceId, SourceRecord, Value
from taskforce.domain.schema import SourceSchema
from taskforce.domain.values import salesforce_id
from taskforce.engine.ports import SourcePage
from taskforce.errors import ProtocolError

DAILY_SHARE = 0.8
"""The rest of the daily requests is left to the org's other programs."""

_START_OF_TIME = datetime.fromtimestamp(0, UTC)


class SalesforceSource:
    """Implements `engine.ports.Source`.

    `page_size` asks for pages of 200 to 2,000 records, 2,000 being Salesforce's default; from `daily_share` of the
    org's daily requests on nothing more is read (protocol 5).
    """

    def __init__(
        self, client: SalesforceClient, *, page_size: int | None = None, daily_share: float = DAILY_SHARE
    ) -> None:
        self._client = client
        self._page_size = page_size
        self._daily_share = daily_share

    @property
    def calls(self) -> int:
        """Requests so far that Salesforce counts."""
        return self._client.calls

    @property
    def use_seen(self) -> TenantUse | None:
        """The org's use of its daily requests, as the latest answer told it."""
        usage = self._client.usage
        return None if usage is None else TenantUse(used=usage.used, limit=usage.limit, window=timedelta(days=1))

    def describe(self) -> SourceSchema:
        """Which fields of accounts and contacts the user may see."""
        return read_schema(self._client)

    def changes(
        self, entity: Entity, fields: Sequence[str], *, since: datetime | None, after: Position | None
    ) -> Iterator[SourcePage]:
        """Pages in the order (SystemModstamp, Id), deleted records and merge losers included, one page at a time.

        Salesforce's clock is the Date of the first answer; should it be missing, the newest stamp of a page.
        """
        reader = _RecordReader(entity, fields)
        pages = read_pages(
            self._client,
            entity.source_object,
            fields,
            since=since,
            after=after,
            page_size=self._page_size,
            daily_share=self._daily_share,
        )
        for page in pages:
            records = [reader.record(found) for found in page.found]
            yield SourcePage(records=records, position=page.place, asked_at=_asked_at(page, since))

    def read(self, entity: Entity, fields: Sequence[str], ids: Sequence[SourceId]) -> Sequence[SourceRecord]:
        """The present state of up to 200 records, which fit one request of 16 kB."""
        reader = _RecordReader(entity, fields)
        rows = read_rows(self._client, entity.source_object, fields, ids, daily_share=self._daily_share)
        return [reader.record(found) for found in rows]


def _asked_at(page: RawPage, since: datetime | None) -> datetime:
    """Salesforce's clock; where an answer has no Date, the newest stamp seen, which is never later."""
    if page.asked_at is not None:
        return page.asked_at
    stamps = [place.modified_at for place, _ in page.found]
    return max(stamps, default=since or _START_OF_TIME)


class _RecordReader:
    """Turns rows into records; which fields are asked for is looked at once, not for each row."""

    def __init__(self, entity: Entity, fields: Sequence[str]) -> None:
        self._entity = entity
        wanted = [name for name in fields if name not in ALWAYS]
        self._own = tuple(name for name in wanted if "." not in name)
        self._related = tuple((name, tuple(name.split("."))) for name in wanted if "." in name)

    def record(self, found: Found) -> SourceRecord:
        """A field that is missing from the row stays missing: it is hidden, not blank."""
        place, row = found
        fields = {name: _value(name, row[name]) for name in self._own if name in row}
        for name, (first, *others) in self._related:
            if first in row:
                fields[name] = _related_value(name, row[first], others)
        return SourceRecord(
            entity=self._entity,
            id=place.id,
            modified_at=place.modified_at,
            fields=fields,
            is_deleted=row.get("IsDeleted") is True,
            master_id=_master(row.get("MasterRecordId")),
        )


def _related_value(name: str, related: Any, path: Sequence[str]) -> Value:
    """A field of a related record; None when there is no such record."""
    for part in path:
        related = related.get(part) if isinstance(related, Mapping) else None
    return _value(name, related)


def _value(name: str, value: Any) -> Value:
    """Blank texts are None, ids have 18 characters; compound fields have no single value."""
    if value is None:
        return None
    if isinstance(value, str):
        if len(value) == 15 and name.endswith("Id"):
            return salesforce_id(value) or value
        return value if value and not value.isspace() else None
    if isinstance(value, dict | list):
        raise ProtocolError(
            f"The Salesforce field {name} holds several values at once.",
            system=SYSTEM,
            operation="query",
            code="compound_field",
            mend="Name its parts in the mapping instead, such as BillingStreet in place of BillingAddress.",
        )
    return value  # type: ignore[no-any-return]


def _master(text: str | None) -> SourceId | None:
    """The survivor of a merge."""
    return salesforce_id(text) if text else None
