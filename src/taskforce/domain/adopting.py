"""Taking over a database that the old extension served: what stands in its id fields, record by record (B14, S10).

An id that stands on one Autotask record, whose Salesforce record is there and has much the same name, makes a pair; all
else is said, and a person decides where there is something to decide. Nothing is written to Autotask.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from taskforce.domain import changes
from taskforce.domain.deciding import differing
from taskforce.domain.drafts import Draft, hold, subject_of
from taskforce.domain.history import Cause
from taskforce.domain.likeness import is_nickname, is_same_word, name_likeness
from taskforce.domain.links import NO_TARGET, Link, LinkState
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.match_rules import Candidate
from taskforce.domain.matching import named
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.ownership import LastWritten
from taskforce.domain.reasons import Evidence, Reason
from taskforce.domain.records import OWN_COMPANY_ID, Entity, SourceRecord, TargetId, TargetRecord, Value
from taskforce.domain.scope import out_of_scope
from taskforce.domain.values import agree, match_text

MUCH_THE_SAME: Final = 0.5
"""From this share (0 to 1) of both company names on, by `likeness`, they do not differ much."""

LONGEST_TEXT: Final = 40
"""Letters that are shown of a text that is no id."""


class Finding(StrEnum):
    """What a record with something in its id field is, in the order in which people want to see them."""

    LINKED = "linked"
    """The id stands on this record only, and its Salesforce record is there: the two belong together."""
    DOUBTFUL = "doubtful"
    """They may not belong together, or cannot be linked as they stand: a person decides."""
    DOUBLED = "doubled"
    """The id stands on several Autotask records."""
    WAITING = "waiting"
    """A contact whose account has no company yet, or a write whose answer was lost: an import links it later."""
    GONE = "gone"
    """The Salesforce record was deleted, or is not shown."""
    UNREADABLE = "unreadable"
    """What stands there is no id of such a record."""
    LEFT_OUT = "left_out"
    """The settings, the filter or a person say that it is not imported, or another pair of it is known."""


_FINDINGS: Mapping[tuple[OutcomeKind, Reason], Finding] = {
    (OutcomeKind.HELD, Reason.DUPLICATE_ID): Finding.DOUBLED,
    (OutcomeKind.HELD, Reason.COMPANY_NOT_LINKED): Finding.WAITING,
    (OutcomeKind.HELD, Reason.WRITE_IN_DOUBT): Finding.WAITING,
    (OutcomeKind.SKIPPED, Reason.DELETED): Finding.GONE,
    (OutcomeKind.SKIPPED, Reason.VANISHED): Finding.GONE,
    (OutcomeKind.SKIPPED, Reason.NOT_AN_ID): Finding.UNREADABLE,
}
_BY_OUTCOME: Mapping[OutcomeKind, Finding] = {
    OutcomeKind.LINKED: Finding.LINKED,
    OutcomeKind.UNCHANGED: Finding.LINKED,
    OutcomeKind.HELD: Finding.DOUBTFUL,
}


def finding_of(outcome: OutcomeKind, reason: Reason) -> Finding:
    """What a record was found to be, by what an adoption stored of it."""
    return _FINDINGS.get((outcome, reason), _BY_OUTCOME.get(outcome, Finding.LEFT_OUT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A Salesforce id that stands in Autotask, and what is known about it.

    `present` is the Autotask record with the lowest id that carries it, `carriers` are all of them; `link` is the pair
    that is known of the Salesforce record. `has_place`: the company of a contact's account is known (`draft` says
    which). `is_brought`: it is the parent of an imported account, and imported whether it fits or not.
    """

    draft: Draft
    present: TargetRecord
    carriers: Sequence[Candidate]
    link: Link | None = None
    is_in_doubt: bool = False
    has_place: bool = True
    is_brought: bool = False


def decide_adoption(carried: Carried, context: MappingContext) -> changes.Decision:
    """Link what is sound, and say of all else why it is not."""
    draft, present, link = carried.draft, carried.present, carried.link
    if carried.is_in_doubt:
        return changes.Hold(subject=subject_of(draft.record), reason=Reason.WRITE_IN_DOUBT)
    known = None if link is None or link.state is LinkState.DOUBTFUL else link
    left_out = out_of_scope(draft.record, known, context.settings, is_brought=carried.is_brought)
    if left_out is not None:
        return left_out
    if len(carried.carriers) > 1:
        linked_to: Evidence = {"linked_to": known.target_id} if known is not None else {}
        return hold(draft, Reason.DUPLICATE_ID, evidence={**named(carried.carriers), **linked_to})
    if known is not None:
        return _known(draft, present, known)
    return _obstacle(carried) or _adopted(draft, present, context)


def _known(draft: Draft, present: TargetRecord, link: Link) -> changes.Unchanged | changes.Skip:
    """A pair that Taskforce knows is not touched: imports look after it."""
    subject = subject_of(draft.record)
    if link.state is LinkState.LINKED and link.target_id == present.id:
        return changes.Unchanged(
            subject=subject,
            reason=Reason.PAIR_STANDS,
            target_id=present.id,
            fingerprint=link.fingerprint,
            written=link.written,
        )
    evidence: Evidence = {"target": present.id, "linked_to": link.target_id if link.target_id != NO_TARGET else None}
    return changes.Skip(subject=subject, reason=Reason.PAIR_STANDS, evidence=evidence)


