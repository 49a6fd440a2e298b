"""The changes of one run: what was intended, and what became of each."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet, Sum

from taskforce.adapters.store import codec, sql
from taskforce.adapters.store.counting import recount
from taskforce.adapters.store.models import ChangeRow
from taskforce.adapters.store.scope import CHUNK, execute, find
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain import changes
from taskforce.domain.history import WRITES
from taskforce.domain.limits import PlanFigures
from taskforce.domain.outcome import WRITTEN, Outcome, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.engine.stores import CarriedOut, Intended, Planned

_KINDS: Mapping[type[changes.Change], str] = {
    changes.Create: "create",
    changes.Link: "link",
    changes.Update: "update",
    changes.Deactivate: "deactivate",
    changes.Unchanged: "unchanged",
    changes.Adopt: "adopt",
    changes.Hold: "hold",
    changes.Skip: "skip",
}
_WRITES = frozenset({"create", "link", "update"})
_WRITTEN = tuple(kind.value for kind in WRITTEN)
_TABLE = ChangeRow._meta.db_table


class _Found(NamedTuple):
    """The columns of a row that tell what is planned."""

    id: int
    kind: str
    source_id: str
    target_id: int | None
    match_key: str
    name_key: str
    account_id: str


@tells_trouble
class DjangoPlan:
    """Implements `engine.stores.Plan`; plans are kept in the real database, those of dry runs too."""

    def __init__(self, run_id: int, now: Callable[[], datetime], *, using: str = "default") -> None:
        self._run_id = run_id
        self._now = now
        self._using = using

    def add(self, decisions: Sequence[tuple[changes.Decision, Outcome | None]]) -> None:
        """Store decisions; those without an outcome wait to be applied."""
        rows = [self._row(decision, outcome) for decision, outcome in decisions]
        if rows:
            execute(self._using, sql.insert(_TABLE, tuple(rows[0])), [tuple(row.values()) for row in rows])

    def _row(self, decision: changes.Decision, outcome: Outcome | None) -> dict[str, Any]:
        subject = decision.subject
        keys = decision.basis.keys if isinstance(decision, changes.Write) else None
        return {
            "run_id": self._run_id,
            "entity": subject.entity,
            "source_id": subject.source_id,
            "name": codec.fitted(subject.name, 400),
            "modified_at": subject.modified_at,
            "kind": _KINDS[type(decision)],
            "reason": decision.reason,
            "account_id": (decision.company or "") if isinstance(decision, changes.Create) else "",
            "match_key": keys.match if keys else "",
            "name_key": keys.name if keys else "",
            "document": codec.encode_change(decision),
            "notes": codec.encode_notes(decision.notes),
            "cleared": _cleared(decision),
            "is_near": any(note.reason is Reason.NEAR_MATCH for note in decision.notes),
            **_ended(outcome, self._now(), getattr(decision, "target_id", None)),
        }

    def pending(self, entity: Entity) -> int:
        """How many wait to be applied."""
        return self._pending(entity).count()

    def next_pending(self, entity: Entity, *, after: int, limit: int) -> Sequence[Intended]:
        """Changes to be applied, numbered, in the order of the plan."""
        return _next(self._pending(entity), after, limit)

    def next_creations(self, entity: Entity, *, after: int, limit: int) -> Sequence[Intended]:
        """Creations to be applied, numbered, in the order of the plan."""
        return _next(self._pending(entity).filter(kind="create"), after, limit)

    def pending_among(self, entity: Entity, ids: Iterable[SourceId]) -> AbstractSet[SourceId]:
        """Of which records a change is still to be applied.

        What has ended is left out here: asked for what has not, SQLite would go through all that is pending.
        """
        columns = ("source_id", "outcome", "outcome_reason")
        rows = find(self._using, ChangeRow, columns, "source_id", ids, run_id=self._run_id, entity=entity)
        return {SourceId(source_id) for source_id, *ended in rows if not any(ended)}

    def carried_out(self, entity: Entity, *, before: int | None, limit: int) -> Sequence[CarriedOut]:
        """What was written, the latest first."""
        rows = ChangeRow.objects.using(self._using).filter(run_id=self._run_id, entity=entity, outcome__in=_WRITTEN)
        rows = rows.filter(kind__in=WRITES).order_by("-id")
        found = (rows if before is None else rows.filter(id__lt=before))[:limit]
        return [
            CarriedOut(number=row.pk, change=_write(row), target_id=TargetId(row.target_id))
            for row in found
            if row.target_id is not None
        ]

    def settle(self, number: int, outcome: Outcome, now: datetime) -> None:
        """Store what became of a change."""
        self.settle_all({number: outcome}, now)

    def settle_all(self, outcomes: Mapping[int, Outcome], now: datetime) -> None:
        """Store what became of these changes; the Autotask record of one stays as it was where none is told."""
        rows: dict[tuple[str, ...], list[tuple[object, ...]]] = defaultdict(list)
        for number, outcome in outcomes.items():
            ended = _ended(outcome, now, None)
            if outcome.target_id is None:
                del ended["target_id"]
            rows[tuple(ended)].append((*ended.values(), number))
        for columns, of_these in rows.items():
            execute(self._using, sql.update(_TABLE, columns, ("id",)), of_these)

    def settle_earlier(self, number: int, outcome: Outcome, now: datetime) -> None:
        """What became of a change of an earlier run after all; the counts of that run follow."""
        self.settle(number, outcome, now)
        for row in ChangeRow.objects.using(self._using).filter(pk=number):
            recount(row.run_id, self._using)

    def write(self, number: int) -> changes.Applicable | None:
        """A change of any run by its number; None when it is not kept any more."""
        row = ChangeRow.objects.using(self._using).filter(pk=number).first()
        return None if row is None else _write(row)

    def postpone(self, now: datetime) -> int:
        """What is still pending was not reached."""
        return postpone(self._run_id, now, self._using)

    def figures(self) -> PlanFigures:
        """What the pending changes amount to."""
        rows = ChangeRow.objects.using(self._using).filter(run_id=self._run_id, outcome="").values("kind")
        found = {row["kind"]: row for row in rows.annotate(number=Count("id"), cleared_values=Sum("cleared"))}
        number = {kind: row["number"] for kind, row in found.items()}
        return PlanFigures(
            creates=number.get("create", 0),
            updates=number.get("update", 0) + number.get("link", 0),
            deactivations=number.get("deactivate", 0),
            cleared=sum(row["cleared_values"] for row in found.values()),
        )

    def digest(self, *, is_dry_run: bool = False) -> str:
        """The fingerprint of the pending changes in their order; of a dry run, of all writes intended."""
        those = {"kind__in": WRITES} if is_dry_run else {"outcome": ""}
        rows = ChangeRow.objects.using(self._using).filter(run_id=self._run_id, **those).order_by("id")
        columns = ("entity", "kind", "source_id", "modified_at", "document")
        content = blake2b(digest_size=16)
        for entity, kind, source_id, modified_at, document in rows.values_list(*columns).iterator(CHUNK):
            content.update(codec.encode([entity, kind, source_id, modified_at, bytes(document).decode()]))
        return content.hexdigest()

    def planned(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Planned]:
        """The writes intended for these Salesforce records."""
        return {SourceId(row.source_id): _planned(row) for row in self._writes(entity, "source_id", ids)}

    def leaving(self, entity: Entity, ids: Iterable[SourceId]) -> AbstractSet[SourceId]:
        """Those whose Autotask record is to be set inactive."""
        rows = self._found(entity, "source_id", ids)
        return {SourceId(row.source_id) for row in rows if row.kind == "deactivate"}

    def planned_by_key(self, entity: Entity, match_keys: Iterable[str]) -> Mapping[str, Sequence[Planned]]:
        """The creates intended with one of these exact keys."""
        found: dict[str, list[Planned]] = defaultdict(list)
        for row in self._writes(entity, "match_key", match_keys):
            if row.kind == "create":
                found[row.match_key].append(_planned(row))
        return found

    def claims(self, entity: Entity, target_ids: Iterable[TargetId]) -> Mapping[TargetId, SourceId]:
        """Which Salesforce record gets linked to these Autotask records by this plan."""
        return {
            TargetId(row.target_id): SourceId(row.source_id)
            for row in self._writes(entity, "target_id", target_ids)
            if row.kind == "link" and row.target_id is not None
        }

    def _writes(self, entity: Entity, among: str, values: Iterable[object]) -> Iterator[_Found]:
        return (row for row in self._found(entity, among, values) if row.kind in _WRITES)

    def _found(self, entity: Entity, among: str, values: Iterable[object]) -> Sequence[_Found]:
        rows = find(self._using, ChangeRow, _Found._fields, among, values, run_id=self._run_id, entity=entity)
        return sorted(_Found(*row) for row in rows)

    def _pending(self, entity: Entity) -> "QuerySet[ChangeRow]":
        return ChangeRow.objects.using(self._using).filter(
            run_id=self._run_id, entity=entity, outcome="", outcome_reason=""
        )


def _next(rows: "QuerySet[ChangeRow]", after: int, limit: int) -> Sequence[Intended]:
    return [(row.pk, _write(row)) for row in rows.filter(id__gt=after).order_by("id")[:limit]]


def postpone(run_id: int, now: datetime, using: str) -> int:
    """The pending changes of a run that ended were not reached. Returns how many those are."""
    rows = ChangeRow.objects.using(using).filter(run_id=run_id, outcome="")
    return rows.update(outcome=OutcomeKind.POSTPONED, outcome_reason=Reason.NOT_REACHED, settled_at=now)


def _cleared(decision: changes.Decision) -> int:
    """How many values of an existing record are set to nothing."""
    if not isinstance(decision, changes.Patch):
        return 0
    return sum(each.after is None for each in decision.field_changes)


def _ended(outcome: Outcome | None, now: datetime, target_id: TargetId | None) -> dict[str, Any]:
    """The columns that say how a change ended, or that it has not."""
    if outcome is None:
        return {"outcome": "", "outcome_reason": "", "detail": "", "settled_at": None, "target_id": target_id}
    return {
        "outcome": outcome.kind,
        "outcome_reason": outcome.reason,
        "detail": outcome.detail.replace("\0", ""),
        "settled_at": now,
        "target_id": target_id if outcome.target_id is None else outcome.target_id,
    }


def _planned(row: _Found) -> Planned:
    return Planned(
        source_id=SourceId(row.source_id),
        target_id=None if row.target_id is None else TargetId(row.target_id),
        name_key=row.name_key,
        account=SourceId(row.account_id) if row.account_id else None,
    )


def _write(row: ChangeRow) -> changes.Applicable:
    subject = changes.Subject(
        entity=Entity(row.entity),
        source_id=SourceId(row.source_id),
        name=row.name,
        modified_at=row.modified_at,
    )
    return codec.decode_write(row.kind, subject, Reason(row.reason), row.document, row.notes)
