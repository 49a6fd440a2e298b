"""Things to go wrong on order: each after so many requests that pass, so many times."""

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Generic, Protocol, TypeVar


class Order(Protocol):
    """A dataclass that says when it is due: `skip` requests that fit pass first, `times` are met (None: for ever)."""

    @property
    def skip(self) -> int:
        """How many pass first."""

    @property
    def times(self) -> int | None:
        """How many are met."""


Item = TypeVar("Item", bound=Order)


@dataclass(slots=True)
class _Armed(Generic[Item]):
    item: Item
    passed: int = 0
    taken: int = 0

    def take(self) -> bool:
        """Count one more request that fits; whether it is this one's turn."""
        if self.passed < self.item.skip:
            self.passed += 1
            return False
        self.taken += 1
        return True

    @property
    def spent(self) -> bool:
        return self.item.times is not None and self.taken >= self.item.times


class Orders(Generic[Item]):
    """The orders in force, as they were added; a request takes the first that fits and is due. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: dict[int, _Armed[Item]] = {}
        self._last = 0
        self.taken = 0
        """How many requests have been met by any order so far."""

    def add(self, item: Item) -> int:
        """Put an order in force; returns its number."""
        with self._lock:
            self._last += 1
            self._armed[self._last] = _Armed(item)
            return self._last

    def remove(self, number: int) -> bool:
        """Take an order out of force; whether there was one."""
        with self._lock:
            return self._armed.pop(number, None) is not None

    def clear(self) -> None:
        """Take every order out of force."""
        with self._lock:
            self._armed.clear()

    def listing(self) -> list[dict[str, object]]:
        """The orders in force with their numbers and how many requests each has met, for people and tests."""
        with self._lock:
            return [
                {"id": number, **asdict(armed.item), "passed": armed.passed, "taken": armed.taken}  # type: ignore[call-overload]
                for number, armed in self._armed.items()
            ]

    def take_first(self, fits: Callable[[Item], bool]) -> Item | None:
        """The order that a request runs into, if any; one that is used up goes out of force."""
        with self._lock:
            for number, armed in self._armed.items():
                if fits(armed.item) and armed.take():
                    self.taken += 1
                    if armed.spent:
                        del self._armed[number]
                    return armed.item
            return None
