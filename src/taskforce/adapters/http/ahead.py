"""The next page travels while the one before it is worked on: of the two times only the longer one is waited for."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Self, TypeVar

T = TypeVar("T")


class Ahead:
    """One request at a time on a thread of its own, which reaches a vendor and never the store.

    At the end of the `with`, what is still under way is awaited and dropped: whoever stops early has paid for one page
    too many.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)

    def begin(self, request: Callable[[], T]) -> Callable[[], T]:
        """Begin a request; what is returned waits for its answer, or raises what it raised."""
        return self._thread.submit(copy_context().run, request).result

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()
