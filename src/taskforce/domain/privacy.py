"""One person's data: where a mail address stands, and what is left of a value once it was erased (B18)."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from taskforce.errors import ConfigurationError

ERASED = "(erased)"
"""What stands where something was."""

_ADDRESS = re.compile(r"[^\s@\"\\<>,;]+@[^\s@\"\\<>,;]+")
LONGEST = 254


class Place(StrEnum):
    """Where something is kept; the value is stored by programs."""

    INBOX = "inbox"
    INDEX = "index"
    LINKS = "links"
    RUNS = "runs"
    NOTICES = "notices"
    MAILS = "mails"
    USERS = "users"
    AUDIT = "audit"
    SETTINGS = "settings"

    @property
    def words(self) -> str:
        """For people."""
        return _PLACES[self]


_PLACES: Mapping[Place, str] = {
    Place.INBOX: "Salesforce records that wait here",
    Place.INDEX: "Autotask records as last seen",
    Place.LINKS: "Pairs (ids only)",
    Place.RUNS: "Records of runs, with their reasons and values",
    Place.NOTICES: "Notices and messages",
    Place.MAILS: "Mails and deliveries",
    Place.USERS: "Users of these pages",
    Place.AUDIT: "Entries of the audit",
    Place.SETTINGS: "Settings",
}


class Fate(StrEnum):
    """What erasing does to it."""

    REMOVED = "removed"
    BLANKED = "blanked"
    KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Something kept about a person. `key` is the number of its row; `why` it stays, where it does.

    Of what is not `is_theirs` as a whole, only texts that name the address are the person's.
    """

    place: Place
    connection: str
    key: int
    fate: Fate
    why: str = ""
    is_theirs: bool = False
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All that is kept about a mail address; `names` are the records that carry or carried it, for a look first."""

    items: Sequence[Kept] = field(default_factory=tuple)

    @property
    def numbers(self) -> Mapping[tuple[Place, Fate, str], int]:
        """How many, by where, what erasing does, and why it stays."""
        return Counter((each.place, each.fate, each.why) for each in self.items)

    @property
    def names(self) -> Sequence[str]:
        """What the records are called: an address that several people share finds them all."""
        told = {str(each.document.get("name") or "") for each in self.items if each.is_theirs}
        return sorted(told - {"", ERASED})


def address_of(text: str) -> str:
    """A mail address as it was written, its accents composed. Raises ConfigurationError if this is none."""
    address = unicodedata.normalize("NFC", text.strip())
    if len(address) > LONGEST or not _ADDRESS.fullmatch(address):
        raise ConfigurationError(["This is no mail address: it has the form name@example.com."])
    return address


def pattern_of(address: str) -> re.Pattern[str]:
    """Finds the address where it stands as a whole, in whatever letter case, its accents composed or not.

    Letters that are two in another case ("ß" is "SS", and "ss" in the keys of records) are looked for as both.
    """
    cases = (address, address.casefold(), address.upper())
    forms = {unicodedata.normalize(form, each) for each in cases for form in ("NFC", "NFD")}
    written = "|".join(re.escape(each) for each in sorted(forms))
    return re.compile(rf"(?<![\w.+-])(?:{written})(?![\w-]|\.\w)", re.IGNORECASE)


def mentions(value: Any, pattern: re.Pattern[str]) -> bool:
    """Whether it stands in a text, or anywhere in a list or an object."""
    if isinstance(value, str):
        return pattern.search(value) is not None
    if isinstance(value, Mapping):
        return any(mentions(each, pattern) for each in (*value, *value.values()))
    return isinstance(value, Sequence) and any(mentions(each, pattern) for each in value)


def scrubbed(value: Any, pattern: re.Pattern[str]) -> Any:
    """The same without the address."""
    if isinstance(value, str):
        return pattern.sub(ERASED, value)
    if isinstance(value, Mapping):
        return {scrubbed(name, pattern): scrubbed(each, pattern) for name, each in value.items()}
    return [scrubbed(each, pattern) for each in value] if isinstance(value, Sequence) else value


def digest_of(address: str, salt: str) -> str:
    """What the audit knows a person by: it tells nothing, but whoever has the address can check it (salt, digest).

    Of the address without letter case.
    """
    return f"{salt} {hashlib.sha256(f'{salt} {address.casefold()}'.encode()).hexdigest()}"
