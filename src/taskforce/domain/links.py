"""The stored fact that two records are the same (protocol 1)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from taskforce.domain.records import OWN_COMPANY_ID, Entity, SourceId, TargetId


class LinkState(StrEnum):
    """What a link means for the next run."""

    LINKED = "linked"
    """The pair is kept current."""
    UNMAPPED = "unmapped"
    """Somebody separated the pair: nothing is written or matched again until a person says so."""
    IGNORED = "ignored"
    """A person decided to leave the Salesforce record out."""
    ORPHANED = "orphaned"
    """The Autotask record is gone or inactive; resumes when it is active again."""
    HELD = "held"
    """Waits for a person: the Salesforce record was merged into one that is linked as well."""
    DEACTIVATED = "deactivated"
    """Deleted in Salesforce and deactivated in Autotask by Taskforce; undeleting it there reactivates it here."""
    DELETED = "deleted"
    """Deleted in Salesforce and left as it is in Autotask, free for another account; undeleting it there resumes."""
    VANISHED = "vanished"
    """No longer shown by Salesforce (deleted for good, or hidden); resumes when it is shown again."""


NO_TARGET = OWN_COMPANY_ID
"""Stands for "no Autotask record" in a link that only remembers a decision: the MSP itself is never linked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A pair, unique by Salesforce id and, while linked, by Autotask id.

    `fingerprint` is that of the mapped values last seen to stand in Autotask; an equal one costs no request.
    `carries_id` is false while the Autotask record need not carry the id: the user-defined field was made anew, or the
    link came from `former_id`, a merged record's id that may still stand there. `written_at` is Autotask's clock before
    the latest write of ours: a read that is older than that does not show the write yet.
    """

    entity: Entity
    source_id: SourceId
    target_id: TargetId
    state: LinkState = LinkState.LINKED
    fingerprint: str = ""
    carries_id: bool = True
    former_id: SourceId | None = None
    written_at: datetime | None = None
