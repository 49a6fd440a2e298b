"""What a story is made of: the records, edits, work and trouble that hypothesis chooses from."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from tests.properties.sync_machine import faults
from tests.properties.sync_machine.tripwires import Place
from tests.properties.sync_machine.wanted import COMPANIES, CONTACTS

LONG_NAME = "Zebra " * 18
NAMES = ("Ash", "Birch", "Cedar", LONG_NAME)
LAST_NAMES = ("Underhill", "Underhill-Oak")
OWNERS = ("Olivia Grant", "Marcus Webb", "Erin Doyle", "Sam Carter", "Nadia Petrova")
LONGEST_LAG = timedelta(seconds=46)
"""After so long everybody sees what was written to Autotask."""

CAUTIOUS = {"brake_creates": 0, "brake_updates": 1, "brake_cleared": 1, "brake_deactivations": 0}
"""Nearly everything is asked about."""

which = st.integers(0, 5)
kinds = st.sampled_from([COMPANIES, CONTACTS])
phones = st.integers(0, 9).map(lambda digit: f"312-555-01{digit}0")
account_edits = st.one_of(
    st.tuples(st.just("Name"), st.sampled_from(NAMES)),
    st.tuples(st.just("Phone"), st.one_of(phones, st.none(), st.just("x" * 30))),
    st.tuples(st.just("BillingCity"), st.sampled_from(["Springfield", None])),
    st.tuples(st.just("BillingStreet"), st.sampled_from(["1 Privet Row", "1 Privet Row\nRear\n", None])),
    st.tuples(st.just("BillingCountry"), st.sampled_from(["United States", "DE", "Atlantis", None])),
    st.tuples(st.just("Type"), st.sampled_from(["Customer", "Prospect", "Alien", None])),
    st.tuples(st.just("Industry"), st.sampled_from(["Healthcare", "Alchemy", None])),
    st.tuples(st.just("Rating"), st.sampled_from(["Hot", "Lukewarm", None])),
    st.tuples(st.just("AnnualRevenue"), st.sampled_from([1000, 0, None])),
    st.tuples(st.just("Website"), st.sampled_from(["https://ash.example", None])),
    st.tuples(st.just("Owner"), st.sampled_from(OWNERS)),
    st.tuples(st.just("AccountNumber"), st.sampled_from(["A-1", None])),
)
deciding_edits = st.one_of(
    st.tuples(st.just("Type"), st.sampled_from(["Customer", "Prospect", None])),
    st.tuples(st.just("Rating"), st.sampled_from(["Hot", None])),
)
"""What the filters go by."""
contact_edits = st.one_of(
    st.tuples(st.just("FirstName"), st.sampled_from(["Rosa", "Jo", None])),
    st.tuples(st.just("LastName"), st.sampled_from(LAST_NAMES)),
    st.tuples(st.just("Title"), st.sampled_from(["Boss", "Head of everything " * 6, None])),
    st.tuples(st.just("Email"), st.sampled_from(["rosa@private.example", None])),
    st.tuples(st.just("Phone"), phones),
    st.tuples(st.just("MailingStreet"), st.sampled_from(["2 Privet Row\nDoor 3", None])),
)
company_edits = st.one_of(
    st.tuples(st.just("companyName"), st.sampled_from(NAMES[:3])),
    st.tuples(st.just("phone"), phones),
    st.tuples(st.just("city"), st.sampled_from(["Springfield", ""])),
    st.tuples(st.just("classification"), st.sampled_from([200, 201, None])),
    st.tuples(st.just("taxID"), st.sampled_from(["T-1", "T-2"])),
)
person_edits = st.one_of(
    st.tuples(st.just("firstName"), st.sampled_from(["Rosa", "Jo"])),
    st.tuples(st.just("title"), st.sampled_from(["Clerk", ""])),
    st.tuples(st.just("extension"), st.sampled_from(["1", "2"])),
)


Work = tuple[str, int, str]
"""Something to do for an import: what for, which account or contact it is about, and a phone."""
works = st.tuples(st.sampled_from(["new account", "new contact", "account", "contact"]), which, phones)
places = st.sampled_from(Place)
sends = st.sampled_from([Place.SENDING, Place.SENT])
Trouble = tuple[str, int, int]
"""A fault by name, after so many requests, for so many."""


def trouble_of(system: str) -> st.SearchStrategy[Trouble]:
    """Any fault of a system."""
    return st.tuples(st.sampled_from(sorted(faults.OF[system])), st.integers(0, 3), st.sampled_from([1, 2, 5, 30]))


def nth(items: Sequence[Any], number: int) -> Any:
    """One of the items, whatever the number."""
    return items[number % len(items)]
