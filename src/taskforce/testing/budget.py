"""The gate of the in-memory Autotask: what the adapter's does, for one thread."""

from collections.abc import Callable
from dataclasses import dataclass

from taskforce.domain.budget import Budget, TenantUse
from taskforce.engine.ports import Clock
from taskforce.errors import BudgetExhausted


@dataclass(slots=True, kw_only=True)
class MemoryGate:
    """Lets requests pass while the budget lasts; without one, all of them."""

    clock: Clock
    budget: Budget | None = None

    def admit(self, operation: str, look: Callable[[], object], *, is_look: bool) -> None:
        """One request is about to be sent; `look` reads the tenant's use, which ends in `looked`."""
        if self.budget is None:
            return
        if self.budget.needs_look and not is_look:
            look()
        if self.budget.is_spent and not is_look:
            raise self._exhausted(self.budget, operation, self.budget.sentence(), "share_used_up")
        self.budget = self.budget.sending(is_look=is_look)

    def looked(self, use: TenantUse) -> None:
        """So much is used."""
        if self.budget is not None:
            self.budget = self.budget.after_look(use, at=self.clock.now())

    def refused(self, operation: str) -> BudgetExhausted:
        """Autotask's own no."""
        budget = self.budget.after_refusal() if self.budget is not None else None
        return self._exhausted(budget, operation, "Autotask takes no more requests for now.", "request_limit")

    def _exhausted(self, budget: Budget | None, operation: str, message: str, code: str) -> BudgetExhausted:
        now = self.clock.now()
        wait = budget.resume_at(now) - now if budget is not None else None
        return BudgetExhausted(message, system="Autotask", operation=operation, code=code, retry_after=wait)
