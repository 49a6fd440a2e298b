"""Deciding about one slice of records: facts in bulk, then one decision per record, each knowing those before it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from taskforce.domain import changes
from taskforce.domain.deciding import decide_linked, decide_unlinked, may_not_show_yet, shows_our_write
from taskforce.domain.drafts import Draft, hold
from taskforce.domain.links import Link, LinkState
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.ownership import may_refer
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord
from taskforce.domain.replacing import rejoined, with_farewell
from taskforce.domain.undoing import is_undone
from taskforce.engine.candidates import Seeker
from taskforce.engine.indexing import looked_at, present_state
from taskforce.engine.job import Job
from taskforce.engine.lookups import Lookups
from taskforce.engine.loops import would_close_loop
from taskforce.engine.places import Place, Places
from taskforce.engine.presence import confirm_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Up to 500 records that need a look at Autotask."""

    job: Job
    entity: Entity
    context: MappingContext
    loop_closers: frozenset[SourceId]

    def decide(self, drafts: Sequence[Draft]) -> list[changes.Decision]:
        """One decision per draft, in order, behind the one about the record that it replaces."""
        places = Places(self.job)
        places.look_up(account for draft in drafts for account in draft.accounts)
        seekers = [_seeker(draft, places) for draft in drafts if draft.link is None]
        linked = [draft.link for draft in drafts if draft.link is not None]
        lookups = Lookups(self.job, self.entity, seekers, linked)
        locks = self.job.stores.links.locks(self.entity, [draft.record.id for draft in drafts])
        drafts = [replace(each, locked=locks.get(each.record.id, frozenset())) for each in drafts]
        present = self._present(drafts, seekers, lookups)
        decisions: list[changes.Decision] = []
        for draft in drafts:
            decisions += self._decide_with_past(draft, lookups, places, present)
            if self.entity is Entity.COMPANY:
                places.remember(draft, decisions[-1])
            lookups.remember(decisions[-1])
        return decisions

    def _present(
        self, drafts: Sequence[Draft], seekers: Sequence[Seeker], lookups: Lookups
    ) -> Mapping[TargetId, TargetRecord]:
        """The present state of linked records and of candidates, in one read.

        Candidates that are gone are none, but for those that may only not show yet; others that come into their place
        are read as well. With them those that carry the id of a pair that is still to get it: somebody may have cleared
        it there, or it would stand twice.
        """
        links = [link for draft in drafts if (link := draft.link or _to_leave(draft)) is not None]
        carrying = {link.target_id: link.source_id for link in links if link.carries_id}
        carrying |= _other_carriers([link for link in links if not link.carries_id], lookups)
        wanted = {*(link.target_id for link in links), *carrying, *lookups.candidates(seekers)}
        present: dict[TargetId, TargetRecord] = {}
        asked: set[TargetId] = set()
        while ahead := wanted - asked:
            asked |= ahead
            present |= present_state(self.job, self.entity, sorted(ahead))
            if gone := self._gone(ahead - present.keys()):
                lookups.discard(gone)
                wanted = lookups.candidates(seekers)
        return confirm_ids(self.job, self.entity, present, carrying)

    def _gone(self, absent: Collection[TargetId]) -> Sequence[TargetId]:
        known, seen_at = self.job.stores.index.records(self.entity, absent), looked_at(self.job, self.entity)
        return [each for each in absent if each not in known or not may_not_show_yet(known[each], seen_at)]

    def _decide_with_past(
        self, draft: Draft, lookups: Lookups, places: Places, present: Mapping[TargetId, TargetRecord]
    ) -> Sequence[changes.Decision]:
        """What becomes of a record, and before that of the Autotask record in whose place it gets another."""
        leaving = _to_leave(draft)
        old = present.get(leaving.target_id) if leaving is not None else None
        place = places.of(draft.record.account_id) if draft.record.account_id is not None else None
        draft = rejoined(draft, old, place.target_id if place is not None else None)
        return with_farewell(draft, self._decide(draft, lookups, places, present), old)

    def _decide(
        self, draft: Draft, lookups: Lookups, places: Places, present: Mapping[TargetId, TargetRecord]
    ) -> changes.Decision:
        account = draft.record.account_id
        if account is not None and places.of(account) is None:
            return hold(draft, Reason.COMPANY_NOT_LINKED, evidence={"account": account}, waits_for=account)
        if draft.link is not None:
            target_id = draft.link.target_id
            if (rival := lookups.rival(draft.link)) is not None:
                return hold(draft, Reason.TAKEN, evidence={"candidate": target_id, "belongs_to": rival})
            found = present.get(target_id)
            if not shows_our_write(draft.link, found, looked_at(self.job, self.entity)):
                return hold(draft, Reason.JUST_WRITTEN, evidence={"target": target_id})
            known = placed(self.job, draft, places, self.loop_closers, target_id)
            carriers = lookups.carriers(draft.record.id, present)
            return _unless_undone(known, decide_linked(known, target_id, found, self.context, carriers))
        seeker = _seeker(draft, places)
        verdict = lookups.verdict(seeker)
        target_id_found = verdict.candidate.id if verdict.candidate else None
        known = placed(self.job, draft, places, self.loop_closers, target_id_found)
        near = lookups.near(seeker) if verdict.reason is Reason.NO_CANDIDATE else None
        found = present.get(target_id_found) if target_id_found is not None else None
        if target_id_found is not None and found is None:
            return hold(draft, Reason.JUST_WRITTEN, evidence={"target": target_id_found})
        return decide_unlinked(known, verdict, found, near, self.context)


