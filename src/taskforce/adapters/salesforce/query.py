"""Reading all pages in the order (SystemModstamp, Id), and finding the place again when it is lost (protocol 3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import Annotated, Any

import msgspec

from taskforce.adapters.http.ahead import Ahead
from taskforce.adapters.http.client import Answer
from taskforce.adapters.salesforce.client import Request, SalesforceClient
from taskforce.adapters.salesforce.error_map import LOCATOR_LOST, not_understood
from taskforce.adapters.salesforce.login_errors import SYSTEM
from taskforce.adapters.salesforce.soql import changes_query, count_query, latest_query, read_query, values_query
from taskforce.adapters.salesforce.wire import CountedPage, QueryPage
from taskforce.domain.cursor import Position
from taskforce.domain.records import SourceId
from taskforce.domain.values import salesforce_id
from taskforce.errors import ApiError, ProtocolError

ALWAYS = ("Id", "SystemModstamp", "IsDeleted", "MasterRecordId")
"""What is read besides the mapped fields: identity, order, deletions and merges."""

_ESSENTIAL: Mapping[str, Any] = {"Id": str, "SystemModstamp": Annotated[datetime, msgspec.Meta(tz=True)]}
"""What a row must tell to be a record at all. The stamp is decoded with the page, not from its text afterwards."""

LATEST_COMMIT = timedelta(minutes=15)
"""A change may become visible this long after the moment it is stamped with."""

Mark = tuple[datetime, SourceId]
"""A place in the order, as a tuple: every record has one, which is compared and looked up."""

Row = Any
"""A Struct with a field for each that was asked for, ALWAYS first; UNSET is what the row does not hold."""

Found = tuple[Mark, Row]
"""A row, and where it stands in the order."""


@lru_cache(maxsize=16)
def _decoder(names: tuple[str, ...]) -> msgspec.json.Decoder[QueryPage]:
    """Decodes pages whose rows hold these fields, related records by their first name; all else is skipped.

    Values keep their JSON type, and numbers stay exact; a page with a row that lacks what is essential is not
    understood. A Struct takes well under half the time of a dict.
    """
    own = dict.fromkeys(name.partition(".")[0] for name in names if name not in _ESSENTIAL)
    row = msgspec.defstruct("Row", [*_ESSENTIAL.items(), *((name, Any, msgspec.UNSET) for name in own)], gc=False)
    page = msgspec.defstruct("Page", [("records", list[row])], bases=(QueryPage,), rename="camel")  # type: ignore[valid-type]
    return msgspec.json.Decoder(page, float_hook=Decimal)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """Rows as Salesforce gives them, and the place behind which reading goes on.

    `asked_at` is Salesforce's clock when the reading began, None if it does not tell; `left` counts the rows that the
    query found and has not handed out yet.
    """

    left: int
    found: Sequence[Found]
    place: Position | None
    asked_at: datetime | None


@dataclass(slots=True, kw_only=True)
class _Reading:
    """How far a reading has come.

    Which records a query finds, and their order, is settled when it is asked; what they hold may be as new as their
    page. A record that is changed in between shows a stamp far behind its neighbours', and to go on behind it would
    lose all that lie between. So on later pages only records stamped long before the query (`settled_before`) mark
    the place. Those that are newer may come again after a loss: `handed_out` knows them. `latest` are the ids of the
    page before: a page that brings one of them again, or leads back, stands for another one that is lost.
    """

    client: SalesforceClient
    object_name: str
    fields: Sequence[str]
    since: datetime | None
    place: Position | None
    page_size: int | None
    daily_share: float
    asked_at: datetime | None = None
    settled_before: datetime | None = None
    handed_out: set[Mark] = field(default_factory=set)
    latest: frozenset[SourceId] = frozenset()

    def pages(self) -> Iterator[RawPage]:
        """The pages of one query, without what was handed out before.

        From the third on, a page travels while the one before it is worked on; not the second, since the first may
        show that a bulk job is better.
        """
        fields = tuple(dict.fromkeys((*ALWAYS, *self.fields)))
        query = changes_query(self.object_name, fields, since=self.since, after=self.place)
        request = self._request("{base}/queryAll", {"q": query})
        answer = self.client.accepted(request, self._sent(request))
        self._begin(answer)
        seen = 0
        with Ahead() as ahead:
            while True:
                page, is_first = _decoded(answer, fields), seen == 0
                seen += len(page.records)
                check_page(page, seen)
                taken = self._taken(_placed(page, answer), page.total_size - seen, is_first=is_first)
                if page.next_records_url is None:
                    yield taken
                    return
                request = self._request(page.next_records_url)
                ask = partial(self._sent, request)
                coming = ask if is_first else ahead.begin(ask)
                yield taken
                answer = self.client.accepted(request, coming())

    def _request(self, path: str, params: Mapping[str, str] | None = None) -> Request:
        headers = {"Sforce-Query-Options": f"batchSize={self.page_size}"} if self.page_size else {}
        return Request(method="GET", path=path, operation="query", params=params, headers=headers)

    def _sent(self, request: Request) -> Answer:
        self.client.stop_at(self.daily_share, operation=request.operation)
        return self.client.sent(request)

    def _begin(self, answer: Answer) -> None:
        began_at = answer.date
        self.asked_at = self.asked_at or began_at
        self.settled_before = began_at - answer.elapsed - LATEST_COMMIT if began_at else None
        self.latest = frozenset()

    def _taken(self, found: Sequence[Found], left: int, *, is_first: bool) -> RawPage:
        settled = found if is_first else self._settled(found)
        self._refuse_repetition(found, [] if is_first else settled)
        fresh = [each for each in found if each[0] not in self.handed_out] if self.handed_out else found
        if settled:
            self.place = _position(settled[-1][0])
        if len(settled) < len(found):
            self.handed_out.update({mark for mark, _ in fresh}.difference(mark for mark, _ in settled))
        return RawPage(left=left, found=fresh, place=self.place, asked_at=self.asked_at)

    def _refuse_repetition(self, found: Sequence[Found], settled: Sequence[Found]) -> None:
        ids = frozenset([identity for (_, identity), _ in found])
        if len(ids) != len(found) or not ids.isdisjoint(self.latest) or self._leads_back(settled):
            raise ProtocolError(
                "Salesforce handed out records a second time within one query.",
                system=SYSTEM,
                operation="query",
                code="repeated_page",
                mend="Nothing is concluded from it; the next import reads on from the last complete page.",
            )
        self.latest = ids

    def _leads_back(self, settled: Sequence[Found]) -> bool:
        """Whether one of them does not follow the place that was reached."""
        if not settled or self.place is None:
            return False
        return min([mark for mark, _ in settled]) <= (self.place.modified_at, self.place.id)

    def _settled(self, found: Sequence[Found]) -> Sequence[Found]:
        before = self.settled_before
        return [] if before is None else [each for each in found if each[0][0] < before]


def read_pages(
    client: SalesforceClient,
    object_name: str,
    fields: Sequence[str],
    *,
    since: datetime | None,
    after: Position | None,
    page_size: int | None = None,
    daily_share: float = 1.0,
) -> Iterator[RawPage]:
    """Every page, deleted records included; a query that is lost is asked anew behind the place that was reached.

    Raises ProtocolError when the pages do not add up to what was announced: a short answer never means "no more";
    BudgetExhausted before the request that would go beyond the share of the org's daily requests.
    """
    reading = _Reading(
        client=client,
        object_name=object_name,
        fields=fields,
        since=since,
        place=after,
        page_size=page_size,
        daily_share=daily_share,
    )
    while True:
        before = reading.place
        try:
            yield from reading.pages()
        except ApiError as error:
            if not _is_lost_place(error) or reading.place == before:
                raise
        else:
            return


def read_rows(
    client: SalesforceClient, object_name: str, fields: Sequence[str], ids: Sequence[str], *, daily_share: float = 1.0
) -> Sequence[Found]:
    """Rows by their ids, deleted ones included, on as many pages as Salesforce likes; what falls short is an error."""
    fields = tuple(dict.fromkeys((*ALWAYS, *fields)))
    params: Mapping[str, str] | None = {"q": read_query(object_name, fields, ids)}
    found: list[Found] = []
    following: str | None = "{base}/queryAll"
    while following is not None:
        client.stop_at(daily_share, operation="query")
        answer = client.get(following, operation="query", params=params)
        page = _decoded(answer, fields)
        found += _placed(page, answer)
        check_page(page, len(found))
        following, params = page.next_records_url, None
    return found


def latest_rows(
    client: SalesforceClient, object_name: str, fields: Sequence[str], limit: int, *, daily_share: float = 1.0
) -> Sequence[Found]:
    """The rows that were changed last and are not deleted; few enough for one page."""
    fields = tuple(dict.fromkeys((*ALWAYS, *fields)))
    client.stop_at(daily_share, operation="query")
    params = {"q": latest_query(object_name, fields, limit)}
    answer = client.get("{base}/query", operation="query", params=params)
    return _placed(_decoded(answer, fields), answer)


def count_rows(
    client: SalesforceClient, object_name: str, conditions: Sequence[str], *, daily_share: float = 1.0
) -> int:
    """How many records that are not deleted meet all conditions, as clauses; empty ones say nothing."""
    client.stop_at(daily_share, operation="count")
    answer = client.get("{base}/query", operation="count", params={"q": count_query(object_name, conditions)})
    try:
        return msgspec.json.decode(answer.body, type=QueryPage).total_size
    except msgspec.DecodeError:
        raise not_understood("count", answer) from None


def count_values(
    client: SalesforceClient, object_name: str, field: str, limit: int, *, daily_share: float = 1.0
) -> Sequence[tuple[str | None, int]]:
    """The values of a field with the number of records that are not deleted and have it; None is blank."""
    client.stop_at(daily_share, operation="count values")
    params = {"q": values_query(object_name, field, limit)}
    answer = client.get("{base}/query", operation="count values", params=params)
    try:
        page = msgspec.json.decode(answer.body, type=CountedPage)
        if page.done:
            return page.counts(field)
    except (msgspec.DecodeError, LookupError, TypeError, ValueError):
        pass
    raise not_understood("count values", answer)


def _is_lost_place(error: ApiError) -> bool:
    """The rest of a query is no longer kept: its locator is unknown, or the address of the page is."""
    return error.code == LOCATOR_LOST or (error.operation == "query" and error.status == 404)


def _decoded(answer: Answer, fields: tuple[str, ...]) -> QueryPage:
    try:
        return _decoder(fields).decode(answer.body)
    except msgspec.DecodeError:
        raise not_understood("query", answer) from None


def _placed(page: QueryPage, answer: Answer) -> list[Found]:
    """The rows of a page, all of which must tell who they are and when they changed."""
    rows: Sequence[Row] = page.records
    found = [((row.SystemModstamp, row.Id), row) for row in rows]
    if all(len(identity) == 18 and stamp.tzinfo is UTC for (stamp, identity), _ in found):
        return found
    try:
        return [(_normal(mark), row) for mark, row in found]
    except ValueError:
        raise not_understood("query", answer) from None


def _normal(mark: Mark) -> Mark:
    """In UTC, with an id of 18 characters. Raises ValueError for what is no id."""
    moment, text = mark
    identity = SourceId(text) if len(text) == 18 else salesforce_id(text)
    if identity is None:
        raise ValueError("no id")
    return moment.astimezone(UTC), identity


def _position(mark: Mark) -> Position:
    moment, identity = mark
    return Position(modified_at=moment, id=identity)


def check_page(page: QueryPage, seen: int) -> None:
    """Raise ProtocolError unless a page says plainly that more follows, or completes what was announced."""
    has_more = page.next_records_url is not None
    is_plausible = page.done != has_more and (seen < page.total_size if has_more else seen == page.total_size)
    if not is_plausible or (has_more and not page.records):
        raise ProtocolError(
            f"Salesforce announced {page.total_size} records and handed out {seen}.",
            system=SYSTEM,
            operation="query",
            code="short_page",
            mend="Nothing is concluded from a cut answer; the next import reads on from the last complete page.",
        )
