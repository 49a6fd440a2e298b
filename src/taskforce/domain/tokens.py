"""Tokens with which programs use the REST API, each with a name, a role and an end."""

from dataclasses import dataclass
from datetime import datetime

from taskforce.domain.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """What is known of a token; the token itself only by its digest, in the store."""

    id: int
    name: str
    role: Role
    created_by: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and now < self.expires_at

    @property
    def who(self) -> str:
        """How the audit calls whoever used it."""
        return f"token {self.name}"
