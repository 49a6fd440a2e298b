"""Who did what, when and from where: a chain of entries in which none can be changed or left out unnoticed.

Each entry's digest takes in the digest of the one before. What an entry says in detail is taken in by a salted digest
of its own, so that a person's data can be erased from it (B18) while the chain stays verifiable.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Deed(StrEnum):
    """What was done; the value is stored."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    USER_ADDED = "user_added"
    USER_CHANGED = "user_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a deed  # nosec B105
    SECOND_FACTOR_CHANGED = "second_factor_changed"
    CONNECTION_ADDED = "connection_added"
    CONNECTION_EDITED = "connection_edited"
    CONNECTION_REMOVED = "connection_removed"
    SETTINGS_CHANGED = "settings_changed"
    SECRETS_ROTATED = "secrets_rotated"
    TOKEN_CHANGED = "token_changed"  # noqa: S105 - the name of a deed  # nosec B105
    MAIL_TRIED = "mail_tried"
    LAUNCHED = "launched"
    STOPPED = "stopped"
    PLAN_APPROVED = "plan_approved"
    PLAN_REJECTED = "plan_rejected"
    RUN_UNDONE = "run_undone"
    ADOPTED = "adopted"
    RECORD_DECIDED = "record_decided"
    RESTORED = "restored"
    PRUNED = "pruned"
    PERSON_LOOKED_UP = "person_looked_up"
    PERSON_EXPORTED = "person_exported"
    PERSON_ERASED = "person_erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One deed: `who` is a user's name, `origin` an address or "command line", `details` what was set to what.

    Secrets are never among the details; `salt` and `details` are empty once they were erased.
    """

    at: datetime
    who: str
    origin: str
    deed: Deed
    connection: str = ""
    subject: str = ""
    details: Mapping[str, str]
    salt: str
    details_digest: str
    previous: str
    digest: str


def details_digest(salt: str, details: Mapping[str, str]) -> str:
    """The digest of what an entry says in detail."""
    return _digest([salt, sorted(details.items())])


def digest_of(entry: Entry) -> str:
    """What an entry's own digest has to be."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    plain = [at, entry.who, entry.origin, entry.deed.value, entry.connection, entry.subject]
    return _digest([*plain, entry.details_digest, entry.previous])


def first_break(entries: Iterable[Entry]) -> Entry | None:
    """The first entry, of all in order, that is not as it was written or does not follow the one before."""
    previous = ""
    for entry in entries:
        is_erased = entry.salt == "" and not entry.details
        is_whole = is_erased or entry.details_digest == details_digest(entry.salt, entry.details)
        if entry.previous != previous or not is_whole or entry.digest != digest_of(entry):
            return entry
        previous = entry.digest
    return None


def _digest(parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
