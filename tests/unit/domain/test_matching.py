"""Pairing, or saying why a person must decide (protocol 1, spec section 2)."""

from collections.abc import Sequence

import pytest

from taskforce.domain.match_rules import Candidate, keys_of
from taskforce.domain.matching import Match, match, near_match
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, Value
from tests.builders import COMPANY_FIELDS, account_id, candidate, company

ME, OTHER = account_id(1), account_id(2)
FREE = candidate(company(101))
SECOND = candidate(company(102, companyName="BIRCH DENTAL"))
INACTIVE = candidate(company(103, is_active=False))
TAKEN = candidate(company(104, source_id=OTHER))
MINE = candidate(company(105, source_id=ME))
MY_DOUBLE = candidate(company(106, source_id=ME))
MINE_BUT_LINKED_ELSEWHERE = candidate(company(107, source_id=ME), linked_to=OTHER)
MINE_INACTIVE = candidate(company(108, source_id=ME, is_active=False))


def told(*candidates: Candidate, **more: Value) -> dict[str, object]:
    """The evidence for these candidates."""
    return {"candidates": [each.id for each in candidates], "names": [each.name for each in candidates], **more}


def test_nothing_that_fits_is_to_be_created() -> None:
    """No carrier of the id, no candidate by key: a new company."""
    verdict = match(ME, carriers=(), fitting=())

    assert verdict == Match(reason=Reason.NO_CANDIDATE)
    assert not verdict.must_wait


@pytest.mark.parametrize("free", [FREE, MINE])
def test_the_only_one_that_fits_is_linked(free: Candidate) -> None:
    """Exact, unique, active and free, or already one's own: linked by itself (S15)."""
    verdict = match(ME, carriers=(), fitting=(free,))

    assert verdict == Match(reason=Reason.EXACT_MATCH, candidate=free, evidence=told(free))
    assert not verdict.must_wait


def test_what_a_deleted_account_left_behind_is_linked_again() -> None:
    """Its twin takes over the company; the id that stands there belongs to nobody any more."""
    freed = TAKEN.freed()
    verdict = match(ME, carriers=(), fitting=(freed,))

    assert verdict == Match(reason=Reason.EXACT_MATCH, candidate=freed, evidence=told(freed, belonged_to=OTHER))


@pytest.mark.parametrize("fitting", [(), (FREE,), (FREE, SECOND), (TAKEN,)])
def test_the_record_that_carries_the_id_wins_over_any_key(fitting: Sequence[Candidate]) -> None:
    """The user-defined field is the external key (S10, protocol 1)."""
    verdict = match(ME, carriers=(MINE,), fitting=fitting)

    assert verdict == Match(reason=Reason.CARRIES_ID, candidate=MINE, evidence=told(MINE))


@pytest.mark.parametrize(
    ("carriers", "fitting", "reason", "evidence"),
    [
        ((), (SECOND, FREE), Reason.AMBIGUOUS, told(FREE, SECOND)),
        ((), (FREE, TAKEN), Reason.AMBIGUOUS, told(FREE, TAKEN)),
        ((), (FREE, INACTIVE), Reason.AMBIGUOUS, told(FREE, INACTIVE)),
        ((), (TAKEN,), Reason.TAKEN, told(TAKEN, belongs_to=OTHER)),
        ((), (INACTIVE,), Reason.CANDIDATE_INACTIVE, told(INACTIVE)),
        ((MY_DOUBLE, MINE), (), Reason.DUPLICATE_ID, told(MINE, MY_DOUBLE)),
        ((MINE_BUT_LINKED_ELSEWHERE,), (), Reason.TAKEN, told(MINE_BUT_LINKED_ELSEWHERE, belongs_to=OTHER)),
        ((MINE_INACTIVE,), (FREE,), Reason.CANDIDATE_INACTIVE, told(MINE_INACTIVE)),
    ],
    ids=[
        "two fit",
        "two fit, one is taken",
        "two fit, one is inactive",
        "taken",
        "inactive",
        "two carry the id",
        "carries the id, linked elsewhere",
        "carries the id, inactive",
    ],
)
def test_anything_else_waits_for_a_person(
    carriers: Sequence[Candidate], fitting: Sequence[Candidate], reason: Reason, evidence: dict[str, object]
) -> None:
    """Nothing is created and nothing overwritten; the evidence names the candidates in the order of their ids."""
    verdict = match(ME, carriers=carriers, fitting=fitting)

    assert verdict == Match(reason=reason, evidence=evidence)
    assert verdict.must_wait


@pytest.mark.parametrize(
    ("fields", "because"),
    [
        ({"companyName": "Somebody", "phone": "1"}, "domain"),
        ({"companyName": "Somebody", "webAddress": None, "phone": "+1 312 555 0199"}, "phone"),
        ({"companyName": "Birch Dentel, Inc.", "webAddress": None, "phone": None}, "name"),
        ({"state": "Illinois", "webAddress": "www.other.example", "phone": None}, "name"),
    ],
)
def test_a_company_much_like_another_is_remarked(fields: dict[str, Value], because: str) -> None:
    """Same domain, same phone or a very like name, in this order (B4)."""
    near = near_match(keys_of(Entity.COMPANY, {**COMPANY_FIELDS, **fields}), [FREE])

    evidence = {"candidate": 101, "name": "Birch Dental", "because": because}
    assert near == Note(reason=Reason.NEAR_MATCH, evidence=evidence)


@pytest.mark.parametrize(
    "fields",
    [
        {"companyName": "Oak Clinic", "webAddress": "oak.example", "phone": "312-555-0100"},
        {"companyName": "Oak Clinic", "webAddress": None, "phone": None},
        {"companyName": None, "webAddress": None, "phone": "000-000-0000"},
    ],
)
def test_a_company_unlike_all_others_is_not_remarked(fields: dict[str, Value]) -> None:
    """Blanks and stand-ins make no likeness."""
    blank = candidate(company(99, companyName=None, webAddress=None, phone="000-000-0000"))

    assert near_match(keys_of(Entity.COMPANY, {**COMPANY_FIELDS, **fields}), [FREE, blank]) is None


@pytest.mark.parametrize(("ours", "is_near"), [("abcdefghij", True), ("abcdefghix", True), ("abcdefghxx", False)])
def test_names_are_very_like_from_a_score_of_90_on(ours: str, is_near: bool) -> None:
    """One letter of ten may differ, two may not."""
    other = candidate(company(101, companyName="abcdefghij", webAddress=None, phone=None))

    near = near_match(keys_of(Entity.COMPANY, {"companyName": ours}), [other])

    assert (near is not None) is is_near


def test_the_first_of_several_near_matches_is_named() -> None:
    """The lowest id, whatever the order: a rerun says the same."""
    keys = keys_of(Entity.COMPANY, COMPANY_FIELDS)
    unlike = candidate(company(100, companyName="Oak Clinic", webAddress=None, phone=None))

    near = near_match(keys, [SECOND, FREE, unlike])

    assert near == near_match(keys, [unlike, FREE, SECOND])
    assert near is not None
    assert near.evidence["candidate"] == 101
