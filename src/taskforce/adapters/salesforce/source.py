"""Salesforce as the engine's source."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import UNSET, UnsetType
from msgspec.structs import asdict

from taskforce.adapters.salesforce.bulk import QueryJob, why_not
from taskforce.adapters.salesforce.bulk_rows import CsvRecords
from taskforce.adapters.salesforce.client import SalesforceClient
from taskforce.adapters.salesforce.describe import field_types, read_schema
from taskforce.adapters.salesforce.error_map import UNKNOWN_FIELD
from taskforce.adapters.salesforce.filter_soql import where
from taskforce.adapters.salesforce.login_errors import SYSTEM
from taskforce.adapters.salesforce.query import (
    ALWAYS,
    Found,
    RawPage,
    count_rows,
    count_values,
    latest_rows,
    read_pages,
    read_rows,
)
from taskforce.adapters.salesforce.soql import changes_query
from taskforce.domain.budget import TenantUse
from taskforce.domain.cursor import Position
from taskforce.domain.filtering import Groups, RecordFilter, fields_of
from taskforce.domain.frugality import BULK_FROM
from taskforce.domain.records import Entity, SourceId, SourceRecord, Value, source_record
from taskforce.domain.schema import SourceSchema
from taskforce.domain.standard_mapping import STANDARD, Mappings
from taskforce.domain.values import salesforce_id
from taskforce.engine.ports import Clock, SourcePage
from taskforce.errors import ApiError, ConfigurationError, ProtocolError

DAILY_SHARE = 0.8
"""The rest of the daily requests is left to the org's other programs."""

_NO_FILTER = (UNKNOWN_FIELD, "INVALID_QUERY_FILTER_OPERATOR")
"""How Salesforce answers a condition on a field that it shows but does not filter by, or with an id that is none."""

_START_OF_TIME = datetime.fromtimestamp(0, UTC)


class SalesforceSource:
    """Implements `engine.ports.Source`.

    `page_size` asks for pages of 200 to 2,000 records, 2,000 being Salesforce's default; from `daily_share` of the
    org's daily requests on nothing more is read (protocol 5). When more than `bulk_from` records are left after a
    first page, a bulk job reads them.
    """

    def __init__(
        self,
        client: SalesforceClient,
        clock: Clock,
        *,
        page_size: int | None = None,
        daily_share: float = DAILY_SHARE,
        bulk_from: int = BULK_FROM,
    ) -> None:
        self._client = client
        self._clock = clock
        self._bulk_from = bulk_from
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

    def describe(self, mappings: Mappings = STANDARD) -> SourceSchema:
        """Which fields of accounts and contacts the user may see, and of related records those that are mapped."""
        return read_schema(self._client, {entity: mappings.of(entity).related for entity in Entity})

    def changes(
        self, entity: Entity, fields: Sequence[str], *, since: datetime | None, after: Position | None
    ) -> Generator[SourcePage]:
        """Pages in the order (SystemModstamp, Id), deleted records and merge losers included, one page at a time.

        What is left after the first page tells whether a bulk job is worth while; where none can be used, pages follow
        behind the first one, and a remark says why. Salesforce's clock is the Date of the first answer; should it be
        missing, the newest stamp of a page.
        """
        reader = _RecordReader(entity, fields)
        asked_at, remark = None, ""
        for raw in self._raw_pages(entity, fields, since, after):
            page = _page(reader, raw, since)
            yield page
            if raw.left > self._bulk_from:
                asked_at, after = page.asked_at, raw.place
                break
        if asked_at is None:
            return
        try:
            for records in self._in_bulk(entity, fields, since, after):
                yield SourcePage(records=records, position=after, asked_at=asked_at)
        except ApiError as error:
            remark = why_not(error)
        else:
            return
        for raw in self._raw_pages(entity, fields, since, after):
            yield replace(_page(reader, raw, since), asked_at=asked_at, remark=remark)
            remark = ""

    def _raw_pages(
        self, entity: Entity, fields: Sequence[str], since: datetime | None, after: Position | None
    ) -> Iterator[RawPage]:
        return read_pages(
            self._client,
            entity.source_object,
            fields,
            since=since,
            after=after,
            page_size=self._page_size,
            daily_share=self._daily_share,
        )

    def _in_bulk(
        self, entity: Entity, fields: Sequence[str], since: datetime | None, after: Position | None
    ) -> Iterator[Sequence[SourceRecord]]:
        """Pages by a bulk job; empty ones while it is not complete."""
        own = [name for name in dict.fromkeys(fields) if name not in ALWAYS]
        columns = (*ALWAYS, *own)
        job = QueryJob(self._client, self._clock, daily_share=self._daily_share)
        job.create(changes_query(entity.source_object, columns, since=since, after=after, in_order=False))
        reader = CsvRecords.of(entity, own, field_types(self._client, entity.source_object, own))
        for _ in job.waits():
            yield ()
        for table in job.results(columns):
            yield from reader.pages(table)
        job.delete()

    def read(self, entity: Entity, fields: Sequence[str], ids: Sequence[SourceId]) -> Sequence[SourceRecord]:
        """The present state of up to 200 records, which fit one request of 16 kB."""
        reader = _RecordReader(entity, fields)
        rows = read_rows(self._client, entity.source_object, fields, ids, daily_share=self._daily_share)
        return [reader.record(found) for found in rows]

    def latest(self, entity: Entity, fields: Sequence[str], limit: int) -> Sequence[SourceRecord]:
        """The records that were changed last, as a sample."""
        reader = _RecordReader(entity, fields)
        rows = latest_rows(self._client, entity.source_object, fields, limit, daily_share=self._daily_share)
        return [reader.record(found) for found in rows]

    def count(self, entity: Entity, record_filter: RecordFilter) -> int:
        """One COUNT() query, after the descriptions that say how to write its values.

        Raises ConfigurationError, too, for what Salesforce does not filter by: a long text, an id that is none.
        """
        own, account = record_filter.groups(entity), record_filter.accounts
        parts = [where(own, self._types(entity, own))]
        if entity is Entity.CONTACT:
            parts += ["AccountId != null", where(account, self._types(Entity.COMPANY, account), prefix="Account.")]
        try:
            return count_rows(self._client, entity.source_object, parts, daily_share=self._daily_share)
        except ProtocolError as error:
            if error.code not in _NO_FILTER:
                raise
            named = " or ".join(record_filter.fields(entity))
            raise ConfigurationError([f"Salesforce takes no such condition on {named}."]) from None

    def values(self, entity: Entity, field: str, limit: int) -> Sequence[tuple[str | None, int]]:
        """The most frequent values of a field, each with the number of records that have it; None is blank."""
        return count_values(self._client, entity.source_object, field, limit, daily_share=self._daily_share)

    def _types(self, entity: Entity, groups: Groups) -> Mapping[str, str]:
        return field_types(self._client, entity.source_object, fields_of(groups)) if groups else {}


