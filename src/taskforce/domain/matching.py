"""Pairing a Salesforce record with an Autotask record, or saying why a person must decide (protocol 1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from taskforce.domain.added_rules import MatchRule, RuleVerdict
from taskforce.domain.match_rules import Candidate, Keys
from taskforce.domain.reasons import Evidence, Note, Reason
from taskforce.domain.records import OWN_COMPANY_ID, SourceId, Value

SIMILAR_NAME = 90
"""From this score on (0 to 100, rapidfuzz's ratio of simple names) two company names are very alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The verdict: link to `candidate`, create (no candidate, `reason` is NO_CANDIDATE), or wait for `reason`.

    `rule_key` is that of the added rule that decided; empty if none did.
    """

    reason: Reason
    candidate: Candidate | None = None
    evidence: Evidence = field(default_factory=dict)
    rule_key: str = ""

    @property
    def must_wait(self) -> bool:
        """A person has to decide."""
        return self.candidate is None and self.reason is not Reason.NO_CANDIDATE


def match(source_id: SourceId, *, carriers: Sequence[Candidate], fitting: Sequence[Candidate]) -> Match:
    """Resolve a record without a link.

    `carriers` are the Autotask records that carry its id; `fitting` those with the same exact key, creates planned in
    the same run among them. A carrier wins over any key; only an exact, unique, active and free one links by itself.
    The MSP itself is never matched.
    """
    carriers = [each for each in carriers if each.id != OWN_COMPANY_ID]
    fitting = [each for each in fitting if each.id != OWN_COMPANY_ID]
    if len(carriers) > 1:
        return Match(reason=Reason.DUPLICATE_ID, evidence=named(carriers))
    if carriers:
        return _only(carriers[0], source_id, Reason.CARRIES_ID)
    if len(fitting) > 1:
        return Match(reason=Reason.AMBIGUOUS, evidence=named(fitting))
    if fitting:
        return _only(fitting[0], source_id, Reason.EXACT_MATCH)
    return Match(reason=Reason.NO_CANDIDATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an added rule finds: the Autotask records that share its trait, by the key of that."""

    rule: MatchRule
    key: str
    candidates: Sequence[Candidate]


def match_by_rules(source_id: SourceId, findings: Iterable[Finding]) -> Match | None:
    """What the added rules say of a record for which S15 and S16 found nothing; None when they find nothing either.

    The first rule that finds anything decides, as strictly as S15: several candidates, or one that is taken or
    inactive, are a person's business, whatever its verdict.
    """
    for finding in findings:
        found = match(source_id, carriers=(), fitting=finding.candidates)
        if found.reason is not Reason.NO_CANDIDATE:
            return _by_rule(found, finding)
    return None


def _by_rule(found: Match, finding: Finding) -> Match:
    evidence: Evidence = {"rule": finding.rule.trait.words, **found.evidence}
    if found.candidate is None:
        return Match(reason=found.reason, evidence=evidence, rule_key=finding.key)
    if finding.rule.verdict is RuleVerdict.HOLD:
        return Match(reason=Reason.RULE_MATCH_HELD, evidence=evidence, rule_key=finding.key)
    return Match(reason=Reason.RULE_MATCH, candidate=found.candidate, evidence=evidence, rule_key=finding.key)


def _only(candidate: Candidate, source_id: SourceId, reason: Reason) -> Match:
    if candidate.linked_to not in (None, source_id):
        evidence: Evidence = {**named([candidate]), "belongs_to": candidate.linked_to}
        return Match(reason=Reason.TAKEN, evidence=evidence)
    if not candidate.is_active:
        return Match(reason=Reason.CANDIDATE_INACTIVE, evidence=named([candidate]))
    freed: Evidence = {"belonged_to": candidate.freed_from} if candidate.freed_from else {}
    return Match(reason=reason, candidate=candidate, evidence={**named([candidate]), **freed})


def named(candidates: Sequence[Candidate]) -> Mapping[str, Value | Sequence[Value]]:
    """Candidates as evidence: their ids and names, in the order of the ids."""
    return {
        "candidates": [candidate.id for candidate in sorted(candidates, key=lambda each: each.id)],
        "names": [candidate.name for candidate in sorted(candidates, key=lambda each: each.id)],
    }


def near_match(keys: Keys, alike: Sequence[Candidate]) -> Note | None:
    """A remark when a record about to be created is much like one that stands there: same domain, phone or name."""
    for candidate in sorted(alike, key=lambda each: each.id):
        because = _likeness(keys, candidate.keys)
        if because:
            evidence: Evidence = {"candidate": candidate.id, "name": candidate.name, "because": because}
            return Note(reason=Reason.NEAR_MATCH, evidence=evidence)
    return None


def _likeness(ours: Keys, theirs: Keys) -> str:
    if ours.domain and ours.domain == theirs.domain:
        return "domain"
    if ours.phone and ours.phone == theirs.phone:
        return "phone"
    if ours.similar and theirs.similar and fuzz.ratio(ours.similar, theirs.similar) >= SIMILAR_NAME:
        return "name"
    return ""
