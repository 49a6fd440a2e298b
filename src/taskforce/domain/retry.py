"""When a record that could not be written is tried again: by the cause (B13).

    metadata_outdated   refused for what may have changed since it was read → by the next import, which reads it anew
    unreachable         may pass      → by the next import, then after waits that grow
    rejected            will not pass → when the record, the settings or Autotask's metadata change, or a person asks

The waits have jitter, so that what failed together does not come back together; it follows from the record and the
attempt, for the domain has no randomness.
"""

from datetime import UTC, datetime, timedelta

from taskforce.domain.match_rules import digest
from taskforce.domain.reasons import Reason
from taskforce.domain.records import SourceId

FIRST_WAIT = timedelta(minutes=30)
LONGEST_WAIT = timedelta(hours=4)
JITTER = 0.25
"""By how much of itself a wait may be longer."""

BY_THE_NEXT_IMPORT = datetime(1970, 1, 1, tzinfo=UTC)
"""An attempt for which nothing is waited, wherever the clock jumps."""

METADATA_CODES = frozenset({"bad_picklist", "bad_reference", "unknown_field", "too_long", "required_missing"})
"""Refusals that may come of metadata that changed since it was read."""

_WITHOUT_A_WAIT = frozenset({Reason.METADATA_OUTDATED})
_NOT_BY_ITSELF = frozenset({Reason.REJECTED})


def refusal(code: str, *, metadata_is_new: bool) -> Reason:
    """Why Autotask refused a record, by its code; what this run itself has read of the metadata is not outdated."""
    may_pass = code in METADATA_CODES and not metadata_is_new
    return Reason.METADATA_OUTDATED if may_pass else Reason.REJECTED


def next_attempt(reason: Reason, source_id: SourceId, *, attempt: int, now: datetime) -> datetime | None:
    """From when on a record is tried again that has failed so many times in a row; None: not by itself."""
    if reason in _NOT_BY_ITSELF:
        return None
    if attempt <= 1 or reason in _WITHOUT_A_WAIT:
        return BY_THE_NEXT_IMPORT
    wait = min(FIRST_WAIT * (1 << min(attempt - 2, 10)), LONGEST_WAIT)
    return now + wait * (1 + JITTER * _chance(source_id, attempt))


def longest_wait_from(now: datetime) -> datetime:
    """No attempt is further away; one that seems to be was planned by a clock that was ahead, and is due."""
    return now + LONGEST_WAIT * (1 + JITTER)


def _chance(source_id: SourceId, attempt: int) -> float:
    """A number from 0 to 1, the same whenever it is asked for."""
    return int(digest(source_id, str(attempt))[:8], 16) / 0xFFFFFFFF
