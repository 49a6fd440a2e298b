"""Planning: from the Inbox to a plan. Every due record gets exactly one decision, with its reason.

    parents that go with what is imported (`bringing`)   → marked, to be planned like all others
    left Salesforce, before all others (`departing`)     → Skip, Deactivate, Hold
    companies, parents first ─┐   a write in doubt?      → Hold
    contacts, after them     ─┴→  out of scope?          → Skip, or Deactivate by the filter
                                  map, compute keys
                                  as when last seen?     → Unchanged, without a look (not in a reconciliation)
                                  linked:   compare      → Update, Unchanged, Hold, Skip (separated)
                                  unlinked: match        → Link, Create, Hold

Nothing is written to Autotask here. Records go by in slices of 500, so that memory does not grow with their number.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from taskforce.domain import changes
from taskforce.domain.departing import LEFT_UNFIT, STILL_PAIRED
from taskforce.domain.drafts import Draft, subject_of
from taskforce.domain.filtering import Unfit
from taskforce.domain.links import Link
from taskforce.domain.mapping import Desired, Mapper
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.match_rules import keys_by
from taskforce.domain.ordering import parents_first
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord
from taskforce.domain.scope import out_of_scope
from taskforce.domain.settings import ConnectionSettings
from taskforce.domain.undoing import is_undone
from taskforce.engine.bringing import bring_parents
from taskforce.engine.deciding import Slice, placed
from taskforce.engine.departing import decide_unfit_ones, plan_departures
from taskforce.engine.indexing import refresh_index
from taskforce.engine.job import Job
from taskforce.engine.places import Places
from taskforce.engine.settling import settle_decisions
from taskforce.engine.stopping import stop_if_asked
from taskforce.engine.stores import slices
from taskforce.engine.sweeping import doubled_ids

SLICE = 500
"""Records decided about at once: as many as one Autotask request can read."""


def make_plan(job: Job) -> None:
    """Decide about every due record: companies first, then contacts, which need to know what becomes of those."""
    _plan_companies(job)
    _plan_contacts(job)


def _plan_companies(job: Job) -> None:
    bring_parents(job)
    _plan_departures(job, Entity.COMPANY)
    _refresh_if_needed(job, Entity.COMPANY)
    planned: set[SourceId] = set()
    while waiting := _due_companies(job, planned):
        family = parents_first(waiting)
        job.progress.phase("Planning companies", len(family.order))
        work = _Work(job=job, entity=Entity.COMPANY, siblings=frozenset(waiting), loop_closers=family.loop_closers)
        work.plan(slices(family.order, SLICE))
        planned.update(family.order)


def _due_companies(job: Job, planned: set[SourceId]) -> dict[SourceId, SourceId | None]:
    """Accounts still to be decided about; planning a parent makes due the children that wait for it."""
    due = job.stores.inbox.due_parents(job.clock.now())
    return {account: parent for account, parent in due.items() if account not in planned}


def _plan_contacts(job: Job) -> None:
    _plan_departures(job, Entity.CONTACT)
    _refresh_if_needed(job, Entity.CONTACT)
    job.progress.phase("Planning contacts", job.stores.inbox.due(Entity.CONTACT, job.clock.now()))
    _Work(job=job, entity=Entity.CONTACT).plan(_due(job, Entity.CONTACT))


def _plan_departures(job: Job, entity: Entity) -> None:
    for ids in _due(job, entity, departed=True):
        plan_departures(job, entity, ids)


def _due(job: Job, entity: Entity, *, departed: bool = False) -> Iterable[Sequence[SourceId]]:
    now = job.clock.now()
    after: SourceId | None = None
    while ids := job.stores.inbox.due_ids(entity, now, after=after, limit=SLICE, departed=departed):
        yield ids
        after = ids[-1]


def _refresh_if_needed(job: Job, entity: Entity) -> None:
    """The index is refreshed only before something may have to be matched: the first record in scope without a link.

    Before a contact is matched, its company must be known to stand as it did; and from time to time the index is
    refreshed for the sake of held records.
    """
    if job.looks_at_held:
        refresh_index(job, entity)
        return
    for ids in _due(job, entity):
        links = job.stores.links.by_source(entity, ids)
        paired = {source_id for source_id, link in links.items() if not link.gives_way}
        unlinked = job.stores.inbox.load(entity, [each for each in ids if each not in paired])
        brought = job.stores.inbox.brought(entity, [record.id for record in unlinked])
        if any(
            out_of_scope(record, None, job.settings, is_brought=record.id in brought) is None for record in unlinked
        ):
            for each in dict.fromkeys([Entity.COMPANY, entity]):
                if each not in job.refreshed:
                    refresh_index(job, each)
            return


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """The due records of one entity; `siblings` are the accounts planned together with them."""

    job: Job
    entity: Entity
    siblings: frozenset[SourceId] = frozenset()
    loop_closers: frozenset[SourceId] = frozenset()

    def plan(self, pieces: Iterable[Sequence[SourceId]]) -> None:
        """What needs no look at Autotask is settled piece by piece; the rest is decided in slices, in order."""
        context = self.job.context
        mapper = Mapper.of(context.settings.mappings.of(self.entity), context)
        still_open: list[Draft] = []
        for ids in pieces:
            stop_if_asked(self.job)
            still_open += self._settle_quietly(ids, mapper)
            while len(still_open) >= SLICE:
                self._decide(still_open[:SLICE], context)
                still_open = still_open[SLICE:]
        if still_open:
            self._decide(still_open, context)

    def _settle_quietly(self, ids: Sequence[SourceId], mapper: Mapper) -> list[Draft]:
        """Decide what needs no look at Autotask; returns the drafts of the others, in a reconciliation all of them."""
        links = self.job.stores.links.by_source(self.entity, ids)
        records = self.job.stores.inbox.load(self.entity, ids)
        early = _early_decisions(self.job, records, links)
        new = self.job.stores.inbox.marked_new(self.entity, ids)
        settings = self.job.settings
        drafts = [
            _draft(record, links.get(record.id), mapper.desired(record), settings, is_new=record.id in new)
            for record in records
            if record.id not in early
        ]
        if self.job.is_reconciliation:
            self._store(list(early.values()))
            return drafts
        places = Places(self.job)
        places.look_up(account for draft in drafts for account in draft.accounts)
        doubled = doubled_ids(self.job)
        settled: list[changes.Decision] = []
        still_open = []
        for draft in drafts:
            known = placed(self.job, draft, places, self.loop_closers)
            is_settled = known.is_settled and draft.record.id not in doubled
            if is_undone(draft.link, known.fingerprint):
                settled.append(changes.Skip(subject=subject_of(draft.record), reason=Reason.UNDONE))
            elif draft.link is not None and is_settled and known.revisit_after not in self.siblings:
                settled.append(_unchanged(known, draft.link))
            else:
                still_open.append(draft)
        self._store([*early.values(), *settled])
        return still_open

    def _decide(self, drafts: Sequence[Draft], context: MappingContext) -> None:
        current = Slice(job=self.job, entity=self.entity, context=context, loop_closers=self.loop_closers)
        self._store(current.decide(drafts))

    def _store(self, decisions: Sequence[changes.Decision]) -> None:
        settle_decisions(self.job, self.entity, decisions)
        self.job.progress.advance(len(decisions))


def _early_decisions(
    job: Job, records: Sequence[SourceRecord], links: Mapping[SourceId, Link]
) -> Mapping[SourceId, changes.Decision]:
    """What needs no mapping: records of which a write is in doubt (protocol 2), and those out of scope.

    The doubt comes first: its end needs the record as it was read.
    """
    in_doubt = job.stores.intents.get(records[0].entity, [record.id for record in records]) if records else {}
    brought = job.stores.inbox.brought(records[0].entity, [record.id for record in records]) if records else ()
    early: dict[SourceId, changes.Decision] = {}
    for record in records:
        if record.id in in_doubt:
            early[record.id] = changes.Hold(subject=subject_of(record), reason=Reason.WRITE_IN_DOUBT)
            continue
        skip = out_of_scope(record, links.get(record.id), job.settings, is_brought=record.id in brought)
        if skip is not None:
            early[record.id] = skip
    if job.settings.record_filter.unfit is Unfit.DEACTIVATE:
        unfit = {source_id for source_id, skip in early.items() if skip.reason is Reason.UNFIT}
        paired = [each for each in records if each.id in unfit and _is_kept_active(links.get(each.id))]
        early.update(decide_unfit_ones(job, paired, links))
    return early


def _is_kept_active(link: Link | None) -> bool:
    """A pair that stands, or whose record is back in Salesforce, unless a person took back that it was set inactive."""
    return link is not None and link.state in STILL_PAIRED and link.undone != LEFT_UNFIT


def _draft(
    record: SourceRecord, link: Link | None, desired: Desired, settings: ConnectionSettings, *, is_new: bool
) -> Draft:
    keys = keys_by(settings, record.entity, desired.values)
    if link is not None and link.gives_way:
        return Draft(record=record, desired=desired, keys=keys, leaving=link)
    return Draft(record=record, desired=desired, keys=keys, link=link, is_new=is_new)


def _unchanged(draft: Draft, link: Link) -> changes.Unchanged:
    """What is wanted is what was last seen to stand there."""
    return changes.Unchanged(
        subject=subject_of(draft.record),
        reason=Reason.UNCHANGED,
        target_id=link.target_id,
        fingerprint=link.fingerprint,
        revisit_after=draft.revisit_after,
        written=link.written,
        written_at=link.written_at,
    )
