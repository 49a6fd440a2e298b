"""Planning: from the Inbox to a plan. Every due record gets exactly one decision, with its reason.

    companies, parents first ─┐   out of scope?          → Skip
    contacts, after them     ─┴→  its create in doubt?   → Hold
                                  map, compute keys
                                  linked:   settled?     → Unchanged, without a look at Autotask
                                            else compare → Update, Unchanged, Hold
                                  unlinked: match        → Link, Create, Hold

Nothing is written to Autotask here. Records go by in slices of 500, so that memory does not grow with their number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from taskforce.domain import changes
from taskforce.domain.deciding import Draft, decide_linked, decide_unlinked, hold, out_of_scope, subject_of
from taskforce.domain.links import Link
from taskforce.domain.mapping import MAPPINGS, desired_state
from taskforce.domain.match_rules import keys_of
from taskforce.domain.ordering import parents_first
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord
from taskforce.engine.indexing import present_state, refresh_index
from taskforce.engine.job import Job
from taskforce.engine.lookups import Lookups, Seeker
from taskforce.engine.loops import would_close_loop
from taskforce.engine.places import Place, Places
from taskforce.engine.presence import confirm_ids
from taskforce.engine.settling import settle_decisions
from taskforce.engine.stopping import stop_if_asked
from taskforce.engine.stores import slices

SLICE = 500
"""Records decided about at once: as many as one Autotask request can read."""


def make_plan(job: Job) -> None:
    """Decide about every due record: companies first, then contacts, which need to know what becomes of those."""
    places = Places(job)
    _plan_companies(job, places)
    _plan_contacts(job, places)


def _plan_companies(job: Job, places: Places) -> None:
    _refresh_if_needed(job, Entity.COMPANY)
    planned: set[SourceId] = set()
    while waiting := _due_companies(job, planned):
        family = parents_first(waiting)
        job.progress.phase("Planning companies", len(family.order))
        for ids in slices(family.order, SLICE):
            _plan_slice(job, Entity.COMPANY, ids, places, family.loop_closers)
        planned.update(family.order)


def _due_companies(job: Job, planned: set[SourceId]) -> dict[SourceId, SourceId | None]:
    """Accounts still to be decided about; planning a parent makes due the children that wait for it."""
    due = job.stores.inbox.due_parents(job.clock.now())
    return {account: parent for account, parent in due.items() if account not in planned}


def _plan_contacts(job: Job, places: Places) -> None:
    _refresh_if_needed(job, Entity.CONTACT)
    now = job.clock.now()
    job.progress.phase("Planning contacts", job.stores.inbox.due(Entity.CONTACT, now))
    after: SourceId | None = None
    while ids := job.stores.inbox.due_ids(Entity.CONTACT, now, after=after, limit=SLICE):
        _plan_slice(job, Entity.CONTACT, ids, places, frozenset())
        after = ids[-1]


def _refresh_if_needed(job: Job, entity: Entity) -> None:
    """The index is refreshed only before something may have to be matched."""
    if job.stores.inbox.has_unlinked(entity, job.clock.now()):
        refresh_index(job, entity)


def _plan_slice(
    job: Job, entity: Entity, ids: Sequence[SourceId], places: Places, loop_closers: frozenset[SourceId]
) -> None:
    """Facts in bulk, then one decision per record in order, then everything stored at once."""
    stop_if_asked(job)
    records = job.stores.inbox.load(entity, ids)
    early = _early_decisions(job, entity, records)
    drafts = [_draft(job, record) for record in records if record.id not in early]
    links = job.stores.links.by_source(entity, [draft.record.id for draft in drafts])
    places.look_up(account for draft in drafts for account in _accounts(draft))
    current = _Slice(job=job, entity=entity, places=places, links=links, loop_closers=loop_closers)
    decisions = [*early.values(), *current.decide(drafts)]
    settle_decisions(job, entity, decisions)
    job.progress.advance(len(decisions))


def _early_decisions(job: Job, entity: Entity, records: Sequence[SourceRecord]) -> dict[SourceId, changes.Decision]:
    """What needs no mapping: records out of scope, and those whose create is in doubt (protocol 2)."""
    ids = [record.id for record in records]
    links = job.stores.links.by_source(entity, ids)
    in_doubt = job.stores.intents.get(entity, ids)
    early: dict[SourceId, changes.Decision] = {}
    for record in records:
        skip = out_of_scope(record, links.get(record.id), job.settings)
        if skip is not None:
            early[record.id] = skip
        elif record.id in in_doubt:
            early[record.id] = changes.Hold(subject=subject_of(record), reason=Reason.WRITE_IN_DOUBT)
    return early


def _draft(job: Job, record: SourceRecord) -> Draft:
    desired = desired_state(record, MAPPINGS[record.entity], job.context)
    keys = keys_of(record.entity, {**desired.values}, first_name_stand_in=job.settings.first_name_stand_in)
    return Draft(record=record, desired=desired, keys=keys)


def _accounts(draft: Draft) -> list[SourceId]:
    """The accounts whose companies this record refers to."""
    belongs_to = draft.record.account_id
    return [*draft.desired.references.values(), *([belongs_to] if belongs_to else [])]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slice:
    """Up to 500 records being decided about, in order, each knowing what was decided before it."""

    job: Job
    entity: Entity
    places: Places
    links: Mapping[SourceId, Link]
    loop_closers: frozenset[SourceId]

    def decide(self, drafts: Sequence[Draft]) -> list[changes.Decision]:
        """One decision per draft, in order."""
        seekers = {draft.record.id: self._seeker(draft) for draft in drafts if draft.record.id not in self.links}
        lookups = Lookups(self.job, self.entity, list(seekers.values()))
        present = self._present(drafts, lookups, seekers)
        decisions = []
        for draft in drafts:
            decision = self._decide(draft, lookups, present)
            self.places.remember(decision)
            lookups.remember(decision)
            decisions.append(decision)
        return decisions

    def _seeker(self, draft: Draft) -> Seeker:
        account = draft.record.account_id
        place = self.places.of(account) if account else None
        return Seeker(source_id=draft.record.id, keys=draft.keys, account=account, place=place)

    def _present(
        self, drafts: Sequence[Draft], lookups: Lookups, seekers: Mapping[SourceId, Seeker]
    ) -> Mapping[TargetId, TargetRecord]:
        """The present state of what may be written, in one read: linked records that changed, and candidates."""
        mates = {draft.record.id for draft in drafts} - self.links.keys()
        wanted: dict[TargetId, SourceId] = {}
        for draft in drafts:
            link = self.links.get(draft.record.id)
            if link is None:
                verdict = lookups.verdict(seekers[draft.record.id])
                if verdict.candidate is not None:
                    wanted[verdict.candidate.id] = draft.record.id
            elif mates.intersection(_accounts(draft)) or not self._placed(draft).is_settled:
                wanted[link.target_id] = draft.record.id
        present = present_state(self.job, self.entity, list(wanted))
        linked = {link.target_id: source for source, link in self.links.items() if link.target_id in wanted}
        return confirm_ids(self.job, self.entity, present, linked)

    def _decide(self, draft: Draft, lookups: Lookups, present: Mapping[TargetId, TargetRecord]) -> changes.Decision:
        draft = self._placed(draft)
        account = draft.record.account_id
        place = self.places.of(account) if account else None
        if self.entity is Entity.CONTACT and place is None:
            waiting = hold(draft, Reason.COMPANY_NOT_LINKED, evidence={"account": account})
            return replace(waiting, waits_for=account)
        link = self.links.get(draft.record.id)
        if link is not None:
            return self._decide_linked(draft, link, present)
        seeker = self._seeker(draft)
        verdict = lookups.verdict(seeker)
        near = lookups.near(seeker) if verdict.reason is Reason.NO_CANDIDATE else None
        found = present.get(verdict.candidate.id) if verdict.candidate else None
        return decide_unlinked(draft, verdict, found, near, self.job.context)

    def _decide_linked(self, draft: Draft, link: Link, present: Mapping[TargetId, TargetRecord]) -> changes.Decision:
        if draft.is_settled:
            return changes.Unchanged(
                subject=subject_of(draft.record),
                reason=Reason.UNCHANGED,
                target_id=link.target_id,
                fingerprint=link.fingerprint,
                revisit_after=draft.revisit_after,
            )
        return decide_linked(draft, link.target_id, present.get(link.target_id), self.job.context)

    def _placed(self, draft: Draft) -> Draft:
        """The draft with its references looked up; a parent without a company, or closing a loop, is left out."""
        account = draft.record.account_id
        place = self.places.of(account) if account else None
        draft = replace(draft, link=self.links.get(draft.record.id), company_id=place.target_id if place else None)
        for name, other in draft.desired.references.items():
            draft = self._referred(draft, name, other)
        return draft

    def _referred(self, draft: Draft, name: str, other: SourceId) -> Draft:
        place = self.places.of(other)
        if draft.record.id in self.loop_closers or self._closes_loop(draft, place):
            note = Note(reason=Reason.PARENT_LOOP, field=name, evidence={"parent": other})
            return replace(draft, notes=(*draft.notes, note))
        if place is None:
            note = Note(reason=Reason.PARENT_NOT_LINKED, field=name, evidence={"parent": other})
            return replace(draft, notes=(*draft.notes, note), revisit_after=other)
        if place.target_id is None:
            return replace(draft, pending={**draft.pending, name: other})
        return replace(draft, resolved={**draft.resolved, name: place.target_id})

    def _closes_loop(self, draft: Draft, place: Place | None) -> bool:
        if draft.link is None or place is None or place.target_id is None:
            return False
        return would_close_loop(self.job.stores.index, draft.link.target_id, place.target_id)
