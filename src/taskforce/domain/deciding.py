"""The decision for one record, all facts given: the heart of Taskforce in a few functions without I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from taskforce.domain import changes
from taskforce.domain.diffing import (
    FieldChange,
    differences,
    fingerprint,
    wanted_for_create,
    wanted_for_update,
    with_references,
)
from taskforce.domain.filtering import why_unfit
from taskforce.domain.links import Link, LinkState
from taskforce.domain.mapping import MAPPINGS, Desired
from taskforce.domain.match_rules import COMPANY_KEY, CONTACT_KEY, Candidate, Keys, id_key
from taskforce.domain.matching import Match, named
from taskforce.domain.reasons import Evidence, Note, Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord, Value
from taskforce.domain.settings import ConnectionSettings, NearMatch, PersonAccounts
from taskforce.domain.transforms import MappingContext

KEY_SOURCES: Mapping[Entity, frozenset[str]] = {
    Entity.COMPANY: MAPPINGS[Entity.COMPANY].sources_of(COMPANY_KEY),
    Entity.CONTACT: MAPPINGS[Entity.CONTACT].sources_of(CONTACT_KEY),
}
"""The Salesforce fields behind the keys of S15 and S16: one that is hidden is not the same as a blank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A record on its way to a decision: mapped, its keys computed, its references looked up.

    `resolved` are the references whose company is linked; `pending` those whose company this plan creates;
    `revisit_after` is the account that a reference had to be left out for. `company_id` and `company` say where a
    contact belongs: under a company that exists, or under that of an account which this plan creates. `leaving` is the
    pair whose Autotask record a person has replaced: apart from that the record has no link. `is_new`: a person decided
    that it is to be created, whatever stands in Autotask that is like it.
    """

    record: SourceRecord
    desired: Desired
    keys: Keys
    link: Link | None = None
    resolved: Mapping[str, TargetId] = field(default_factory=dict)
    pending: Mapping[str, SourceId] = field(default_factory=dict)
    revisit_after: SourceId | None = None
    company_id: TargetId | None = None
    leaving: Link | None = None
    is_new: bool = False
    notes: tuple[Note, ...] = ()

    @property
    def name(self) -> str:
        """How a person would call the record."""
        return name_of(self.record)

    @property
    def accounts(self) -> tuple[SourceId, ...]:
        """The accounts whose companies this record refers to, or belongs to."""
        belongs_to = self.record.account_id
        return (*self.desired.references.values(), *((belongs_to,) if belongs_to else ()))

    @property
    def references(self) -> Mapping[str, SourceId]:
        """Every reference that will be written, by account."""
        wanted = {**self.resolved, **self.pending}
        return {name: account for name, account in self.desired.references.items() if name in wanted}

    @property
    def fingerprint(self) -> str:
        """Of the mapped values and what the references resolved to; unequal to any other while one is pending."""
        if self.pending:
            return ""
        return with_references(fingerprint(self.desired), where_it_stands(self.resolved, self.company_id))

    @property
    def is_settled(self) -> bool:
        """What is wanted is what was last seen to stand in Autotask: no request is needed."""
        link = self.link
        is_current = link is not None and link.state is LinkState.LINKED and link.carries_id
        return link is not None and is_current and link.fingerprint == self.fingerprint != ""


def name_of(record: SourceRecord) -> str:
    """An account's name, or a contact's first and last name."""
    parts = ("Name",) if record.entity is Entity.COMPANY else ("FirstName", "LastName")
    return " ".join(str(record.fields[part]) for part in parts if record.fields.get(part))


def out_of_scope(
    record: SourceRecord, link: Link | None, settings: ConnectionSettings
) -> changes.Skip | changes.Hold | None:
    """Records that no import touches: separated, ignored, person accounts, without an account, not fitting the filter.

    Those that have left Salesforce are decided about in `departing`.
    """
    reason = _scope_reason(record, link, settings)
    if reason is None:
        return None
    if reason is Reason.FIELD_NOT_VISIBLE:
        hidden = sorted(set(settings.record_filter.fields(record.entity)) - record.fields.keys())
        return changes.Hold(subject=subject_of(record), reason=reason, evidence={"fields": hidden})
    waits_for = record.account_id if reason is Reason.ACCOUNT_UNFIT else None
    return changes.Skip(subject=subject_of(record), reason=reason, waits_for=waits_for)


def _scope_reason(record: SourceRecord, link: Link | None, settings: ConnectionSettings) -> Reason | None:
    if link is not None and link.state is LinkState.UNMAPPED:
        return Reason.UNMAPPED
    if link is not None and link.state is LinkState.IGNORED:
        return Reason.IGNORED
    if record.fields.get("IsPersonAccount") is True and settings.person_accounts is PersonAccounts.SKIP:
        return Reason.PERSON_ACCOUNT
    if record.entity is Entity.CONTACT and record.account_id is None:
        return Reason.NO_ACCOUNT
    return why_unfit(record, settings.record_filter)


VISIBLE_WITHIN = timedelta(minutes=1)
"""A write that Autotask has acknowledged is seen by its reads after so long at the latest."""


def shows_our_write(link: Link, present: TargetRecord | None, server_time: datetime | None) -> bool:
    """Whether a read of a linked record can be taken to show the latest write of ours (protocol 1, reading absence).

    It does if it was changed since, and after a while in any case; by Autotask's clock. A record that is not there at
    all is taken for gone: it is not created again, and its link resumes as soon as it is seen.
    """
    if present is None or link.written_at is None or server_time is None:
        return True
    is_long_ago = server_time - link.written_at >= VISIBLE_WITHIN
    return is_long_ago or (present.changed_at is not None and present.changed_at >= link.written_at)


def may_not_show_yet(known: TargetRecord, server_time: datetime | None) -> bool:
    """Whether a record, as it was last known, was changed so late that a read without it proves nothing."""
    if known.changed_at is None or server_time is None:
        return False
    return server_time - known.changed_at < VISIBLE_WITHIN


def decide_linked(
    draft: Draft,
    target_id: TargetId,
    present: TargetRecord | None,
    context: MappingContext,
    carriers: Sequence[Candidate] = (),
) -> changes.Decision:
    """A linked record that is not as when last seen, against its present state in Autotask.

    `carriers` are the Autotask records that carry its id: several, or another one than that it is linked to, are a
    person's business. How the pair stands comes before what its values are: contacts would be written under a company
    that is gone.
    """
    if len(carriers) > 1:
        return hold(draft, Reason.DUPLICATE_ID, evidence={**named(carriers), "linked_to": target_id})
    others = [carrier.id for carrier in carriers if carrier.id != target_id]
    elsewhere: Evidence = {"carried_by": others[0]} if others else {}
    revives = draft.link is not None and draft.link.state is LinkState.DEACTIVATED
    if present is None or not (present.is_active or revives):
        evidence: Evidence = {"target": target_id, "is_gone": present is None, **elsewhere}
        return hold(draft, Reason.ORPHANED, evidence=evidence, link_state=LinkState.ORPHANED)
    lacks_id = draft.link is not None and may_get_id(draft.link, present)
    if others and lacks_id:
        return hold(draft, Reason.DUPLICATE_ID, evidence={**named(carriers), "linked_to": target_id})
    if present.source_id != draft.record.id and not lacks_id:
        return changes.Skip(
            subject=subject_of(draft.record),
            reason=Reason.UNMAPPED,
            evidence={"target": target_id, "carries": present.source_id, **elsewhere},
            link_state=LinkState.UNMAPPED,
        )
    if _stands_elsewhere(draft, present):
        return hold(draft, Reason.MOVED, evidence={"from": present.company_id, "to": draft.company_id})
    return _compared(draft, target_id, present, context, lacks_id=lacks_id)


def _compared(
    draft: Draft, target_id: TargetId, present: TargetRecord, context: MappingContext, *, lacks_id: bool
) -> changes.Update | changes.Unchanged | changes.Hold:
    """A pair that stands: what is wanted against what is there."""
    if draft.desired.hold is not None:
        return hold(draft, draft.desired.hold.reason, evidence=draft.desired.hold.evidence)
    notes, field_changes = _patch(draft, present.fields, context)
    if not present.is_active:
        field_changes = (FieldChange(field="isActive", before=False, after=True), *field_changes)
    if not field_changes and not draft.pending and not lacks_id:
        return changes.Unchanged(
            subject=subject_of(draft.record),
            reason=Reason.UNCHANGED,
            notes=notes,
            target_id=target_id,
            fingerprint=draft.fingerprint,
            revisit_after=draft.revisit_after,
        )
    return changes.Update(
        subject=subject_of(draft.record),
        basis=basis_of(draft),
        reason=_why(draft, present, field_changes),
        notes=notes,
        target_id=target_id,
        company=draft.record.account_id,
        company_id=draft.company_id,
        field_changes=field_changes,
        replaced={name: present.fields.get(name) for name in draft.pending},
        writes_id=lacks_id,
    )


def may_get_id(link: Link, present: TargetRecord) -> bool:
    """Whether the id may be written, though another text or none stands there: nobody separated the pair by that.

    The user-defined field was made anew, a person joined the pair, or the link came from a merged record; the former
    id may still stand there.
    """
    return not link.carries_id and present.source_id in (None, link.former_id)


def _why(draft: Draft, present: TargetRecord, field_changes: Sequence[FieldChange]) -> Reason:
    if not present.is_active:
        return Reason.REACTIVATED
    if draft.link is not None and draft.link.former_id is not None:
        return Reason.LINK_MOVED
    return Reason.EDITED_IN_AUTOTASK if _was_edited(draft, field_changes) else Reason.CHANGED


def _was_edited(draft: Draft, field_changes: Sequence[FieldChange]) -> bool:
    """Whether Autotask holds other values though what is wanted is what once stood there: somebody changed them.

    A fallback that steps in is no edit: it is wanted because of what stands there now.
    """
    is_as_before = draft.link is not None and draft.link.fingerprint == draft.fingerprint != ""
    return is_as_before and any(each.field not in draft.desired.fallbacks for each in field_changes)


def decide_unlinked(
    draft: Draft, verdict: Match, present: TargetRecord | None, near: Note | None, context: MappingContext
) -> changes.Decision:
    """A record without a link: link to the verdict's candidate, create, or wait."""
    if draft.desired.hold is not None:
        return hold(draft, draft.desired.hold.reason, evidence=draft.desired.hold.evidence)
    hidden = sorted(KEY_SOURCES[draft.record.entity] - draft.record.fields.keys())
    if hidden and verdict.reason is not Reason.CARRIES_ID:
        return hold(draft, Reason.FIELD_NOT_VISIBLE, evidence={"fields": hidden})
    if verdict.must_wait:
        return hold(draft, verdict.reason, evidence=verdict.evidence)
    if verdict.candidate is None:
        return _create(draft, near, context.settings.near_match)
    if present is None or not present.is_active:
        return hold(draft, Reason.CANDIDATE_INACTIVE, evidence=verdict.evidence)
    if present.source_id not in (None, draft.record.id, verdict.candidate.freed_from):
        return hold(draft, Reason.TAKEN, evidence={**verdict.evidence, "belongs_to": present.source_id})
    if _stands_elsewhere(draft, present):
        return hold(draft, Reason.MOVED, evidence={"from": present.company_id, "to": draft.company_id})
    notes, field_changes = _patch(draft, present.fields, context)
    return changes.Link(
        subject=subject_of(draft.record),
        basis=basis_of(draft),
        reason=verdict.reason,
        evidence=verdict.evidence,
        notes=notes,
        target_id=verdict.candidate.id,
        company=draft.record.account_id,
        company_id=draft.company_id,
        field_changes=field_changes,
        replaced={name: present.fields.get(name) for name in draft.pending},
        writes_id=present.source_id_as_written != draft.record.id,
    )


