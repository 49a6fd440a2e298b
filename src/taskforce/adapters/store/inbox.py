"""Changed Salesforce records that are not settled yet, and how far Salesforce has been read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from taskforce.adapters.store import codec
from taskforce.adapters.store.models import CursorRow, InboxRow, LinkRow
from taskforce.adapters.store.scope import Scope, chunks
from taskforce.domain.cursor import Cursor, Position
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord
from taskforce.domain.retry import wait_before
from taskforce.engine.stores import Standing

DUE, HELD, FAILING, WAITING = "due", "held", "failing", "waiting"


class DjangoCursors:
    """Implements `engine.stores.Cursors`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def get(self, entity: Entity) -> Cursor:
        """Where reading stands; the beginning, the first time."""
        row = self._scope.rows(CursorRow).filter(entity=entity).first()
        if row is None:
            return Cursor()
        position = None
        if row.position_at is not None:
            position = Position(modified_at=row.position_at, id=SourceId(row.position_id))
        return Cursor(read_through=row.read_through, asked_at=row.asked_at, position=position)

    def put(self, entity: Entity, cursor: Cursor) -> None:
        """Store where reading stands."""
        position = cursor.position
        row = CursorRow(
            connection_id=self._scope.connection_id,
            entity=entity,
            read_through=cursor.read_through,
            asked_at=cursor.asked_at,
            position_at=position.modified_at if position else None,
            position_id=position.id if position else "",
        )
        self._scope.upsert([row], unique=("entity",))


class DjangoInbox:
    """Implements `engine.stores.Inbox`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def put(self, entity: Entity, records: Sequence[SourceRecord]) -> None:
        """Store records as due; one that waits or fails with the same content keeps waiting."""
        for piece in chunks(records):
            documents: dict[str, bytes] = {record.id: codec.encode_source(record) for record in piece}
            waiting = self._of(entity, documents).exclude(state=DUE).values_list("source_id", "document")
            same = {source_id for source_id, document in waiting if bytes(document) == documents[source_id]}
            rows = [self._row(record, documents[record.id]) for record in piece if record.id not in same]
            self._scope.upsert(rows, unique=("entity", "source_id"))

    def _row(self, record: SourceRecord, document: bytes) -> InboxRow:
        return InboxRow(
            connection_id=self._scope.connection_id,
            entity=record.entity,
            source_id=record.id,
            parent_id=record.parent_id or "",
            modified_at=record.modified_at,
            document=document,
        )

    def due(self, entity: Entity, now: datetime) -> int:
        """How many wait for this run."""
        return self._due(entity, now).count()

    def due_parents(self, now: datetime) -> Mapping[SourceId, SourceId | None]:
        """The due accounts, each with its parent account."""
        pairs = self._due(Entity.COMPANY, now).order_by("source_id").values_list("source_id", "parent_id")
        return {SourceId(source): SourceId(parent) if parent else None for source, parent in pairs.iterator()}

    def due_ids(self, entity: Entity, now: datetime, *, after: SourceId | None, limit: int) -> Sequence[SourceId]:
        """The due records in the order of their ids."""
        rows = self._due(entity, now).filter(source_id__gt=after or "").order_by("source_id")
        return [SourceId(each) for each in rows.values_list("source_id", flat=True)[:limit]]

    def has_unlinked(self, entity: Entity, now: datetime) -> bool:
        """Some due record has no link."""
        link = self._scope.rows(LinkRow).filter(entity=entity, source_id=OuterRef("source_id"))
        return self._due(entity, now).filter(~Exists(link)).exists()

    def load(self, entity: Entity, ids: Sequence[SourceId]) -> Sequence[SourceRecord]:
        """The records in the order of `ids`."""
        found = {}
        for piece in chunks(ids):
            for source_id, modified_at, document in self._of(entity, piece).values_list(
                "source_id", "modified_at", "document"
            ):
                found[source_id] = codec.decode_source(entity, source_id, modified_at, document)
        return [found[each] for each in ids if each in found]

    def settle(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """Take records out."""
        for piece in chunks(ids):
            self._of(entity, piece)._raw_delete(self._scope.using)

    def revisit(self, entity: Entity, source_id: SourceId, *, after: SourceId) -> None:
        """Keep a settled record until that account is linked."""
        self._of(entity, [source_id]).update(state=WAITING, waits_for=after, reason="", match_key="")

    def hold(
        self, entity: Entity, source_id: SourceId, reason: Reason, *, waits_for: SourceId | None, match_key: str
    ) -> None:
        """Keep a record until something brings it back."""
        self._of(entity, [source_id]).update(state=HELD, reason=reason, waits_for=waits_for or "", match_key=match_key)

    def fail(self, entity: Entity, source_id: SourceId, reason: Reason, now: datetime) -> None:
        """Keep a record until its next attempt."""
        row = self._of(entity, [source_id])
        attempts = row.values_list("attempts", flat=True).first()
        row.update(
            state=FAILING,
            reason=reason,
            attempts=F("attempts") + 1,
            next_attempt_at=now + wait_before((attempts or 0) + 1),
        )

    def release_waiting(self, accounts: Iterable[SourceId]) -> None:
        """Make due what waits for these accounts."""
        for piece in chunks(accounts):
            self._scope.rows(InboxRow).filter(waits_for__in=piece).update(state=DUE, waits_for="")

    def release_keys(self, entity: Entity, match_keys: Iterable[str]) -> None:
        """Make due what is held with one of these keys."""
        for piece in chunks(match_keys):
            held = self._scope.rows(InboxRow).filter(entity=entity, match_key__in=piece, state=HELD)
            held.update(state=DUE, match_key="")

    def release_reasons(self, reasons: Iterable[Reason]) -> None:
        """Make due what is held for one of these reasons."""
        self._scope.rows(InboxRow).filter(state=HELD, reason__in=list(reasons)).update(state=DUE, match_key="")

    def standing(self) -> Standing:
        """What waits for a person or another record, and what Autotask refused."""
        rows = self._scope.rows(InboxRow)
        return Standing(held=rows.filter(state=HELD).count(), failing=rows.filter(state=FAILING).count())

    def _of(self, entity: Entity, ids: Iterable[str]) -> "QuerySet[InboxRow]":
        return self._scope.rows(InboxRow).filter(entity=entity, source_id__in=list(ids))

    def _due(self, entity: Entity, now: datetime) -> "QuerySet[InboxRow]":
        ready = Q(state=DUE) | Q(state=FAILING, next_attempt_at__lte=now.astimezone(UTC))
        return self._scope.rows(InboxRow).filter(ready, entity=entity)
