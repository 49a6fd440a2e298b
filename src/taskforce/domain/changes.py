"""What a run intends for each record: one intended write, or a recorded decision not to write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from taskforce.domain.diffing import FieldChange
from taskforce.domain.links import LinkState
from taskforce.domain.match_rules import Keys
from taskforce.domain.ownership import NOTHING_WRITTEN, LastWritten
from taskforce.domain.reasons import Evidence, Note, Reason
from taskforce.domain.records import Entity, SourceId, TargetId, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Which Salesforce record a decision is about, in which version; `name` is what a person would call it."""

    entity: Entity
    source_id: SourceId
    name: str
    modified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What every decision carries: about whom, why, and with which remarks."""

    subject: Subject
    reason: Reason
    notes: tuple[Note, ...] = ()
    evidence: Evidence = field(default_factory=dict)


_UNDOING = frozenset({Reason.PUT_BACK, Reason.CREATION_UNDONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What is remembered once a write has been carried out.

    `fingerprint` is that of the mapped values without references; `references` are the fields that hold the Autotask
    id of another account's company, by that account (those whose account gets its company from the same plan are
    resolved when the change is applied); `revisit_after` names an account whose company, once linked, changes what is
    wanted here; `written` is what the link remembers as written by then, but for the references; `kept` are the
    Autotask fields that are not written though they hold something else, references among them (B8).
    """

    keys: Keys
    fingerprint: str
    references: Mapping[str, SourceId] = field(default_factory=dict)
    revisit_after: SourceId | None = None
    written: LastWritten = NOTHING_WRITTEN
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Write(Change):
    """One request that changes Autotask; `company` is, for a contact, the account it belongs to.

    `follows` is the Autotask record that must have given up the Salesforce id before this one gets it.
    """

    basis: Basis
    company: SourceId | None = None
    follows: TargetId | None = None

    @property
    def is_undo(self) -> bool:
        """It takes back what an earlier run wrote, and has nothing to do with what waits of its Salesforce record."""
        return self.reason in _UNDOING

    @property
    def accounts(self) -> frozenset[SourceId]:
        """The accounts whose companies must be linked before this can be written in full."""
        belongs_to = [self.company] if self.company is not None else []
        return frozenset([*self.basis.references.values(), *belongs_to])


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(Write):
    """A new Autotask record."""

    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch(Write):
    """An existing Autotask record gets the fields that differ, and the Salesforce id if it lacks that, or loses it.

    `company_id` is the company that a contact stands under; `company` is None where that is another than its account's.
    `replaced` is what stands in the references whose company the same plan creates, which are no field changes yet.
    """

    target_id: TargetId
    field_changes: tuple[FieldChange, ...]
    company_id: TargetId | None = None
    writes_id: bool = False
    clears_id: bool = False
    replaced: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Patch):
    """A pair found: the id, where it does not stand there yet, and the differences travel in one PATCH."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update(Patch):
    """A linked record whose values differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deactivate(Patch):
    """A linked record whose Salesforce record was deleted is set inactive; undeleting it there takes that back (B6).

    With `clears_id` it is one that a person has replaced: it gives up its id, and another takes its place.
    """


Applicable = Create | Patch
"""What one request to Autotask carries out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged(Change):
    """A linked record that needs no write.

    `fingerprint` (references included) is remembered, so that the next look costs nothing, and `written` with it;
    `written_at` stays what it was: reads may still not show that write.
    """

    target_id: TargetId
    fingerprint: str
    revisit_after: SourceId | None = None
    written: LastWritten = NOTHING_WRITTEN
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopt(Change):
    """A pair that the old extension has left is taken over, without a write (B14).

    `fingerprint` and `written` as for an unchanged record; the former is empty where the next import is to compare the
    two.
    """

    target_id: TargetId
    fingerprint: str
    written: LastWritten = NOTHING_WRITTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Change):
    """Waits: for a person's decision, or (`waits_for`) for another account to be linked.

    `match_key`, and of what an added rule holds `rule_key`, bring it back when an Autotask record with this key turns
    up or changes; one that carries its id, or did, does so in any case. `link_state` is the state that an existing
    link takes by it.
    """

    waits_for: SourceId | None = None
    match_key: str = ""
    rule_key: str = ""
    link_state: LinkState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip(Change):
    """Left alone, and settled until the record changes; `link_state` as for a hold.

    `heir` is the Salesforce record that gets the link, since this one was merged into it. `waits_for` names an account:
    once that is linked, the record is read again.
    """

    link_state: LinkState | None = None
    waits_for: SourceId | None = None
    heir: SourceId | None = None


Decision = Create | Link | Update | Deactivate | Unchanged | Adopt | Hold | Skip
