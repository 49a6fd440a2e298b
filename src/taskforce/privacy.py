"""One person's data: found, exported, erased (B18). The audit tells that it was done, by a salted digest."""

import secrets
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from taskforce.domain.audit import Deed
from taskforce.domain.privacy import Fate, Found, address_of, digest_of

if TYPE_CHECKING:
    from taskforce.installation import Installation

Note = Callable[[Deed, dict[str, str]], None]
"""Adds an entry with these details to the audit, as whoever asked."""

SOURCES = (
    "Salesforce and Autotask are the sources: erase the person there, too. Otherwise the next import that sees the "
    "record changed, or a reconciliation, brings it back."
)
ELSEWHERE = "Backups and logs of before are not touched: keep them no longer than you need them."


def find(installation: "Installation", email: str, *, note: Note) -> Found:
    """All that is kept about a mail address. Raises ConfigurationError if it is none."""
    address = address_of(email)
    found = installation.persons.find(address)
    note(Deed.PERSON_LOOKED_UP, _details(address, found))
    return found


def export(installation: "Installation", email: str, *, note: Note) -> dict[str, Any]:
    """All of it with its content, as plain values for JSON."""
    address = address_of(email)
    found = installation.persons.find(address)
    note(Deed.PERSON_EXPORTED, _details(address, found))
    return {
        "email": address,
        "exported_at": installation.clock.now().isoformat(),
        "items": [
            {
                "place": each.place.value,
                "connection": each.connection,
                "when_erased": each.fate.value,
                **({"why": each.why} if each.why else {}),
                "content": _plain(each.document),
            }
            for each in found.items
        ],
    }


def erase(installation: "Installation", email: str, *, note: Note) -> Found:
    """Remove or blank it; what was found, of which `Fate.KEPT` still stands.

    Raises LeaseHeld while an import is under way, DecisionRefused while the end of a write of the person is not known.
    """
    address = address_of(email)
    with installation.leasing.of_all(installation.names()) as check:
        found = installation.persons.find(address)

        def begin() -> None:
            check()
            note(Deed.PERSON_ERASED, _details(address, found))

        installation.erasing.erase(address, found, begin)
    return found


def found_document(found: Found) -> dict[str, Any]:
    """How much there is and where, as programs read it; no content."""
    return {
        "names": list(found.names),
        "places": [
            {"place": place.value, "number": number, "when_erased": fate.value, **({"why": why} if why else {})}
            for (place, fate, why), number in found.numbers.items()
        ],
        "sources": SOURCES,
        "elsewhere": ELSEWHERE,
    }


def _details(address: str, found: Found) -> dict[str, str]:
    numbers = {fate: sum(each.fate is fate for each in found.items) for fate in Fate}
    return {
        "person": digest_of(address, secrets.token_hex(8)),
        **{fate.value: str(number) for fate, number in numbers.items()},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | bytes | memoryview) else value