def _create(draft: Draft, near: Note | None, on_near_match: NearMatch) -> changes.Create | changes.Hold:
    wanted = wanted_for_create(draft.desired)
    if draft.record.entity is Entity.COMPANY and "ownerResourceID" not in wanted.values:
        evidence: Evidence = {
            "because": [note.reason.value for note in wanted.notes if note.field == "ownerResourceID"]
        }
        return hold(draft, Reason.OWNER_NOT_FOUND, evidence=evidence)
    if draft.record.entity is Entity.COMPANY and "companyType" not in wanted.values:
        return hold(draft, Reason.TYPE_NOT_FOUND)
    if near is not None and on_near_match is NearMatch.HOLD:
        return hold(draft, Reason.NEAR_MATCH_HELD, evidence=near.evidence)
    return changes.Create(
        subject=subject_of(draft.record),
        basis=basis_of(draft),
        reason=Reason.NO_CANDIDATE,
        notes=(*wanted.notes, *draft.notes, *((near,) if near else ())),
        values={**wanted.values, **draft.resolved},
        company=draft.record.account_id,
    )


def _patch(
    draft: Draft, existing: Mapping[str, Value], context: MappingContext
) -> tuple[tuple[Note, ...], tuple[FieldChange, ...]]:
    wanted = wanted_for_update(draft.record.entity, draft.desired, existing, context)
    values = {**wanted.values, **draft.resolved}
    return (*wanted.notes, *draft.notes), differences(values, existing)


