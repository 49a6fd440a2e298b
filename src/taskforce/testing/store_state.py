"""What the in-memory stores hold, in one place, so that a transaction can be taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum

from taskforce.domain.changes import Decision
from taskforce.domain.cursor import Cursor
from taskforce.domain.links import Link
from taskforce.domain.match_rules import Keys
from taskforce.domain.notices import Notice
from taskforce.domain.outcome import Outcome
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord
from taskforce.domain.retry import longest_wait_from
from taskforce.domain.run import Run
from taskforce.domain.schema import SourceSchema, TargetSchema
from taskforce.engine.stores import Intent


class Waiting(StrEnum):
    """How a record stands in the Inbox."""

    DUE = "due"
    """For the next run."""
    HELD = "held"
    """Until something brings it back."""
    FAILING = "failing"
    """Until its next attempt."""
    SETTLED = "settled"
    """Done, but to be looked at once more when its parent account is linked."""
    WANTED = "wanted"
    """To be read from Salesforce by its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record in the Inbox."""

    record: SourceRecord
    waiting: Waiting = Waiting.DUE
    reason: Reason | None = None
    waits_for: SourceId | None = None
    match_key: str = ""
    rule_key: str = ""
    attempts: int = 0
    next_attempt_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """To be looked at by a run that begins now."""
        if self.waiting is Waiting.FAILING:
            at = self.next_attempt_at
            return at is not None and (at <= now or at > longest_wait_from(now))
        return self.waiting is Waiting.DUE


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEntry:
    """A decision of a run, and what became of it."""

    run_id: int
    number: int
    decision: Decision
    outcome: Outcome | None


@dataclass(slots=True, kw_only=True)
class State:
    """Everything; all values are frozen, so that copies of the mappings are copies of the whole."""

    cursors: dict[Entity, Cursor] = field(default_factory=dict)
    inbox: dict[tuple[Entity, SourceId], Entry] = field(default_factory=dict)
    new: dict[tuple[Entity, SourceId], bool] = field(default_factory=dict)
    links: dict[tuple[Entity, SourceId], Link] = field(default_factory=dict)
    brought: dict[tuple[Entity, SourceId], bool] = field(default_factory=dict)
    locks: dict[tuple[Entity, SourceId], frozenset[str]] = field(default_factory=dict)
    intents: dict[tuple[Entity, SourceId], Intent] = field(default_factory=dict)
    index: dict[tuple[Entity, TargetId], tuple[TargetRecord, Keys]] = field(default_factory=dict)
    refreshed: dict[Entity, datetime] = field(default_factory=dict)
    source_schema: dict[str, tuple[SourceSchema, datetime]] = field(default_factory=dict)
    target_schema: dict[str, TargetSchema] = field(default_factory=dict)
    other_pairs: dict[tuple[str, str], str] = field(default_factory=dict)
    runs: dict[int, Run] = field(default_factory=dict)
    plans: dict[int, PlanEntry] = field(default_factory=dict)
    watches: dict[tuple[Entity, SourceId], datetime] = field(default_factory=dict)
    merges: dict[tuple[Entity, SourceId], SourceId] = field(default_factory=dict)
    sightings: dict[tuple[Entity, SourceId], bool] = field(default_factory=dict)
    notices: dict[int, Notice] = field(default_factory=dict)
    seen_in: dict[tuple[Entity, TargetId], int] = field(default_factory=dict)

    def copy(self) -> "State":
        """As it is now."""
        return State(**{each.name: dict(getattr(self, each.name)) for each in fields(self)})

    def restore(self, earlier: "State") -> None:
        """As it was then, in place."""
        for each in fields(self):
            current: dict[object, object] = getattr(self, each.name)
            kept: Mapping[object, object] = getattr(earlier, each.name)
            current.clear()
            current.update(kept)
