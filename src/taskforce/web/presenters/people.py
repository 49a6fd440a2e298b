"""Admin › Users in words."""

from collections.abc import Iterable
from typing import Protocol


class _MaySignIn(Protocol):
    @property
    def is_active(self) -> bool:
        """Not disabled."""
        ...


def headline(people: Iterable[_MaySignIn]) -> str:
    """How many may sign in, and how many no longer."""
    active = [each.is_active for each in people]
    may, former = sum(active), len(active) - sum(active)
    words = f"{may:,} {'person' if may == 1 else 'people'} may sign in."
    return f"{words} {former:,} may not any more." if former else words
