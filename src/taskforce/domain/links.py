"""The stored fact that two records are the same (protocol 1)."""

from dataclasses import dataclass
from enum import StrEnum

from taskforce.domain.records import Entity, SourceId, TargetId


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A pair, unique by Salesforce id and, while linked, by Autotask id.

    `fingerprint` is that of the mapped values last seen to stand in Autotask; an equal one costs no request.
    `carries_id` is false once the user-defined field was made anew: a record that lacks the id was not separated then.
    """

    entity: Entity
    source_id: SourceId
    target_id: TargetId
    state: LinkState = LinkState.LINKED
    fingerprint: str = ""
    carries_id: bool = True
