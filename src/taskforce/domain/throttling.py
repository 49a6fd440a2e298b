"""How long somebody has to wait before signing in once more, after failures (ASVS 6.3.1).

Failures count for the name together with the address they come from, so that nobody locks anybody else out; and for the
address alone, whatever the names. Many addresses that guess at one name are slowed down too, each by a minute at most;
an address from which that name has signed in before never waits for what others do.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

FORGOTTEN_AFTER = timedelta(minutes=30)
FREE = 5
"""So many failures of one name from one address cost nothing."""
FREE_OF_ADDRESS = 30
FREE_OF_NAME = 20
"""So many failures of one name, wherever they come from."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
LONGEST_WAIT_OF_NAME = timedelta(minutes=1)
"""Short, since it also meets whoever the name belongs to, at an address that is new."""


def wait_for(failures: Sequence[datetime], now: datetime, *, free: int, longest: timedelta = LONGEST_WAIT) -> timedelta:
    """The time until the next attempt counts: doubled with each failure beyond the free ones, from the latest on."""
    recent = [at for at in failures if timedelta(0) <= now - at < FORGOTTEN_AFTER]
    beyond = len(recent) - free
    if beyond < 0:
        return timedelta(0)
    wait: timedelta = min(FIRST_WAIT * 2.0 ** min(beyond, 10), longest)
    return max(max(recent) + wait - now, timedelta(0))
