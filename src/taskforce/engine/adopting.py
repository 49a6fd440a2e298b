"""Adoption: the ids that the old extension left in Autotask become pairs in one step (B14, S10).

    metadata, anew; missing user-defined fields are created (S10): nothing else is ever written
    all of Autotask       → index, page by page
    what carries an id    → its Salesforce record, asked for by the id, 200 at a time; companies first
    each                  → Adopt, Hold, Skip (`domain.adopting`), stored with its pair in one transaction per slice

What died in the middle goes on by adopting once more: the pairs that were stored are known then.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from itertools import islice

from taskforce.domain import changes
from taskforce.domain.adopting import Carried, decide_adoption, gone, unreadable
from taskforce.domain.drafts import Draft
from taskforce.domain.links import NO_TARGET, Link, LinkState
from taskforce.domain.mapping import Mapper, fields_to_read
from taskforce.domain.match_rules import Candidate, keys_by
from taskforce.domain.outcome import Outcome
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord
from taskforce.domain.run import Run, RunKind, RunStatus
from taskforce.engine.deciding import placed
from taskforce.engine.doubts import recover_intents, settle_earlier_doubts
from taskforce.engine.indexing import read_wholly, target_keys
from taskforce.engine.job import Job
from taskforce.engine.metadata import ensure_source_schema, ensure_target_schema
from taskforce.engine.places import Places
from taskforce.engine.reading import READ_AT_ONCE, note_merges, tombstone
from taskforce.engine.runs import Ending, World, carry_out, ending, new_job
from taskforce.engine.settling import link_of, outcome_now
from taskforce.engine.stopping import Stopped, stop_if_asked
from taskforce.engine.sweeping import end_notices
from taskforce.engine.twins import tell_twins
from taskforce.errors import BudgetExhausted, DecisionRefused

PAGE = 500
"""Records of the index looked at together."""

_ONCE_MORE = "Adopting once more goes on with what is left."
_DOUBTED = frozenset({Reason.NAME_DIFFERS, Reason.OWN_COMPANY})
"""What imports hold as well until a person has decided: the pair is remembered as doubtful."""


def run_adoption(world: World, *, is_dry_run: bool = False) -> Run:
    """Take over what is sound of the old extension's ids, or show what that would do, and record how it went."""
    begun = world.clock.monotonic()
    run = world.stores.runs.start(RunKind.ADOPTION, is_dry_run=is_dry_run, now=world.clock.now())
    with world.stores.scratch() if is_dry_run else nullcontext(world.stores) as working:
        job = replace(new_job(world, run), stores=working, begun=begun)
        return carry_out(job, run, world.stores, _adopt)


def refuse_adoption_while_waiting(waiting: Run | None) -> None:
    """Raises DecisionRefused while a plan waits for a person: it was made without the pairs that are to come."""
    if waiting is not None:
        raise DecisionRefused(
            f"The plan of run {waiting.id} waits for a person, so nothing is taken over.",
            mend=f"taskforce approve {waiting.id} or taskforce reject {waiting.id} first.",
        )


def _adopt(job: Job) -> Ending:
    recover_intents(job)
    refuse_adoption_while_waiting(job.stores.runs.awaiting())
    try:
        ended = _look_and_link(job)
    except (BudgetExhausted, Stopped):
        job.remarks.append(_ONCE_MORE)
        raise
    if ended[0] is RunStatus.TO_BE_CONTINUED:
        job.remarks.append(_ONCE_MORE)
    return ended


def _look_and_link(job: Job) -> Ending:
    ensure_source_schema(job, anew=True)
    ensure_target_schema(job, anew=True)
    settle_earlier_doubts(job)
    for entity in Entity:
        read_wholly(job, entity)
    own = _own_company(job)
    for entity in Entity:
        _Adopting(job=job, entity=entity, own=own if entity is Entity.COMPANY else None).adopt()
    end_notices(job)
    return ending(job)


def _own_company(job: Job) -> TargetRecord | None:
    calls = job.working_calls
    own = job.target.own_company(job.schema)
    job.tally.index_reads += job.working_calls - calls
    return own


