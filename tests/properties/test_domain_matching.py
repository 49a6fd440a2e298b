"""Only an exact, unique, active and free record links by itself, whatever the candidates."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from taskforce.domain.added_rules import TRAITS, MatchRule, RuleVerdict
from taskforce.domain.match_rules import Candidate, Keys
from taskforce.domain.matching import Finding, match, match_by_rules, near_match
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, TargetId
from tests.builders import account_id

ME = account_id(1)
WORDS = st.none() | st.sampled_from(["acme", "acme inc", "birch", ""])
KEYS = st.builds(
    Keys, match=st.just("k"), name=st.just("n"), domain=WORDS, phone=WORDS, similar=WORDS.map(lambda word: word or "")
)
CANDIDATES = st.builds(
    Candidate,
    id=st.integers(1, 9).map(TargetId),
    keys=KEYS,
    name=st.just("Acme"),
    is_active=st.booleans(),
    linked_to=st.sampled_from([None, ME, account_id(2)]),
)
SOME = st.lists(CANDIDATES, max_size=3, unique_by=lambda each: each.id)
RULES = st.builds(
    MatchRule, trait=st.sampled_from(list(TRAITS[Entity.COMPANY])), verdict=st.sampled_from(list(RuleVerdict))
)
FINDINGS = st.lists(st.builds(Finding, rule=RULES, key=st.just("k"), candidates=SOME), max_size=4)


@given(SOME, SOME)
def test_only_a_unique_active_and_free_candidate_is_linked(carriers: list[Candidate], fitting: list[Candidate]) -> None:
    """The carrier of the id, or else the only one that fits; never one of several, inactive, or another's."""
    verdict = match(ME, carriers=carriers, fitting=fitting)

    considered = carriers or fitting
    may_link = len(considered) == 1 and considered[0].is_active and considered[0].linked_to in (None, ME)
    assert verdict.candidate == (considered[0] if may_link else None)


@given(SOME, SOME)
def test_something_is_created_only_when_nothing_fits(carriers: list[Candidate], fitting: list[Candidate]) -> None:
    """Otherwise it is linked or waits."""
    verdict = match(ME, carriers=carriers, fitting=fitting)

    assert (verdict.reason is Reason.NO_CANDIDATE) is (not carriers and not fitting)
    assert verdict.must_wait is (verdict.candidate is None and bool(carriers or fitting))


@given(SOME, SOME, st.randoms(use_true_random=False))
def test_the_order_of_candidates_does_not_matter(
    carriers: list[Candidate], fitting: list[Candidate], random: Random
) -> None:
    """A rerun decides and explains alike."""
    shuffled = random.sample(carriers, len(carriers)), random.sample(fitting, len(fitting))

    assert match(ME, carriers=shuffled[0], fitting=shuffled[1]) == match(ME, carriers=carriers, fitting=fitting)


@given(KEYS, SOME)
def test_a_near_match_names_one_that_stands_there_and_why(keys: Keys, alike: list[Candidate]) -> None:
    """Likeness always has a ground that is not blank on either side."""
    near = near_match(keys, alike)

    if near is not None:
        named = next(each for each in alike if each.id == near.evidence["candidate"])
        ground = {"domain": "domain", "phone": "phone", "name": "similar"}[str(near.evidence["because"])]
        assert getattr(keys, ground)
        assert getattr(named.keys, ground)


@given(FINDINGS)
def test_an_added_rule_is_never_more_daring_than_s15(findings: list[Finding]) -> None:
    """What is linked is the only one that the first rule found, active and free; a rule that holds links nothing."""
    verdict = match_by_rules(ME, findings)

    deciding = next((each for each in findings if each.candidates), None)
    if deciding is None or verdict is None:
        assert (deciding, verdict) == (None, None)
        return
    [first, *others] = deciding.candidates
    may_link = not others and first.is_active and first.linked_to in (None, ME)
    links = may_link and deciding.rule.verdict is RuleVerdict.LINK
    assert verdict.candidate == (first if links else None)
    assert verdict.must_wait is not links
    assert (verdict.reason is Reason.RULE_MATCH_HELD) is (may_link and not links)
    assert (verdict.evidence["rule"], verdict.rule_key) == (deciding.rule.trait.words, deciding.key)


@given(FINDINGS, FINDINGS)
def test_what_a_later_rule_finds_changes_nothing(findings: list[Finding], later: list[Finding]) -> None:
    """Once an earlier one has found something."""
    verdict = match_by_rules(ME, findings)

    assert verdict is None or match_by_rules(ME, [*findings, *later]) == verdict
