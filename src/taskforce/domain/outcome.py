"""What became of one change."""

from dataclasses import dataclass
from enum import StrEnum

from taskforce.domain.reasons import Reason
from taskforce.domain.records import TargetId


class OutcomeKind(StrEnum):
    """The counters of a run; they exclude each other."""

    CREATED = "created"
    UPDATED = "updated"
    LINKED = "linked"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    HELD = "held"
    FAILED = "failed"
    DEACTIVATED = "deactivated"
    POSTPONED = "postponed"


WRITTEN = (OutcomeKind.CREATED, OutcomeKind.UPDATED, OutcomeKind.LINKED, OutcomeKind.DEACTIVATED)
"""Something was written to Autotask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a change ended; `detail` is the vendor's own reason when it refused, free of personal data."""

    kind: OutcomeKind
    reason: Reason
    detail: str = ""
    target_id: TargetId | None = None
