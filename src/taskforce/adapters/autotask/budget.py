"""The gate before every counted request: passed while the budget of a run lasts (protocol 5)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import RLock

import structlog

from taskforce.adapters.autotask.wording import SYSTEM
from taskforce.domain.budget import Budget, TenantUse
from taskforce.errors import BudgetExhausted

SHARE_USED_UP = "share_used_up"

_log = structlog.get_logger()


@dataclass(slots=True)
class _Spending:
    """A run's budget; `look` reads the tenant's use by a request that passes as a look, `now` is the time here."""

    budget: Budget
    look: Callable[[], TenantUse | None]
    now: Callable[[], datetime]


class BudgetGate:
    """Lets requests pass, and looks at the tenant's use when that is due. Before a run has a budget everything passes.

    Safe for use by several threads: while one of them looks, the others wait, since what they may send depends on it.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._under_way = 0
        self._spending: _Spending | None = None

    @property
    def budget(self) -> Budget | None:
        """As it stands now; None before a run has one."""
        with self._lock:
            return None if self._spending is None else self._spending.budget

    @property
    def use(self) -> TenantUse | None:
        """What the last look of this run saw; None before the first, or when Autotask reports no limit."""
        with self._lock:
            return None if self._spending is None else self._spending.budget.use

    def open(self, budget: Budget, look: Callable[[], TenantUse | None], now: Callable[[], datetime]) -> None:
        """A run begins with this budget; nothing is asked before its first request."""
        with self._lock:
            self._spending = _Spending(budget, look, now)

    @contextmanager
    def passing(self, operation: str, *, is_look: bool = False) -> Iterator[None]:
        """Around one request. Raises BudgetExhausted, with nothing sent, when the budget is spent."""
        with self._lock:
            if self._spending is not None:
                if not is_look:
                    self._admit(self._spending, operation)
                self._spending.budget = self._spending.budget.sending(is_look=is_look)
            self._under_way += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way -= 1

    def looked(self, use: TenantUse | None) -> None:
        """A look was answered: as much may be sent as it leaves room for."""
        with self._lock:
            if self._spending is None:
                return
            now, budget = self._spending.now(), self._spending.budget
            budget = budget.after_look(use, at=now, under_way=self._under_way)
            self._spending.budget = budget
        if use is not None:
            _log.info(
                "Autotask: use of the request limit",
                action="tenant_use",
                used=use.used,
                limit=use.limit,
                mark=budget.mark,
                until_look=budget.until_look,
            )

    def wait_after_refusal(self, asked: timedelta | None) -> timedelta | None:
        """How long to wait when Autotask itself takes no more requests: at least as long as it asks for."""
        with self._lock:
            if self._spending is None:
                return asked
            now = self._spending.now()
            return max(asked or timedelta(0), self._spending.budget.after_refusal().resume_at(now) - now)

    def _admit(self, spending: _Spending, operation: str) -> None:
        """Look if that is due; once nothing was left, nothing passes until the next run."""
        if spending.budget.needs_look:
            self.looked(spending.look())
        if spending.budget.is_spent:
            now = spending.now()
            raise BudgetExhausted(
                spending.budget.sentence(),
                system=SYSTEM,
                operation=operation,
                code=SHARE_USED_UP,
                retry_after=spending.budget.resume_at(now) - now,
            )
