"""The stored fact that two records are the same (protocol 1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from taskforce.domain.ownership import NOTHING_WRITTEN, LastWritten
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
    LEAVING = "leaving"
    """A person wants the contact created anew elsewhere: this one is to give up its id and be deactivated."""
    REPLACED = "replaced"
    """It has given up its id and is inactive; the one that takes its place is still to be written."""
    DELETED = "deleted"
    """Deleted in Salesforce and left as it is in Autotask, free for another account; undeleting it there resumes."""
    DOUBTFUL = "doubtful"
    """The id stood in Autotask when its database was taken over, but a person must say whether the two are one."""
    VANISHED = "vanished"
    """No longer shown by Salesforce (deleted for good, or hidden); resumes when it is shown again."""

    @property
    def meaning(self) -> str:
        """What the pair's state means, in a few words for a person."""
        return _MEANINGS[self]


_MEANINGS: Mapping[LinkState, str] = {
    LinkState.LINKED: "kept current",
    LinkState.UNMAPPED: "separated, until a person joins it again",
    LinkState.IGNORED: "left out by a person",
    LinkState.ORPHANED: "gone or inactive in Autotask",
    LinkState.HELD: "merged in Salesforce with one that is linked as well; waits for a person",
    LinkState.DEACTIVATED: "deleted in Salesforce, deactivated in Autotask",
    LinkState.DELETED: "deleted in Salesforce, left as it is in Autotask",
    LinkState.VANISHED: "no longer shown by Salesforce, left as it is in Autotask",
    LinkState.DOUBTFUL: "carries the id but may be another; waits for a person",
    LinkState.LEAVING: "to be deactivated and created anew under its new company",
    LinkState.REPLACED: "deactivated; to be created anew under its new company",
}

RESUMING = frozenset({LinkState.ORPHANED, LinkState.HELD, LinkState.DEACTIVATED, LinkState.DELETED, LinkState.VANISHED})
"""A pair in one of these states may become linked again without a person."""


NO_TARGET = OWN_COMPANY_ID
"""Stands for "no Autotask record" in a link that only remembers a decision: the MSP itself is never linked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A pair, unique by Salesforce id and, while linked, by Autotask id.

    `fingerprint` is that of the mapped values last seen to stand in Autotask; an equal one costs no request.
    `carries_id` is false while the Autotask record need not carry the id: the user-defined field was made anew, a
    person joined the pair, or the link came from a merged record; `former_id` may still stand there and be replaced.
    `written_at` is Autotask's clock before the latest write of ours: a read that is older than that does not show the
    write yet. `undone` is the fingerprint whose values a person took back, or stands for a deactivation that was taken
    back (`departing`): what is wanted so is not written again. `written` is what was last written, or seen to agree.
    """

    entity: Entity
    source_id: SourceId
    target_id: TargetId
    state: LinkState = LinkState.LINKED
    fingerprint: str = ""
    carries_id: bool = True
    former_id: SourceId | None = None
    written_at: datetime | None = None
    undone: str = ""
    written: LastWritten = NOTHING_WRITTEN

    @property
    def gives_way(self) -> bool:
        """A person wants another Autotask record in the place of this one: the Salesforce record has none for now."""
        return self.state in (LinkState.LEAVING, LinkState.REPLACED)
