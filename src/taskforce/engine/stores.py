"""What the engine keeps, and the guarantees it needs of the store: one object, bound to one connection.

Everything written inside one `transaction` is kept together or not at all, and only while the run holds its lease.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from taskforce.domain.budget import Spent
from taskforce.domain.changes import Create, Decision, Patch
from taskforce.domain.cursor import Cursor
from taskforce.domain.limits import PlanFigures
from taskforce.domain.links import Link, LinkState
from taskforce.domain.match_rules import Candidate, Keys
from taskforce.domain.notices import Notice, NoticeKind
from taskforce.domain.outcome import Outcome
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord
from taskforce.domain.run import Run, RunKind
from taskforce.domain.schema import SourceSchema, TargetSchema


class IntentState(StrEnum):
    """How far a create has come (protocol 2)."""

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
        """The due accounts that stand, in the order of their ids, each with its parent account."""
        ...

    def due_ids(
        self, entity: Entity, now: datetime, *, after: SourceId | None, limit: int, departed: bool = False
    ) -> Sequence[SourceId]:
        """The due records in the order of their ids: those that stand in Salesforce, or those that have left it."""
        ...

    def load(self, entity: Entity, ids: Sequence[SourceId]) -> Sequence[SourceRecord]:
        """The records in the order of `ids`; those that are not here are left out."""
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
        """Keep a record until its next attempt, by `domain.retry`; it may be that there is none by itself."""
        ...

    def release(self, entity: Entity, ids: Iterable[SourceId], *, unless: Reason | None = None) -> None:
        """Make these due, however they wait, unless for this reason; those that are not here stay away."""
        ...

    def want(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """Have these read by the next import though they did not change; those that are here become due."""
        ...

    def wanted(self, entity: Entity) -> Sequence[SourceId]:
        """Those to be read by their ids; they are not due before they were `put`."""
        ...

    def release_waiting(self, accounts: Iterable[SourceId]) -> None:
        """Make due what waits for these accounts."""
        ...

    def release_keys(self, entity: Entity, match_keys: Iterable[str]) -> None:
        """Make due what is held with one of these keys."""
        ...

    def release_reasons(self, reasons: Iterable[Reason]) -> None:
        """Make due what is held or failing for one of these reasons."""
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

    def remove(self, entity: Entity, source_id: SourceId) -> None:
        """Forget a pair."""
        ...

    def by_target(self, entity: Entity, target_id: TargetId) -> Sequence[Link]:
        """The pairs of one Autotask record, in any state."""
        ...

    def in_states(self, states: Iterable[LinkState]) -> Iterator[Link]:
        """Every pair in one of these states, by entity and Salesforce id, without ever holding them all."""
        ...

    def count(self, entity: Entity, state: LinkState) -> int: ...

    def forget_ids(self, entity: Entity) -> None:
        """The user-defined field was made anew: no Autotask record carries its id any more."""
        ...


class Intents(Protocol):
    """Writes whose end is not known; one per Salesforce record."""

    def get(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Intent]: ...

    def unsettled(self) -> Sequence[Intent]: ...

    def send(self, entity: Entity, source_id: SourceId, number: int, body_digest: str, now: datetime) -> None:
        """Written before the request of change `number` leaves; counts the attempt."""
        ...

    def doubt(self, entity: Entity, source_id: SourceId) -> None:
        """The answer was lost; the settle time has not begun."""
        ...

    def stamp(self, server_time: datetime) -> None:
        """Begin the settle time, by Autotask's clock, of every doubt whose settle time has not begun."""
        ...

    def close(self, entity: Entity, source_id: SourceId) -> None: ...


class Watches(Protocol):
    """Salesforce ids that were in doubt, to be looked for a day later: do they stand twice? (protocol 2, step 6)."""

    def put(self, entity: Entity, source_id: SourceId, due_at: datetime) -> None: ...

    def due(self, now: datetime) -> Sequence[tuple[Entity, SourceId]]: ...

    def remove(self, entity: Entity, source_id: SourceId) -> None: ...


