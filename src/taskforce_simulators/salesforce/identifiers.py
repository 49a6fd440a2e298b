"""Salesforce ids: 15 case-sensitive characters and a checksum of three. Source: reference section 6, IDs."""

import re
from typing import Final

_SUFFIXES: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SHAPE: Final = re.compile(r"[0-9A-Za-z]{15}(?:[A-Z0-5]{3})?")


def checksum(short: str) -> str:
    """The three characters that make an id of 15 safe where case is lost: a bit for each capital letter."""
    chunks = (short[start : start + 5] for start in (0, 5, 10))
    return "".join(_SUFFIXES[sum(1 << place for place, c in enumerate(chunk) if "A" <= c <= "Z")] for chunk in chunks)


def full(identifier: str) -> str | None:
    """The id with 18 characters, or None if it is none, or its checksum is wrong."""
    if not _SHAPE.fullmatch(identifier):
        return None
    complete = identifier[:15] + checksum(identifier[:15])
    return complete if identifier in (identifier[:15], complete) else None


def make(prefix: str, number: int) -> str:
    """The id of the n-th record of a kind, as one instance would give them out."""
    tail = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        tail = _DIGITS[digit] + tail
    short = f"{prefix}Hn" + tail.rjust(10, "0")
    return short + checksum(short)
