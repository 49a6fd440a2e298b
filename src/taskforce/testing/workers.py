"""Work that is done on the spot, so that a clock that is not real stands still meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    """What was under way, and is over."""

    def is_alive(self) -> bool:
        """No more."""
        return False

    def join(self, timeout: float | None = None) -> None:
        """Nothing to wait for."""


def on_the_spot(name: str, work: Callable[[], None]) -> Done:  # noqa: ARG001 - nobody looks for it by its name
    """Do it, then go on."""
    work()
    return Done()
