"""The keys by which records are paired (S15, S16)."""

from dataclasses import replace

import pytest

from taskforce.domain.added_rules import Trait
from taskforce.domain.mapping import desired_state
from taskforce.domain.match_rules import Equivalences, Keys, digest, keys_of, rule_key, shared_value
from taskforce.domain.records import Entity, SourceRecord, Value
from taskforce.domain.standard_mapping import STANDARD
from tests.builders import (
    COMPANY_CONTACT_FIELDS,
    COMPANY_FIELDS,
    account,
    account_id,
    candidate,
    company,
    company_contact,
    contact,
    context,
    settings,
)


def company_keys(**fields: Value) -> Keys:
    """The keys of a company with some fields changed."""
    return keys_of(Entity.COMPANY, {**COMPANY_FIELDS, **fields})


def contact_keys(**fields: Value) -> Keys:
    """The keys of a contact with some fields changed; "-" is the stand-in for a first name."""
    return keys_of(Entity.CONTACT, {**COMPANY_CONTACT_FIELDS, **fields}, first_name_stand_in="-")


LOOSELY = Equivalences(legal_forms=True, states=True)


def loose_key(**fields: Value) -> str:
    """The exact key of a company whose names and states are taken loosely."""
    return keys_of(Entity.COMPANY, {**COMPANY_FIELDS, **fields}, same=LOOSELY).match


@pytest.mark.parametrize(
    "fields",
    [
        {"companyName": "BIRCH DENTAL, INC."},
        {"companyName": "Birch-Dental GmbH"},
        {"state": "Illinois"},
        {"state": " il. "},
    ],
)
def test_an_administrator_may_let_more_count_as_the_same(fields: dict[str, Value]) -> None:
    """Punctuation and legal form of names, states by code or name; by default they tell companies apart."""
    assert loose_key(**fields) == loose_key()
    assert company_keys(companyName="Birch Dental Inc").match != company_keys().match


@pytest.mark.parametrize("fields", [{"companyName": "Birch Dental Care"}, {"state": "Indiana"}, {"state": "東京"}])
def test_what_differs_still_differs(fields: dict[str, Value]) -> None:
    """Neither other words nor other states are the same, nor is a state that has no letters of ours no state."""
    assert loose_key(**fields) not in (loose_key(), loose_key(state=None))


def test_a_name_that_is_only_a_legal_form_stays_one() -> None:
    """Nothing would be left of it."""
    assert loose_key(companyName="Inc") != loose_key(companyName="Co")


def wanted_key(record: SourceRecord) -> str:
    """The exact key of a Salesforce record, by way of its mapped values."""
    return keys_of(record.entity, desired_state(record, STANDARD.of(record.entity), context()).values).match


@pytest.mark.parametrize(
    "fields",
    [
        {"companyName": " BIRCH  dental "},
        {"address1": "12 ELM STREET"},
        {"city": "chicago "},
        {"state": "il"},
        {"address2": "Suite 5"},
        {"phone": "1"},
        {"postalCode": None},
    ],
)
def test_companies_are_the_same_by_name_first_line_city_and_state(fields: dict[str, Value]) -> None:
    """Letter case and white space do not count, nor does any other field (S15)."""
    assert company_keys(**fields).match == company_keys().match


@pytest.mark.parametrize(
    "fields",
    [
        {"companyName": "Birch Dental, Inc."},
        {"address1": "12 Elm St"},
        {"city": "Chicago Heights"},
        {"state": "Illinois"},
        {"state": None},
    ],
)
def test_companies_differ_when_any_of_the_four_differs(fields: dict[str, Value]) -> None:
    """Nothing else is ignored: punctuation and abbreviations make another company, as a missing state does."""
    assert company_keys(**fields).match != company_keys().match


def test_empty_equals_empty() -> None:
    """A blank address on both sides fits, whichever way it is blank."""
    blank = company_keys(address1=None, city="", state="  ")

    assert blank.match == keys_of(Entity.COMPANY, {"companyName": "Birch Dental"}).match


def test_values_do_not_flow_from_one_part_of_the_key_into_the_next() -> None:
    """ "Elm" in "Chicago" is not "Elm Chicago" in nowhere."""
    assert company_keys(address1="Elm", city="Chicago").match != company_keys(address1="Elm Chicago", city="").match


def test_the_name_key_is_the_company_name_alone() -> None:
    """It tells companies of one name, wherever they are."""
    assert company_keys(city="Boston").name == company_keys().name != company_keys(companyName="Oak").name


def test_a_company_has_keys_for_near_matches() -> None:
    """Domain, phone digits and simple name."""
    keys = company_keys(companyName="Birch Dental, Inc.", phone="+1 312 555 0199")

    assert (keys.domain, keys.phone, keys.similar) == ("birchdental.example", "3125550199", "birch dental")


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ({"firstName": "ROSA "}, True),
        ({"emailAddress": "x@y.example", "phone": None}, True),
        ({"firstName": "Rosalind"}, False),
        ({"lastName": "Lindt"}, False),
        ({"firstName": None}, False),
    ],
)
def test_contacts_are_the_same_by_first_and_last_name(fields: dict[str, Value], same: bool) -> None:
    """Within one company the two names decide (S16), for which letter case does not count."""
    assert (contact_keys(**fields).match == contact_keys().match) is same


def test_a_stand_in_counts_as_a_blank_first_name() -> None:
    """A contact that was created with the stand-in is found again by its last name."""
    assert contact_keys(firstName="-").match == contact_keys(firstName=None).match


