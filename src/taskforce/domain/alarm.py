"""When people are told that imports do not succeed (B13).

A success is an import that came to an end of its own: everything settled, some records refused, or to be continued.
One that died, was stopped, could not run or waits for an approval is none. Without any the time counts from when the
connection was set active.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from taskforce.domain.run import RunStatus

SUCCESSES = frozenset({RunStatus.DONE, RunStatus.DONE_WITH_FAILURES, RunStatus.TO_BE_CONTINUED})
"""Of runs that have an end of their own; one whose process died is recorded as to be continued, without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the imports of one connection go.

    `active_since` is None while it is not active, and nobody waits for imports; `alarm_after` of zero means never.
    """

    active_since: datetime | None
    alarm_after: timedelta
    succeeded_at: datetime | None = None

    def overdue_since(self, now: datetime) -> datetime | None:
        """Since when no import has succeeded, if that is too long; None while there is nothing to tell."""
        if self.active_since is None or not self.alarm_after:
            return None
        moments = (self.active_since, self.succeeded_at)
        known = [moment for moment in moments if moment is not None and moment <= believed_until(now, self.alarm_after)]
        since = min(max(known), now) if known else now
        return since if not known or now - since >= self.alarm_after else None


def believed_until(now: datetime, alarm_after: timedelta) -> datetime:
    """A moment that lies ahead was told by a clock that was ahead.

    A little ahead it counts as now; what lies further ahead than an alarm takes counts for nothing, so that a clock
    that was set back cannot silence the alarm for long.
    """
    return now + alarm_after
