"""How much of a vendor's limit may still be spent (protocol 5)."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantUse:
    """Requests that all integrations of an Autotask database made in the rolling window, and how many are allowed."""

    used: int
    limit: int
    window: timedelta = timedelta(hours=1)
