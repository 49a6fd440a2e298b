"""Autotask's query language, and reading a query's pages to the end.

Queries are POSTs: those in a URL end at about 2,000 characters. A misspelled operator matches everything, so there are
no others than those of `Op`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Generic, TypeVar

import msgspec

from taskforce.adapters.autotask.client import AutotaskClient
from taskforce.adapters.autotask.wire import Identified, Page, not_understood
from taskforce.adapters.autotask.wording import SYSTEM
from taskforce.adapters.http.ahead import Ahead
from taskforce.errors import AccessError, LeaseLost, ProtocolError

LARGEST_PAGE = 500
"""More is an error, not a clamp; also the greatest number of values of one `in`."""


class Op(StrEnum):
    """The operators that Taskforce uses."""

    EQ = "eq"
    GTE = "gte"
    IN = "in"
    OR = "or"
    EXIST = "exist"
    NOT_EXIST = "notExist"


class Condition(msgspec.Struct, frozen=True, omit_defaults=True):
    """One condition, or a group of them."""

    op: Op
    field: str = ""
    value: str | int | Sequence[int] | None = None
    udf: bool = False
    items: tuple["Condition", ...] = ()


class _Query(msgspec.Struct, frozen=True, rename="camel"):
    filter: tuple[Condition, ...]
    max_records: int = LARGEST_PAGE


def any_of(*conditions: Condition) -> Condition:
    """At least one of these."""
    return Condition(op=Op.OR, items=conditions)


def is_one_of(field: str, values: Sequence[int]) -> Condition:
    """One of up to 500 numbers; as texts they would match nothing."""
    if not 0 < len(values) <= LARGEST_PAGE:
        raise ValueError(f"between 1 and {LARGEST_PAGE} values, not {len(values)}")
    return Condition(op=Op.IN, field=field, value=[int(value) for value in values])


def is_user_defined(field: str, value: str) -> Condition:
    """A user-defined field holds this text; Autotask takes one such field per query."""
    return Condition(op=Op.EQ, field=field, value=value, udf=True)


def is_since(field: str, moment: datetime) -> Condition:
    """At or after a moment, to the millisecond."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Condition(op=Op.GTE, field=field, value=text)


def query_body(*conditions: Condition) -> bytes:
    """The body of a query for records that fit all conditions."""
    return msgspec.json.encode(_Query(filter=conditions))


Row = TypeVar("Row", bound=Identified)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query(Generic[Row]):
    """What to ask of which endpoint, and the shape of a row; every row has an id."""

    entity: str
    conditions: tuple[Condition, ...]
    row: type[Row]

    @property
    def operation(self) -> str:
        """For messages."""
        return f"query {self.entity}"


def pages(client: AutotaskClient, query: Query[Row]) -> Iterator[list[Row]]:
    """Every page of a query, in turn; at least one, empty if need be.

    From the third on, a page travels while the one before it is worked on; not the second, so that Autotask's clock at
    the first page can be looked at.

    Raises ProtocolError for a page that is cut, repeats rows or leads back to where reading was before: a short answer
    must never be taken for records that are gone (invariant 13).
    """
    body = query_body(*query.conditions)
    decoder = msgspec.json.Decoder(Page[query.row], float_hook=Decimal)  # type: ignore[name-defined]
    page: Page[Row] = _page(client, query, f"{query.entity}/query", body, decoder, is_first=True)
    before = frozenset[int]()
    followed: set[int] = set()
    with Ahead() as ahead:
        while True:
            rows = frozenset(row.id for row in page.items)
            _check(page, rows, before, query.operation)
            url = page.page_details.next_page_url
            if not url:
                yield page.items
                return
            if hash(url) in followed:
                raise _broken(query.operation, "leads back to a page that was read before")
            ask = partial(_page, client, query, url, body, decoder, is_first=False)
            coming = ahead.begin(ask) if followed else ask
            followed.add(hash(url))
            before = rows
            yield page.items
            page = _arrived(coming, ask)


def _arrived(coming: Callable[[], Page[Row]], ask: Callable[[], Page[Row]]) -> Page[Row]:
    """The page that travelled. Where the right to send was in doubt, whoever reads asks for that, and for the page."""
    try:
        return coming()
    except LeaseLost:
        return ask()


def _page(
    client: AutotaskClient,
    query: Query[Row],
    url: str,
    body: bytes,
    decoder: "msgspec.json.Decoder[Page[Row]]",
    *,
    is_first: bool,
) -> Page[Row]:
    """One page; after a POST the next page wants the same body again, and some hosts want a GET."""
    try:
        answer = client.read(url, entity=query.entity, operation=query.operation, body=body)
    except AccessError as error:
        if is_first or error.status != 405:
            raise
        answer = client.read(url, entity=query.entity, operation=query.operation)
    try:
        return decoder.decode(answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise not_understood(query.operation) from None


def _check(page: Page[Row], rows: frozenset[int], before: frozenset[int], operation: str) -> None:
    count = page.page_details.count
    if len(rows) != len(page.items) or rows & before:
        raise _broken(operation, "repeats records")
    if count is not None and count != len(page.items):
        raise _broken(operation, f"holds {len(page.items)} records and says {count}")


def _broken(operation: str, how: str) -> ProtocolError:
    return ProtocolError(
        f"A page of Autotask's answer {how} ({operation}); nothing was concluded from it.",
        system=SYSTEM,
        operation=operation,
        code="broken_page",
        mend="Nothing to do: the next import reads again. Report it if it goes on.",
    )
