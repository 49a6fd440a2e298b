"""Scores of candidates: what is forgiven, what is not, and how good they are on labelled pairs (B4)."""

import pytest
from benchmarks.suggestions import labelled_pairs, quality

from taskforce.domain.likeness import (
    is_nickname,
    is_same_street,
    is_same_word,
    name_likeness,
    name_words,
    spellings,
    state_code,
)
from taskforce.domain.records import Entity, Value
from taskforce.domain.suggesting import LIKELY, NEARLY_CERTAIN, Part, Score, score

BIRCH: dict[str, Value] = {
    "companyName": "Birch Dental",
    "address1": "12 Oak Street",
    "city": "Chicago",
    "state": "IL",
    "postalCode": "60601",
    "phone": "312-555-0114",
    "webAddress": "https://www.birchdental.example",
}
ROSA: dict[str, Value] = {
    "firstName": "Rosa",
    "lastName": "Lind",
    "emailAddress": "rosa@birch.example",
    "phone": "312-555-0114",
}
MAIL_NAME = "the same name in front of the e-mail address's @"
SUBURB = "another city, though the rest of the address is the same"
SWAPPED: dict[str, Value] = {"firstName": "Lind", "lastName": "Rosa"}


def part(what: str, points: int, words: str) -> Part:
    """One thing compared."""
    return Part(what=what, points=points, words=words)


def company(**fields: Value) -> Score:
    """BIRCH against itself, but for some fields."""
    return score(Entity.COMPANY, BIRCH, {**BIRCH, **fields})


def person(**fields: Value) -> Score:
    """ROSA against herself, but for some fields."""
    return score(Entity.CONTACT, ROSA, {**ROSA, **fields})


def test_the_labelled_pairs_are_judged_well() -> None:
    """Hard negatives among them; the benchmark prints the table that docs/reference/suggestions.md shows."""
    pairs = labelled_pairs()
    likely, nearly_certain = quality(pairs, LIKELY), quality(pairs, NEARLY_CERTAIN)

    assert len(pairs) >= 200
    assert (likely.precision >= 0.93, likely.recall >= 0.93) == (True, True)
    assert nearly_certain.precision == 1.0


def test_a_score_is_the_sum_of_what_it_says() -> None:
    """Every part with its words, and together the points."""
    assert company() == Score(
        points=100,
        parts=(
            part("name", 55, "the same name"),
            part("domain", 13, "the same web domain"),
            part("phone", 12, "the same phone number"),
            part("street", 10, "the same street and number"),
            part("city", 4, "the same city"),
            part("postal code", 4, "the same postal code"),
            part("state", 2, "the same state"),
        ),
    )
    assert person() == Score(
        points=100,
        parts=(
            part("last name", 30, "the same last name"),
            part("first name", 25, "the same first name"),
            part("e-mail", 35, "the same e-mail address"),
            part("phone", 10, "the same phone number"),
        ),
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"companyName": "Birch Dental, Inc."}, part("name", 55, "the same name, written differently")),
        ({"companyName": "Birch Dentl"}, part("name", 50, "much the same name")),
        ({"companyName": "Birch"}, part("name", 24, "a similar name")),
        ({"companyName": "Elm Bank"}, part("name", -40, "each name has words that the other has not")),
        ({"companyName": None}, part("name", 0, "another name")),
        ({"webAddress": "shop.birchdental.example"}, part("domain", 13, "the same web domain")),
        ({"webAddress": "birchdental.test"}, part("domain", 6, "the same web domain but for its ending")),
        ({"webAddress": "elm.example"}, part("domain", -10, "other web domains")),
        ({"phone": "312-555-0199"}, part("phone", -4, "other phone numbers")),
        ({"address1": "14 Oak Street"}, part("street", -6, "other streets or numbers")),
        ({"city": "Oak Park"}, part("city", 0, SUBURB)),
        ({"postalCode": "60302"}, part("postal code", -3, "other postal codes")),
        ({"postalCode": "60601-1234"}, part("postal code", 4, "the same postal code")),
        ({"state": "Wisconsin"}, part("state", -8, "other states")),
        ({"state": "Illinois"}, part("state", 2, "the same state")),
    ],
)
def test_each_part_of_a_company(fields: dict[str, Value], expected: Part) -> None:
    """Points and words."""
    assert expected in company(**fields).parts


