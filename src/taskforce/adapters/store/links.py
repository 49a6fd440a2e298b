"""The pairs, and the creates whose end is not known."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError

from taskforce.adapters.store.models import IntentRow, LinkRow
from taskforce.adapters.store.scope import Scope, chunks
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.links import Link, LinkState
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.engine.stores import Intent, IntentState
from taskforce.errors import TaskforceError

_LINK = ("source_id", "target_id", "state", "fingerprint", "carries_id")


@tells_trouble
class DjangoLinks:
    """Implements `engine.stores.Links`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def by_source(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Link]:
        """The pairs of these Salesforce records, in any state."""
        return {
            SourceId(source): Link(
                entity=entity,
                source_id=SourceId(source),
                target_id=TargetId(target),
                state=LinkState(state),
                fingerprint=fingerprint,
                carries_id=bool(carries_id),
            )
            for source, target, state, fingerprint, carries_id in self._scope.find(
                LinkRow, _LINK, "source_id", ids, entity=entity
            )
        }

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
        row = {
            "entity": entity,
            "source_id": source_id,
            "state": IntentState.SENT,
            "body_digest": body_digest,
            "attempt": 1,
            "sent_at": now,
            "doubtful_since": None,
        }
        self._scope.upsert(IntentRow, [row], unique=("entity", "source_id"), counted=("attempt",))

    def doubt(self, entity: Entity, source_id: SourceId, now: datetime) -> None:
        """The answer was lost."""
        lost = {"state": IntentState.IN_DOUBT, "doubtful_since": now}
        self._scope.change(IntentRow, lost, entity=entity, source_id=source_id)

    def close(self, entity: Entity, source_id: SourceId) -> None:
        """The end is known."""
        self._scope.remove(IntentRow, "source_id", [source_id], entity=entity)


def _intent(row: IntentRow) -> Intent:
    return Intent(
        entity=Entity(row.entity),
        source_id=SourceId(row.source_id),
        state=IntentState(row.state),
        attempt=row.attempt,
        sent_at=row.sent_at,
        doubtful_since=row.doubtful_since,
    )
