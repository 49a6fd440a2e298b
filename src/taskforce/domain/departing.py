"""The decision for a record that has left Salesforce: deleted, merged into another, or shown no more (B6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from taskforce.domain import changes
from taskforce.domain.deciding import may_get_id
from taskforce.domain.diffing import FieldChange
from taskforce.domain.drafts import subject_of
from taskforce.domain.links import Link, LinkState
from taskforce.domain.match_rules import Keys
from taskforce.domain.reasons import Evidence, Reason
from taskforce.domain.records import SourceId, SourceRecord, TargetRecord
from taskforce.domain.settings import Deletion

STILL_PAIRED = frozenset({LinkState.LINKED, LinkState.DELETED, LinkState.VANISHED})
"""Pairs that stand in Autotask as Taskforce last wrote them."""

LEFT_STANDING = "left standing"
"""What a pair remembers as undone when a person took back that its deleted record was set inactive."""

LEFT_UNFIT = "left unfit"
"""Likewise of a record that did not fit the filter: its pair stands, for the record is there in Salesforce."""

_LEFT_ALONE: Mapping[LinkState, Reason] = {LinkState.UNMAPPED: Reason.UNMAPPED, LinkState.IGNORED: Reason.IGNORED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A record that has left, and what is known about it.

    `survivor` is what is left of it after merges, `survivor_link` that one's pair; `is_in_doubt` says that a write for
    one of the two may still be on its way. `attached` counts what hangs on its company, `present` is its Autotask
    record as it stands (both only where they matter).
    """

    record: SourceRecord
    link: Link | None
    survivor: SourceId | None = None
    survivor_link: Link | None = None
    is_in_doubt: bool = False
    attached: Mapping[str, int] = field(default_factory=dict)
    present: TargetRecord | None = None

    @property
    def is_linked(self) -> bool:
        """Its pair was kept current until it left."""
        return self.link is not None and self.link.state in STILL_PAIRED

    @property
    def reason(self) -> Reason:
        """Salesforce says that it was deleted, or shows it no more."""
        return Reason.VANISHED if self.record.is_gone else Reason.DELETED

    @property
    def link_state(self) -> LinkState:
        """How the pair of a record stands that has left without a trace in Autotask."""
        return LinkState.VANISHED if self.record.is_gone else LinkState.DELETED

    @property
    def leaves_two_pairs(self) -> bool:
        """It was merged into a record with a pair of its own: one Autotask record loses its counterpart."""
        if self.link is None or self.survivor_link is None:
            return False
        is_same = self.link.target_id == self.survivor_link.target_id
        return not is_same and (self.is_linked or self.link.state is LinkState.HELD)


def decide_departed(departure: Departure, policy: Deletion) -> changes.Decision:
    """The link follows a merge, or a person is asked; a deletion changes nothing, or deactivates."""
    subject, link = subject_of(departure.record), departure.link
    if departure.is_in_doubt:
        return changes.Hold(subject=subject, reason=Reason.WRITE_IN_DOUBT)
    if departure.leaves_two_pairs:
        return _ask(departure)
    if link is None or not departure.is_linked:
        reason = _LEFT_ALONE.get(link.state, departure.reason) if link is not None else departure.reason
        is_orphan = link is not None and link.state is LinkState.ORPHANED
        return changes.Skip(subject=subject, reason=reason, link_state=departure.link_state if is_orphan else None)
    if departure.survivor is not None:
        evidence: Evidence = {"survivor": departure.survivor, "target": link.target_id}
        return changes.Skip(subject=subject, reason=Reason.MERGED, evidence=evidence, heir=departure.survivor)
    if policy is Deletion.KEEP or link.undone == LEFT_STANDING:
        return _leave(departure, link)
    return _deactivate(departure, link)


def _leave(departure: Departure, link: Link) -> changes.Skip:
    return changes.Skip(
        subject=subject_of(departure.record),
        reason=departure.reason,
        evidence={"target": link.target_id},
        link_state=departure.link_state,
    )


def _ask(departure: Departure) -> changes.Hold:
    """Nothing is deleted: a person sees what hangs on the Autotask record that has lost its counterpart."""
    link, other = departure.link, departure.survivor_link
    assert link is not None and other is not None, "both are linked"  # noqa: S101, PT018 - a defect, not input  # nosec B101
    return changes.Hold(
        subject=subject_of(departure.record),
        reason=Reason.MERGED_BOTH_LINKED,
        evidence={
            "target": link.target_id,
            "survivor": other.source_id,
            "target_of_survivor": other.target_id,
            **departure.attached,
        },
        link_state=LinkState.HELD,
    )


def _deactivate(departure: Departure, link: Link) -> changes.Decision:
    """Set inactive, unless it is so already, is gone, or was separated from its Salesforce record."""
    present = departure.present
    if present is not None and not present.is_active and _belongs_to(departure.record, link, present):
        return _leave(departure, link)
    return _set_inactive(departure.record, link, present, departure.reason, Reason.SOURCE_DELETED)


def decide_unfit(record: SourceRecord, link: Link, present: TargetRecord | None) -> changes.Decision:
    """A paired record that does not fit the filter any more and is to be set inactive (B10); `present` as it stands.

    The pair may have ended because the record was deleted for a while; what another has by now is left to that.
    """
    is_ours = present is not None and _belongs_to(record, link, present)
    is_inactive = present is not None and not present.is_active
    if (is_ours and is_inactive) or (not is_ours and link.state is not LinkState.LINKED):
        return changes.Skip(subject=subject_of(record), reason=Reason.UNFIT, evidence={"target": link.target_id})
    return _set_inactive(record, link, present, Reason.UNFIT, Reason.UNFIT)


def _belongs_to(record: SourceRecord, link: Link, present: TargetRecord) -> bool:
    """Whether the pair still stands: the Autotask record carries the id, or may get it."""
    return present.source_id == record.id or may_get_id(link, present)


def _set_inactive(
    record: SourceRecord, link: Link, present: TargetRecord | None, if_gone: Reason, reason: Reason
) -> changes.Skip | changes.Deactivate:
    """Deactivate what stands and is active; one that is gone or was separated is said to be so."""
    subject = subject_of(record)
    evidence: Evidence = {"target": link.target_id}
    if present is None:
        return changes.Skip(subject=subject, reason=if_gone, evidence=evidence, link_state=LinkState.ORPHANED)
    if not _belongs_to(record, link, present):
        carries: Evidence = {**evidence, "carries": present.source_id}
        return changes.Skip(subject=subject, reason=Reason.UNMAPPED, evidence=carries, link_state=LinkState.UNMAPPED)
    return changes.Deactivate(
        subject=subject,
        basis=changes.Basis(keys=Keys(match="", name=""), fingerprint="", written=link.written),
        reason=reason,
        evidence=evidence,
        target_id=link.target_id,
        company_id=present.company_id,
        field_changes=(FieldChange(field="isActive", before=True, after=False),),
    )
