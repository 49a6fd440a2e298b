"""What a person may decide about a record, by how it stands (B4, B5, S23)."""

from collections.abc import Mapping
from enum import StrEnum

from taskforce.domain.directory import KnownRecord, Standing
from taskforce.domain.reasons import Reason


class Choice(StrEnum):
    """One decision; the value is what forms send."""

    LINK = "link"
    """Join it with an Autotask record that is named."""
    CREATE = "create"
    """It is none of those in Autotask: create it."""
    REPLACE = "replace"
    """Create a contact anew under its new company, and deactivate the old one."""
    REJOIN = "rejoin"
    """Join it again with the Autotask record it was separated from."""
    RETRY = "retry"
    """Have the next import look at it again."""
    UNMAP = "unmap"
    """Separate it from its Autotask record."""
    IGNORE = "ignore"
    """Leave it out of every import."""
    FORGET = "forget"
    """Forget what is remembered of it: the rules decide."""
    LOCK = "lock"
    """Leave a field of its pair as it is in Autotask; decided beside the field, not in the queue."""
    UNLOCK = "unlock"
    """Have a field that was locked written again."""


_LINK_OR_CREATE = (Choice.LINK, Choice.CREATE, Choice.IGNORE)

QUEUE: Mapping[Reason, tuple[Choice, ...]] = {
    Reason.RULE_MATCH_HELD: _LINK_OR_CREATE,
    Reason.NEAR_MATCH_HELD: _LINK_OR_CREATE,
    Reason.AMBIGUOUS: _LINK_OR_CREATE,
    Reason.TAKEN: _LINK_OR_CREATE,
    Reason.CANDIDATE_INACTIVE: _LINK_OR_CREATE,
    Reason.SAME_NAME_OTHER_COMPANY: (Choice.CREATE, Choice.IGNORE),
    Reason.MOVED: (Choice.REPLACE, Choice.UNMAP, Choice.IGNORE),
    Reason.NAME_DIFFERS: (Choice.REJOIN, Choice.UNMAP, Choice.IGNORE),
    Reason.OWN_COMPANY: (Choice.CREATE, Choice.IGNORE),
    Reason.ORPHANED: (Choice.LINK, Choice.FORGET, Choice.IGNORE),
    Reason.MERGED_BOTH_LINKED: (Choice.FORGET, Choice.IGNORE),
    Reason.DUPLICATE_ID: (Choice.RETRY, Choice.IGNORE),
}
"""What is held until a person decides, in the order of the review queue; other holds end when their cause is mended."""

_BY_STANDING: Mapping[Standing, tuple[Choice, ...]] = {
    Standing.HELD: (Choice.RETRY, Choice.IGNORE),
    Standing.FAILING: (Choice.RETRY, Choice.IGNORE),
    Standing.DUE: (Choice.IGNORE,),
    Standing.ORPHANED: (Choice.LINK, Choice.FORGET, Choice.IGNORE),
    Standing.UNMAPPED: (Choice.REJOIN, Choice.LINK, Choice.IGNORE, Choice.FORGET),
    Standing.IGNORED: (Choice.FORGET,),
    Standing.REPLACED: (Choice.REJOIN, Choice.IGNORE),
    Standing.DEPARTED: (Choice.FORGET,),
    Standing.LINKED: (Choice.UNMAP, Choice.LINK, Choice.IGNORE, Choice.RETRY),
}


def choices_for(record: KnownRecord) -> tuple[Choice, ...]:
    """What may be decided about a record as it stands, the most likely first."""
    is_held = record.standing is Standing.HELD and record.reason is not None
    known = QUEUE.get(record.reason) if is_held and record.reason is not None else None
    choices = known or _BY_STANDING[record.standing]
    if record.target_id is None:
        return tuple(each for each in choices if each not in (Choice.UNMAP, Choice.REJOIN))
    is_paired_twice = record.standing in (Standing.FAILING, Standing.HELD, Standing.DUE)
    return (*choices, Choice.UNMAP) if is_paired_twice and Choice.UNMAP not in choices else choices
