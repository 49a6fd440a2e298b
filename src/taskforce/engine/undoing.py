"""Undoing a run (B15): a plan like any other, made of what the run wrote and of what stands in Autotask now.

find     the run is over, and no plan waits for a person
plan     contacts first, then companies, the latest written first: one decision for each change that was made
         (`domain.undoing`); Salesforce is not asked
apply    as an approved plan is: each change looked at again just before it is made (protocol 6)

What waits of the Salesforce records in the Inbox is none of an undo's business. Undoing once more goes on where one
ended early: what stands as before is left alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial

from taskforce.domain import changes
from taskforce.domain.links import Link
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord
from taskforce.domain.run import Run, RunKind, RunStatus, Undoing
from taskforce.domain.undoing import Undoable, decide_undo, stands_as_before
from taskforce.engine.approving import apply_looking_again
from taskforce.engine.braking import count_linked, what_to_ask
from taskforce.engine.doubts import recover_intents, settle_earlier_doubts
from taskforce.engine.indexing import attached, present_state
from taskforce.engine.job import Job
from taskforce.engine.metadata import ensure_target_schema
from taskforce.engine.runs import Ending, World, carry_out, ending, new_job
from taskforce.engine.settling import outcome_now
from taskforce.engine.stopping import Stopped, stop_if_asked
from taskforce.engine.stores import CarriedOut
from taskforce.errors import BudgetExhausted, DecisionRefused

SLICE = 500
"""Changes decided about at once: as many as one Autotask request can read."""

_ONCE_MORE = "Undoing the run once more goes on with what is left."
_CHILDREN = "child companies"


def run_undo(world: World, undoing: Undoing, *, is_dry_run: bool = False, approved: str = "") -> Run:
    """Take back what a run wrote, or show what that would do, and record how it went.

    `approved` is the digest of the plan of a preview which a person wants carried out.
    """
    begun = world.clock.monotonic()
    run = world.stores.runs.start(RunKind.UNDO, is_dry_run=is_dry_run, now=world.clock.now(), undoes=undoing)
    with world.stores.scratch() if is_dry_run else nullcontext(world.stores) as working:
        job = replace(new_job(world, run), stores=working, begun=begun, approved=approved)
        return carry_out(job, run, world.stores, partial(_undo, undoing=undoing))


def why_not(run: Run | None) -> str:
    """What keeps a run from being undone, in a sentence; empty if nothing does."""
    if run is None:
        return "There is no such run of this connection."
    if run.is_dry_run:
        return f"Run {run.id} was a preview, and wrote nothing."
    if run.kind is RunKind.UNDO:
        return f"Run {run.id} is an undo itself: taskforce retry has the values of Salesforce written again."
    if run.kind is RunKind.ADOPTION:
        return f"Run {run.id} took over pairs, and wrote nothing: taskforce unmap separates one of them."
    if run.status in (RunStatus.RUNNING, RunStatus.AWAITING_APPROVAL):
        return f"Run {run.id} is not over yet."
    return ""


def refuse_while_waiting(waiting: Run | None) -> None:
    """Raises DecisionRefused while another plan waits for a person."""
    if waiting is not None:
        raise DecisionRefused(
            f"The plan of run {waiting.id} waits for a person, so nothing is undone.",
            mend=f"taskforce approve {waiting.id} or taskforce reject {waiting.id} first.",
        )


def _undo(job: Job, *, undoing: Undoing) -> Ending:
    recover_intents(job)
    refuse_while_waiting(job.stores.runs.awaiting())
    run = job.stores.runs.find(undoing.run_id)
    if why := why_not(run):
        raise DecisionRefused(why)
    try:
        ended = _plan_and_apply(job, undoing)
    except (BudgetExhausted, Stopped):
        job.remarks.append(_ONCE_MORE)
        raise
    if ended[0] is RunStatus.TO_BE_CONTINUED:
        job.remarks.append(_ONCE_MORE)
    return ended


def _plan_and_apply(job: Job, undoing: Undoing) -> Ending:
    ensure_target_schema(job)
    settle_earlier_doubts(job)
    linked = count_linked(job)
    plan = _Planning(job=job, undoing=undoing)
    for entity in reversed(Entity):
        plan.plan(entity)
    if job.is_dry_run:
        job.digest = job.plan.digest(is_dry_run=True)
        return ending(job)
    if asked := what_to_ask(job, linked):
        job.digest = job.plan.digest()
        return RunStatus.AWAITING_APPROVAL, asked
    return apply_looking_again(job)


@dataclass(slots=True, kw_only=True)
class _Planning:
    """The changes of the run, one after the other; `going` counts what goes along with each company, by what it is."""

    job: Job
    undoing: Undoing
    going: dict[TargetId, Counter[str]] = field(default_factory=dict)

    def plan(self, entity: Entity) -> None:
        """Decide about all of one entity, slice by slice."""
        self.job.progress.phase(f"Looking at {entity.plural} in Autotask")
        for slice_ in self._slices(entity):
            stop_if_asked(self.job)
            found = present_state(self.job, entity, [each.target_id for each in slice_])
            links = self.job.stores.links.by_source(entity, [each.change.subject.source_id for each in slice_])
            locks = self.job.stores.links.locks(entity, [each.change.subject.source_id for each in slice_])
            decisions = [self._decide(each, found.get(each.target_id), links, locks) for each in slice_]
            self._store(decisions, links)

    def _slices(self, entity: Entity) -> Iterator[Sequence[CarriedOut]]:
        plan = self.job.stores.plan(self.undoing.run_id)
        before: int | None = None
        while found := plan.carried_out(entity, before=before, limit=SLICE):
            yield found
            before = found[-1].number

    def _decide(
        self,
        done: CarriedOut,
        present: TargetRecord | None,
        links: Mapping[SourceId, Link],
        locks: Mapping[SourceId, frozenset[str]],
    ) -> changes.Decision:
        subject = done.change.subject
        undoable = Undoable(
            change=done.change,
            target_id=done.target_id,
            link=links.get(subject.source_id),
            present=present,
            is_in_doubt=bool(self.job.stores.intents.get(subject.entity, [subject.source_id])),
            companies=self._companies(done.change),
            goes_along=self.going.get(done.target_id, {}) if subject.entity is Entity.COMPANY else {},
            locked=locks.get(subject.source_id, frozenset()),
        )
        decision = decide_undo(undoable, with_creates=self.undoing.creates)
        if isinstance(decision, changes.Deactivate) and subject.entity is Entity.COMPANY:
            decision = decide_undo(replace(undoable, attached=attached(self.job, done.target_id)), with_creates=True)
        if undoable.is_create and isinstance(decision, changes.Deactivate | changes.Unchanged):
            self._note_going(present)
        return decision

    def _companies(self, change: changes.Applicable) -> Mapping[str, TargetId]:
        """The Autotask ids that the references of a change got."""
        links = self.job.stores.links.by_source(Entity.COMPANY, change.basis.references.values())
        return {name: links[each].target_id for name, each in change.basis.references.items() if each in links}

    def _note_going(self, present: TargetRecord | None) -> None:
        """A record that is, or is to be, inactive keeps its company from nothing."""
        if present is None:
            return
        is_company = present.entity is Entity.COMPANY
        above = present.fields.get("parentCompanyID") if is_company else present.company_id
        if isinstance(above, int):
            what = _CHILDREN if is_company else Entity.CONTACT.plural
            self.going.setdefault(TargetId(above), Counter())[what] += 1

    def _store(self, decisions: Sequence[changes.Decision], links: Mapping[SourceId, Link]) -> None:
        """Store a slice of the plan; what stands as before already is not to be written again either."""
        job = self.job
        with job.stores.transaction():
            job.plan.add([(decision, outcome_now(job, decision)) for decision in decisions])
            for decision in decisions:
                link = links.get(decision.subject.source_id)
                if isinstance(decision, changes.Unchanged) and link is not None:
                    job.stores.links.put([stands_as_before(link, decision)])
        job.progress.advance(len(decisions))
