"""Tokens of the REST API: given out once, known by their digest, taken back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from taskforce.adapters.store.models import ApiTokenRow
from taskforce.adapters.store.tokens import PREFIX, Tokens
from taskforce.domain.roles import Role
from taskforce.errors import ConfigurationError
from tests.builders import NOON
from tests.support.store import clean


@pytest.fixture
def tokens() -> Iterator[Tokens]:
    """None at first."""
    yield Tokens()
    clean()


def add(tokens: Tokens, name: str = "billing", days: int = 30) -> str:
    """A token of that name."""
    return tokens.add(name, role=Role.OPERATOR, days=days, by="helen", now=NOON)


def test_a_token_is_known_again(tokens: Tokens) -> None:
    """With its role and who made it; what it is stands nowhere."""
    token = add(tokens)

    known = tokens.known(token, NOON)

    assert known is not None
    assert (known.name, known.role, known.created_by, known.who) == ("billing", Role.OPERATOR, "helen", "token billing")
    assert (token.startswith(PREFIX), len(token) >= 43 + len(PREFIX)) == (True, True)
    (row,) = ApiTokenRow.objects.values()
    assert [value for value in row.values() if token in str(value)] == []


@pytest.mark.parametrize("token", ["", "tf_", "tf_nonsense", "\0", "ü" * 50])
def test_what_is_no_token(tokens: Tokens, token: str) -> None:
    """Opens nothing."""
    add(tokens)

    assert tokens.known(token, NOON) is None


def test_a_token_ends(tokens: Tokens) -> None:
    """At its time, to the second."""
    token = add(tokens, days=1)
    end = NOON + timedelta(days=1)

    assert tokens.known(token, end - timedelta(seconds=1)) is not None
    assert tokens.known(token, end) is None


def test_a_name_is_given_out_anew(tokens: Tokens) -> None:
    """Once its token was revoked, which stays known as revoked; two at once there are not."""
    first = add(tokens)
    with pytest.raises(ConfigurationError, match="There is a token billing already"):
        add(tokens)

    tokens.revoke("billing", NOON)
    second = add(tokens)

    assert (tokens.known(first, NOON), tokens.known(second, NOON) is not None) == (None, True)
    assert [(each.name, each.revoked_at) for each in tokens.all()] == [("billing", None), ("billing", NOON)]
    with pytest.raises(ConfigurationError, match="There is no token nobody"):
        tokens.revoke("nobody", NOON)


def test_the_last_use_is_told_to_the_minute(tokens: Tokens) -> None:
    """Not with every request, which would each be a step of the database."""
    token = add(tokens)

    for seconds in (0, 59, 61):
        tokens.known(token, NOON + timedelta(seconds=seconds))

    assert tokens.all()[0].last_used_at == NOON + timedelta(seconds=61)


@pytest.mark.parametrize(
    ("name", "days", "problem"),
    [
        ("", 30, "A token has a name"),
        ("   ", 30, "A token has a name"),
        ("x" * 51, 30, "A token has a name"),
        ("a\nb", 30, "A token has a name"),
        ("billing", 0, "valid for 1 to 3650 days"),
        ("billing", 3651, "valid for 1 to 3650 days"),
    ],
)
def test_what_is_refused(tokens: Tokens, name: str, days: int, problem: str) -> None:
    """With a sentence, and nothing is stored."""
    with pytest.raises(ConfigurationError, match=problem):
        add(tokens, name, days)

    assert tokens.all() == []