@dataclass(slots=True, kw_only=True)
class _Adopting:
    """The records of one entity that have something in their id field; `own` is company 0, which no index has."""

    job: Job
    entity: Entity
    own: TargetRecord | None
    fields: Sequence[str] = field(init=False)

    def __post_init__(self) -> None:
        schema = self.job.source_schema
        assert schema is not None, "metadata was just read"  # noqa: S101 - a defect, not input  # nosec B101
        self.fields = fields_to_read(self.entity, schema, self.job.settings)

    def adopt(self) -> None:
        """Slice by slice, as many as Salesforce can be asked for at once."""
        self.job.progress.phase(
            f"Looking at {self.entity.plural} that carry an id", self.job.stores.index.count(self.entity)
        )
        carrying = self._carrying()
        while found := list(islice(carrying, READ_AT_ONCE)):
            stop_if_asked(self.job)
            self._look_at(found)

    def _carrying(self) -> Iterator[TargetRecord]:
        """Company 0 first, then the index page by page: those with an id, or with a text that is none."""
        if self.own is not None and _has_something(self.own):
            yield self.own
        after: TargetId | None = None
        while page := self.job.stores.index.page(self.entity, after=after, limit=PAGE):
            yield from filter(_has_something, page)
            self.job.progress.advance(len(page))
            after = page[-1].id

    def _look_at(self, found: Sequence[TargetRecord]) -> None:
        texts = [each for each in found if _is_unreadable(each)]
        carriers = self._carriers([each.source_id for each in found if each.source_id is not None])
        first = {
            source_id: each
            for each in found
            if (source_id := each.source_id) is not None
            and source_id in carriers
            and each.id == min(carrier.id for carrier in carriers[source_id])
        }
        decisions: list[changes.Decision] = [self._unreadable(each) for each in texts]
        records = self._read(list(first))
        standing = [each for each in records if not each.has_departed]
        decisions += [gone(each, first[each.id]) for each in records if each.has_departed]
        links = self.job.stores.links.by_source(self.entity, [each.id for each in records])
        decisions += self._decide(standing, {each.id: first[each.id] for each in standing}, carriers, links)
        self._store(decisions, standing, links, carriers)

    def _carriers(self, ids: Sequence[SourceId]) -> Mapping[SourceId, Sequence[Candidate]]:
        """Who carries each of these ids that are of this kind of record; company 0 where it is the only one.

        That an id stands on company 0 as well holds up nobody: imports look past it too.
        """
        wanted = {each for each in ids if Entity.of(each) is self.entity}
        found = {each: list(carriers) for each, carriers in self.job.stores.index.carriers(self.entity, wanted).items()}
        own = self.own
        if own is not None and own.source_id in wanted and own.source_id not in found:
            keys = target_keys(own, self.job.settings)
            found[own.source_id] = [Candidate(id=own.id, keys=keys, name=own.name, is_active=True)]
        return found

    def _read(self, ids: Sequence[SourceId]) -> Sequence[SourceRecord]:
        """The Salesforce records, those that are deleted among them; a tombstone for each that is not shown."""
        if not ids:
            return ()
        found = self.job.source.read(self.entity, self.fields, ids)
        self.job.tally.wanted_reads += 1
        hidden = sorted(set(ids) - {each.id for each in found})
        return [*found, *(tombstone(self.entity, each, self.job.clock.now()) for each in hidden)]

    def _decide(
        self,
        records: Sequence[SourceRecord],
        present: Mapping[SourceId, TargetRecord],
        carriers: Mapping[SourceId, Sequence[Candidate]],
        links: Mapping[SourceId, Link],
    ) -> list[changes.Decision]:
        job, context = self.job, self.job.context
        mapper = Mapper.of(context.settings.mappings.of(self.entity), context)
        drafts = [_draft(job, each, mapper) for each in records]
        ids = [each.id for each in records]
        in_doubt, brought = job.stores.intents.get(self.entity, ids), job.stores.inbox.brought(self.entity, ids)
        places = Places(job)
        places.look_up(account for draft in drafts for account in draft.accounts)
        decisions = []
        for draft in drafts:
            source_id, account = draft.record.id, draft.record.account_id
            carried = Carried(
                draft=placed(job, draft, places, frozenset(), present[source_id].id),
                present=present[source_id],
                carriers=carriers[source_id],
                link=links.get(source_id),
                is_in_doubt=source_id in in_doubt,
                has_place=account is None or places.of(account) is not None,
                is_brought=source_id in brought,
            )
            decisions.append(decide_adoption(carried, context))
        return decisions

    def _unreadable(self, record: TargetRecord) -> changes.Skip:
        """Of no Salesforce record, so there is none to be named."""
        moment = record.changed_at or self.job.clock.now()
        subject = changes.Subject(entity=self.entity, source_id=SourceId(""), name=record.name, modified_at=moment)
        return unreadable(subject, record.id, record.source_id or record.unreadable_id or "")

    def _store(
        self,
        decisions: Sequence[changes.Decision],
        records: Sequence[SourceRecord],
        links: Mapping[SourceId, Link],
        carriers: Mapping[SourceId, Sequence[Candidate]],
    ) -> None:
        """A slice of the report and its pairs, in one transaction; nothing is sent."""
        job, entity = self.job, self.entity
        adopted = [each for each in decisions if isinstance(each, changes.Adopt)]
        held = {each.subject.source_id: each for each in decisions if isinstance(each, changes.Hold)}
        with job.stores.transaction():
            job.plan.add([(decision, _outcome(job, decision)) for decision in decisions])
            note_merges(job, entity, records)
            self._hold([each for each in records if each.id in held], held, carriers)
            self._forget_doubts(decisions, links)
            job.stores.links.put([*map(_pair, adopted), *(_doubt(each) for each in held.values() if _is_doubted(each))])
            job.stores.inbox.settle(entity, [each.subject.source_id for each in adopted if each.fingerprint])
            job.stores.inbox.want(entity, [each.subject.source_id for each in adopted if not each.fingerprint])
            if entity is Entity.COMPANY:
                job.stores.inbox.release_waiting([each.subject.source_id for each in adopted])

    def _hold(
        self,
        records: Sequence[SourceRecord],
        held: Mapping[SourceId, changes.Hold],
        carriers: Mapping[SourceId, Sequence[Candidate]],
    ) -> None:
        """They wait in the Inbox as if an import had held them; people are told of ids that stand twice."""
        job, entity = self.job, self.entity
        job.stores.inbox.put(entity, records)
        for source_id, hold in held.items():
            job.stores.inbox.hold(entity, source_id, hold.reason, waits_for=hold.waits_for, match_key=hold.match_key)
            if hold.reason is Reason.DUPLICATE_ID:
                known = job.stores.index.records(entity, [each.id for each in carriers[source_id]])
                own = [self.own] if self.own is not None and self.own.source_id == source_id else []
                tell_twins(job, entity, source_id, [*own, *known.values()])

    def _forget_doubts(self, decisions: Sequence[changes.Decision], links: Mapping[SourceId, Link]) -> None:
        """What was doubtful in an earlier adoption and is so no more, or for a reason that an import sees itself."""
        for each in decisions:
            link = links.get(each.subject.source_id)
            if link is not None and link.state is LinkState.DOUBTFUL and not _is_doubted(each):
                self.job.stores.links.remove(self.entity, link.source_id)


