"""What people are told outside of a run's own report: once when it begins, once when it is over (B13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice is about; of one kind at most one stands open per connection and subject."""

    NO_IMPORT = "no_import"
    """No import has succeeded for the set time."""
    DUPLICATE_ID = "duplicate_id"
    """Two Autotask records carry the same Salesforce id."""
    APPROVAL = "approval"
    """A plan waits for a person's approval."""

    @property
    def mend(self) -> str:
        """What a person can do about it."""
        return _MENDS[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to know; `subject` tells notices of one kind apart (a Salesforce id, a run), `text` is for a person."""

    kind: NoticeKind
    subject: str
    text: str
    told_at: datetime
    over_at: datetime | None = None


_MENDS: Mapping[NoticeKind, str] = {
    NoticeKind.NO_IMPORT: "taskforce runs shows how the latest import ended; taskforce check finds what is wrong.",
    NoticeKind.DUPLICATE_ID: "Clear the user-defined field on all but one; the next imports go on with that.",
    NoticeKind.APPROVAL: "taskforce run shows the plan; taskforce approve carries it out, taskforce reject drops it.",
}
