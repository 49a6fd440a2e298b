"""Plans read back for people: counted, filtered and paged, without loading what is not shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from taskforce.adapters.store.history import recorded
from taskforce.adapters.store.models import ChangeRow
from taskforce.adapters.store.scope import CHUNK, nearest
from taskforce.adapters.store.trouble import telling_trouble, tells_trouble
from taskforce.domain.history import WRITES, ChangePage, PlannedCount, RecordedChange
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity
from taskforce.domain.values import salesforce_id


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWanted:
    """Which records of a plan are asked for.

    `kinds` are what is to be done ("create", "hold" …), `is_near` only those that are much like one in Autotask,
    `words` what people typed: a part of a name, or a Salesforce id.
    """

    run_id: int
    entity: Entity | None = None
    kinds: Sequence[str] = WRITES
    is_near: bool = False
    reason: Reason | None = None
    words: str = ""

    def counts(self, each: PlannedCount) -> bool:
        """Whether these are among them, as far as their kind and reason tell."""
        return (
            each.kind in self.kinds
            and self.entity in (None, each.entity)
            and self.reason in (None, each.reason)
            and (each.is_near or not self.is_near)
        )


@tells_trouble
class PlanPages:
    """The plans of all runs, as they were made."""

    def counts(self, run_id: int) -> Sequence[PlannedCount]:
        """How many records of a run are to become what, and why."""
        rows = ChangeRow.objects.filter(run_id=run_id).order_by()
        counted = rows.values_list("entity", "kind", "reason", "is_near").annotate(number=Count("id"))
        return [
            PlannedCount(entity=Entity(entity), kind=kind, reason=Reason(reason), is_near=is_near, number=number)
            for entity, kind, reason, is_near, number in counted
        ]

    def page(self, wanted: PlanWanted, counts: Sequence[PlannedCount], *, number: str | None, size: int) -> ChangePage:
        """A page of them in the order of the plan; the nearest one if there is no such number.

        A search goes through the names once, for the keys of all that is found; otherwise `counts` tells how many.
        """
        rows = _rows(wanted).values_list("pk", flat=True)
        all_keys = list(rows) if wanted.words else None
        count = len(all_keys) if all_keys is not None else sum(each.number for each in counts if wanted.counts(each))
        last = max(1, -(-count // size))
        page = nearest(number, last)
        shown = slice((page - 1) * size, page * size)
        keys = all_keys[shown] if all_keys is not None else list(rows[shown])
        found = ChangeRow.objects.filter(pk__in=keys).order_by("pk")
        return ChangePage(changes=[recorded(row) for row in found], number=page, last=last, count=count)

    def each(self, wanted: PlanWanted) -> Iterator[RecordedChange]:
        """All of them, without ever holding them all."""
        with telling_trouble():
            for row in _rows(wanted).iterator(chunk_size=CHUNK):
                yield recorded(row)


def _rows(wanted: PlanWanted) -> "QuerySet[ChangeRow]":
    rows = ChangeRow.objects.filter(run_id=wanted.run_id, kind__in=wanted.kinds).order_by("pk")
    only: Mapping[str, object] = {
        **({"entity": wanted.entity} if wanted.entity is not None else {}),
        **({"reason": wanted.reason} if wanted.reason is not None else {}),
        **({"is_near": True} if wanted.is_near else {}),
    }
    rows = rows.filter(**only)
    if not wanted.words:
        return rows
    whole = salesforce_id(wanted.words)
    return rows.filter(Q(name__icontains=wanted.words) | Q(source_id=whole or ""))
