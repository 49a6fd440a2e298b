"""The decision for one record, all facts given: the heart of Taskforce in a few functions without I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from taskforce.domain import changes
from taskforce.domain.added_rules import TRAITS
from taskforce.domain.diffing import (
    FieldChange,
    differences,
    wanted_for_create,
    wanted_for_update,
)
from taskforce.domain.drafts import Draft, basis_of, hold, subject_of
from taskforce.domain.links import Link, LinkState
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.match_rules import KEY_FIELDS, Candidate
from taskforce.domain.matching import Match, named
from taskforce.domain.ownership import NOTHING_WRITTEN, Owned, for_create, owned
from taskforce.domain.reasons import Evidence, Note, Reason
from taskforce.domain.records import Entity, TargetId, TargetRecord, Value
from taskforce.domain.settings import ConnectionSettings, NearMatch

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
    wanted = _patch(draft, present.fields, context)
    notes, field_changes = wanted.notes, differences(wanted.values, present.fields)
    if not present.is_active:
        field_changes = (FieldChange(field="isActive", before=False, after=True), *field_changes)
    pending = draft.pending.keys() - wanted.kept
    if not field_changes and not pending and not lacks_id:
        return changes.Unchanged(
            subject=subject_of(draft.record),
            reason=Reason.UNCHANGED,
            notes=notes,
            target_id=target_id,
            fingerprint=draft.fingerprint,
            revisit_after=draft.revisit_after,
            written=wanted.written,
            written_at=draft.link.written_at if draft.link is not None else None,
        )
    return changes.Update(
        subject=subject_of(draft.record),
        basis=basis_of(draft, wanted),
        reason=_why(draft, present, field_changes),
        notes=notes,
        target_id=target_id,
        company=draft.record.account_id,
        company_id=draft.company_id,
        field_changes=field_changes,
        replaced={name: present.fields.get(name) for name in sorted(pending)},
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
    hidden = _hidden_sources(draft, verdict, context.settings)
    if hidden and verdict.reason is not Reason.CARRIES_ID:
        return hold(draft, Reason.FIELD_NOT_VISIBLE, evidence={"fields": hidden})
    if verdict.must_wait:
        return hold(draft, verdict.reason, evidence=verdict.evidence, rule_key=verdict.rule_key)
    if verdict.candidate is None:
        return _create(draft, near, context.settings)
    if present is None or not present.is_active:
        return hold(draft, Reason.CANDIDATE_INACTIVE, evidence=verdict.evidence, rule_key=verdict.rule_key)
    if present.source_id not in (None, draft.record.id, verdict.candidate.freed_from):
        evidence: Evidence = {**verdict.evidence, "belongs_to": present.source_id}
        return hold(draft, Reason.TAKEN, evidence=evidence, rule_key=verdict.rule_key)
    if _stands_elsewhere(draft, present):
        return hold(draft, Reason.MOVED, evidence={"from": present.company_id, "to": draft.company_id})
    wanted = _patch(draft, present.fields, context)
    return changes.Link(
        subject=subject_of(draft.record),
        basis=basis_of(draft, wanted),
        reason=verdict.reason,
        evidence=verdict.evidence,
        notes=wanted.notes,
        target_id=verdict.candidate.id,
        company=draft.record.account_id,
        company_id=draft.company_id,
        field_changes=differences(wanted.values, present.fields),
        replaced={name: present.fields.get(name) for name in sorted(draft.pending.keys() - wanted.kept)},
        writes_id=present.source_id_as_written != draft.record.id,
    )


def _hidden_sources(draft: Draft, verdict: Match, settings: ConnectionSettings) -> list[str]:
    """The Salesforce fields that had a say in a verdict and are hidden, which is not the same as blank.

    Added rules are asked where the keys of S15 and S16 found nothing.
    """
    entity = draft.record.entity
    were_asked = verdict.rule_key or (verdict.reason is Reason.NO_CANDIDATE and not draft.is_new)
    rules = settings.match_rules.of(entity) if were_asked else ()
    compared = [*KEY_FIELDS[entity], *(TRAITS[entity][rule.trait] for rule in rules)]
    return sorted(settings.mappings.of(entity).sources_of(compared) - draft.record.fields.keys())


def _create(draft: Draft, near: Note | None, settings: ConnectionSettings) -> changes.Create | changes.Hold:
    wanted = wanted_for_create(draft.desired)
    if draft.record.entity is Entity.COMPANY and "ownerResourceID" not in wanted.values:
        evidence: Evidence = {
            "because": [note.reason.value for note in wanted.notes if note.field == "ownerResourceID"]
        }
        return hold(draft, Reason.OWNER_NOT_FOUND, evidence=evidence)
    if draft.record.entity is Entity.COMPANY and "companyType" not in wanted.values:
        return hold(draft, Reason.TYPE_NOT_FOUND)
    if near is not None and settings.near_match is NearMatch.HOLD:
        return hold(draft, Reason.NEAR_MATCH_HELD, evidence=near.evidence)
    mapping = settings.mappings.of(draft.record.entity)
    mine = for_create(mapping, {**wanted.values, **draft.resolved}, draft.pending)
    return changes.Create(
        subject=subject_of(draft.record),
        basis=basis_of(draft, mine),
        reason=Reason.NO_CANDIDATE,
        notes=(*wanted.notes, *draft.notes, *((near,) if near else ())),
        values=mine.values,
        company=draft.record.account_id,
    )


def _patch(draft: Draft, existing: Mapping[str, Value], context: MappingContext) -> Owned:
    """What is to stand in an Autotask record that exists, as far as Salesforce has a say in it."""
    entity = draft.record.entity
    wanted = wanted_for_update(entity, draft.desired, existing, context)
    values = {**wanted.values, **draft.resolved}
    written = draft.link.written if draft.link is not None else NOTHING_WRITTEN
    locked = draft.locked if draft.link is not None else frozenset()
    mine = owned(context.settings.mappings.of(entity), values, existing, written, locked, draft.pending)
    return replace(mine, notes=(*wanted.notes, *mine.notes, *draft.notes))


def differing(draft: Draft, present: TargetRecord, context: MappingContext) -> tuple[FieldChange, ...]:
    """The fields of an Autotask record that an import would write."""
    return differences(_patch(draft, present.fields, context).values, present.fields)


def _stands_elsewhere(draft: Draft, present: TargetRecord) -> bool:
    """A contact under another company than its account's, which the Autotask API cannot change."""
    return draft.record.entity is Entity.CONTACT and present.company_id != draft.company_id
