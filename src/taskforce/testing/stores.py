"""Everything kept for one connection, in memory, with transactions that can be taken back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from taskforce.domain.cursor import Cursor
from taskforce.domain.links import Link, LinkState
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.domain.schema import SourceSchema, TargetSchema
from taskforce.engine import stores as port
from taskforce.engine.stores import Intent, IntentState
from taskforce.errors import LeaseLost, TaskforceError
from taskforce.testing.store_inbox import MemoryInbox
from taskforce.testing.store_index import MemoryIndex
from taskforce.testing.store_merges import MemoryMerges, MemorySightings
from taskforce.testing.store_notices import MemoryNotices, MemoryWatches
from taskforce.testing.store_plan import MemoryPlan, MemoryRuns
from taskforce.testing.store_state import State
from taskforce.testing.tripwire import Tripwire, untouched

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MemoryCursors:
    """How far each object has been read."""

    state: State

    def get(self, entity: Entity) -> Cursor:
        """Where reading goes on."""
        return self.state.cursors.get(entity, Cursor())

    def put(self, entity: Entity, cursor: Cursor) -> None:
        """Remember it."""
        self.state.cursors[entity] = cursor


@dataclass(frozen=True, slots=True)
class MemoryLinks:
    """The pairs."""

    state: State

    def by_source(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Link]:
        """Links in whatever state."""
        return {each: self.state.links[entity, each] for each in ids if (entity, each) in self.state.links}

    def put(self, links: Iterable[Link]) -> None:
        """Store pairs; a second linked pair of one Autotask record is refused, as a database would."""
        linked = [link for link in self.state.links.values() if link.state is LinkState.LINKED]
        owners = {(link.entity, link.target_id): link.source_id for link in linked}
        for link in links:
            replaced = self.state.links.get((link.entity, link.source_id))
            if replaced is not None and owners.get((link.entity, replaced.target_id)) == link.source_id:
                del owners[link.entity, replaced.target_id]
            is_linked = link.state is LinkState.LINKED
            if is_linked and owners.setdefault((link.entity, link.target_id), link.source_id) != link.source_id:
                raise TaskforceError(f"Autotask record {link.target_id} is linked to another one already.")
            self.state.links[link.entity, link.source_id] = link

    def set_state(self, entity: Entity, source_id: SourceId, state: LinkState) -> None:
        """Change what a link means."""
        self.state.links[entity, source_id] = replace(self.state.links[entity, source_id], state=state)

    def remove(self, entity: Entity, source_id: SourceId) -> None:
        """Forget a pair, and its locks."""
        self.state.links.pop((entity, source_id), None)
        self.state.locks.pop((entity, source_id), None)

    def locks(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, frozenset[str]]:
        """The locked fields of those records that have any."""
        return {each: self.state.locks[entity, each] for each in ids if self.state.locks.get((entity, each))}

    def lock(self, entity: Entity, source_id: SourceId, fields: Iterable[str]) -> None:
        """Lock these fields."""
        self.state.locks[entity, source_id] = frozenset(fields)

    def by_target(self, entity: Entity, ids: Iterable[TargetId]) -> Sequence[Link]:
        """The pairs of these Autotask records."""
        wanted = set(ids)
        found = [link for link in self.state.links.values() if link.entity is entity and link.target_id in wanted]
        return sorted(found, key=lambda link: link.source_id)

    def in_states(self, states: Iterable[LinkState]) -> Iterator[Link]:
        """Every pair in one of these states."""
        wanted = set(states)
        return iter([link for _, link in sorted(self.state.links.items()) if link.state in wanted])

    def count(self, entity: Entity, state: LinkState, *, at_most: int | None = None) -> int:
        """How many there are, or `at_most`."""
        found = sum(link.entity is entity and link.state is state for link in self.state.links.values())
        return found if at_most is None else min(found, at_most)

    def compare_all(self, entity: Entity) -> None:
        """What was seen to stand in Autotask is known no more."""
        for place, link in self.state.links.items():
            if link.entity is entity:
                self.state.links[place] = replace(link, fingerprint="")

    def forget_ids(self, entity: Entity) -> None:
        """No record of Autotask carries its id any more."""
        for place, link in self.state.links.items():
            if link.entity is entity:
                self.state.links[place] = replace(link, carries_id=False)


@dataclass(frozen=True, slots=True)
class MemoryIntents:
    """Creates whose end is not known."""

    state: State

    def get(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Intent]:
        """Those of these records."""
        return {each: self.state.intents[entity, each] for each in ids if (entity, each) in self.state.intents}

    def unsettled(self) -> Sequence[Intent]:
        """All."""
        return list(self.state.intents.values())

    def send(self, entity: Entity, writes: Iterable[tuple[SourceId, int, str]], now: datetime) -> None:
        """On their way; nobody asks for the digest."""
        for source_id, number, _ in writes:
            known = self.state.intents.get((entity, source_id))
            attempt = known.attempt + 1 if known else 1
            self.state.intents[entity, source_id] = Intent(
                entity=entity, source_id=source_id, state=IntentState.SENT, attempt=attempt, sent_at=now, number=number
            )

    def doubt(self, entity: Entity, source_id: SourceId) -> None:
        """The answer was lost."""
        known = self.state.intents[entity, source_id]
        self.state.intents[entity, source_id] = replace(known, state=IntentState.IN_DOUBT, server_since=None)

    def stamp(self, server_time: datetime) -> None:
        """The settle time begins."""
        for place, intent in self.state.intents.items():
            if intent.state is IntentState.IN_DOUBT and intent.server_since is None:
                self.state.intents[place] = replace(intent, server_since=server_time)

    def close(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """The end of these is known."""
        for source_id in ids:
            self.state.intents.pop((entity, source_id), None)


@dataclass(frozen=True, slots=True)
class MemorySchemas:
    """The metadata as last read."""

    state: State

    def source(self) -> tuple[SourceSchema, datetime] | None:
        """Salesforce's, and when it was read."""
        return self.state.source_schema.get("")

    def put_source(self, schema: SourceSchema, now: datetime) -> None:
        """Remember it."""
        self.state.source_schema[""] = (schema, now)

    def target(self) -> TargetSchema | None:
        """Autotask's."""
        return self.state.target_schema.get("")

    def put_target(self, schema: TargetSchema) -> None:
        """Remember it."""
        self.state.target_schema[""] = schema

    def other_pair(self, organization_id: str, database_id: str) -> str:
        """Another connection, as far as the state tells of any."""
        return self.state.other_pairs.get((organization_id, database_id), "")

    def expire(self) -> None:
        """As if they had been read long ago."""
        for place, (schema, _) in self.state.source_schema.items():
            self.state.source_schema[place] = (schema, LONG_AGO)
        for place, each in self.state.target_schema.items():
            self.state.target_schema[place] = replace(each, read_at=LONG_AGO)