def test_a_contact_is_alike_by_its_email_address_only() -> None:
    """The whole address, in any letter case; their phones are for added rules only."""
    keys = contact_keys(emailAddress="Rosa.Lind@BirchDental.example")

    alike = Keys(match=keys.match, name=keys.match, domain="rosa.lind@birchdental.example")
    assert keys.for_near_matches() == alike
    assert keys == replace(alike, number="3125550111", mobile="3125550112")
    assert contact_keys(emailAddress=None).domain is None


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        (account(), COMPANY_FIELDS),
        (account(BillingStreet="12 Elm Street\r\nRear"), COMPANY_FIELDS),
        (account(Name="N" * 120), {**COMPANY_FIELDS, "companyName": "N" * 100}),
        (contact(), COMPANY_CONTACT_FIELDS),
    ],
)
def test_keys_are_those_of_mapped_values(record: SourceRecord, fields: dict[str, Value]) -> None:
    """First street line, after cutting: a record is found again by what was written of it."""
    assert wanted_key(record) == keys_of(record.entity, fields).match


def test_a_digest_is_short_and_always_the_same() -> None:
    """It is stored: its form may never change."""
    assert digest("birch dental", "") == "08331a3cc16122262f183bbe90dec6f1"
    assert len(digest()) == len(digest("x" * 10_000)) == 32
    assert digest("a", "b") != digest("ab") != digest("b", "a")


@pytest.mark.parametrize(
    ("trait", "values", "shared"),
    [
        (Trait.DOMAIN, {"webAddress": "https://www.acme.example/about"}, "acme.example"),
        (Trait.DOMAIN, {"webAddress": "https://www.facebook.com/acme"}, None),
        (Trait.DOMAIN, {}, None),
        (Trait.PHONE, {"phone": "(312) 555-0199"}, "3125550199"),
        (Trait.PHONE, {"phone": "000-000-0000"}, None),
        (Trait.ACCOUNT_NUMBER, {"companyNumber": " a-17 "}, "a-17"),
        (Trait.ACCOUNT_NUMBER, {"companyNumber": "N/A"}, None),
        (Trait.ACCOUNT_NUMBER, {"companyNumber": "0000"}, None),
        (Trait.NAME, {"companyName": "Acme, Inc."}, "acme"),
        (Trait.NAME, {"companyName": "ABC"}, "abc"),
        (Trait.NAME, {"companyName": "AB"}, None),
        (Trait.NAME, {"companyName": "Test"}, None),
    ],
)
def test_what_an_added_rule_compares_of_a_company(trait: Trait, values: dict[str, Value], shared: str | None) -> None:
    """Nothing that many have, or that says nothing."""
    assert shared_value(Entity.COMPANY, trait, keys_of(Entity.COMPANY, values), settings()) == shared


@pytest.mark.parametrize(
    ("trait", "values", "shared"),
    [
        (Trait.EMAIL, {"emailAddress": "Rosa@Birch.example"}, "rosa@birch.example"),
        (Trait.EMAIL, {"emailAddress": "info@birch.example"}, None),
        (Trait.EMAIL, {"emailAddress": "rosa@birch.example,jo@birch.example"}, None),
        (Trait.EMAIL, {"emailAddress": "rosa@birch"}, None),
        (Trait.EMAIL, {"emailAddress": "ask Rosa"}, None),
        (Trait.PHONE, {"phone": "(312) 555-0111"}, "3125550111"),
        (Trait.PHONE, {"mobilePhone": "(312) 555-0112"}, None),
        (Trait.MOBILE_PHONE, {"mobilePhone": "(312) 555-0112"}, "3125550112"),
        (Trait.MOBILE_PHONE, {"mobilePhone": "000-000-0000"}, None),
    ],
)
def test_what_an_added_rule_compares_of_a_contact(trait: Trait, values: dict[str, Value], shared: str | None) -> None:
    """An address or a number of one person."""
    assert shared_value(Entity.CONTACT, trait, keys_of(Entity.CONTACT, values), settings()) == shared


def test_the_same_number_is_another_key_for_another_trait() -> None:
    """Whoever is found by phone is not held for an account number."""
    keys = keys_of(Entity.COMPANY, {"phone": "3125550199", "companyNumber": "3125550199"})
    found = {trait: rule_key(Entity.COMPANY, trait, keys, settings()) for trait in (Trait.PHONE, Trait.ACCOUNT_NUMBER)}

    assert len({"", *found.values()}) == 3


def test_near_matches_are_looked_for_among_those_that_share_a_trait() -> None:
    """The domain, the phone, or the first five letters of the simple name; what is blank is no trait."""
    assert company_keys().traits == ("domain birchdental.example", "phone 3125550199", "block birch")
    assert contact_keys().traits == ("domain rosa.lind@birchdental.example",)
    assert keys_of(Entity.COMPANY, {"companyName": "Oak"}).traits == ("block oak",)
    assert keys_of(Entity.COMPANY, {}).traits == ()


def test_a_claimed_candidate_is_linked_to_its_claimer() -> None:
    """A plan that wants a record reserves it for the rest of the run; without a claim it stays as it is."""
    free = candidate(company())

    assert free.claimed_by(account_id(9)) == replace(free, linked_to=account_id(9))
    assert free.claimed_by(None) == free


def test_a_contact_candidate_knows_its_company() -> None:
    """The builder of tests gives what the index gives."""
    known = candidate(company_contact(company=7), company_name="Birch Dental")

    assert (known.company_id, known.company_name_key) == (7, company_keys().name)
