"""Normal forms of values, for any value."""

import string
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from taskforce.domain.records import Value
from taskforce.domain.values import (
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

TEXTS = st.text(max_size=40)
SHORT_IDS = st.text(alphabet=string.ascii_letters + string.digits, min_size=15, max_size=15)
NUMBERS = st.one_of(st.integers(), st.decimals(allow_nan=False, allow_infinity=False, places=4))
VALUES = st.one_of(st.none(), st.booleans(), TEXTS, NUMBERS)


@given(SHORT_IDS)
def test_an_id_goes_from_15_to_18_characters_and_back(short: str) -> None:
    """Lengthened once it stays, and its first 15 characters are what it was."""
    long = salesforce_id(short)

    assert long is not None
    assert (len(long), long[:15], salesforce_id(long)) == (18, short, long)
    assert salesforce_id(f"{short}{long[15:].lower()}") == long


@given(SHORT_IDS, SHORT_IDS)
def test_two_ids_stay_two_even_where_letter_case_is_lost(one: str, other: str) -> None:
    """That is what the checksum is for: 18 characters compare without regard to letter case."""
    assert (str(salesforce_id(one)).lower() == str(salesforce_id(other)).lower()) is (one == other)


@given(SHORT_IDS, st.integers(0, 14))
def test_an_id_of_18_characters_with_a_letter_in_the_wrong_case_is_none(short: str, place: int) -> None:
    """A mangled id is refused, not taken for another record's."""
    long = str(salesforce_id(short))
    mangled = long[:place] + long[place].swapcase() + long[place + 1 :]

    assert salesforce_id(mangled) == (long if mangled == long else None)


@given(TEXTS)
def test_what_is_called_an_id_looks_like_one(text: str) -> None:
    """Any text gives 18 letters and digits, or nothing."""
    found = salesforce_id(text)

    assert found is None or (len(found) == 18 and found.isascii() and found.isalnum())


@given(VALUES)
def test_normal_forms_are_final(value: Value) -> None:
    """A normal form of a normal form is itself."""
    assert match_text(match_text(value)) == match_text(value)
    assert text_or_none(text_or_none(value)) == text_or_none(value)
    assert comparable(comparable(value)) == comparable(value)
    assert simple_name(simple_name(value)) == simple_name(value)
    assert phone_key(phone_key(value)) == phone_key(value)


@given(st.lists(st.text(alphabet=string.ascii_letters + "éüß-.,", min_size=1), max_size=4), st.data())
def test_white_space_never_matters_for_matching(words: list[str], data: st.DataObject) -> None:
    """However the words are spaced, they are the same text."""
    space = st.text(alphabet=" \t\r\n\u00a0\u2003", min_size=1, max_size=3)
    spaced = "".join(data.draw(space) + word for word in words) + data.draw(space)

    assert match_text(spaced) == match_text(" ".join(words))


@given(st.text(alphabet=string.printable + "éüñåčŁ"))
def test_letter_case_never_matters_for_matching(text: str) -> None:
    """Upper case, lower case and as written are the same text."""
    assert match_text(text.upper()) == match_text(text.lower()) == match_text(text)


@given(NUMBERS)
def test_numbers_are_exact(number: int | Decimal) -> None:
    """No digit is lost on the way, whichever way a number is written."""
    assert decimal_or_none(number) == decimal_or_none(str(number)) == number


@given(TEXTS)
def test_a_street_loses_nothing_but_line_breaks_and_space(street: str) -> None:
    """Both parts together hold every word in order, on one line each."""
    first, rest = street_lines(street)

    words = " ".join(part for line in street.splitlines() for part in line.split())
    assert " ".join(f"{first or ''} {rest or ''}".split()).replace(",", "").split() == words.replace(",", "").split()
    assert all(len(part.splitlines()) == 1 for part in (first, rest) if part)


@given(TEXTS)
def test_a_domain_has_no_scheme_path_or_space(text: str) -> None:
    """Whatever was typed, a domain is one word with a dot in it."""
    domain = domain_of(text)

    assert domain is None or ("." in domain and not set(domain) & set("/:?#@ "))
