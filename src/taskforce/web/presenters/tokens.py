"""Tokens of the REST API in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from taskforce.domain.tokens import ApiToken
from taskforce.web.presenters.states import State

SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLine:
    """One token as a line of the list."""

    token: ApiToken
    state: State
    word: str
    is_valid: bool


def token_line(token: ApiToken, now: datetime) -> TokenLine:
    """A token as a line."""
    state, word = _state(token, now)
    return TokenLine(token=token, state=state, word=word, is_valid=token.is_valid(now))


def headline(lines: Sequence[TokenLine]) -> str:
    """The first line of the page."""
    valid = sum(line.is_valid for line in lines)
    if not valid:
        return "No program may use the REST API."
    soon = sum(line.state is State.NEEDS_YOU for line in lines)
    told = f"{valid:,} token{'' if valid == 1 else 's'} may use the REST API."
    return f"{told} {soon:,} {'expires' if soon == 1 else 'expire'} soon." if soon else told


def _state(token: ApiToken, now: datetime) -> tuple[State, str]:
    if token.revoked_at is not None:
        return State.OFF, "revoked"
    if token.expires_at <= now:
        return State.OFF, "expired"
    return (State.NEEDS_YOU, "expires soon") if token.expires_at - now < SOON else (State.IN_STEP, "valid")
