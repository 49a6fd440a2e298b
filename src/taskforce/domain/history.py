"""What a run did, as it is read back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from taskforce.domain.diffing import FieldChange
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Evidence, Note, Reason
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.domain.run import Run, RunKind, RunStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsWanted:
    """Which runs are asked for: of these connections and, where they are given, of this kind, with one of these ends.

    They began at `since` or later, and before `until`.
    """

    connections: Sequence[str]
    kind: RunKind | None = None
    is_dry_run: bool | None = None
    statuses: Sequence[RunStatus] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """Some runs, the latest first: page `number` of `last`, both from 1, and how many there are on all of them."""

    runs: Sequence[Run]
    number: int
    last: int
    count: int


WRITES = ("create", "update", "link", "deactivate")
"""The kinds of change that write to Autotask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedChange:
    """One record's decision and outcome; `kind` is what was intended ("create", "hold" …), no outcome is pending."""

    entity: Entity
    source_id: SourceId
    name: str
    kind: str
    reason: Reason
    notes: tuple[Note, ...] = ()
    evidence: Evidence = field(default_factory=dict)
    field_changes: tuple[FieldChange, ...] = ()
    outcome: OutcomeKind | None = None
    outcome_reason: Reason | None = None
    detail: str = ""
    target_id: TargetId | None = None
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePage:
    """Some records of a run: page `number` of `last`, both from 1, and how many there are on all of them."""

    changes: Sequence[RecordedChange]
    number: int
    last: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Records of one run that ended alike, or carry the same remark (`is_note`), with one of them as an example."""

    entity: Entity
    outcome: OutcomeKind
    reason: Reason
    number: int
    example: str
    is_note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCount:
    """How many records of a plan are to become the same for the same reason; `is_near` as for a change."""

    entity: Entity
    kind: str
    reason: Reason
    is_near: bool
    number: int