class Merges(Protocol):
    """Which Salesforce record a merged one went into (B6)."""

    def put(self, entity: Entity, losers: Mapping[SourceId, SourceId]) -> None:
        """Remember the survivor of each."""
        ...

    def remove(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """These stand on their own (again)."""
        ...

    def survivors(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, SourceId]:
        """The last survivor of each that was merged, whole chains followed; never itself."""
        ...


class Sightings(Protocol):
    """Which Salesforce records a reconciliation has seen, to find those that are gone for good."""

    def begin(self) -> None:
        """Nothing was seen yet."""
        ...

    def add(self, entity: Entity, ids: Iterable[SourceId]) -> None: ...

    def missing(self, entity: Entity, *, after: SourceId | None, limit: int) -> Sequence[SourceId]:
        """Records that were not seen though they are linked or orphaned, or are in the Inbox without any pair; in the
        order of their ids."""
        ...


class Notices(Protocol):
    """What people were told, and whether it is over."""

    def open(self, kind: NoticeKind) -> Sequence[Notice]: ...

    def tell(self, notice: Notice) -> bool:
        """Store a notice; false, and nothing stored, if one of its kind and subject stands open."""
        ...

    def end(self, kind: NoticeKind, subject: str, now: datetime) -> bool:
        """It is over; false if none stood open."""
        ...


class Index(Protocol):
    """What is known of Autotask's records, so that matching costs no request."""

    def refreshed_through(self, entity: Entity) -> datetime | None: ...

    def set_refreshed_through(self, entity: Entity, moment: datetime) -> None: ...

    def put(self, entity: Entity, records: Mapping[TargetId, tuple[TargetRecord, Keys]], *, run_id: int = 0) -> None:
        """Store records as they stand in Autotask, seen by this run."""
        ...

    def count(self, entity: Entity, *, seen_in: int | None = None) -> int:
        """How many records there are, or were seen by one run."""
        ...

    def forget_unseen(self, entity: Entity, run_id: int) -> None:
        """Everything was read by this run: what it did not see is gone."""
        ...

    def doubled(self, entity: Entity) -> Mapping[SourceId, Sequence[Candidate]]:
        """Salesforce ids that stand on more than one record, with those records (protocol 2, step 6)."""
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
        """The next run reads both anew; they are kept, to be compared with."""
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

    def settle_earlier(self, number: int, outcome: Outcome, now: datetime) -> None:
        """What became of a change of an earlier run after all; the counts of that run follow."""
        ...

    def write(self, number: int) -> Create | Patch | None:
        """A change of any run by its number; None when it is not kept any more."""
        ...

    def postpone(self, now: datetime) -> int:
        """What is still pending was not reached: its outcome says so. Returns how many those are."""
        ...

    def figures(self) -> PlanFigures:
        """What the pending changes amount to."""
        ...

    def digest(self) -> str:
        """The fingerprint of the pending changes in their order: what an approval is given for."""
        ...

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

    def start(self, kind: RunKind, *, is_dry_run: bool, now: datetime) -> Run:
        """A run begins. One that is still recorded as running has died: what it had not reached is postponed."""
        ...

    def awaiting(self) -> Run | None:
        """The run whose plan waits for a person, if there is one."""
        ...

    def find(self, run_id: int) -> Run | None:
        """A run of this connection by its number."""
        ...

    def resume(self, run_id: int, now: datetime) -> Run:
        """A run whose plan waited is under way again. One that died meanwhile ends as by `start`."""
        ...

    def has_finished(self) -> bool:
        """Whether an import was ever carried through to its end, so that the next is not the first."""
        ...

    def succeeded_at(self, until: datetime) -> datetime | None:
        """When the latest import ended, until then, that succeeded (`domain.alarm`)."""
        ...

    def bury(self, now: datetime) -> None:
        """Runs that are still recorded as running have died: what they did is counted, the rest postponed."""
        ...

    def spent(self, since: datetime) -> Sequence[Spent]:
        """The requests to Autotask of runs that ended after that moment; what a run that died spent is not known."""
        ...

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
    def watches(self) -> Watches: ...

    @property
    def merges(self) -> Merges: ...

    @property
    def sightings(self) -> Sightings: ...

    @property
    def notices(self) -> Notices: ...

    @property
    def runs(self) -> Runs: ...

    def plan(self, run_id: int) -> Plan: ...

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing. Raises LeaseLost, with nothing written, when another worker has taken over."""
        ...

    def check_lease(self) -> None:
        """Raises LeaseLost when another worker has taken over."""
        ...

    def is_lease_live(self) -> bool:
        """Whether the lease has not run out, as far as can be told without a look at the store: asked by any thread
        before each request that writes, so that a worker that was asleep for long sends nothing more."""
        ...

    def scratch(self) -> AbstractContextManager["Stores"]:
        """A copy in which a dry run may write as it likes; runs and their plans go to the real one."""
        ...


def slices(ids: Sequence[SourceId], size: int) -> Iterator[Sequence[SourceId]]:
    """Consecutive pieces of at most `size`."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
