"""Which Salesforce records were merged into which, and which ones a reconciliation has seen."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Exists, OuterRef

from taskforce.adapters.store.models import InboxRow, LinkRow, MergeRow, SightingRow
from taskforce.adapters.store.scope import Scope
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.links import LinkState
from taskforce.domain.merging import last_survivor
from taskforce.domain.records import Entity, SourceId


@tells_trouble
class DjangoMerges:
    """Implements `engine.stores.Merges`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def put(self, entity: Entity, losers: Mapping[SourceId, SourceId]) -> None:
        """Remember the survivor of each."""
        rows = [{"entity": entity, "source_id": loser, "survivor_id": kept} for loser, kept in losers.items()]
        self._scope.upsert(MergeRow, rows, unique=("entity", "source_id"))

    def remove(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """These stand on their own (again)."""
        known = self._scope.find(MergeRow, ("source_id",), "source_id", ids, entity=entity)
        self._scope.remove(MergeRow, "source_id", [source_id for (source_id,) in known], entity=entity)

    def survivors(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, SourceId]:
        """The last survivor of each that was merged; one step of all chains at a time."""
        asked = set(ids)
        steps: dict[SourceId, SourceId] = {}
        met, unknown = set(asked), set(asked)
        while unknown:
            found = dict(self._scope.find(MergeRow, ("source_id", "survivor_id"), "source_id", unknown, entity=entity))
            steps.update((SourceId(loser), SourceId(kept)) for loser, kept in found.items())
            unknown = {SourceId(kept) for kept in found.values()} - met
            met |= unknown
        ends = {each: last_survivor(each, steps) for each in asked}
        return {each: end for each, end in ends.items() if end != each}


@tells_trouble
class DjangoSightings:
    """Implements `engine.stores.Sightings`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def begin(self) -> None:
        """Nothing was seen yet."""
        self._scope.rows(SightingRow).delete()

    def add(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """These were seen."""
        rows = [{"entity": entity, "source_id": each} for each in ids]
        self._scope.upsert(SightingRow, rows, unique=("entity", "source_id"))

    def missing(self, entity: Entity, *, after: SourceId | None, limit: int) -> Sequence[SourceId]:
        """Linked or orphaned records that were not seen, and records of the Inbox that have no pair."""
        same = {"entity": entity, "source_id": OuterRef("source_id")}
        seen, paired = self._scope.rows(SightingRow).filter(**same), self._scope.rows(LinkRow).filter(**same)
        unseen = {"entity": entity, "source_id__gt": after or ""}
        candidates = (
            self._scope.rows(LinkRow).filter(**unseen, state__in=[LinkState.LINKED, LinkState.ORPHANED]),
            self._scope.rows(InboxRow).filter(~Exists(paired), **unseen),
        )
        found = [
            SourceId(each)
            for rows in candidates
            for each in rows.filter(~Exists(seen)).order_by("source_id").values_list("source_id", flat=True)[:limit]
        ]
        return sorted(found)[:limit]