def test_another_city_is_another_branch() -> None:
    """Unless something else of the address is the same."""
    branch = company(city="Dallas", address1="900 Elm St", postalCode="75201", state="TX", phone="214-555-0110")

    assert part("city", -20, "other cities") in branch.parts
    assert branch.is_likely is False


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"lastName": "Stone"}, part("last name", -20, "other last names")),
        (SWAPPED, part("last name", 25, "first and last name swapped")),
        (SWAPPED, part("first name", 20, "first and last name swapped")),
        ({"firstName": "R."}, part("first name", 18, "a short form of the first name")),
        ({"firstName": "Max"}, part("first name", -30, "other first names")),
        ({"emailAddress": "rosa@elm.example"}, part("e-mail", 10, MAIL_NAME)),
        ({"emailAddress": "max@birch.example"}, part("e-mail", -5, "other e-mail addresses")),
        ({"phone": None, "mobilePhone": "(312) 555 0114"}, part("phone", 10, "the same phone number")),
    ],
)
def test_each_part_of_a_contact(fields: dict[str, Value], expected: Part) -> None:
    """Points and words."""
    assert expected in person(**fields).parts


@pytest.mark.parametrize("missing", ["webAddress", "phone", "address1", "city", "postalCode", "state"])
def test_what_is_unknown_counts_for_nothing(missing: str) -> None:
    """Neither for nor against."""
    whole, lacking = company(), company(**{missing: None})

    assert len(lacking.parts) == len(whole.parts) - 1
    assert lacking.points < whole.points


@pytest.mark.parametrize("missing", ["firstName", "emailAddress", "phone"])
def test_what_is_unknown_of_a_contact_counts_for_nothing(missing: str) -> None:
    """Neither for nor against."""
    assert len(person(**{missing: None}).parts) == 3


def test_points_stay_between_0_and_100() -> None:
    """Whatever speaks against it."""
    nothing = score(Entity.COMPANY, BIRCH, {"companyName": "Elm", "city": "Dallas", "state": "TX"})

    assert nothing.points == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("The Müller & Söhne GmbH", ("muller", "sohne")),
        ("J. P. Morgan's", ("jp", "morgan")),
        ("Inc", ("inc",)),
        ("St. Mary's Hosp", ("saint", "mary", "hospital")),
        (None, ()),
        ("株式会社 東京", ("株式会社", "東京")),
        ("!!!", ()),
    ],
)
def test_the_words_of_a_name(name: str | None, words: tuple[str, ...]) -> None:
    """What tells a company, whatever script it is written in."""
    assert name_words(name) == words


def test_names_without_words_are_like_nothing() -> None:
    """Blank, or only punctuation."""
    assert name_likeness("", "Acme").share == 0
    assert name_likeness("IBM", "International Business Machines").share == 0.85
    assert name_likeness("Fire District 3", "Fire District 5").conflict >= 1


def test_how_else_a_name_may_begin() -> None:
    """So that what is written otherwise is found by its first letters."""
    assert spellings("") == frozenset()
    assert {"mueller bau", "muller bau", "bau müller", "müller", "müller bau "} <= spellings("müller bau")
    assert "müller" in spellings("mueller")
    assert "mueller" not in spellings("mueller")


def test_streets_states_and_words() -> None:
    """However they are abbreviated."""
    assert is_same_street("120 N. Main St., Suite 4", "120 North Main Street")
    assert is_same_street("Hauptstr. 5", "Hauptstraße 5")
    assert not is_same_street("120 Main St", "122 Main St")
    assert not is_same_street("", "")
    assert (state_code("new york"), state_code("NY"), state_code("Bayern")) == ("ny", "ny", "by")
    assert (is_same_word("Müller", "Mueller"), is_same_word("", ""), is_same_word("Ann", "Amy")) == (True, False, False)
    assert (is_nickname("Bob", "Robert"), is_nickname("R", "Robert"), is_nickname("Rob", "Roy")) == (True, True, False)
