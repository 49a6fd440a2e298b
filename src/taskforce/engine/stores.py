"""What the engine keeps, and the guarantees it needs of the store: one object, bound to one connection.

Everything written inside one `transaction` is kept together or not at all, and only while the run holds its lease.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from taskforce.domain.changes import Create, Decision, Patch
from taskforce.domain.cursor import Cursor
from taskforce.domain.links import Link, LinkState
from taskforce.domain.match_rules import Candidate, Keys
from taskforce.domain.outcome import Outcome
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord
from taskforce.domain.run import Run
from taskforce.domain.schema import SourceSchema, TargetSchema


class IntentState(StrEnum):
    """How far a create has come (protocol 2)."""

    SENT = "sent"
    """On its way: the answer is not known."""
    IN_DOUBT = "in_doubt"
    """The answer was lost: wait, then look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A create that was sent and whose end is not known; `doubtful_since` is when sending was over for certain."""

    entity: Entity
    source_id: SourceId
    state: IntentState
    attempt: int
    sent_at: datetime
    doubtful_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A write of this run's plan: the Autotask record it concerns (None: to be created) and its keys.

    `account` is, of a contact to be created, the account it belongs to.
    """

    source_id: SourceId
    target_id: TargetId | None
    name_key: str
    account: SourceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Records that wait for a person or another record, and records that Autotask refused, in all."""

    held: int
    failing: int


class Cursors(Protocol):
    """How far each object of Salesforce has been read."""

    def get(self, entity: Entity) -> Cursor: ...

    def put(self, entity: Entity, cursor: Cursor) -> None: ...


class Inbox(Protocol):
    """Changed Salesforce records that are not settled yet."""

    def put(self, entity: Entity, records: Sequence[SourceRecord]) -> None:
        """Store records as due; one that waits or fails in the same version keeps waiting."""
        ...

    def due(self, entity: Entity, now: datetime) -> int:
        """How many wait for this run."""
        ...

    def due_parents(self, now: datetime) -> Mapping[SourceId, SourceId | None]:
        """The due accounts in the order of their ids, each with its parent account."""
        ...

    def due_ids(self, entity: Entity, now: datetime, *, after: SourceId | None, limit: int) -> Sequence[SourceId]:
        """The due records in the order of their ids."""
        ...

    def load(self, entity: Entity, ids: Sequence[SourceId]) -> Sequence[SourceRecord]:
        """The records in the order of `ids`."""
        ...

    def settle(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """Take records out."""
        ...

    def revisit(self, entity: Entity, source_id: SourceId, *, after: SourceId) -> None:
        """Keep a settled record, to be looked at once more when that account is linked."""
        ...

    def hold(
        self, entity: Entity, source_id: SourceId, reason: Reason, *, waits_for: SourceId | None, match_key: str
    ) -> None:
        """Keep a record until something brings it back."""
        ...

    def fail(self, entity: Entity, source_id: SourceId, reason: Reason, now: datetime) -> None:
        """Keep a record until its next attempt, later each time."""
        ...

    def release_waiting(self, accounts: Iterable[SourceId]) -> None:
        """Make due what waits for these accounts."""
        ...

    def release_keys(self, entity: Entity, match_keys: Iterable[str]) -> None:
        """Make due what is held with one of these keys."""
        ...

    def release_reasons(self, reasons: Iterable[Reason]) -> None:
        """Make due what is held for one of these reasons."""
        ...

    def retry_failing(self, now: datetime) -> None:
        """A person asks: the next attempt of everything that fails is now."""
        ...

    def standing(self) -> Standing: ...


class Links(Protocol):
    """The pairs; one-to-one while linked."""

    def by_source(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Link]: ...

    def put(self, links: Iterable[Link]) -> None:
        """Store pairs; a pair of the same Salesforce record is replaced."""
        ...

    def set_state(self, entity: Entity, source_id: SourceId, state: LinkState) -> None: ...

    def forget_ids(self, entity: Entity) -> None:
        """The user-defined field was made anew: no Autotask record carries its id any more."""
        ...


class Intents(Protocol):
    """Creates whose end is not known."""

    def get(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Intent]: ...

    def unsettled(self) -> Sequence[Intent]: ...

    def send(self, entity: Entity, source_id: SourceId, body_digest: str, now: datetime) -> None:
        """Written before the request leaves; counts the attempt."""
        ...

    def doubt(self, entity: Entity, source_id: SourceId, now: datetime) -> None: ...

    def close(self, entity: Entity, source_id: SourceId) -> None: ...


class Index(Protocol):
    """What is known of Autotask's records, so that matching costs no request."""

    def refreshed_through(self, entity: Entity) -> datetime | None: ...

    def set_refreshed_through(self, entity: Entity, moment: datetime) -> None: ...

    def put(self, entity: Entity, records: Mapping[TargetId, tuple[TargetRecord, Keys]]) -> None:
        """Store records as they stand in Autotask."""
        ...

    def keys(self, entity: Entity, ids: Iterable[TargetId]) -> Mapping[TargetId, Keys]: ...

    def records(self, entity: Entity, ids: Iterable[TargetId]) -> Mapping[TargetId, TargetRecord]:
        """The records as they were last seen (`source_id_as_written` included)."""
        ...

    def carriers(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Sequence[Candidate]]:
        """The records whose user-defined field holds one of these ids."""
        ...

    def fitting(self, entity: Entity, match_keys: Iterable[str]) -> Mapping[str, Sequence[Candidate]]:
        """The records with one of these exact keys; contacts of all companies."""
        ...

    def alike(self, entity: Entity, keys: Sequence[Keys]) -> Sequence[Candidate]:
        """The records that share a domain, a phone or the beginning of the simple name with one of these."""
        ...

    def parent(self, company_id: TargetId) -> TargetId | None: ...


