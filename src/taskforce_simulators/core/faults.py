"""Faults on order: what shall go wrong, where, and how many times."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Self

from taskforce_simulators.core.actions import COURSES, Action
from taskforce_simulators.core.orders import Orders


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


class Faults(Orders[Fault]):
    """The faults in force; a request takes the first that is due. Thread-safe."""

    def take(self, method: str, path: str, query: str = "", body: bytes = b"") -> Fault | None:
        """The fault that this request runs into, if any."""
        return self.take_first(lambda fault: fault.meets(method, path, query, body))
