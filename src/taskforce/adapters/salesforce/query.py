"""Reading in the order (SystemModstamp, Id), so that a lost place can be found again (protocol 3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from taskforce.adapters.salesforce.client import SalesforceClient
from taskforce.adapters.salesforce.error_map import LOCATOR_LOST, SYSTEM, not_understood
from taskforce.adapters.salesforce.wire import QueryPage
from taskforce.domain.cursor import Position
from taskforce.domain.records import SourceId
from taskforce.errors import ApiError, ProtocolError

ALWAYS = ("Id", "SystemModstamp", "IsDeleted", "MasterRecordId")
"""What is read besides the mapped fields: identity, order, deletions and merges."""

_decoder = msgspec.json.Decoder(QueryPage, float_hook=Decimal)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """Rows as Salesforce gives them, and its clock when the reading began."""

    rows: Sequence[dict[str, Any]]
    asked_at: datetime | None


def soql(object_name: str, fields: Sequence[str], *, since: datetime | None, after: Position | None) -> str:
    """The query; `after` is a place in the order (SystemModstamp, Id), which equal stamps do not confuse."""
    names = ", ".join(dict.fromkeys((*ALWAYS, *fields)))
    conditions = [f"SystemModstamp >= {_literal(since)}"] if since else []
    if after is not None:
        at = _literal(after.modified_at)
        conditions.append(f"(SystemModstamp > {at} OR (SystemModstamp = {at} AND Id > '{after.id}'))")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {names} FROM {object_name}{where} ORDER BY SystemModstamp, Id"  # noqa: S608 - SOQL; ids and times only


def _literal(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_pages(
    client: SalesforceClient,
    object_name: str,
    fields: Sequence[str],
    *,
    since: datetime | None,
    after: Position | None,
) -> Iterator[RawPage]:
    """Every page; a query locator that is lost is replaced by a new query behind the last row handed out.

    Raises ProtocolError when the pages do not add up to what was announced: a short answer never means "no more".
    """
    while True:
        try:
            for page in _one_query(client, soql(object_name, fields, since=since, after=after)):
                yield page
                if page.rows:
                    after = position_of(page.rows[-1])
            return
        except ApiError as error:
            if error.code != LOCATOR_LOST:
                raise


def position_of(row: dict[str, Any]) -> Position:
    """Where a row stands in the order."""
    return Position(modified_at=moment_of(row["SystemModstamp"]), id=SourceId(row["Id"]))


def moment_of(text: str) -> datetime:
    """A time such as 2026-11-23T10:00:00.000+0000."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _one_query(client: SalesforceClient, query: str) -> Iterator[RawPage]:
    answer = client.get("{base}/queryAll", operation="query", params={"q": query})
    asked_at = answer.date
    seen = 0
    while True:
        try:
            page = _decoder.decode(answer.body)
        except msgspec.DecodeError:
            raise not_understood("query", answer) from None
        seen += len(page.records)
        _check(page, seen)
        yield RawPage(rows=page.records, asked_at=asked_at)
        if page.done or page.next_records_url is None:
            return
        answer = client.get(page.next_records_url, operation="query")


def _check(page: QueryPage, seen: int) -> None:
    is_last = page.done or page.next_records_url is None
    if (is_last and seen != page.total_size) or page.done == (page.next_records_url is not None):
        raise ProtocolError(
            f"Salesforce announced {page.total_size} records and handed out {seen}.",
            system=SYSTEM,
            operation="query",
            code="short_page",
            mend="Nothing is taken from a cut answer; the next import reads again.",
        )
