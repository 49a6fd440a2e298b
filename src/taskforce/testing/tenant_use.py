"""How Autotask counts requests: those of all integrations in a rolling hour, and none beyond the limit."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from taskforce.domain.budget import TenantUse
from taskforce.engine.ports import Clock

WINDOW = timedelta(hours=1)


@dataclass(slots=True, kw_only=True)
class RollingUse:
    """The tenant's requests: ours one by one, those of others as a number that stands (`other_use`) or as bursts.

    `peak` is the highest use that a request of ours has led to, `own_peak` the most of our own in one window: what must
    stay below the mark.
    """

    clock: Clock
    limit: int = 10_000
    other_use: int = 0
    peak: int = 0
    own_peak: int = 0
    _own: deque[datetime] = field(default_factory=deque)
    _bursts: deque[tuple[datetime, int]] = field(default_factory=deque)

    def others_send(self, requests: int) -> None:
        """Another integration makes so many requests at this moment."""
        self._bursts.append((self.clock.now(), requests))

    def count(self) -> TenantUse:
        """As things stand."""
        self._forget_old()
        used = len(self._own) + self.other_use + sum(requests for _, requests in self._bursts)
        return TenantUse(used=used, limit=self.limit, window=WINDOW)

    def take(self) -> bool:
        """Count one request of ours; false, and not counted, when the limit is used up."""
        use = self.count()
        if use.used >= use.limit:
            return False
        self._own.append(self.clock.now())
        self.peak = max(self.peak, use.used + 1)
        self.own_peak = max(self.own_peak, len(self._own))
        return True

    def _forget_old(self) -> None:
        begin = self.clock.now() - WINDOW
        while self._own and self._own[0] <= begin:
            self._own.popleft()
        while self._bursts and self._bursts[0][0] <= begin:
            self._bursts.popleft()