def _stands_elsewhere(draft: Draft, present: TargetRecord) -> bool:
    """A contact under another company than its account's, which the Autotask API cannot change."""
    return draft.record.entity is Entity.CONTACT and present.company_id != draft.company_id


def where_it_stands(references: Mapping[str, TargetId], company_id: TargetId | None) -> Mapping[str, TargetId]:
    """What a fingerprint takes in besides the values: the companies referred to, and the one a contact is under."""
    return references if company_id is None else {**references, "companyID": company_id}


def basis_of(draft: Draft) -> changes.Basis:
    return changes.Basis(
        keys=draft.keys,
        fingerprint=fingerprint(draft.desired),
        references=draft.references,
        revisit_after=draft.revisit_after,
    )


def hold(
    draft: Draft, reason: Reason, *, evidence: Evidence | None = None, link_state: LinkState | None = None
) -> changes.Hold:
    """Keep a record waiting, to be brought back by its key, or when an Autotask record that carries its id changes."""
    by_id = reason in (Reason.ORPHANED, Reason.DUPLICATE_ID)
    return changes.Hold(
        subject=subject_of(draft.record),
        reason=reason,
        evidence=evidence or {},
        match_key=id_key(draft.record.id) if by_id else draft.keys.match,
        link_state=link_state,
    )


def subject_of(record: SourceRecord) -> changes.Subject:
    """What every change says of its record."""
    return changes.Subject(
        entity=record.entity, source_id=record.id, name=name_of(record), modified_at=record.modified_at
    )
