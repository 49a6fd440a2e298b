"""The local index of Autotask's records in memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from taskforce.domain.links import LinkState
from taskforce.domain.match_rules import Candidate, Keys
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord
from taskforce.engine.stores import SoughtContact
from taskforce.testing.store_state import State


@dataclass(frozen=True, slots=True)
class MemoryIndex:
    """What is known of Autotask's records."""

    state: State

    def refreshed_through(self, entity: Entity) -> datetime | None:
        """Autotask's clock at the last refresh."""
        return self.state.refreshed.get(entity)

    def set_refreshed_through(self, entity: Entity, moment: datetime) -> None:
        """Remember it."""
        self.state.refreshed[entity] = moment

    def expire(self) -> None:
        """As if nothing had been read yet."""
        self.state.refreshed.clear()

    def put(
        self, entity: Entity, records: Mapping[TargetId, tuple[TargetRecord, Keys]], *, run_id: int = 0
    ) -> Mapping[TargetId, tuple[TargetRecord, Keys]]:
        """Store records as they stand."""
        before = {each: self.state.index[entity, each] for each in records if (entity, each) in self.state.index}
        self.state.index.update({(entity, target_id): known for target_id, known in records.items()})
        self.state.seen_in.update({(entity, target_id): run_id for target_id in records})
        return before

    def count(self, entity: Entity, *, seen_in: int | None = None) -> int:
        """How many."""
        seen = [self.state.seen_in.get(place) for place in self.state.index if place[0] is entity]
        return len(seen) if seen_in is None else seen.count(seen_in)

    def forget_unseen(self, entity: Entity, run_id: int) -> None:
        """What this run did not see is gone."""
        for place in [place for place in self.state.index if place[0] is entity]:
            if self.state.seen_in.get(place) != run_id:
                del self.state.index[place]

    def doubled(self, entity: Entity) -> Mapping[SourceId, Sequence[Candidate]]:
        """Ids that stand on several records."""
        ids = {record.source_id for record, _ in self._of(entity, lambda record, _: record.source_id is not None)}
        found = self.carriers(entity, [SourceId(str(each)) for each in ids])
        return {each: candidates for each, candidates in found.items() if len(candidates) > 1}

    def keys(self, entity: Entity, ids: Iterable[TargetId]) -> Mapping[TargetId, Keys]:
        """The keys of those that are known."""
        return {each: self.state.index[entity, each][1] for each in ids if (entity, each) in self.state.index}

    def records(self, entity: Entity, ids: Iterable[TargetId]) -> Mapping[TargetId, TargetRecord]:
        """Those that are known."""
        return {each: self.state.index[entity, each][0] for each in ids if (entity, each) in self.state.index}

    def page(self, entity: Entity, *, after: TargetId | None, limit: int) -> Sequence[TargetRecord]:
        """Some of them in the order of their ids."""
        found = sorted(record.id for record, _ in self._of(entity, lambda *_: True))
        wanted = [each for each in found if after is None or each > after][:limit]
        return [self.state.index[entity, each][0] for each in wanted]

    def carriers(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Sequence[Candidate]]:
        """Those that carry one of these ids."""
        found: dict[SourceId, list[Candidate]] = {}
        wanted = set(ids)
        owners = self._owners(entity)
        for record, keys in self._of(entity, lambda record, _: record.source_id in wanted):
            found.setdefault(SourceId(str(record.source_id)), []).append(self._candidate(record, keys, owners))
        return found

    def fitting(self, entity: Entity, match_keys: Iterable[str]) -> Mapping[str, Sequence[Candidate]]:
        """Those with one of these exact keys."""
        found: dict[str, list[Candidate]] = {}
        wanted = set(match_keys)
        owners = self._owners(entity)
        for record, keys in self._of(entity, lambda _, keys: keys.match in wanted):
            found.setdefault(keys.match, []).append(self._candidate(record, keys, owners))
        return found

    def fitting_contacts(self, sought: Iterable[SoughtContact]) -> Mapping[str, Sequence[Candidate]]:
        """Those that have the key and stand where they are sought."""
        wanted = list(sought)
        found = self.fitting(Entity.CONTACT, [each.match for each in wanted])
        near = {key: [each for each in known if any(w.is_met_by(each) for w in wanted)] for key, known in found.items()}
        return {key: candidates for key, candidates in near.items() if candidates}

    def alike(self, entity: Entity, keys: Sequence[Keys]) -> Sequence[Candidate]:
        """Those worth a comparison."""
        owners = self._owners(entity)
        return [
            self._candidate(record, known, owners)
            for record, known in self._of(entity, lambda _, known: any(_is_alike(each, known) for each in keys))
        ]

    def parent(self, company_id: TargetId) -> TargetId | None:
        """The parent company as last seen."""
        known = self.state.index.get((Entity.COMPANY, company_id))
        parent = known[0].fields.get("parentCompanyID") if known else None
        return TargetId(int(parent)) if parent is not None else None

    def _of(self, entity: Entity, is_wanted: Callable[[TargetRecord, Keys], bool]) -> list[tuple[TargetRecord, Keys]]:
        places = sorted(place for place in self.state.index if place[0] is entity)
        return [self.state.index[place] for place in places if is_wanted(*self.state.index[place])]

    def _candidate(self, record: TargetRecord, keys: Keys, owners: Mapping[TargetId, SourceId]) -> Candidate:
        company = self.state.index.get((Entity.COMPANY, record.company_id)) if record.company_id is not None else None
        return Candidate(
            id=record.id,
            keys=keys,
            name=record.name,
            is_active=record.is_active,
            linked_to=owners.get(record.id) or record.source_id,
            company_id=record.company_id,
            company_name_key=company[1].name if company else None,
        )

    def _owners(self, entity: Entity) -> dict[TargetId, SourceId]:
        """Only linked pairs reserve a record (protocol 1)."""
        links = (link for link in self.state.links.values() if link.entity is entity)
        return {link.target_id: link.source_id for link in links if link.state is LinkState.LINKED}


def _is_alike(one: Keys, other: Keys) -> bool:
    return bool(
        (one.domain and one.domain == other.domain)
        or (one.phone and one.phone == other.phone)
        or (one.block and one.block == other.block)
        or (one.number and one.number == other.number)
        or (one.mobile and one.mobile == other.mobile)
    )
