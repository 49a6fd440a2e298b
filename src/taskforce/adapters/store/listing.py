"""The read side for programs: pages that go on after the last id of the page before, and figures over everything."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from taskforce.adapters.store import codec
from taskforce.adapters.store.inbox import DUE, FAILING, HELD
from taskforce.adapters.store.models import InboxRow, LinkRow, TotalRow
from taskforce.adapters.store.totals import totals_of
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.figures import Queue, Totals
from taskforce.domain.links import Link, LinkState
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, TargetId


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A Salesforce record that waits for a person or another record (held), or that Autotask refused (failing)."""

    entity: Entity
    source_id: SourceId
    name: str
    is_failing: bool
    reason: Reason
    waits_for: SourceId | None
    attempts: int
    next_attempt_at: datetime | None
    modified_at: datetime


@tells_trouble
class Listing:
    """Of one connection, by its number."""

    def links(self, connection_id: int, states: Collection[LinkState], *, after: str, limit: int) -> Sequence[Link]:
        """Pairs in one of these states by their Salesforce ids."""
        rows = LinkRow.objects.filter(connection_id=connection_id, source_id__gt=after, state__in=list(states))
        return [
            Link(
                entity=Entity(row.entity),
                source_id=SourceId(row.source_id),
                target_id=TargetId(row.target_id),
                state=LinkState(row.state),
            )
            for row in rows.order_by("source_id", "entity")[:limit]
        ]

    def waiting(
        self, connection_id: int, *, is_failing: bool | None, reason: Reason | None, after: str, limit: int
    ) -> Sequence[Waiting]:
        """What is held or failing (None: both), for one reason or all, by its Salesforce id."""
        states = {None: (HELD, FAILING), False: (HELD,), True: (FAILING,)}[is_failing]
        rows = InboxRow.objects.filter(connection_id=connection_id, state__in=states, source_id__gt=after)
        chosen: QuerySet[InboxRow] = rows if reason is None else rows.filter(reason=reason)
        return [_waiting(row) for row in chosen.order_by("source_id", "entity")[:limit]]

    def queue(self, connection_id: int, now: datetime) -> Queue:
        """How many records are not settled."""
        rows = InboxRow.objects.filter(connection_id=connection_id)
        is_due = Q(state=DUE) | Q(state=FAILING, next_attempt_at__lte=now)
        found = rows.aggregate(
            due=Count("id", filter=is_due),
            held=Count("id", filter=Q(state=HELD)),
            failing=Count("id", filter=Q(state=FAILING)),
        )
        return Queue(**found)

    def totals(self) -> dict[int, Totals]:
        """What all runs of every connection have done, by its number."""
        rows = defaultdict(list)
        for row in TotalRow.objects.order_by("id"):
            rows[row.connection_id].append(row)
        return {number: totals_of(each) for number, each in rows.items()}


def _waiting(row: InboxRow) -> Waiting:
    entity, source_id = Entity(row.entity), SourceId(row.source_id)
    record = codec.decode_source(entity, source_id, row.modified_at, row.document) if row.document else None
    return Waiting(
        entity=entity,
        source_id=source_id,
        name=record.name if record is not None else "",
        is_failing=row.state == FAILING,
        reason=Reason(row.reason),
        waits_for=SourceId(row.waits_for) if row.waits_for else None,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        modified_at=row.modified_at,
    )
