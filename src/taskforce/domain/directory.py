"""Every Salesforce record that is known here, and how it stands: what people look up, filter and search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from taskforce.domain.history import RecordedChange
from taskforce.domain.links import LinkState
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, TargetId


class Standing(StrEnum):
    """How a record stands, in the order in which people want to see them."""

    HELD = "held"
    """Waits for a person, or for another record."""
    FAILING = "failing"
    """Autotask refused it, or could not be reached for it."""
    DUE = "due"
    """Waits for the next import."""
    ORPHANED = "orphaned"
    """Its Autotask record is gone or inactive."""
    UNMAPPED = "unmapped"
    """Separated from its Autotask record."""
    IGNORED = "ignored"
    """Left out by a person."""
    REPLACED = "replaced"
    """Is to be created anew under its new company."""
    DEPARTED = "departed"
    """Deleted, merged away or not shown any more in Salesforce."""
    LINKED = "linked"
    """Kept current."""


STATES: Mapping[Standing, tuple[LinkState, ...]] = {
    Standing.ORPHANED: (LinkState.ORPHANED,),
    Standing.UNMAPPED: (LinkState.UNMAPPED,),
    Standing.IGNORED: (LinkState.IGNORED,),
    Standing.REPLACED: (LinkState.LEAVING, LinkState.REPLACED),
    Standing.DEPARTED: (
        LinkState.HELD,
        LinkState.DOUBTFUL,
        LinkState.DEACTIVATED,
        LinkState.DELETED,
        LinkState.VANISHED,
    ),
    Standing.LINKED: (LinkState.LINKED,),
}
"""The standings that a pair tells by its state."""

_BY_STATE = {state: standing for standing, states in STATES.items() for state in states}


class Waiting(StrEnum):
    """How a record that is not settled waits."""

    DUE = "due"
    HELD = "held"
    FAILING = "failing"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRecord:
    """One record: its pair, and what it waits for, if it does. `name` may be empty where nobody has seen it yet."""

    connection: str
    entity: Entity
    source_id: SourceId
    name: str = ""
    target_id: TargetId | None = None
    state: LinkState | None = None
    waiting: Waiting | None = None
    reason: Reason | None = None
    modified_at: datetime | None = None
    next_attempt_at: datetime | None = None
    is_new: bool = False

    @property
    def standing(self) -> Standing:
        """What matters most of how it stands."""
        if self.waiting in (Waiting.HELD, Waiting.FAILING):
            return Standing(self.waiting)
        return _BY_STATE[self.state] if self.state is not None else Standing.DUE

    @property
    def is_read(self) -> bool:
        """Its values in Salesforce are kept here, because it is not settled."""
        return self.modified_at is not None

    @property
    def mark(self) -> str:
        """What a person saw who decides about it: another mark means that it is not as it was then."""
        parts = (self.state, self.target_id, self.waiting, self.reason, self.is_new)
        return ".".join("" if part is None else str(part) for part in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """Some of the records that were asked for: page `number` of `last`, both from 1, and how many there are in all."""

    records: Sequence[KnownRecord]
    number: int
    last: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """What one run decided about a record, and what became of it."""

    run_id: int
    at: datetime
    is_dry_run: bool
    change: RecordedChange
