"""What of the vendor's texts is shown."""

import pytest

from taskforce.adapters.autotask.wording import shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Picklist value [3] does not exist for companyType", "Picklist value [3] does not exist for companyType"),
        ("Value [Rosa Lind] is wrong", "Value […] is wrong"),
        ("Value 'Rosa Lind' doesn't fit 'it'", "Value '…' doesn't fit '…'"),
        ('Value "Rosa Lind" is wrong', "Value '…' is wrong"),
        ("Mail rosa@birch.example is taken", "Mail … is taken"),
        ("Number +1 312-555-0199 is wrong", "Number … is wrong"),
        ("String value exceeds maximum length (field:phone). ", "String value exceeds maximum length (field:phone)."),
        ("Value Birch is wrong for Birchwood", "Value … is wrong for Birchwood"),
        ("Reference Error ID: 1166", "Reference Error ID: 1166"),
        ("two\nlines", "two lines"),
    ],
)
def test_values_are_masked(text: str, expected: str) -> None:
    """Names of fields and short codes stay; what may be a value goes."""
    assert shown([text], ["Birch", "", "-"]) == expected


def test_long_texts_are_cut() -> None:
    """A sentence, not a body."""
    assert len(shown(["word " * 100], [])) <= 201