def _unless_undone(draft: Draft, decision: changes.Decision) -> changes.Decision:
    """A person took back just this writing: it is left, but for an id that is missing there."""
    is_writing = isinstance(decision, changes.Update) and not decision.writes_id
    if not is_writing or not is_undone(draft.link, draft.fingerprint):
        return decision
    return changes.Skip(subject=decision.subject, reason=Reason.UNDONE)


def _other_carriers(bare: Sequence[Link], lookups: Lookups) -> Mapping[TargetId, SourceId]:
    """Those on which the ids of these pairs stand, as far as is known, other than their own records."""
    found = ((link, carrier.id) for link in bare for carrier in lookups.carriers(link.source_id, {}))
    return {target_id: link.source_id for link, target_id in found if target_id != link.target_id}


def _to_leave(draft: Draft) -> Link | None:
    """The pair that still has to be separated before another takes its place."""
    leaving = draft.leaving
    return leaving if leaving is not None and leaving.state is LinkState.LEAVING else None


def _seeker(draft: Draft, places: Places) -> Seeker:
    account = draft.record.account_id
    place = places.of(account) if account else None
    given_up = draft.leaving.target_id if draft.leaving is not None else None
    return Seeker(
        source_id=draft.record.id,
        keys=draft.keys,
        account=account,
        place=place,
        given_up=given_up,
        is_new=draft.is_new,
    )


def placed(
    job: Job,
    draft: Draft,
    places: Places,
    loop_closers: frozenset[SourceId],
    target_id: TargetId | None = None,
) -> Draft:
    """The draft with its references looked up; a parent without a company, or closing a loop, is left out.

    So is one that is never written (B8). `target_id` is the Autotask record that the draft is, or is to be,
    linked to.
    """
    if target_id is None and draft.link is not None:
        target_id = draft.link.target_id
    account = draft.record.account_id
    place = places.of(account) if account else None
    draft = replace(draft, company_id=place.target_id if place else None)
    mapping = job.settings.mappings.of(draft.record.entity)
    for name, other in draft.desired.references.items():
        if not may_refer(mapping, name):
            continue
        is_loop = draft.record.id in loop_closers or _closes_loop(job, target_id, places.of(other))
        draft = _looping(draft, name, other) if is_loop else _referring(draft, name, other, places.of(other))
    return draft


def _looping(draft: Draft, name: str, other: SourceId) -> Draft:
    note = Note(reason=Reason.PARENT_LOOP, field=name, evidence={"parent": other})
    return replace(draft, notes=(*draft.notes, note))


def _referring(draft: Draft, name: str, other: SourceId, place: Place | None) -> Draft:
    if place is None:
        note = Note(reason=Reason.PARENT_NOT_LINKED, field=name, evidence={"parent": other})
        return replace(draft, notes=(*draft.notes, note), revisit_after=other)
    if place.target_id is None:
        return replace(draft, pending={**draft.pending, name: other})
    return replace(draft, resolved={**draft.resolved, name: place.target_id})


def _closes_loop(job: Job, target_id: TargetId | None, place: Place | None) -> bool:
    if target_id is None or place is None or place.target_id is None:
        return False
    return would_close_loop(job.stores.index, target_id, place.target_id)