def _obstacle(carried: Carried) -> changes.Hold | None:
    """Why the two are not linked as they stand; None if nothing speaks against it."""
    draft, present = carried.draft, carried.present
    both: Evidence = {"candidates": [present.id], "names": [present.name]}
    owners = {each.linked_to for each in carried.carriers} - {None, draft.record.id}
    if OWN_COMPANY_ID in (present.id if present.entity is Entity.COMPANY else None, present.company_id):
        return hold(draft, Reason.OWN_COMPANY, evidence=both)
    if owners:
        return hold(draft, Reason.TAKEN, evidence={**both, "belongs_to": min(filter(None, owners))})
    if not present.is_active:
        return hold(draft, Reason.CANDIDATE_INACTIVE, evidence=both)
    if not has_much_the_same_name(draft.record, present):
        return hold(draft, Reason.NAME_DIFFERS, evidence={**both, "name_in_salesforce": draft.record.name})
    if draft.record.account_id is not None and not carried.has_place:
        account = draft.record.account_id
        evidence: Evidence = {"account": account, "target": present.id}
        return hold(draft, Reason.COMPANY_NOT_LINKED, evidence=evidence, waits_for=account)
    if draft.record.entity is Entity.CONTACT and present.company_id != draft.company_id:
        return hold(draft, Reason.MOVED, evidence={"from": present.company_id, "to": draft.company_id})
    return None


def _adopted(draft: Draft, present: TargetRecord, context: MappingContext) -> changes.Adopt:
    """The pair; what is wanted is remembered as standing there only where it does."""
    fields = [each.field for each in differing(draft, present, context)] if draft.desired.hold is None else []
    is_same = not (fields or draft.pending or draft.revisit_after or draft.desired.hold)
    evidence: Evidence = {"target": present.id, "fields": fields} if fields else {"target": present.id}
    return changes.Adopt(
        subject=subject_of(draft.record),
        reason=Reason.ADOPTED if is_same else Reason.ADOPTED_TO_COMPARE,
        evidence=evidence,
        target_id=present.id,
        fingerprint=draft.fingerprint if is_same else "",
        written=_agreeing(draft, present),
    )


def _agreeing(draft: Draft, present: TargetRecord) -> LastWritten:
    """What both sides hold alike counts as written, so that an edit after this is known for one (B8)."""
    wanted = {**draft.desired.values, **draft.resolved}
    standing = present.fields
    return LastWritten.of({name: value for name, value in wanted.items() if agree(value, standing.get(name))})


def gone(record: SourceRecord, present: TargetRecord) -> changes.Skip:
    """The Salesforce record was deleted, merged into another, or is shown no more: then Autotask knows its name."""
    evidence: Evidence = {"target": present.id, "name": present.name}
    if record.master_id is not None:
        evidence = {**evidence, "merged_into": record.master_id}
    reason = Reason.VANISHED if record.is_gone else Reason.DELETED
    subject = subject_of(record)
    return changes.Skip(subject=replace(subject, name=subject.name or present.name), reason=reason, evidence=evidence)


def unreadable(subject: changes.Subject, target_id: TargetId, text: str) -> changes.Skip:
    """What stands there is no Salesforce id, or that of another kind of record."""
    evidence: Evidence = {"target": target_id, "text": text[:LONGEST_TEXT]}
    return changes.Skip(subject=subject, reason=Reason.NOT_AN_ID, evidence=evidence)


def has_much_the_same_name(record: SourceRecord, present: TargetRecord) -> bool:
    """Whether the two may well be one, by their names: renamed a little, or written otherwise.

    Companies: at least half of both names is the same. Contacts: the same first name (people marry), a short form of
    it or, where one has none, the same last name; or the two swapped.
    """
    if match_text(record.name) == match_text(present.name):
        return True
    if record.entity is Entity.COMPANY:
        return name_likeness(record.fields.get("Name"), present.fields.get("companyName")).share >= MUCH_THE_SAME
    ours = _given(record.fields.get("FirstName")), record.fields.get("LastName")
    theirs = _given(present.fields.get("firstName")), present.fields.get("lastName")
    if is_same_word(ours[0], theirs[1]) and is_same_word(ours[1], theirs[0]):
        return True
    if ours[0] is None or theirs[0] is None:
        return is_same_word(ours[1], theirs[1])
    return is_same_word(ours[0], theirs[0]) or is_nickname(ours[0], theirs[0])


def _given(first_name: Value) -> Value:
    """A first name; None where there is none but a stand-in, which has no letter."""
    text = str(first_name or "")
    return text if any(letter.isalpha() for letter in text) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingWords:
    """A finding as people read it."""

    word: str
    meaning: str


WORDS: Mapping[Finding, FindingWords] = {
    Finding.LINKED: FindingWords(word="linked", meaning="the id stands once, and the two have much the same name"),
    Finding.DOUBTFUL: FindingWords(word="doubtful", meaning="a person decides; they wait in the review queue"),
    Finding.DOUBLED: FindingWords(word="doubled", meaning="the id stands on several Autotask records"),
    Finding.WAITING: FindingWords(word="waiting", meaning="an import links them, once their account has a company"),
    Finding.GONE: FindingWords(word="gone", meaning="the Salesforce record was deleted, or is not shown"),
    Finding.UNREADABLE: FindingWords(word="unreadable", meaning="what stands in the field is no id of such a record"),
    Finding.LEFT_OUT: FindingWords(word="left out", meaning="by the filter, the settings or a decision"),
}


def counted(causes: Iterable[Cause]) -> Mapping[Finding, Mapping[Entity, int]]:
    """How many companies and contacts an adoption found to be what, by why its records ended as they did."""
    numbers = {finding: dict.fromkeys(Entity, 0) for finding in Finding}
    for cause in causes:
        if not cause.is_note and cause.outcome is not OutcomeKind.POSTPONED:
            numbers[finding_of(cause.outcome, cause.reason)][cause.entity] += cause.number
    return numbers


def to_compare(causes: Iterable[Cause]) -> int:
    """How many of the linked records the next import compares."""
    return sum(each.number for each in causes if each.reason is Reason.ADOPTED_TO_COMPARE and not each.is_note)
