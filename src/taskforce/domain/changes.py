"""What a run intends for each record: one intended write, or a recorded decision not to write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from taskforce.domain.diffing import FieldChange
from taskforce.domain.match_rules import Keys
from taskforce.domain.reasons import Evidence, Note, Reason
from taskforce.domain.records import Entity, SourceId, TargetId, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What every decision carries: which Salesforce record in which version, why, and with which remarks."""

    entity: Entity
    source_id: SourceId
    name: str
    modified_at: datetime
    reason: Reason
    notes: tuple[Note, ...] = ()
    evidence: Evidence = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(Change):
    """A new Autotask record.

    `references` are fields that hold the Autotask id of another account's company; those that the same plan creates
    are resolved when the change is applied. `company` is, for a contact, the account it belongs to.
    """

    values: Mapping[str, Value]
    keys: Keys
    fingerprint: str
    references: Mapping[str, SourceId] = field(default_factory=dict)
    company: SourceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Write(Change):
    """One PATCH of an existing Autotask record with the fields that differ; nothing is sent when none does."""

    target_id: TargetId
    field_changes: tuple[FieldChange, ...]
    keys: Keys
    fingerprint: str
    references: Mapping[str, SourceId] = field(default_factory=dict)
    company_id: TargetId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Write):
    """A pair found: the id, where it does not stand there yet, and the differences travel in one PATCH."""

    writes_id: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Update(Write):
    """A linked record whose values differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged(Change):
    """A linked record that needs no write; `fingerprint` is remembered so that the next look costs nothing."""

    target_id: TargetId
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Change):
    """Waits: for a person's decision, or (`waits_for`) for another account to be linked.

    `match_key` brings it back when an Autotask record with this key turns up or changes.
    """

    waits_for: SourceId | None = None
    match_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip(Change):
    """Left alone, and settled until the record changes."""


Decision = Create | Link | Update | Unchanged | Hold | Skip