def _has_something(record: TargetRecord) -> bool:
    return record.source_id is not None or record.unreadable_id is not None


def _is_unreadable(record: TargetRecord) -> bool:
    return record.source_id is None or Entity.of(record.source_id) is not record.entity


def _is_doubted(decision: changes.Decision) -> bool:
    return isinstance(decision, changes.Hold) and decision.reason in _DOUBTED


def _outcome(job: Job, decision: changes.Decision) -> Outcome | None:
    """What is stored of a record, with the Autotask record that was looked at, whatever became of it."""
    outcome, target = outcome_now(job, decision), decision.evidence.get("target")
    candidates = decision.evidence.get("candidates")
    if isinstance(candidates, list) and len(candidates) == 1:
        target = candidates[0]
    if outcome is None or not isinstance(target, int):
        return outcome
    return replace(outcome, target_id=TargetId(target))


def _draft(job: Job, record: SourceRecord, mapper: Mapper) -> Draft:
    desired = mapper.desired(record)
    return Draft(record=record, desired=desired, keys=keys_by(job.settings, record.entity, desired.values))


def _pair(adopted: changes.Adopt) -> Link:
    return link_of(adopted.subject, adopted.target_id, adopted.fingerprint, adopted.written)


def _doubt(hold: changes.Hold) -> Link:
    """The pair that may be none; of the MSP's own company only that it is in doubt."""
    subject, candidates = hold.subject, hold.evidence["candidates"]
    assert isinstance(candidates, list), "named by `domain.adopting`"  # noqa: S101 - a defect, not input  # nosec B101
    target_id = NO_TARGET if hold.reason is Reason.OWN_COMPANY else TargetId(candidates[0])
    return Link(entity=subject.entity, source_id=subject.source_id, target_id=target_id, state=LinkState.DOUBTFUL)
