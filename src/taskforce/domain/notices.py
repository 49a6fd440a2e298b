"""What people are told outside of a run's own report: once when it begins, once when it is over (B13)."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to know; `subject` tells notices of one kind apart (a Salesforce id, a run), `text` is for a person."""

    kind: NoticeKind
    subject: str
    text: str
    told_at: datetime
    over_at: datetime | None = None
