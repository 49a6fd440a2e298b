"""What was read of Salesforce and is not settled yet, and how far the reading has come."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from taskforce.domain.cursor import Cursor
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord


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

    def await_account(self, entity: Entity, source_id: SourceId, reason: Reason, *, account: SourceId) -> None:
        """Keep only that it is there, to be read anew when that account is linked."""
        ...

    def hold(
        self,
        entity: Entity,
        source_id: SourceId,
        reason: Reason,
        *,
        waits_for: SourceId | None,
        match_key: str,
        rule_key: str = "",
    ) -> None:
        """Keep a record until something brings it back."""
        ...

    def fail(self, entity: Entity, source_id: SourceId, reason: Reason, now: datetime) -> None:
        """Keep a record until its next attempt, by `domain.retry`; it may be that there is none by itself."""
        ...

    def release(self, entity: Entity, ids: Iterable[SourceId], *, unless: Reason | None = None) -> None:
        """Make these due, however they wait, unless for this reason; those that are not here stay away.

        What only its id is kept of (`await_account`) is wanted instead.
        """
        ...

    def want(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """Have these read by the next import though they did not change; those that are here become due."""
        ...

    def bring(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """Have these imported whether they fit the filter or not; those that were not so far are wanted by that."""
        ...

    def brought(self, entity: Entity, ids: Iterable[SourceId]) -> AbstractSet[SourceId]:
        """Those of these that are imported whether they fit or not."""
        ...

    def bring_no_more(self) -> None:
        """The filter is another one: each has to fit, or be brought again."""
        ...

    def wanted(self, entity: Entity) -> Sequence[SourceId]:
        """Those to be read by their ids; they are not due before they were `put`."""
        ...

    def mark_new(self, entity: Entity, source_id: SourceId, *, is_new: bool) -> None:
        """A person decided that a record that is here is none of those in Autotask (or takes that back)."""
        ...

    def marked_new(self, entity: Entity, ids: Iterable[SourceId]) -> AbstractSet[SourceId]:
        """Those of these of which a person decided so; until they are settled, whatever becomes of them."""
        ...

    def release_waiting(self, accounts: Iterable[SourceId]) -> None:
        """Make due what waits for these accounts; what only its id is kept of is wanted."""
        ...

    def release_keys(self, entity: Entity, match_keys: Iterable[str]) -> None:
        """Make due what is held with one of these keys."""
        ...

    def release_carried(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """Make due those of these that are held, unless a person rejected the plan that was to change them."""
        ...

    def release_reasons(self, reasons: Iterable[Reason]) -> None:
        """Make due what is held or failing for one of these reasons."""
        ...

    def retry_failing(self, now: datetime) -> None:
        """A person asks: the next attempt of everything that fails is now."""
        ...

    def standing(self) -> Standing: ...


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
