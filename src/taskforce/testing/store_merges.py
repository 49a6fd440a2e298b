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
        """Linked, and not seen."""
        linked = [
            source_id
            for (kind, source_id), link in sorted(self.state.links.items())
            if kind is entity and link.state is LinkState.LINKED and (after is None or source_id > after)
        ]
        return [each for each in linked if (entity, each) not in self.state.sightings][:limit]
