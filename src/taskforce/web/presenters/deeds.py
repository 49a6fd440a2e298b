"""Entries of the audit in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from taskforce.domain.audit import Deed, Entry

_WORDS: Mapping[Deed, str] = {
    Deed.SIGNED_IN: "signed in",
    Deed.SIGN_IN_FAILED: "could not sign in",
    Deed.SIGNED_OUT: "signed out",
    Deed.USER_ADDED: "added a user",
    Deed.USER_CHANGED: "changed a user",
    Deed.PASSWORD_CHANGED: "changed a password",
    Deed.SECOND_FACTOR_CHANGED: "changed the second factor",
    Deed.CONNECTION_ADDED: "added a connection",
    Deed.CONNECTION_EDITED: "changed a connection",
    Deed.CONNECTION_REMOVED: "removed a connection",
    Deed.SETTINGS_CHANGED: "changed settings",
    Deed.SECRETS_ROTATED: "changed the key of the secrets",
    Deed.TOKEN_CHANGED: "changed an API token",
    Deed.MAIL_TRIED: "sent a test mail",
    Deed.LAUNCHED: "launched an import",
    Deed.STOPPED: "stopped an import",
    Deed.PLAN_APPROVED: "approved a plan",
    Deed.PLAN_REJECTED: "rejected a plan",
    Deed.RUN_UNDONE: "undid a run",
    Deed.ADOPTED: "took over the old extension's ids",
    Deed.RECORD_DECIDED: "decided about a record",
    Deed.RESTORED: "restored a backup",
    Deed.PRUNED: "pruned what was too old",
    Deed.PERSON_LOOKED_UP: "looked for a person's data",
    Deed.PERSON_EXPORTED: "exported a person's data",
    Deed.PERSON_ERASED: "erased a person's data",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeedLine:
    """One line of the audit."""

    at: datetime
    who: str
    origin: str
    what: str
    connection: str
    subject: str
    details: tuple[tuple[str, str], ...]


def line_of(entry: Entry) -> DeedLine:
    """An entry as a line."""
    return DeedLine(
        at=entry.at,
        who=entry.who or "somebody",
        origin=entry.origin,
        what=_WORDS.get(entry.deed, entry.deed.value.replace("_", " ")),
        connection=entry.connection,
        subject=entry.subject,
        details=tuple(sorted(entry.details.items())),
    )
