"""Faults on order: what shall go wrong, where, and how many times."""

import re
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Self

from taskforce_simulators.core.actions import COURSES, Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing to go wrong. Which requests it meets: `method`, `path` and `query` (regular expressions that are
    searched for) and `contains` (a piece of the request's body).

    - `status`, `html`, `garbage`, `empty`: answer with that instead; `apply` says whether the request is carried out.
    - `truncated`: send the first half of the answer's body as if it were all. `garbled`: change bytes of the body.
    - `repeat_page`: answer with the page before, word for word. `repeat_records`: with the records of the page before,
      everything else as it should be. Only requests for a later page are met.
    - `delay`: wait `delay_seconds`, then carry the request out and answer as usual. `trickle`: send the body in small
      pieces that take `delay_seconds` together. Real time on a socket, simulated time in process.
    - `cut_before`: close the connection, nothing carried out. `cut_after`: carry out, then close without an answer.
      `cut_midway`: carry out and send the head, which promises the whole body, and half of that.
    - `half_close_before`, `half_close_midway`, `half_close_after`: the same, but only the sending side is closed.
    - `late_commit`: close the connection at once; carry the request out when the simulated clock is `delay_seconds`
      further on.
    - `no_effect`: answer as if the request had been carried out; nothing in the database has changed.
    - `expire_session`, `expire_pages`: end every session, or forget every result that is read page by page, then go on
      as usual.
    - `meanwhile`: make the control `call` ("POST settings") with `body` first, then go on as usual.
    """

    action: Action
    method: str | None = None
    path: str = ""
    query: str = ""
    contains: str = ""
    skip: int = 0
    times: int | None = 1
    status: int = 500
    body: object | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_seconds: float = 0
    apply: bool = False
    call: str = ""

    def __post_init__(self) -> None:
        if self.action not in COURSES:
            raise ValueError(f"unknown action {self.action!r}; known: {', '.join(COURSES)}")
        if self.times is not None and self.times < 1:
            raise ValueError("times is at least 1, or null for ever")
        if (self.action == "meanwhile") != bool(re.fullmatch(r"(GET|POST|DELETE) \S+", self.call)):
            raise ValueError("meanwhile, and nothing else, needs a call such as 'POST settings'")
        for pattern in (self.path, self.query):
            try:
                re.compile(pattern)
            except re.error as problem:
                raise ValueError(f"{pattern!r} is not a regular expression: {problem}") from problem

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> Self:
        """Build a fault from a JSON object with the same names; an unknown name is an error."""
        known = {item.name for item in fields(cls)}
        if unknown := set(document) - known:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")
        if "action" not in document:
            raise ValueError("a fault needs an action")
        return cls(**document)  # type: ignore[arg-type]

    def meets(self, method: str, path: str, query: str, body: bytes) -> bool:
        """Whether this fault is meant for such a request."""
        return (
            (self.method is None or self.method.upper() == method.upper())
            and re.search(self.path, path) is not None
            and re.search(self.query, query) is not None
            and self.contains.encode() in body
        )


@dataclass(slots=True)
class _Armed:
    fault: Fault
    passed: int = 0
    taken: int = 0

    def take(self) -> bool:
        """Count one more matching request; whether it is this fault's turn."""
        if self.passed < self.fault.skip:
            self.passed += 1
            return False
        self.taken += 1
        return True

    @property
    def spent(self) -> bool:
        return self.fault.times is not None and self.taken >= self.fault.times


class Faults:
    """The faults in force, in the order they were added; a request takes the first that is due. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: dict[int, _Armed] = {}
        self._last = 0

    def add(self, fault: Fault) -> int:
        """Put a fault in force; returns its number."""
        with self._lock:
            self._last += 1
            self._armed[self._last] = _Armed(fault)
            return self._last

    def remove(self, number: int) -> bool:
        """Take a fault out of force; whether there was one."""
        with self._lock:
            return self._armed.pop(number, None) is not None

    def clear(self) -> None:
        """Take every fault out of force."""
        with self._lock:
            self._armed.clear()

    def listing(self) -> list[dict[str, object]]:
        """The faults in force with their numbers and how many requests each has met, for people and tests."""
        with self._lock:
            return [
                {"id": number, **asdict(armed.fault), "passed": armed.passed, "taken": armed.taken}
                for number, armed in self._armed.items()
            ]

    def take(self, method: str, path: str, query: str = "", body: bytes = b"") -> Fault | None:
        """The fault that this request runs into, if any; one that is used up goes out of force."""
        with self._lock:
            for number, armed in self._armed.items():
                if armed.fault.meets(method, path, query, body) and armed.take():
                    if armed.spent:
                        del self._armed[number]
                    return armed.fault
            return None
