"""The pairs, and the writes whose end is not known."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError

from taskforce.adapters.store.models import IntentRow, LinkRow, LockRow
from taskforce.adapters.store.scope import Scope, chunks
from taskforce.adapters.store.trouble import telling_trouble, tells_trouble
from taskforce.domain.links import Link, LinkState
from taskforce.domain.ownership import LastWritten
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.engine.stores import Intent, IntentState
from taskforce.errors import TaskforceError

_READ_AT_ONCE = 500
"""Links read at once where all of a state are gone through."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class _Found(NamedTuple):
    """The columns of a link, in whatever way they were read."""

    source_id: str
    target_id: int
    state: str
    fingerprint: str
    carries_id: bool
    former_id: str
    written_at_ms: int | None
    undone: str
    written: bytes

    def link(self, entity: Entity) -> Link:
        return Link(
            entity=entity,
            source_id=SourceId(self.source_id),
            target_id=TargetId(self.target_id),
            state=LinkState(self.state),
            fingerprint=self.fingerprint,
            carries_id=bool(self.carries_id),
            former_id=SourceId(self.former_id) if self.former_id else None,
            written_at=None if self.written_at_ms is None else _EPOCH + timedelta(milliseconds=self.written_at_ms),
            undone=self.undone,
            written=LastWritten(entries=bytes(self.written)),
        )


@tells_trouble
class DjangoLinks:
    """Implements `engine.stores.Links`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def by_source(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Link]:
        """The pairs of these Salesforce records, in any state."""
        rows = self._scope.find(LinkRow, _Found._fields, "source_id", ids, entity=entity)
        return {link.source_id: link for link in (_Found(*row).link(entity) for row in rows)}

    def put(self, links: Iterable[Link]) -> None:
        """Store pairs; a pair of the same Salesforce record is replaced.

        Raises TaskforceError, and takes back the transaction, when that would link an Autotask record twice.
        """
        rows = [
            {
                "entity": link.entity,
                "source_id": link.source_id,
                "target_id": link.target_id,
                "state": link.state,
                "fingerprint": link.fingerprint,
                "carries_id": link.carries_id,
                "former_id": link.former_id or "",
                "written_at_ms": None if link.written_at is None else (link.written_at - _EPOCH) // _MILLISECOND,
                "undone": link.undone,
                "written": link.written.entries,
            }
            for link in links
        ]
        try:
            self._scope.upsert(LinkRow, rows, unique=("entity", "source_id"))
        except IntegrityError:
            raise _taken() from None

    def set_state(self, entity: Entity, source_id: SourceId, state: LinkState) -> None:
        """Change what a pair means for the next run. Raises as `put` does."""
        try:
            self._scope.change(LinkRow, {"state": state}, entity=entity, source_id=source_id)
        except IntegrityError:
            raise _taken() from None

    def remove(self, entity: Entity, source_id: SourceId) -> None:
        """Forget a pair, and the fields of it that were locked."""
        self._scope.remove(LinkRow, "source_id", [source_id], entity=entity)
        self._scope.remove(LockRow, "source_id", [source_id], entity=entity)

    def locks(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, frozenset[str]]:
        """The locked fields of those of these records that have any."""
        found: dict[SourceId, set[str]] = defaultdict(set)
        for source_id, name in self._scope.find(LockRow, ("source_id", "field"), "source_id", ids, entity=entity):
            found[SourceId(source_id)].add(name)
        return {source_id: frozenset(names) for source_id, names in found.items()}

    def lock(self, entity: Entity, source_id: SourceId, fields: Iterable[str]) -> None:
        """Have these fields of a record locked, and no others."""
        self._scope.remove(LockRow, "source_id", [source_id], entity=entity)
        rows = [{"entity": entity, "source_id": source_id, "field": name} for name in sorted(set(fields))]
        self._scope.upsert(LockRow, rows, unique=("entity", "source_id", "field"))

    def by_target(self, entity: Entity, ids: Iterable[TargetId]) -> Sequence[Link]:
        """The pairs of these Autotask records, in any state."""
        rows = self._scope.find(LinkRow, _Found._fields, "target_id", ids, entity=entity)
        return [row.link(entity) for row in sorted(_Found(*row) for row in rows)]

    def in_states(self, states: Iterable[LinkState]) -> Iterator[Link]:
        """Every pair in one of these states."""
        rows = self._scope.rows(LinkRow).filter(state__in=list(states)).order_by("entity", "source_id")
        with telling_trouble():
            for entity, *columns in rows.values_list("entity", *_Found._fields).iterator(_READ_AT_ONCE):
                yield _Found(*columns).link(Entity(entity))

    def count(self, entity: Entity, state: LinkState, *, at_most: int | None = None) -> int:
        """How many pairs are in a state; no more are counted than `at_most`."""
        return self._scope.rows(LinkRow).filter(entity=entity, state=state)[:at_most].count()

    def compare_all(self, entity: Entity) -> None:
        """The next look at each record compares all of it."""
        self._scope.change(LinkRow, {"fingerprint": ""}, entity=entity)

    def forget_ids(self, entity: Entity) -> None:
        """No Autotask record carries its id any more."""
        self._scope.change(LinkRow, {"carries_id": False}, entity=entity)


def _taken() -> TaskforceError:
    return TaskforceError(
        "A Salesforce record was about to be linked to an Autotask record that is linked to another one already.",
        mend="Look for a Salesforce id that stands on two Autotask records, or on the wrong one, and clear it there.",
    )


@tells_trouble
class DjangoIntents:
    """Implements `engine.stores.Intents`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def get(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Intent]:
        """The unsettled writes of these Salesforce records."""
        found = {}
        for piece in chunks(ids):
            for row in self._scope.rows(IntentRow).filter(entity=entity, source_id__in=piece):
                found[SourceId(row.source_id)] = _intent(row)
        return found

    def unsettled(self) -> Sequence[Intent]:
        """All writes whose end is not known, the oldest first."""
        return [_intent(row) for row in self._scope.rows(IntentRow).order_by("sent_at", "id")]

    def send(self, entity: Entity, writes: Iterable[tuple[SourceId, int, str]], now: datetime) -> None:
        """Written before their requests leave."""
        rows = [
            {
                "entity": entity,
                "source_id": source_id,
                "state": IntentState.SENT,
                "body_digest": body_digest,
                "attempt": 1,
                "sent_at": now,
                "change_id": number,
                "server_since": None,
            }
            for source_id, number, body_digest in writes
        ]
        self._scope.upsert(IntentRow, rows, unique=("entity", "source_id"), counted=("attempt",))

    def doubt(self, entity: Entity, source_id: SourceId) -> None:
        """The answer was lost; the settle time has not begun."""
        lost = {"state": IntentState.IN_DOUBT, "server_since": None}
        self._scope.change(IntentRow, lost, entity=entity, source_id=source_id)

    def stamp(self, server_time: datetime) -> None:
        """Begin the settle time of every doubt whose settle time has not begun."""
        rows = self._scope.rows(IntentRow).filter(state=IntentState.IN_DOUBT, server_since=None)
        rows.update(server_since=server_time)

    def close(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """The end of these is known."""
        self._scope.remove(IntentRow, "source_id", ids, entity=entity)


def _intent(row: IntentRow) -> Intent:
    return Intent(
        entity=Entity(row.entity),
        source_id=SourceId(row.source_id),
        state=IntentState(row.state),
        attempt=row.attempt,
        sent_at=row.sent_at,
        number=row.change_id,
        server_since=row.server_since,
    )
