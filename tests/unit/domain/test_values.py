"""Normal forms of values."""

from decimal import Decimal

import pytest

from taskforce.domain.records import Value
from taskforce.domain.values import (
    agree,
    comparable,
    decimal_or_none,
    domain_of,
    match_text,
    phone_key,
    salesforce_id,
    simple_name,
    street_lines,
    text_or_none,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, None), ("", None), (" \t\n", None), ("  Birch Dental ", "Birch Dental"), (8021, "8021"), (True, "True")],
)
def test_a_text_has_no_outer_space_and_is_none_when_nothing_is_left(value: Value, text: str | None) -> None:
    """Blank in any form is None, everything else is its text."""
    assert text_or_none(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        ("  Birch \t Dental\n", "birch dental"),
        ("BIRCH DENTAL", "birch dental"),
        ("Birch\u00a0Dental", "birch dental"),
        ("ÉCOLE", "école"),
        ("E\u0301COLE", "\u00e9cole"),
        ("\u00c9cole \u212b", "\u00e9cole \u00e5"),
        ("Birch-Dental, Inc.", "birch-dental, inc."),
        (7, "7"),
    ],
)
def test_matching_ignores_letter_case_and_white_space_and_nothing_else(value: Value, text: str) -> None:
    """Case, outer space, runs of white space and how an accent was typed do not count; punctuation and accents do."""
    assert match_text(value) == text


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("001D000000IRFma", "001D000000IRFmaIAH"),
        ("0015000000Ab1cD", "0015000000Ab1cDAAR"),
        ("00300000003T2PG", "00300000003T2PGAA0"),
        ("001000000000001", "001000000000001AAA"),
        ("00100000000000Z", "00100000000000ZAAQ"),
    ],
)
def test_a_short_salesforce_id_gets_its_checksum(short: str, long: str) -> None:
    """15 characters become the 18 that Salesforce itself would show."""
    assert salesforce_id(short) == long


def test_a_long_salesforce_id_stays_as_it_is() -> None:
    """18 characters are kept; outer space and the letter case of the checksum do not matter."""
    assert salesforce_id(" 001D000000IRFmaIAH ") == "001D000000IRFmaIAH"
    assert salesforce_id("001D000000IRFmaiah") == "001D000000IRFmaIAH"


def test_ids_that_differ_only_in_letter_case_are_two() -> None:
    """Salesforce ids are case-sensitive (protocol 9: ids that differ only in case)."""
    assert salesforce_id("001D000000IRFma") != salesforce_id("001D000000IRFMA")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "see Salesforce",
        "001D000000IRFm",
        "001D000000IRFmaI",
        "001D000000IRFmaAAA",
        "001D000000IRF-a",
        "００1D000000IRFma",
    ],
)
def test_what_is_no_salesforce_id_is_none(text: str) -> None:
    """Another length, another alphabet, or a checksum that does not fit."""
    assert salesforce_id(text) is None


@pytest.mark.parametrize(
    ("street", "lines"),
    [
        (None, (None, None)),
        ("", (None, None)),
        (" \r\n ", (None, None)),
        ("12 Elm Street", ("12 Elm Street", None)),
        ("12 Elm Street\nSuite 4", ("12 Elm Street", "Suite 4")),
        (" 12 Elm Street \r\n\r\n Suite 4 \rRear ", ("12 Elm Street", "Suite 4, Rear")),
        ("\n12 Elm Street", ("12 Elm Street", None)),
    ],
)
def test_a_street_is_its_first_line_and_the_others_joined(street: Value, lines: tuple[str | None, str | None]) -> None:
    """The first line that says something, and the further ones with a comma; blank lines do not count."""
    assert street_lines(street) == lines


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (12, Decimal(12)),
        (Decimal("1250000.50"), Decimal("1250000.5")),
        ("1.5e3", Decimal(1500)),
        ("1,250", None),
        ("much", None),
        ("NaN", None),
        ("Infinity", None),
        ("1E999999999", None),
        ("1E-999999999", None),
        (None, None),
        (True, None),
    ],
)
def test_a_number_is_exact_or_none(value: Value, number: Decimal | None) -> None:
    """What is no finite number is None, and so is what would fill the memory when it is written out."""
    assert decimal_or_none(value) == number


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", None),
        ("  ", None),
        (" Chicago", "Chicago "),
        ("Caf\u00e9", "Cafe\u0301"),
        (Decimal("100.00"), 100),
        (Decimal("1E+2"), Decimal(100)),
        (0, Decimal("0.0")),
        (0, Decimal("-0.00")),
    ],
)
def test_values_that_say_the_same_compare_equal(one: Value, other: Value) -> None:
    """Blank texts are None, outer space and how an accent was typed do not count, numbers are numbers."""
    assert (agree(one, other), comparable(one)) == (True, comparable(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Chicago", "chicago"), ("New  York", "New York"), ("5", 5), (1, 2), (None, 0), (None, False), ("None", None)],
)
def test_values_that_say_something_else_compare_unequal(one: Value, other: Value) -> None:
    """A corrected letter case or inner space is a change, and a text is never a number."""
    assert not agree(one, other)


@pytest.mark.parametrize(
    ("name", "simple"),
    [
        ("Acme, Inc.", "acme"),
        ("ACME Incorporated", "acme"),
        ("Müller & Söhne GmbH", "müller söhne"),
        ("The Company", "the"),
        ("Co", "co"),
        (None, ""),
    ],
)
def test_a_simple_name_lacks_punctuation_and_legal_form(name: Value, simple: str) -> None:
    """A name that is nothing but a legal form is kept whole."""
    assert simple_name(name) == simple


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.BirchDental.example/contact?x=1", "birchdental.example"),
        ("birchdental.example:8080", "birchdental.example"),
        ("www.birchdental.example", "birchdental.example"),
        ("Rosa.Lind@BirchDental.example", "birchdental.example"),
        ("rosa@gmail.com", None),
        ("intranet", None),
        ("", None),
        (None, None),
    ],
)
def test_a_domain_is_told_from_web_and_email_addresses(address: Value, domain: str | None) -> None:
    """Free-mail providers and single words say nothing about a company."""
    assert domain_of(address) == domain


@pytest.mark.parametrize(
    ("phone", "key"),
    [
        ("+1 (312) 555-0199", "3125550199"),
        ("312.555.0199", "3125550199"),
        ("555-0199", "5550199"),
        ("0199", None),
        ("555-019", None),
        ("121-2121", "1212121"),
        ("000-000-0000", None),
        (None, None),
    ],
)
def test_a_phone_key_is_its_last_ten_digits(phone: Value, key: str | None) -> None:
    """Too few digits, or a stand-in of one digit only, are no key."""
    assert phone_key(phone) == key
