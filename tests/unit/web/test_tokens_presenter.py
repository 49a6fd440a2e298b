"""Tokens in words."""

from datetime import timedelta

import pytest

from taskforce.domain.roles import Role
from taskforce.domain.tokens import ApiToken
from taskforce.web.presenters.states import State
from taskforce.web.presenters.tokens import headline, token_line
from tests.builders import NOON


def token(days: int, *, revoked: bool = False) -> ApiToken:
    """One that is valid for so many days yet."""
    return ApiToken(
        id=1,
        name="billing",
        role=Role.VIEWER,
        created_by="helen",
        created_at=NOON - timedelta(days=300),
        expires_at=NOON + timedelta(days=days),
        revoked_at=NOON if revoked else None,
    )


@pytest.mark.parametrize(
    ("given", "state", "word"),
    [
        (token(14), State.IN_STEP, "valid"),
        (token(13), State.NEEDS_YOU, "expires soon"),
        (token(0), State.OFF, "expired"),
        (token(50, revoked=True), State.OFF, "revoked"),
    ],
)
def test_how_a_token_stands(given: ApiToken, state: State, word: str) -> None:
    """One that ends soon needs somebody."""
    line = token_line(given, NOON)

    assert (line.state, line.word, line.is_valid) == (state, word, state is not State.OFF)


@pytest.mark.parametrize(
    ("tokens", "told"),
    [
        ([], "No program may use the REST API."),
        ([token(0), token(50, revoked=True)], "No program may use the REST API."),
        ([token(50)], "1 token may use the REST API."),
        ([token(50), token(3)], "2 tokens may use the REST API. 1 expires soon."),
        ([token(1), token(3)], "2 tokens may use the REST API. 2 expire soon."),
    ],
)
def test_the_first_line(tokens: list[ApiToken], told: str) -> None:
    """How many there are that open something."""
    assert headline([token_line(each, NOON) for each in tokens]) == told
