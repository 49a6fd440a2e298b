"""Merges and sightings in memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from taskforce.domain.links import LinkState
from taskforce.domain.merging import last_survivor
from taskforce.domain.records import Entity, SourceId
from taskforce.testing.store_state import State


@dataclass(frozen=True, slots=True)
class MemoryMerges:
    """Who was merged into whom."""

    state: State

    def put(self, entity: Entity, losers: Mapping[SourceId, SourceId]) -> None:
        """Remember the survivors."""
        self.state.merges.update({(entity, loser): kept for loser, kept in losers.items()})

    def remove(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """On their own again."""
        for each in ids:
            self.state.merges.pop((entity, each), None)

    def survivors(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, SourceId]:
        """The last survivors."""
        steps = {loser: kept for (kind, loser), kept in self.state.merges.items() if kind is entity}
        ends = {each: last_survivor(each, steps) for each in ids}
        return {each: end for each, end in ends.items() if end != each}


@dataclass(frozen=True, slots=True)
class MemorySightings:
    """What a reconciliation has seen."""

    state: State

    def begin(self) -> None:
        """Nothing yet."""
        self.state.sightings.clear()

    def add(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """These."""
        self.state.sightings.update({(entity, each): True for each in ids})

    def missing(self, entity: Entity, *, after: SourceId | None, limit: int) -> Sequence[SourceId]:
        """Linked, orphaned or without a pair in the Inbox, and not seen."""
        paired = {
            place for place, link in self.state.links.items() if link.state in (LinkState.LINKED, LinkState.ORPHANED)
        }
        expected = paired | (self.state.inbox.keys() - self.state.links.keys())
        unseen = sorted(source_id for kind, source_id in expected - self.state.sightings.keys() if kind is entity)
        return [each for each in unseen if after is None or each > after][:limit]
