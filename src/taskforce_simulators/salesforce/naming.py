"""Values that Salesforce works out by itself: people's names, codes of countries and states, person accounts."""

from collections.abc import Mapping
from typing import Final

from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.schema import OBJECTS
from taskforce_simulators.salesforce.schema.picklists import PICKLISTS
from taskforce_simulators.salesforce.store import Row

_PERSON: Final = ("FirstName", "LastName", "MiddleName", "Suffix", "Salutation", "Phone", "Fax", "OwnerId")
_PREFIXES: Final = {
    "Account": ("Billing", "Shipping", "PersonMailing", "PersonOther"),
    "Contact": ("Mailing", "Other"),
    "User": ("",),
    "Organization": (),
}


def full_name(row: Mapping[str, object]) -> str | None:
    """The name of a contact or user: first, middle, last, suffix; the salutation is not part of it."""
    parts = [row.get(name) for name in ("FirstName", "MiddleName", "LastName", "Suffix")]
    return " ".join(str(part) for part in parts if part) or None


def person_as_contact(account: Mapping[str, object]) -> Row:
    """What the contact of a person account takes over from it (reference section 6, person accounts)."""
    pairs = {
        f"Person{name}": name for name in OBJECTS["Contact"].fields if f"Person{name}" in OBJECTS["Account"].fields
    } | {name: name for name in _PERSON}
    return {theirs: account.get(ours) for ours, theirs in pairs.items() if OBJECTS["Contact"].fields[theirs].stored}


def with_codes(object_name: str, row: Row, *, strict: bool) -> Row:
    """The row with codes beside countries and states; where picklists are on (`strict`) both must be known."""
    completed = dict(row)
    for prefix in _PREFIXES[object_name]:
        for place in ("Country", "State"):
            _complete(completed, f"{prefix}{place}", PICKLISTS[place.lower()], strict=strict)
    return completed


def _complete(row: Row, name: str, labels: Mapping[str, str], *, strict: bool) -> None:
    code_name = f"{name}Code"
    if row.get(code_name) is not None:
        row[name] = labels.get(str(row[code_name]), row.get(name))
        return
    if name not in row:
        return
    codes = {label.casefold(): code for code, label in labels.items()}
    text = str(row[name] or "")
    code = codes.get(text.casefold()) or (text if text in labels else None)
    if text and code is None and strict:
        kind = "country" if name.endswith("Country") else "state"
        message = f"There's a problem with this {kind}: {text} is not in the list of valid ones: {name}"
        raise ApiError(400, "FIELD_INTEGRITY_EXCEPTION", message, [name])
    row[code_name] = code
    if strict and code:
        row[name] = labels[code]
