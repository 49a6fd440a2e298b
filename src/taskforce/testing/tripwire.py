"""Places at which a test may make a run die, or the world change."""

from collections.abc import Callable

Tripwire = Callable[[str], None]
"""Called with the name of the place; what it raises goes through everything, as a kill would."""


def untouched(place: str) -> None:
    """Nothing happens."""