class MemoryStores:
    """One connection's stores. `lose_lease` lets another worker take over."""

    cursors: port.Cursors
    inbox: port.Inbox
    links: port.Links
    intents: port.Intents
    watches: port.Watches
    merges: port.Merges
    sightings: port.Sightings
    notices: port.Notices
    index: port.Index
    schemas: port.Schemas
    runs: port.Runs

    def __init__(self, connection: str = "acme", *, tripwire: Tripwire = untouched, state: State | None = None) -> None:
        self.state = state or State()
        self.tripwire = tripwire
        self.has_lease = True
        self._connection = connection
        self.cursors = MemoryCursors(self.state)
        self.inbox = MemoryInbox(self.state)
        self.links = MemoryLinks(self.state)
        self.intents = MemoryIntents(self.state)
        self.watches = MemoryWatches(self.state)
        self.merges = MemoryMerges(self.state)
        self.sightings = MemorySightings(self.state)
        self.notices = MemoryNotices(self.state)
        self.index = MemoryIndex(self.state)
        self.schemas = MemorySchemas(self.state)
        self.runs = MemoryRuns(self.state, connection)

    def plan(self, run_id: int) -> MemoryPlan:
        """The plan of a run."""
        return MemoryPlan(self.state, run_id)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and nothing without the lease, looked at before and after."""
        earlier = self.state.copy()
        try:
            self.check_lease()
            yield
            self.tripwire("transaction")
            self.check_lease()
        except BaseException:
            self.state.restore(earlier)
            raise
        self.tripwire("committed")

    def check_lease(self) -> None:
        """Refuse to go on when another worker has taken over."""
        if not self.has_lease:
            raise LeaseLost("Another worker has taken over this connection.")

    def is_lease_live(self) -> bool:
        """As long as nobody has taken over."""
        return self.has_lease

    def lose_lease(self) -> None:
        """Another worker takes over."""
        self.has_lease = False

    @contextmanager
    def scratch(self) -> Iterator["MemoryStores"]:
        """A copy that is thrown away."""
        yield MemoryStores(self._connection, tripwire=self.tripwire, state=self.state.copy())
