"""What the records of one slice are paired with: the index, the links and this run's own plan, asked in bulk."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from taskforce.domain import changes
from taskforce.domain.links import Link, LinkState
from taskforce.domain.match_rules import Candidate
from taskforce.domain.matching import Finding, Match, match, match_by_rules, near_match
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord
from taskforce.engine.candidates import Candidates, Seeker
from taskforce.engine.job import Job
from taskforce.engine.unsettled import unsettled_writes


class Lookups:
    """Verdicts about the records of one slice; decisions made meanwhile count as well, and writes that are in doubt.

    Of `linked` records only who carries their ids is asked, and who else gets their Autotask record by this plan.
    """

    def __init__(self, job: Job, entity: Entity, seekers: Sequence[Seeker], linked: Sequence[Link] = ()) -> None:
        self._rules = job.settings.match_rules.of(entity)
        self._candidates = Candidates(
            job.stores,
            job.settings,
            entity,
            carried=[*(each.source_id for each in seekers), *(each.source_id for each in linked)],
            seekers=seekers,
            traits=[rule.trait for rule in self._rules],
        )
        self._claims = dict(job.plan.claims(entity, self._candidates.ids() | {link.target_id for link in linked}))
        self._creates: dict[tuple[str, SourceId | None], set[SourceId]] = defaultdict(set)
        for source_id, write in unsettled_writes(job.stores, entity).items():
            if isinstance(write, changes.Create):
                self._creates[write.basis.keys.match, write.company].add(source_id)
            else:
                self._claims[write.target_id] = source_id
        for key, planned in job.plan.planned_by_key(entity, {each.keys.match for each in seekers}).items():
            for each in planned:
                self._creates[key, each.account].add(each.source_id)

    def carriers(self, source_id: SourceId, present: Mapping[TargetId, TargetRecord]) -> Sequence[Candidate]:
        """Who carries the id of a linked record: by the index, or as it stands where that was read."""
        known = self._candidates.carriers(source_id)
        return [each for each in known if each.id not in present or present[each.id].source_id == source_id]

    def rival(self, link: Link) -> SourceId | None:
        """Who gets the Autotask record of a pair that had ended, before that pair is taken up again."""
        claimant = self._claims.get(link.target_id)
        return claimant if link.state is not LinkState.LINKED and claimant != link.source_id else None

    def verdict(self, seeker: Seeker) -> Match:
        """Link, create or wait (protocol 1)."""
        fitting = () if seeker.is_new else self._candidates.fitting(seeker)
        carriers = [each for each in self._candidates.carriers(seeker.source_id) if each.id != seeker.given_up]
        found = match(seeker.source_id, carriers=self._claimed(carriers), fitting=self._claimed(fitting))
        if seeker.is_new or found.reason is not Reason.NO_CANDIDATE:
            return found
        return self._planned_twin(seeker) or self._under_namesake(seeker) or self._by_rules(seeker) or found

    def candidates(self, seekers: Iterable[Seeker]) -> set[TargetId]:
        """Those that these would be paired with."""
        verdicts = map(self.verdict, seekers)
        return {verdict.candidate.id for verdict in verdicts if verdict.candidate is not None}

    def discard(self, gone: Iterable[TargetId]) -> None:
        """These candidates exist in the index only: Autotask has them no more."""
        self._candidates.discard(gone)

    def near(self, seeker: Seeker) -> Note | None:
        """A remark if something much like it stands in Autotask, unless a person has seen to that."""
        return None if seeker.is_new else near_match(seeker.keys, self._candidates.alike(seeker))

    def remember(self, decision: changes.Decision) -> None:
        """What was just decided binds the rest of the slice."""
        if isinstance(decision, changes.Link | changes.Update | changes.Unchanged):
            self._claims[decision.target_id] = decision.subject.source_id
        elif isinstance(decision, changes.Create):
            self._creates[decision.basis.keys.match, decision.company].add(decision.subject.source_id)

    def _claimed(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        return [each.claimed_by(self._claims.get(each.id)) for each in candidates]

    def _planned_twin(self, seeker: Seeker) -> Match | None:
        """Another Salesforce record with the same key is created by this plan: the two are twins in Salesforce."""
        twins = self._creates.get((seeker.keys.match, seeker.account), set()) - {seeker.source_id}
        return Match(reason=Reason.TAKEN, evidence={"belongs_to": min(twins)}) if twins else None

    def _under_namesake(self, seeker: Seeker) -> Match | None:
        """A contact of this name stands under another company of the same name: a person's business.

        Not so one that this plan has made meanwhile, which is looked at again: that both are created was decided.
        """
        elsewhere = [each for each in self._candidates.under_namesakes(seeker) if not self._is_made(each)]
        if not elsewhere:
            return None
        evidence = {"candidate": elsewhere[0].id, "company": elsewhere[0].company_id}
        return Match(reason=Reason.SAME_NAME_OTHER_COMPANY, evidence=evidence)

    def _is_made(self, candidate: Candidate) -> bool:
        return any(candidate.linked_to in made for made in self._creates.values())

    def _by_rules(self, seeker: Seeker) -> Match | None:
        """What the rules that an administrator added find, in their order."""
        findings = []
        for rule in self._rules:
            key, sharing = self._candidates.sharing(seeker, rule.trait)
            if key:
                findings.append(Finding(rule=rule, key=key, candidates=self._claimed(sharing)))
        return match_by_rules(seeker.source_id, findings)
