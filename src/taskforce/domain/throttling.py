"""How long somebody has to wait before signing in once more, after failures (ASVS 6.3.1).

Failures count for the name together with the address they come from, so that nobody locks anybody else out; and for the
address alone, whatever the names.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

FORGOTTEN_AFTER = timedelta(minutes=30)
FREE = 5
"""So many failures of one name from one address cost nothing."""
FREE_OF_ADDRESS = 30
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)


def wait_for(failures: Sequence[datetime], now: datetime, *, free: int) -> timedelta:
    """The time until the next attempt counts: doubled with each failure beyond the free ones, from the latest on."""
    recent = [at for at in failures if timedelta(0) <= now - at < FORGOTTEN_AFTER]
    beyond = len(recent) - free
    if beyond < 0:
        return timedelta(0)
    wait: timedelta = min(FIRST_WAIT * 2.0 ** min(beyond, 10), LONGEST_WAIT)
    return max(max(recent) + wait - now, timedelta(0))
