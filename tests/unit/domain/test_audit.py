"""The chain of entries."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from taskforce.domain.audit import Deed, Entry, details_digest, digest_of, first_break

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def chain(*details: dict[str, str]) -> list[Entry]:
    """Entries that follow each other."""
    entries: list[Entry] = []
    for number, said in enumerate(details):
        entry = Entry(
            at=NOON,
            who="helen",
            origin="192.0.2.7",
            deed=Deed.CONNECTION_EDITED,
            details=said,
            salt=f"salt{number}",
            details_digest=details_digest(f"salt{number}", said),
            previous=entries[-1].digest if entries else "",
            digest="",
        )
        entries.append(replace(entry, digest=digest_of(entry)))
    return entries


def test_a_chain_as_it_was_written_is_whole() -> None:
    """Also an empty one."""
    assert (first_break([]), first_break(chain({"active": "yes"}, {}, {"interval": "5"}))) == (None, None)


@pytest.mark.parametrize(
    "tampering",
    [
        {"who": "nobody"},
        {"at": NOON.replace(hour=13)},
        {"origin": "elsewhere"},
        {"deed": Deed.LAUNCHED},
        {"connection": "other"},
        {"subject": "other"},
        {"details": {"active": "no"}},
        {"details_digest": "0"},
        {"previous": "0"},
        {"digest": "0"},
    ],
    ids=lambda each: next(iter(each)),
)
def test_an_entry_that_was_changed_is_found(tampering: dict[str, object]) -> None:
    """Whatever of it."""
    entries = chain({"active": "yes"}, {"active": "yes"}, {})
    entries[1] = replace(entries[1], **tampering)  # type: ignore[arg-type]

    assert first_break(entries) is entries[1]


def test_an_entry_that_is_left_out_is_found() -> None:
    """By the one behind it."""
    first, _, third = chain({}, {}, {})

    assert first_break([first, third]) is third


def test_what_an_entry_says_can_be_erased() -> None:
    """B18: the chain stays verifiable."""
    entries = chain({}, {"email": "rosa@example.com"}, {})
    entries[1] = replace(entries[1], details={}, salt="")

    assert first_break(entries) is None