class Schemas(Protocol):
    """The metadata of both systems as last read."""

    def source(self) -> tuple[SourceSchema, datetime] | None: ...

    def put_source(self, schema: SourceSchema, now: datetime) -> None: ...

    def target(self) -> TargetSchema | None: ...

    def put_target(self, schema: TargetSchema) -> None: ...

    def expire(self) -> None:
        """Forget both, so that the next run reads them anew."""
        ...


class Plan(Protocol):
    """The changes of one run: what was intended, and what became of each."""

    def add(self, decisions: Sequence[tuple[Decision, Outcome | None]]) -> None:
        """Store decisions; those without an outcome wait to be applied."""
        ...

    def pending(self, entity: Entity) -> int: ...

    def next_pending(self, entity: Entity, *, after: int, limit: int) -> Sequence[tuple[int, Create | Patch]]:
        """Changes to be applied, numbered, in the order of the plan."""
        ...

    def settle(self, number: int, outcome: Outcome, now: datetime) -> None: ...

    def planned(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Planned]:
        """The writes intended for these Salesforce records."""
        ...

    def planned_by_key(self, entity: Entity, match_keys: Iterable[str]) -> Mapping[str, Sequence[Planned]]:
        """The creates intended with one of these exact keys; contacts of all companies."""
        ...

    def claims(self, entity: Entity, target_ids: Iterable[TargetId]) -> Mapping[TargetId, SourceId]:
        """Which Salesforce record gets linked to these Autotask records by this plan."""
        ...


class Runs(Protocol):
    """The history."""

    def start(self, *, is_dry_run: bool, now: datetime) -> Run: ...

    def finish(self, run: Run) -> Run:
        """Store the end of a run; its counts are those of the plan's outcomes."""
        ...


class Stores(Protocol):
    """Everything kept for one connection."""

    @property
    def cursors(self) -> Cursors: ...

    @property
    def inbox(self) -> Inbox: ...

    @property
    def links(self) -> Links: ...

    @property
    def intents(self) -> Intents: ...

    @property
    def index(self) -> Index: ...

    @property
    def schemas(self) -> Schemas: ...

    @property
    def runs(self) -> Runs: ...

    def plan(self, run_id: int) -> Plan: ...

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing. Raises LeaseLost, with nothing written, when another worker has taken over."""
        ...

    def check_lease(self) -> None:
        """Raises LeaseLost when another worker has taken over; asked before each request that writes."""
        ...

    def scratch(self) -> AbstractContextManager["Stores"]:
        """A copy in which a dry run may write as it likes; runs and their plans go to the real one."""
        ...


def slices(ids: Sequence[SourceId], size: int) -> Iterator[Sequence[SourceId]]:
    """Consecutive pieces of at most `size`."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
