"""Where an address stands, what is left without it, and what went in words."""

import hashlib

import pytest

from taskforce.domain.privacy import address_of, digest_of, mentions, pattern_of, scrubbed
from taskforce.domain.retention import Pruned
from tests.builders import NOON

ROSA = "rosa@birch.example"


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        (ROSA, True),
        ("Ask ROSA@Birch.Example.", True),
        (f"<{ROSA}>, others", True),
        (f"dear{ROSA}", False),
        (f"de.{ROSA}", False),
        (f"de+{ROSA}", False),
        (f"{ROSA}.au", False),
        (f"{ROSA}s", False),
        ("rosa@birchXexample", False),
    ],
)
def test_the_address_as_a_whole(text: str, is_there: bool) -> None:
    """In whatever letter case, and not as a part of a longer one."""
    assert mentions(text, pattern_of(ROSA)) is is_there


def test_anywhere_in_a_document() -> None:
    """Names of keys, lists and values; what is no text stays as it is."""
    document = {"a": [1, None, {ROSA: f"x {ROSA}"}], "b": 2.5}

    assert mentions(document, pattern_of(ROSA))
    assert not mentions({"a": [1, None, "rosa"]}, pattern_of(ROSA))
    assert scrubbed(document, pattern_of(ROSA)) == {"a": [1, None, {"(erased)": "x (erased)"}], "b": 2.5}


def test_whoever_has_the_address_can_check_its_digest() -> None:
    """By the salt that stands before it."""
    told = digest_of(address_of(" Rosa@Birch.example "), "0a1b")

    assert told == f"0a1b {hashlib.sha256(b'0a1b rosa@birch.example').hexdigest()}"


def test_what_went_in_words() -> None:
    """Only what did."""
    told = [Pruned(before=NOON, runs=1, changes=2, audit_values=1), Pruned(before=NOON)]

    assert [each.sentence for each in told] == ["1 run, 2 records of runs, 1 entry of the audit emptied", "nothing"]
    assert [each.is_anything for each in told] == [True, False]
