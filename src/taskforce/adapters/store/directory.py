"""Records looked up by people: filtered, searched and paged over all connections, without loading what is not shown."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from taskforce.adapters.store import codec
from taskforce.adapters.store.history import recorded
from taskforce.adapters.store.inbox import DUE, FAILING, HELD, WANTED
from taskforce.adapters.store.models import ChangeRow, Connection, InboxRow, IndexRow, LinkRow
from taskforce.adapters.store.scope import chunks, nearest
from taskforce.adapters.store.trouble import telling_trouble, tells_trouble
from taskforce.domain.directory import STATES, Chapter, KnownRecord, RecordPage, Standing, Waiting
from taskforce.domain.links import NO_TARGET, LinkState
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, TargetId, target_id_of
from taskforce.domain.values import salesforce_id

READ_AT_ONCE = 500

_INBOX_STATES = {Standing.HELD: (HELD,), Standing.FAILING: (FAILING,), Standing.DUE: (DUE, WANTED)}
_WAITING = {DUE: Waiting.DUE, WANTED: Waiting.DUE, HELD: Waiting.HELD, FAILING: Waiting.FAILING}

Rows = QuerySet[Any, Any]
Key = tuple[int, str, str]
"""Connection, entity and Salesforce id: what a row of either table is known by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which records are asked for: `standing` None is every one, `words` what people typed to search."""

    connections: Sequence[str]
    standing: Standing | None = None
    words: str = ""


@tells_trouble
class Directory:
    """The records of all connections, as they stand."""

    def page(self, wanted: Wanted, *, number: str | None, size: int) -> RecordPage:
        """A page of the records, those that need somebody first; the nearest one if there is no such number."""
        segments = [(rows, rows.count()) for rows in _segments(wanted)]
        count = sum(number for _, number in segments)
        last = max(1, -(-count // size))
        page = nearest(number, last)
        keys = _slice(segments, (page - 1) * size, size)
        return RecordPage(records=_described(keys, _names(wanted.connections)), number=page, last=last, count=count)

    def each(self, wanted: Wanted) -> Iterator[KnownRecord]:
        """All of them in the order of the pages, without ever holding them all."""
        names = _names(wanted.connections)
        with telling_trouble():
            for rows in _segments(wanted):
                for keys in chunks(rows.iterator(READ_AT_ONCE), READ_AT_ONCE):
                    yield from _described(keys, names)

    def find(self, connection: str, source_id: SourceId) -> KnownRecord | None:
        """One record; None if nothing is known of it."""
        names, entity = _names([connection]), Entity.of(source_id)
        if entity is None:
            return None
        keys = [(number, entity.value, str(source_id)) for number in names]
        found = _described(keys, names)
        return next((each for each in found if each.state is not None or each.waiting is not None), None)

    def known(self, connection: str, ids: Sequence[SourceId]) -> AbstractSet[str]:
        """Those of these records that have a page here; one that only a preview has seen, or left out, has none."""
        tables = (InboxRow.objects.filter(state__in=list(_WAITING)), LinkRow.objects)
        found = [
            each.filter(connection__name=connection, source_id__in=ids).values_list("source_id") for each in tables
        ]
        return {source_id for rows in found for (source_id,) in rows}

    def counts(self, connections: Sequence[str]) -> Mapping[Standing, int]:
        """How many records stand how; one that waits though it has a pair counts as both."""
        numbers = list(_names(connections))
        states = _counted(LinkRow.objects.filter(connection_id__in=numbers), "state")
        waiting = _counted(InboxRow.objects.filter(connection_id__in=numbers), "state")
        return {
            standing: sum(states.get(state, 0) for state in STATES.get(standing, ()))
            + sum(waiting.get(state, 0) for state in _INBOX_STATES.get(standing, ()))
            for standing in Standing
        }

    def held(self, connections: Sequence[str]) -> Mapping[tuple[str, Reason], int]:
        """How many records are held, by connection and reason."""
        names = _names(connections)
        rows = InboxRow.objects.filter(connection_id__in=list(names), state=HELD).order_by()
        counted = rows.values_list("connection_id", "reason").annotate(number=Count("id"))
        return {(names[connection], Reason(reason)): number for connection, reason, number in counted}

    def held_page(self, connection: str, reason: Reason, *, number: str | None, size: int) -> RecordPage:
        """A page of what is held for a reason."""
        names = _names([connection])
        rows = InboxRow.objects.filter(connection_id__in=list(names), state=HELD, reason=reason).order_by(*_KEY)
        pages = Paginator(rows.values_list(*_KEY), size)
        page = pages.get_page(number)
        records = _described(list(page.object_list), names)
        return RecordPage(records=records, number=page.number, last=pages.num_pages, count=pages.count)

    def story(self, connection: str, source_id: SourceId, *, limit: int) -> Sequence[Chapter]:
        """What the runs decided about a record, the latest first."""
        rows = ChangeRow.objects.filter(run__connection__name=connection, source_id=source_id)
        entity = Entity.of(source_id)
        latest = rows.filter(entity=entity).select_related("run").order_by("-id")[:limit]
        return [
            Chapter(run_id=row.run_id, at=row.run.started_at, is_dry_run=row.run.is_dry_run, change=recorded(row))
            for row in latest
        ]


_KEY = ("connection_id", "entity", "source_id")
_SAME = {name: OuterRef(name) for name in _KEY}
"""Rows of another table about the same record."""


def _names(connections: Sequence[str]) -> Mapping[int, str]:
    return dict(Connection.objects.filter(name__in=connections).order_by("name").values_list("pk", "name"))


def _counted(rows: "QuerySet[Any]", column: str) -> Mapping[str, int]:
    return dict(rows.order_by().values_list(column).annotate(number=Count("id")))


def _segments(wanted: Wanted) -> list[Rows]:
    """The tables to go through one after the other, each ordered along an index."""
    numbers, standing = sorted(_names(wanted.connections)), wanted.standing
    inbox = InboxRow.objects.filter(_found_in_inbox(wanted.words), connection_id__in=numbers)
    links = _links(wanted.words, numbers)
    parts: list[QuerySet[Any]]
    if standing is not None and standing in STATES:
        parts = [each.filter(state__in=STATES[standing]) for each in links]
    elif standing is not None:
        parts = [inbox.filter(state__in=_INBOX_STATES[standing])]
    else:
        waiting = InboxRow.objects.filter(**_SAME, state__in=(HELD, FAILING, DUE, WANTED))
        parts = [inbox.filter(state__in=states) for states in _INBOX_STATES.values()]
        parts += [each.filter(~Exists(waiting)) for each in links]
    return [part.order_by(*_KEY).values_list(*_KEY) for part in parts]


def _found_in_inbox(words: str) -> Q:
    if not words:
        return Q()
    if (source_id := salesforce_id(words)) is not None:
        return Q(source_id=source_id)
    found, target_id = Q(search__contains=codec.search_text(words)), target_id_of(words)
    return found if target_id is None else found | _paired(Q(target_id=target_id))


def _paired(condition: Q) -> Q:
    """Records of the Inbox whose pair fits."""
    return Q(Exists(LinkRow.objects.filter(condition, **_SAME)))


def _links(words: str, connections: Sequence[int]) -> "list[QuerySet[LinkRow]]":
    """The pairs that are found; by name in each connection apart, since ids of one database say nothing in another."""
    links = LinkRow.objects.filter(connection_id__in=connections)
    if not words:
        return [links]
    if (source_id := salesforce_id(words)) is not None:
        return [links.filter(source_id=source_id)]
    return [LinkRow.objects.filter(_found_in_links(words, each), connection_id=each) for each in connections]


def _found_in_links(words: str, connection: int) -> Q:
    target_id = target_id_of(words)
    found = Q() if target_id is None else Q(target_id=target_id)
    for entity in Entity:
        named = IndexRow.objects.filter(
            connection_id=connection, entity=entity, search__contains=codec.search_text(words)
        )
        found |= Q(entity=entity, target_id__in=named.values("target_id"))
    return found & ~Q(target_id=NO_TARGET)


def _slice(segments: Sequence[tuple[Rows, int]], start: int, size: int) -> list[Key]:
    """Rows from `start` on, counted over all segments."""
    keys: list[Key] = []
    for rows, number in segments:
        if start < number:
            keys += list(rows[start : start + size - len(keys)])
        start = max(0, start - number)
        if len(keys) == size:
            break
    return keys


def _described(keys: Sequence[Key], names: Mapping[int, str]) -> list[KnownRecord]:
    """What is known of these records, asked in bulk."""
    found: dict[Key, KnownRecord] = {}
    for number, entity in dict.fromkeys((connection, entity) for connection, entity, _ in keys):
        ids = [source_id for connection, kind, source_id in keys if (connection, kind) == (number, entity)]
        for record in _of_connection(number, names[number], Entity(entity), ids):
            found[number, entity, record.source_id] = record
    return [found[key] for key in keys]


def _of_connection(number: int, name: str, entity: Entity, ids: Sequence[str]) -> Iterator[KnownRecord]:
    here = {"connection_id": number, "entity": entity}
    links = {row.source_id: row for row in LinkRow.objects.filter(**here, source_id__in=ids)}
    inbox = {row.source_id: row for row in InboxRow.objects.filter(**here, source_id__in=ids)}
    targets = {row.target_id for row in links.values()} - {NO_TARGET}
    index = dict(IndexRow.objects.filter(**here, target_id__in=targets).values_list("target_id", "name"))
    for source_id in ids:
        link, row = links.get(source_id), inbox.get(source_id)
        called = _name(row) or (index.get(link.target_id, "") if link is not None else "")
        waiting = _WAITING.get(row.state) if row is not None else None
        yield KnownRecord(
            connection=name,
            entity=entity,
            source_id=SourceId(source_id),
            name=called or _last_name(number, entity, source_id),
            target_id=TargetId(link.target_id) if link is not None and link.target_id != NO_TARGET else None,
            state=LinkState(link.state) if link is not None else None,
            waiting=waiting,
            reason=Reason(row.reason) if row is not None and row.reason else None,
            modified_at=row.modified_at if row is not None and row.document else None,
            next_attempt_at=row.next_attempt_at if row is not None else None,
            is_new=row is not None and row.is_new,
        )


def _name(row: InboxRow | None) -> str:
    if row is None or not row.document:
        return ""
    return codec.decode_source(Entity(row.entity), row.source_id, row.modified_at, row.document).name


def _last_name(number: int, entity: Entity, source_id: str) -> str:
    """As the latest run called it, where neither side is kept here."""
    told = ChangeRow.objects.filter(run__connection_id=number, entity=entity, source_id=source_id)
    return told.order_by("-id").values_list("name", flat=True).first() or ""
