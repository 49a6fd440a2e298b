"""The pairs, and the creates whose end is not known."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import F, QuerySet

from taskforce.adapters.store.models import IntentRow, LinkRow
from taskforce.adapters.store.scope import Scope, chunks
from taskforce.domain.links import Link, LinkState
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.engine.stores import Intent, IntentState


class DjangoLinks:
    """Implements `engine.stores.Links`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def by_source(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Link]:
        """The pairs of these Salesforce records, in any state."""
        found = {}
        for piece in chunks(ids):
            rows = self._scope.rows(LinkRow).filter(entity=entity, source_id__in=piece)
            for source, target, state, fingerprint in rows.values_list(
                "source_id", "target_id", "state", "fingerprint"
            ):
                found[SourceId(source)] = Link(
                    entity=entity,
                    source_id=SourceId(source),
                    target_id=TargetId(target),
                    state=LinkState(state),
                    fingerprint=fingerprint,
                )
        return found

    def put(self, links: Iterable[Link]) -> None:
        """Store pairs; a pair of the same Salesforce record is replaced."""
        rows = [
            LinkRow(
                connection_id=self._scope.connection_id,
                entity=link.entity,
                source_id=link.source_id,
                target_id=link.target_id,
                state=link.state,
                fingerprint=link.fingerprint,
            )
            for link in links
        ]
        self._scope.upsert(rows, unique=("entity", "source_id"))

    def set_state(self, entity: Entity, source_id: SourceId, state: LinkState) -> None:
        """Change what a pair means for the next run."""
        self._scope.rows(LinkRow).filter(entity=entity, source_id=source_id).update(state=state)


class DjangoIntents:
    """Implements `engine.stores.Intents`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def get(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Intent]:
        """The unsettled creates of these Salesforce records."""
        found = {}
        for piece in chunks(ids):
            for row in self._scope.rows(IntentRow).filter(entity=entity, source_id__in=piece):
                found[SourceId(row.source_id)] = _intent(row)
        return found

    def unsettled(self) -> Sequence[Intent]:
        """All creates whose end is not known, the oldest first."""
        return [_intent(row) for row in self._scope.rows(IntentRow).order_by("sent_at", "id")]

    def send(self, entity: Entity, source_id: SourceId, body_digest: str, now: datetime) -> None:
        """Written before the request leaves."""
        row = IntentRow(
            connection_id=self._scope.connection_id,
            entity=entity,
            source_id=source_id,
            state=IntentState.SENT,
            body_digest=body_digest,
            sent_at=now,
        )
        self._scope.upsert([row], unique=("entity", "source_id"))

    def doubt(self, entity: Entity, source_id: SourceId, now: datetime) -> None:
        """The answer was lost."""
        self._of(entity, source_id).update(state=IntentState.IN_DOUBT, doubtful_since=now, attempt=F("attempt") + 1)

    def close(self, entity: Entity, source_id: SourceId) -> None:
        """The end is known."""
        self._of(entity, source_id)._raw_delete(self._scope.using)

    def _of(self, entity: Entity, source_id: SourceId) -> "QuerySet[IntentRow]":
        return self._scope.rows(IntentRow).filter(entity=entity, source_id=source_id)


def _intent(row: IntentRow) -> Intent:
    return Intent(
        entity=Entity(row.entity),
        source_id=SourceId(row.source_id),
        state=IntentState(row.state),
        attempt=row.attempt,
        sent_at=row.sent_at,
        doubtful_since=row.doubtful_since,
    )
