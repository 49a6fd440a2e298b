"""A record on its way to a decision, and what every decision says of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from taskforce.domain import changes
from taskforce.domain.diffing import fingerprint, with_references
from taskforce.domain.links import Link, LinkState
from taskforce.domain.mapping import Desired
from taskforce.domain.match_rules import Keys
from taskforce.domain.ownership import NOTHING_WRITTEN, Owned
from taskforce.domain.reasons import Evidence, Note, Reason
from taskforce.domain.records import SourceId, SourceRecord, TargetId


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A record on its way to a decision: mapped, its keys computed, its references looked up.

    `resolved` are the references whose company is linked; `pending` those whose company this plan creates;
    `revisit_after` is the account that a reference had to be left out for. `company_id` and `company` say where a
    contact belongs: under a company that exists, or under that of an account which this plan creates. `leaving` is the
    pair whose Autotask record a person has replaced: apart from that the record has no link. `is_new`: a person decided
    that it is to be created, whatever stands in Autotask that is like it. `locked` are the Autotask fields that a
    person wants left as they are, as long as the pair is the one they stand in.
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
    locked: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()

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


def where_it_stands(references: Mapping[str, TargetId], company_id: TargetId | None) -> Mapping[str, TargetId]:
    """What a fingerprint takes in besides the values: the companies referred to, and the one a contact is under."""
    return references if company_id is None else {**references, "companyID": company_id}


def basis_of(draft: Draft, mine: Owned | None = None) -> changes.Basis:
    """What is remembered of a draft once it has been written; `mine` is what of it may be."""
    return changes.Basis(
        keys=draft.keys,
        fingerprint=fingerprint(draft.desired),
        references=draft.references,
        revisit_after=draft.revisit_after,
        written=mine.written if mine is not None else NOTHING_WRITTEN,
        kept=mine.kept if mine is not None else (),
    )


def hold(
    draft: Draft,
    reason: Reason,
    *,
    evidence: Evidence | None = None,
    link_state: LinkState | None = None,
    waits_for: SourceId | None = None,
    rule_key: str = "",
) -> changes.Hold:
    """Keep a record waiting, to be brought back by its key, unless that says nothing about what it waits for."""
    is_about_its_id = reason in (Reason.ORPHANED, Reason.DUPLICATE_ID)
    return changes.Hold(
        subject=subject_of(draft.record),
        reason=reason,
        evidence=evidence or {},
        waits_for=waits_for,
        match_key="" if is_about_its_id else draft.keys.match,
        rule_key=rule_key,
        link_state=link_state,
    )


def subject_of(record: SourceRecord) -> changes.Subject:
    """What every change says of its record."""
    return changes.Subject(entity=record.entity, source_id=record.id, name=record.name, modified_at=record.modified_at)
