"""What may fit the records of one slice: the index, the links and this run's own plan, asked in bulk."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from taskforce.domain import changes
from taskforce.domain.links import Link, LinkState
from taskforce.domain.match_rules import Candidate, Keys
from taskforce.domain.matching import Match, match, near_match
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord
from taskforce.engine.job import Job
from taskforce.engine.places import Place

Key = TypeVar("Key", bound=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeker:
    """A record without a link, and where it is to be looked for: contacts only under their company.

    `given_up` is the Autotask record that a person has replaced: it is no candidate, however well it fits. `is_new`: a
    person decided that nothing that stands there is its counterpart; only its own id would tell otherwise.
    """

    source_id: SourceId
    keys: Keys
    account: SourceId | None = None
    place: Place | None = None
    given_up: TargetId | None = None
    is_new: bool = False


class Lookups:
    """Candidates for the records of one slice; decisions made meanwhile count as well.

    Of `linked` records only who carries their ids is asked, and who else gets their Autotask record by this plan.
    """

    def __init__(self, job: Job, entity: Entity, seekers: Sequence[Seeker], linked: Sequence[Link] = ()) -> None:
        index, plan = job.stores.index, job.plan
        keys = {seeker.keys.match for seeker in seekers}
        self._entity = entity
        sources = [*(each.source_id for each in seekers), *(each.source_id for each in linked)]
        self._carriers = dict(index.carriers(entity, sources))
        self._fitting = dict(index.fitting(entity, keys))
        self._alike: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in index.alike(entity, [seeker.keys for seeker in seekers]):
            for trait in candidate.keys.traits:
                self._alike[trait].append(candidate)
        self._deleted = self._deleted_owners(job)
        ids = self._candidate_ids() | {link.target_id for link in linked}
        self._claims = dict(plan.claims(entity, ids))
        self._creates: dict[tuple[str, SourceId | None], set[SourceId]] = defaultdict(set)
        for key, planned in plan.planned_by_key(entity, keys).items():
            for each in planned:
                self._creates[key, each.account].add(each.source_id)

    def _candidate_ids(self) -> set[TargetId]:
        groups = (*self._carriers.values(), *self._fitting.values())
        return {candidate.id for group in groups for candidate in group}

    def _deleted_owners(self, job: Job) -> set[str]:
        """Those to whom candidates belong that were deleted in Salesforce, and hold on to nothing any more."""
        owners = {SourceId(each.linked_to) for group in self._fitting.values() for each in group if each.linked_to}
        links = job.stores.links.by_source(self._entity, owners)
        return {owner for owner, link in links.items() if link.state is LinkState.DELETED}

    def carriers(self, source_id: SourceId, present: Mapping[TargetId, TargetRecord]) -> Sequence[Candidate]:
        """Who carries the id of a linked record: by the index, or as it stands where that was read."""
        known = self._carriers.get(source_id, ())
        return [each for each in known if each.id not in present or present[each.id].source_id == source_id]

    def rival(self, link: Link) -> SourceId | None:
        """Who gets the Autotask record of a pair that had ended, before that pair is taken up again."""
        claimant = self._claims.get(link.target_id)
        return claimant if link.state is not LinkState.LINKED and claimant != link.source_id else None

    def verdict(self, seeker: Seeker) -> Match:
        """Link, create or wait (protocol 1)."""
        known = () if seeker.is_new else self._fitting.get(seeker.keys.match, ())
        fitting = [each for each in known if self._is_here(each, seeker)]
        carriers = [each for each in self._carriers.get(seeker.source_id, ()) if each.id != seeker.given_up]
        found = match(seeker.source_id, carriers=self._claimed(carriers), fitting=self._claimed(fitting))
        if seeker.is_new or found.reason is not Reason.NO_CANDIDATE:
            return found
        return self._planned_twin(seeker) or self._under_namesake(seeker) or found

    def discard(self, gone: Iterable[TargetId]) -> None:
        """These candidates exist in the index only: Autotask has them no more."""
        absent = set(gone)
        self._carriers = _without(self._carriers, absent)
        self._fitting = _without(self._fitting, absent)

    def near(self, seeker: Seeker) -> Note | None:
        """A remark if something much like it stands in Autotask, unless a person has seen to that."""
        if seeker.is_new:
            return None
        alike = {each.id: each for trait in seeker.keys.traits for each in self._alike.get(trait, ())}
        return near_match(seeker.keys, [each for each in alike.values() if each.id != seeker.given_up])

    def remember(self, decision: changes.Decision) -> None:
        """What was just decided binds the rest of the slice."""
        if isinstance(decision, changes.Link | changes.Update | changes.Unchanged):
            self._claims[decision.target_id] = decision.subject.source_id
        elif isinstance(decision, changes.Create):
            self._creates[decision.basis.keys.match, decision.company].add(decision.subject.source_id)

    def _is_here(self, candidate: Candidate, seeker: Seeker) -> bool:
        if self._entity is Entity.COMPANY:
            return True
        return (
            candidate.id != seeker.given_up
            and seeker.place is not None
            and seeker.place.target_id == candidate.company_id
        )

    def _claimed(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        free = (each.freed() if each.linked_to in self._deleted else each for each in candidates)
        return [each.claimed_by(self._claims.get(each.id)) for each in free]

    def _planned_twin(self, seeker: Seeker) -> Match | None:
        """Another Salesforce record with the same key is created by this plan: the two are twins in Salesforce."""
        twins = self._creates.get((seeker.keys.match, seeker.account), set()) - {seeker.source_id}
        return Match(reason=Reason.TAKEN, evidence={"belongs_to": min(twins)}) if twins else None

    def _under_namesake(self, seeker: Seeker) -> Match | None:
        """A contact of this name under another company of the same name (spec section 2)."""
        if self._entity is Entity.COMPANY or seeker.place is None:
            return None
        for each in self._fitting.get(seeker.keys.match, ()):
            is_elsewhere = each.company_id != seeker.place.target_id and each.id != seeker.given_up
            if is_elsewhere and each.company_name_key == seeker.place.name_key:
                evidence = {"candidate": each.id, "company": each.company_id}
                return Match(reason=Reason.SAME_NAME_OTHER_COMPANY, evidence=evidence)
        return None


def _without(known: Mapping[Key, Sequence[Candidate]], absent: set[TargetId]) -> dict[Key, Sequence[Candidate]]:
    return {key: [each for each in candidates if each.id not in absent] for key, candidates in known.items()}
