"""What can go wrong with bytes on their way between a client and a server."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

MishapAction = Literal["cut", "reset", "drop", "delay", "garble", "half_close", "trickle"]
Way = Literal["connection", "request", "answer"]
_ON_A_CONNECTION: Final = frozenset({"cut", "reset", "drop", "delay"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishap:
    """One thing to go wrong with a request or an answer on its way, or with a connection before its first request.

    - `cut`: the first `after_bytes` pass, then both connections are closed; None lets the whole answer pass. A request
      never passes whole, as nobody could tell whether it is carried out then: cut its answer for one that is.
      `reset`: the same, but the client's connection is reset; what it has not read by then is lost to it.
    - `half_close`: the first `after_bytes` pass, then the receiver is told that no more comes.
    - `drop`: nothing passes, and the client waits until it gives up.
    - `delay`: the message passes after `seconds`. `trickle`: it passes in small pieces that take `seconds` together.
    - `garble`: every eighth byte after the first `after_bytes` is another.

    A request fits if `contains` is in its head or body; an answer, if it is in the request that is answered.
    """

    action: MishapAction
    way: Way = "answer"
    contains: bytes = b""
    skip: int = 0
    times: int | None = 1
    after_bytes: int | None = 0
    seconds: float = 0

    def __post_init__(self) -> None:
        if self.action not in get_args(MishapAction) or self.way not in get_args(Way):
            raise ValueError(f"there is no {self.action!r} on a {self.way!r}")
        if self.way == "connection" and self.action not in _ON_A_CONNECTION:
            raise ValueError(f"a connection cannot {self.action}; it can {', '.join(sorted(_ON_A_CONNECTION))}")
        if self.times is not None and self.times < 1:
            raise ValueError("times is at least 1, or None for ever")

    def first_of(self, message: bytes) -> bytes:
        """What passes of a message that is cut."""
        part = message if self.after_bytes is None else message[: self.after_bytes]
        return part[: len(message) - 1] if self.way == "request" else part
