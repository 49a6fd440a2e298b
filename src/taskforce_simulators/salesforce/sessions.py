"""Sessions: who is logged in, and until when. Source: reference sections 1 and 2 (idle time-out, no expires_in)."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from taskforce_simulators.core.clock import SimulatedClock


@dataclass(slots=True)
class Session:
    """A login; restricted ones come of an expired password and can do nothing but set a new one."""

    token: str
    user_id: str
    used: datetime
    restricted: bool = False


@dataclass(slots=True)
class Sessions:
    """The org's open sessions and refresh tokens."""

    clock: SimulatedClock
    _open: dict[str, Session] = field(default_factory=dict)
    _refresh_tokens: dict[str, str] = field(default_factory=dict)

    def begin(self, organization_id: str, user_id: str, *, restricted: bool = False) -> Session:
        """Log a user in."""
        token = f"{organization_id[:15]}!{secrets.token_urlsafe(72)}"
        session = Session(token, user_id, self.clock.steady(), restricted)
        self._open[token] = session
        return session

    def find(self, token: str, idle: timedelta) -> Session | None:
        """The open session of that token; using it puts off its end."""
        session = self._open.get(token)
        now = self.clock.steady()
        if session is not None and now - session.used > idle:
            del self._open[token]
            return None
        if session is not None:
            session.used = now
        return session

    def end(self, token: str) -> bool:
        """Log out, or revoke a refresh token; whether there was one."""
        known = self._open.pop(token, None) is not None
        return self._refresh_tokens.pop(token, None) is not None or known

    def expire(self) -> None:
        """End every session; refresh tokens stay good."""
        self._open.clear()

    def clear(self) -> None:
        """End every session and forget every refresh token."""
        self._open.clear()
        self._refresh_tokens.clear()

    def new_refresh_token(self, user_id: str) -> str:
        """A refresh token for a user."""
        token = f"5Aep861{secrets.token_urlsafe(48)}"
        self._refresh_tokens[token] = user_id
        return token

    def refreshed(self, token: str, *, rotate: bool) -> str | None:
        """The user behind a refresh token; with rotation the token is good for once."""
        return self._refresh_tokens.pop(token, None) if rotate else self._refresh_tokens.get(token)
