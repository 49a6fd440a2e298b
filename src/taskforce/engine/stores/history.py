"""Runs with their plans, and what people were told."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from taskforce.domain.budget import Spent
from taskforce.domain.changes import Applicable, Decision
from taskforce.domain.limits import PlanFigures
from taskforce.domain.notices import Notice, NoticeKind
from taskforce.domain.outcome import Outcome
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.domain.run import Run, RunKind, Undoing

Intended = tuple[int, Applicable]
"""A change that is to be carried out, with its number in the plan."""


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
class CarriedOut:
    """A change that was made, with its number, and the Autotask record that it was made to."""

    number: int
    change: Applicable
    target_id: TargetId


class Plan(Protocol):
    """The changes of one run: what was intended, and what became of each."""

    def add(self, decisions: Sequence[tuple[Decision, Outcome | None]]) -> None:
        """Store decisions; those without an outcome wait to be applied."""
        ...

    def pending(self, entity: Entity) -> int: ...

    def next_pending(self, entity: Entity, *, after: int, limit: int) -> Sequence[Intended]:
        """Changes to be applied, in the order of the plan."""
        ...

    def next_creations(self, entity: Entity, *, after: int, limit: int) -> Sequence[Intended]:
        """Creations to be applied, in the order of the plan."""
        ...

    def pending_among(self, entity: Entity, ids: Iterable[SourceId]) -> AbstractSet[SourceId]:
        """Those of these Salesforce records of which a change is still to be applied."""
        ...

    def carried_out(self, entity: Entity, *, before: int | None, limit: int) -> Sequence[CarriedOut]:
        """What this plan has written to Autotask, the latest first; with `before`, what comes before that number."""
        ...

    def settle(self, number: int, outcome: Outcome, now: datetime) -> None: ...

    def settle_all(self, outcomes: Mapping[int, Outcome], now: datetime) -> None:
        """What became of these changes, by number."""
        ...

    def settle_earlier(self, number: int, outcome: Outcome, now: datetime) -> None:
        """What became of a change of an earlier run after all; the counts of that run follow."""
        ...

    def write(self, number: int) -> Applicable | None:
        """A change of any run by its number; None when it is not kept any more."""
        ...

    def postpone(self, now: datetime) -> int:
        """What is still pending was not reached: its outcome says so. Returns how many those are."""
        ...

    def figures(self) -> PlanFigures:
        """What the pending changes amount to."""
        ...

    def digest(self, *, is_dry_run: bool = False) -> str:
        """The fingerprint of the pending changes in their order: what an approval is given for.

        A dry run settles its changes as it plans them: there it is that of all writes intended.
        """
        ...

    def planned(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Planned]:
        """The writes intended for these Salesforce records."""
        ...

    def leaving(self, entity: Entity, ids: Iterable[SourceId]) -> AbstractSet[SourceId]:
        """Those of these Salesforce records whose Autotask record this plan sets inactive."""
        ...

    def planned_by_key(self, entity: Entity, match_keys: Iterable[str]) -> Mapping[str, Sequence[Planned]]:
        """The creates intended with one of these exact keys; contacts of all companies."""
        ...

    def claims(self, entity: Entity, target_ids: Iterable[TargetId]) -> Mapping[TargetId, SourceId]:
        """Which Salesforce record gets linked to these Autotask records by this plan."""
        ...


class Runs(Protocol):
    """The history."""

    def start(self, kind: RunKind, *, is_dry_run: bool, now: datetime, undoes: Undoing | None = None) -> Run:
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


class Notices(Protocol):
    """What people were told, and whether it is over."""

    def open(self, kind: NoticeKind) -> Sequence[Notice]: ...

    def tell(self, notice: Notice) -> bool:
        """Store a notice; false, and nothing stored, if one of its kind and subject stands open."""
        ...

    def end(self, kind: NoticeKind, subject: str, now: datetime) -> bool:
        """It is over; false if none stood open."""
        ...
