"""What people were told, and the ids that are looked for once more."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from taskforce.adapters.store.models import NoticeRow, WatchRow
from taskforce.adapters.store.scope import Scope
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.notices import Notice, NoticeKind
from taskforce.domain.records import Entity, SourceId


@tells_trouble
class DjangoNotices:
    """Implements `engine.stores.Notices`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def open(self, kind: NoticeKind) -> Sequence[Notice]:
        """What was told and is not over, the oldest first."""
        rows = self._scope.rows(NoticeRow).filter(kind=kind, over_at=None).order_by("id")
        return [notice_of(row) for row in rows]

    def tell(self, notice: Notice) -> bool:
        """Store a notice, unless one of its kind and subject stands open."""
        rows = self._scope.rows(NoticeRow).filter(kind=notice.kind, subject=notice.subject, over_at=None)
        if rows.exists():
            return False
        try:
            with transaction.atomic(using=self._scope.using):
                self._add(notice)
        except IntegrityError:
            return False
        return True

    def _add(self, notice: Notice) -> None:
        """Two that tell the same at once: the database takes the first."""
        NoticeRow.objects.using(self._scope.using).create(
            connection_id=self._scope.connection_id,
            kind=notice.kind,
            subject=notice.subject,
            text=notice.text,
            told_at=notice.told_at,
            over_at=notice.over_at,
        )

    def end(self, kind: NoticeKind, subject: str, now: datetime) -> bool:
        """It is over."""
        rows = self._scope.rows(NoticeRow).filter(kind=kind, subject=subject, over_at=None)
        return bool(rows.update(over_at=now))


def notice_of(row: NoticeRow) -> Notice:
    """A notice from its row."""
    return Notice(
        kind=NoticeKind(row.kind), subject=row.subject, text=row.text, told_at=row.told_at, over_at=row.over_at
    )


@tells_trouble
class DjangoWatches:
    """Implements `engine.stores.Watches`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def put(self, entity: Entity, source_id: SourceId, due_at: datetime) -> None:
        """Look for it at that time."""
        row = {"entity": entity, "source_id": source_id, "due_at": due_at}
        self._scope.upsert(WatchRow, [row], unique=("entity", "source_id"))

    def due(self, now: datetime) -> Sequence[tuple[Entity, SourceId]]:
        """Those whose time has come."""
        rows = self._scope.rows(WatchRow).filter(due_at__lte=now).order_by("due_at", "id")
        return [(Entity(row.entity), SourceId(row.source_id)) for row in rows]

    def remove(self, entity: Entity, source_id: SourceId) -> None:
        """It was looked for."""
        self._scope.remove(WatchRow, "source_id", [source_id], entity=entity)