def _page(reader: "_RecordReader", raw: RawPage, since: datetime | None) -> SourcePage:
    records = [reader.record(found) for found in raw.found]
    return SourcePage(records=records, position=raw.place, asked_at=_asked_at(raw, since))


def _asked_at(page: RawPage, since: datetime | None) -> datetime:
    """Salesforce's clock; where an answer has no Date, the newest stamp seen, which is never later."""
    if page.asked_at is not None:
        return page.asked_at
    stamps = [moment for (moment, _), _ in page.found]
    return max(stamps, default=since or _START_OF_TIME)


class _RecordReader:
    """Turns rows into records; which fields are asked for is looked at once, not for each row.

    It runs for every value of every record: what can be said in the loop is not a function.
    """

    def __init__(self, entity: Entity, fields: Sequence[str]) -> None:
        self._entity = entity
        wanted = [name for name in fields if name not in ALWAYS]
        self._references = tuple(name for name in wanted if "." not in name and name.endswith("Id"))
        self._related = tuple((name, tuple(name.split("."))) for name in wanted if "." in name)
        self._apart = tuple(dict.fromkeys(first for _, (first, *_) in self._related))

    def record(self, found: Found) -> SourceRecord:
        """Blank texts are None, ids have 18 characters; a field that is missing stays missing: it is hidden."""
        (modified_at, identity), row = found
        fields: dict[str, Value] = asdict(row)
        del fields["Id"], fields["SystemModstamp"]
        is_deleted, master = fields.pop("IsDeleted"), fields.pop("MasterRecordId")
        related = {name: fields.pop(name) for name in self._apart} if self._apart else {}
        is_usual = True
        for name, value in fields.items():
            kind = value.__class__
            if kind is str:
                if not value or value.isspace():  # type: ignore[union-attr]
                    fields[name] = None
            elif value is not None and kind in _UNUSUAL:
                is_usual = False
        for name in self._references:
            value = fields[name]
            if value.__class__ is str and len(value) == 15:
                fields[name] = _identity(value)
        for name, (first, *others) in self._related:
            fields[name] = _related_value(related[first], others)
        if self._related or not is_usual:
            fields = _without_hidden(fields)
        survivor = None if master is None else _master(master)
        return source_record(self._entity, identity, modified_at, fields, is_deleted is True, survivor)


_UNUSUAL: frozenset[type] = frozenset({dict, list, UnsetType})


def _without_hidden(fields: Mapping[str, Any]) -> dict[str, Value]:
    """Without the fields that the row did not hold. Raises ProtocolError for a compound one."""
    compound = next((name for name, value in fields.items() if isinstance(value, dict | list)), None)
    if compound is not None:
        raise ProtocolError(
            f"The Salesforce field {compound} holds several values at once.",
            system=SYSTEM,
            operation="query",
            code="compound_field",
            mend="Name its parts in the mapping instead, such as BillingStreet in place of BillingAddress.",
        )
    return {name: value for name, value in fields.items() if value is not UNSET}


def _related_value(related: Any, path: Sequence[str]) -> Any:
    """A field of a related record; None when there is no such record, UNSET when it is hidden."""
    if related is UNSET:
        return UNSET
    for part in path:
        related = related.get(part) if isinstance(related, Mapping) else None
    if isinstance(related, str):
        return (_identity(related) if path[-1].endswith("Id") else related) if related.strip() else None
    return related


def _identity(value: Any) -> Any:
    """With 18 characters, where it is an id of 15."""
    return (salesforce_id(value) or value) if isinstance(value, str) and len(value) == 15 else value


def _master(text: Any) -> SourceId | None:
    """The survivor of a merge."""
    return salesforce_id(text) if isinstance(text, str) and text else None
