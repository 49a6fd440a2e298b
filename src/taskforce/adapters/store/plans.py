"""The changes of one run: what was intended, and what became of each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet

from taskforce.adapters.store import codec
from taskforce.adapters.store.models import ChangeRow
from taskforce.adapters.store.scope import CHUNK, chunks
from taskforce.domain import changes
from taskforce.domain.outcome import Outcome
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.engine.stores import Planned

_LONGEST_NAME = 400


class DjangoPlan:
    """Implements `engine.stores.Plan`; plans are kept in the real database, of dry runs too."""

    def __init__(self, run_id: int) -> None:
        self._run_id = run_id

    def add(self, decisions: Sequence[tuple[changes.Decision, Outcome | None]]) -> None:
        """Store decisions; those without an outcome wait to be applied."""
        ChangeRow.objects.bulk_create(
            [self._row(decision, outcome) for decision, outcome in decisions], batch_size=CHUNK
        )

    def _row(self, decision: changes.Decision, outcome: Outcome | None) -> ChangeRow:
        subject = decision.subject
        target_id = getattr(decision, "target_id", None)
        return ChangeRow(
            run_id=self._run_id,
            entity=subject.entity,
            source_id=subject.source_id,
            name=subject.name[:_LONGEST_NAME],
            modified_at=subject.modified_at,
            kind=type(decision).__name__.lower(),
            reason=decision.reason,
            target_id=target_id,
            account_id=(decision.company or "") if isinstance(decision, changes.Create) else "",
            match_key=decision.basis.keys.match if isinstance(decision, changes.Write) else "",
            name_key=decision.basis.keys.name if isinstance(decision, changes.Write) else "",
            document=codec.encode_change(decision),
            outcome=outcome.kind if outcome else "",
            outcome_reason=outcome.reason if outcome else "",
        )

    def pending(self, entity: Entity) -> int:
        """How many wait to be applied."""
        return self._pending(entity).count()

    def next_pending(self, entity: Entity, *, after: int, limit: int) -> Sequence[tuple[int, changes.Write]]:
        """Changes to be applied, numbered, in the order of the plan."""
        rows = self._pending(entity).filter(id__gt=after).order_by("id")[:limit]
        return [(row.pk, self._write(row)) for row in rows]

    def _write(self, row: ChangeRow) -> changes.Write:
        subject = changes.Subject(
            entity=Entity(row.entity),
            source_id=SourceId(row.source_id),
            name=row.name,
            modified_at=row.modified_at,
        )
        return codec.decode_write(row.kind, subject, Reason(row.reason), row.document)

    def settle(self, number: int, outcome: Outcome, now: datetime) -> None:
        """Store what became of a change."""
        ended = {
            "outcome": outcome.kind,
            "outcome_reason": outcome.reason,
            "detail": outcome.detail,
            "settled_at": now,
        }
        if outcome.target_id is not None:
            ended["target_id"] = outcome.target_id
        ChangeRow.objects.filter(pk=number).update(**ended)

    def planned(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Planned]:
        """The writes intended for these Salesforce records."""
        found = {}
        for piece in chunks(ids):
            for planned in self._planned(self._rows(entity).filter(source_id__in=piece, kind__in=("create", "link"))):
                found[planned.source_id] = planned
        return found

    def planned_by_key(self, entity: Entity, match_keys: Iterable[str]) -> Mapping[str, Sequence[Planned]]:
        """The creates intended with one of these exact keys."""
        found: dict[str, list[Planned]] = defaultdict(list)
        for piece in chunks(match_keys):
            rows = self._rows(entity).filter(match_key__in=piece, kind="create")
            keys = rows.order_by("id").values_list("match_key", flat=True)
            for key, planned in zip(keys, self._planned(rows), strict=True):
                found[key].append(planned)
        return found

    def claims(self, entity: Entity, target_ids: Iterable[TargetId]) -> Mapping[TargetId, SourceId]:
        """Which Salesforce record gets linked to these Autotask records by this plan."""
        found = {}
        for piece in chunks(target_ids):
            rows = self._rows(entity).filter(target_id__in=piece, kind="link").values_list("target_id", "source_id")
            found.update({TargetId(target): SourceId(source) for target, source in rows if target is not None})
        return found

    def _planned(self, rows: "QuerySet[ChangeRow]") -> Iterable[Planned]:
        for source, target, name_key, account in rows.order_by("id").values_list(
            "source_id", "target_id", "name_key", "account_id"
        ):
            yield Planned(
                source_id=SourceId(source),
                target_id=None if target is None else TargetId(target),
                name_key=name_key,
                account=SourceId(account) if account else None,
            )

    def _rows(self, entity: Entity) -> "QuerySet[ChangeRow]":
        return ChangeRow.objects.filter(run_id=self._run_id, entity=entity)

    def _pending(self, entity: Entity) -> "QuerySet[ChangeRow]":
        return self._rows(entity).filter(outcome="")
