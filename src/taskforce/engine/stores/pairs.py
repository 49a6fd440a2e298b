"""The pairs, and the writes that are under way for them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from taskforce.domain.links import Link, LinkState
from taskforce.domain.records import Entity, SourceId, TargetId


class IntentState(StrEnum):
    """How far a write has come (protocol 2)."""

    SENT = "sent"
    """On its way: the answer is not known."""
    IN_DOUBT = "in_doubt"
    """The answer was lost: wait, then look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A write that was sent and whose end is not known.

    `number` is that of the change in its run's plan (None for one that an older version sent, which was a create).
    `server_since` is Autotask's clock when sending was certainly over: the settle time counts from there, None until
    Autotask has told its time.
    """

    entity: Entity
    source_id: SourceId
    state: IntentState
    attempt: int
    sent_at: datetime
    number: int | None = None
    server_since: datetime | None = None


class Links(Protocol):
    """The pairs; one-to-one while linked."""

    def by_source(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Link]: ...

    def put(self, links: Iterable[Link]) -> None:
        """Store pairs; a pair of the same Salesforce record is replaced."""
        ...

    def set_state(self, entity: Entity, source_id: SourceId, state: LinkState) -> None: ...

    def remove(self, entity: Entity, source_id: SourceId) -> None:
        """Forget a pair, and the fields of it that were locked."""
        ...

    def locks(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, frozenset[str]]:
        """The Autotask fields that a person wants left as they are, of those of these records that have any (B8)."""
        ...

    def lock(self, entity: Entity, source_id: SourceId, fields: Iterable[str]) -> None:
        """Have these fields of a record locked, and no others."""
        ...

    def by_target(self, entity: Entity, ids: Iterable[TargetId]) -> Sequence[Link]:
        """The pairs of these Autotask records, in any state."""
        ...

    def in_states(self, states: Iterable[LinkState]) -> Iterator[Link]:
        """Every pair in one of these states, by entity and Salesforce id, without ever holding them all."""
        ...

    def count(self, entity: Entity, state: LinkState, *, at_most: int | None = None) -> int:
        """How many there are; with `at_most` no more are counted than that."""
        ...

    def compare_all(self, entity: Entity) -> None:
        """Values that stood in Autotask may be written now: the next look at each record compares them."""
        ...

    def forget_ids(self, entity: Entity) -> None:
        """The user-defined field was made anew: no Autotask record carries its id any more."""
        ...


class Intents(Protocol):
    """Writes whose end is not known; one per Salesforce record."""

    def get(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Intent]: ...

    def unsettled(self) -> Sequence[Intent]: ...

    def send(self, entity: Entity, writes: Iterable[tuple[SourceId, int, str]], now: datetime) -> None:
        """Written before their requests leave; counts the attempt.

        Each record with the number of its change and the digest of what is sent.
        """
        ...

    def doubt(self, entity: Entity, source_id: SourceId) -> None:
        """The answer was lost; the settle time has not begun."""
        ...

    def stamp(self, server_time: datetime) -> None:
        """Begin the settle time, by Autotask's clock, of every doubt whose settle time has not begun."""
        ...

    def close(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """The end of these is known."""
        ...


class Watches(Protocol):
    """Salesforce ids that were in doubt, to be looked for a day later: do they stand twice? (protocol 2, step 6)."""

    def put(self, entity: Entity, source_id: SourceId, due_at: datetime) -> None: ...

    def due(self, now: datetime) -> Sequence[tuple[Entity, SourceId]]: ...

    def remove(self, entity: Entity, source_id: SourceId) -> None: ...
