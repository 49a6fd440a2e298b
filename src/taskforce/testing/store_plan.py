"""Plans and runs in memory."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from taskforce.domain import changes
from taskforce.domain.alarm import SUCCESSES
from taskforce.domain.budget import Spent
from taskforce.domain.limits import PlanFigures
from taskforce.domain.match_rules import digest
from taskforce.domain.outcome import WRITTEN, Outcome, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Counts, Entity, SourceId, TargetId
from taskforce.domain.run import Run, RunKind, RunStatus, Undoing
from taskforce.engine.stores import CarriedOut, Planned
from taskforce.testing.store_state import PlanEntry, State


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """The changes of one run."""

    state: State
    run_id: int

    def add(self, decisions: Sequence[tuple[changes.Decision, Outcome | None]]) -> None:
        """Store decisions in order."""
        for decision, outcome in decisions:
            number = len(self.state.plans) + 1
            self.state.plans[number] = PlanEntry(run_id=self.run_id, number=number, decision=decision, outcome=outcome)

    def pending(self, entity: Entity) -> int:
        """How many wait to be applied."""
        return len(self._pending(entity))

    def next_pending(self, entity: Entity, *, after: int, limit: int) -> Sequence[tuple[int, changes.Write]]:
        """A piece of what waits to be applied."""
        return [(number, write) for number, write in self._pending(entity) if number > after][:limit]

    def next_creations(self, entity: Entity, *, after: int, limit: int) -> Sequence[tuple[int, changes.Write]]:
        """A piece of what waits to be created."""
        pending = [(number, write) for number, write in self._pending(entity) if isinstance(write, changes.Create)]
        return [(number, write) for number, write in pending if number > after][:limit]

    def pending_among(self, entity: Entity, ids: Iterable[SourceId]) -> AbstractSet[SourceId]:
        """Of which records something waits to be applied."""
        return {write.subject.source_id for _, write in self._pending(entity)} & set(ids)

    def carried_out(self, entity: Entity, *, before: int | None, limit: int) -> Sequence[CarriedOut]:
        """What was written, the latest first."""
        found = [
            CarriedOut(number=entry.number, change=entry.decision, target_id=entry.outcome.target_id)
            for entry in reversed(self.entries())
            if entry.decision.subject.entity is entity
            and isinstance(entry.decision, changes.Create | changes.Patch)
            and entry.outcome is not None
            and entry.outcome.kind in WRITTEN
            and entry.outcome.target_id is not None
        ]
        return [each for each in found if before is None or each.number < before][:limit]

    def settle(self, number: int, outcome: Outcome, now: datetime) -> None:  # noqa: ARG002 - nobody asks when
        """What became of a change."""
        self.state.plans[number] = replace(self.state.plans[number], outcome=outcome)

    def settle_all(self, outcomes: Mapping[int, Outcome], now: datetime) -> None:
        """What became of these."""
        for number, outcome in outcomes.items():
            self.settle(number, outcome, now)

    def write(self, number: int) -> changes.Applicable | None:
        """A change of any run."""
        entry = self.state.plans.get(number)
        decision = entry.decision if entry else None
        return decision if isinstance(decision, changes.Create | changes.Patch) else None

    def postpone(self, now: datetime) -> int:
        """What is pending was not reached."""
        pending = [entry for entry in self.entries() if entry.outcome is None]
        for entry in pending:
            self.settle(entry.number, Outcome(kind=OutcomeKind.POSTPONED, reason=Reason.NOT_REACHED), now)
        return len(pending)

    def figures(self) -> PlanFigures:
        """What the pending changes amount to."""
        pending = [entry.decision for entry in self.entries() if entry.outcome is None]
        patches = [each for each in pending if isinstance(each, changes.Patch)]
        return PlanFigures(
            creates=sum(isinstance(each, changes.Create) for each in pending),
            updates=sum(not isinstance(each, changes.Deactivate) for each in patches),
            deactivations=sum(isinstance(each, changes.Deactivate) for each in patches),
            cleared=sum(change.after is None for each in patches for change in each.field_changes),
        )

    def digest(self, *, is_dry_run: bool = False) -> str:
        """The fingerprint of the pending changes; of a dry run, of all writes intended."""
        entries = self.entries()
        intended = [each for each in entries if isinstance(each.decision, changes.Write)]
        pending = [each for each in entries if each.outcome is None]
        return digest(*(repr(each.decision) for each in (intended if is_dry_run else pending)))

    def settle_earlier(self, number: int, outcome: Outcome, now: datetime) -> None:
        """What became of a change of an earlier run after all."""
        if number not in self.state.plans:
            return
        self.settle(number, outcome, now)
        runs, run_id = MemoryRuns(self.state, ""), self.state.plans[number].run_id
        self.state.runs[run_id] = runs.counted(self.state.runs[run_id])

    def planned(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Planned]:
        """The writes intended for these records."""
        wanted = set(ids)
        return {
            write.subject.source_id: _planned(write)
            for _, write in self._writes(entity)
            if write.subject.source_id in wanted
        }

    def leaving(self, entity: Entity, ids: Iterable[SourceId]) -> AbstractSet[SourceId]:
        """Those whose record is to be set inactive."""
        made = [entry.decision for entry in self.entries() if isinstance(entry.decision, changes.Deactivate)]
        return {each.subject.source_id for each in made if each.subject.entity is entity} & set(ids)

    def planned_by_key(self, entity: Entity, match_keys: Iterable[str]) -> Mapping[str, Sequence[Planned]]:
        """The creates intended with these keys."""
        wanted = set(match_keys)
        found: dict[str, list[Planned]] = {}
        for _, write in self._writes(entity):
            if isinstance(write, changes.Create) and write.basis.keys.match in wanted:
                found.setdefault(write.basis.keys.match, []).append(_planned(write))
        return found

    def claims(self, entity: Entity, target_ids: Iterable[TargetId]) -> Mapping[TargetId, SourceId]:
        """Who gets linked to these records."""
        wanted = set(target_ids)
        links = [write for _, write in self._writes(entity) if isinstance(write, changes.Link)]
        return {link.target_id: link.subject.source_id for link in links if link.target_id in wanted}

    def entries(self) -> list[PlanEntry]:
        """The whole plan, for whoever wants to look."""
        return [entry for entry in self.state.plans.values() if entry.run_id == self.run_id]

    def _writes(self, entity: Entity) -> list[tuple[PlanEntry, changes.Create | changes.Link | changes.Update]]:
        return [
            (entry, entry.decision)
            for entry in self.entries()
            if entry.decision.subject.entity is entity
            and isinstance(entry.decision, changes.Create | changes.Link | changes.Update)
        ]

    def _pending(self, entity: Entity) -> list[tuple[int, changes.Write]]:
        return [
            (entry.number, entry.decision)
            for entry in self.entries()
            if isinstance(entry.decision, changes.Write)
            and entry.decision.subject.entity is entity
            and entry.outcome is None
        ]


def _planned(write: changes.Create | changes.Link | changes.Update) -> Planned:
    return Planned(
        source_id=write.subject.source_id,
        target_id=None if isinstance(write, changes.Create) else write.target_id,
        name_key=write.basis.keys.name,
        account=write.company if isinstance(write, changes.Create) else None,
    )


@dataclass(frozen=True, slots=True)
class MemoryRuns:
    """The history."""

    state: State
    connection: str

    def start(self, kind: RunKind, *, is_dry_run: bool, now: datetime, undoes: Undoing | None = None) -> Run:
        """A run begins; one that is still running has died."""
        self.bury(now)
        number = len(self.state.runs) + 1
        run = Run(
            id=number,
            connection=self.connection,
            kind=kind,
            undoes=undoes,
            status=RunStatus.RUNNING,
            started_at=now,
            is_dry_run=is_dry_run,
        )
        self.state.runs[number] = run
        return run

    def finish(self, run: Run) -> Run:
        """Its end, with the counts of the plan's outcomes."""
        finished = self.counted(run)
        self.state.runs[run.id] = finished
        return finished

    def find(self, run_id: int) -> Run | None:
        """A run by its number."""
        return self.state.runs.get(run_id)

    def resume(self, run_id: int, now: datetime) -> Run:
        """It is under way again."""
        self.bury(now)
        run = replace(self.state.runs[run_id], status=RunStatus.RUNNING, finished_at=None, message="")
        self.state.runs[run_id] = run
        return run

    def counted(self, run: Run) -> Run:
        """A run with the counts of its plan's outcomes."""
        return replace(run, counts={entity: self._counts(run.id, entity) for entity in Entity})

    def succeeded_at(self, until: datetime) -> datetime | None:
        """The latest end of one that succeeded."""
        no_imports = (RunKind.UNDO, RunKind.ADOPTION)
        imports = [run for run in self.state.runs.values() if not run.is_dry_run and run.kind not in no_imports]
        ends = [run.finished_at for run in imports if run.status in SUCCESSES]
        return max((each for each in ends if each is not None and each <= until), default=None)

    def bury(self, now: datetime) -> None:
        """Those still running have died."""
        for dead in [run for run in self.state.runs.values() if run.status is RunStatus.RUNNING]:
            MemoryPlan(self.state, dead.id).postpone(now)
            self.finish(replace(dead, status=RunStatus.TO_BE_CONTINUED))

    def awaiting(self) -> Run | None:
        """The run whose plan waits for a person."""
        waiting = [run for run in self.state.runs.values() if run.status is RunStatus.AWAITING_APPROVAL and run.digest]
        return next((run for run in reversed(waiting) if not run.is_dry_run), None)

    def has_finished(self) -> bool:
        """Whether an import was ever carried through."""
        ends = (RunStatus.DONE, RunStatus.DONE_WITH_FAILURES)
        found = [run for run in self.state.runs.values() if run.kind is not RunKind.ADOPTION]
        return any(run.status in ends and not run.is_dry_run for run in found)

    def spent(self, since: datetime) -> Sequence[Spent]:
        """What runs spent that ended after that moment."""
        return [
            Spent(since=run.finished_at - run.duration, until=run.finished_at, calls=run.calls.autotask)
            for run in self.state.runs.values()
            if run.finished_at is not None and run.finished_at > since
        ]

    def _counts(self, run_id: int, entity: Entity) -> Counts:
        entries = MemoryPlan(self.state, run_id).entries()
        outcomes = [entry.outcome for entry in entries if entry.decision.subject.entity is entity]
        return Counts(**Counter(outcome.kind.value for outcome in outcomes if outcome is not None))
