"""Where a value comes from, as an administrator writes it (B9)."""

import pytest

from taskforce.domain.records import Value
from taskforce.domain.source_text import SourceText, source_text


@pytest.mark.parametrize(
    ("text", "parts", "fields", "single"),
    [
        ("Phone", ("", "Phone", ""), ("Phone",), "Phone"),
        (" Owner.Email ", ("", "Owner.Email", ""), ("Owner.Email",), "Owner.Email"),
        ("Region__r.Name", ("", "Region__r.Name", ""), ("Region__r.Name",), "Region__r.Name"),
        ('"Partner"', ("Partner",), (), None),
        ('"say \\"hi\\" \\\\"', ('say "hi" \\',), (), None),
        ('""', ("",), (), None),
        ("{City}, {State}", ("", "City", ", ", "State", ""), ("City", "State"), None),
        ("No. { AccountNumber }", ("No. ", "AccountNumber", ""), ("AccountNumber",), None),
        ("{Name} ({Name})", ("", "Name", " (", "Name", ")"), ("Name",), None),
    ],
)
def test_sources_are_understood(text: str, parts: tuple[str, ...], fields: tuple[str, ...], single: str | None) -> None:
    """A field, one step along a relationship, a text in quotes, a text with fields in braces."""
    found = source_text(text)

    assert (found, found.fields, found.single) == (SourceText(parts=parts), fields, single)


@pytest.mark.parametrize(
    "text", ["", " ", "Phone Number", "a.b.c", '"open', "{City", "City}", "{}", "{a b}", "{{City}}", "ü"]
)
def test_what_is_no_source_is_said(text: str) -> None:
    """With words that show all three forms."""
    with pytest.raises(ValueError, match=r'is not understood: write a field \(Phone\), a text in quotes \("Partner"\)'):
        source_text(text)


@pytest.mark.parametrize(
    ("text", "given", "value"),
    [
        ("Phone", {"Phone": " 1 "}, " 1 "),
        ("Amount", {"Amount": 7}, 7),
        ('"Partner"', {}, "Partner"),
        ("{City}, {State}", {"City": "Chicago", "State": "IL"}, "Chicago, IL"),
        ("{City}, {State}", {"City": None, "State": "IL"}, "IL"),
        ("{City}, {State}", {"City": "Chicago", "State": " "}, "Chicago"),
        ("{City}, {State}", {"City": None, "State": None}, None),
        ("{a}, {b}, {c}", {"a": "1", "b": None, "c": "3"}, "1, 3"),
        ("{a}, {b}, {c}", {"a": "1", "b": None, "c": None}, "1"),
        ("{First} {Last}", {"First": None, "Last": "Lind"}, "Lind"),
        ("No. {Number}", {"Number": 7}, "No. 7"),
        ("{a}\n{b}", {"a": "1", "b": "2"}, "1\n2"),
    ],
)
def test_values_are_put_together(text: str, given: dict[str, Value], value: Value) -> None:
    """What blank fields leave behind is tidied up; all blank is blank."""
    assert source_text(text).of(given) == value
