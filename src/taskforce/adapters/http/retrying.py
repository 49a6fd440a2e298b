"""The one place that waits before a request is sent again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import stamina
import structlog
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from taskforce.errors import TransientError

if TYPE_CHECKING:
    from taskforce.adapters.http.client import Answer

_log = structlog.get_logger()


def _log_retry(details: RetryDetails) -> None:
    """What went wrong is told by the error in the end; a repeat that helps is worth a line for those who look."""
    _log.info(
        "A request is sent again",
        action="http_retry",
        attempt=details.retry_num,
        wait_seconds=round(details.wait_for, 1),
    )


set_on_retry_hooks([_log_retry])


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how long: waits double from `first_wait` to `longest_wait`, with jitter.

    A server that names a longer wait (Retry-After) is obeyed up to `longest_asked`.
    """

    attempts: int = 4
    first_wait: timedelta = timedelta(milliseconds=500)
    longest_wait: timedelta = timedelta(seconds=8)
    longest_asked: timedelta = timedelta(seconds=30)


class _Busy(Exception):
    """The system asks to come back later; carries its answer."""

    def __init__(self, answer: "Answer") -> None:
        super().__init__()
        self.answer = answer


def with_retries(
    attempt: Callable[[], "Answer"], policy: RetryPolicy, *, is_busy: Callable[["Answer"], bool]
) -> "Answer":
    """Call `attempt` until it is answered by something other than "busy"; the last busy answer is returned as it is."""
    try:
        for each in stamina.retry_context(
            on=lambda error: _wait(error, policy),
            attempts=policy.attempts,
            timeout=None,
            wait_initial=policy.first_wait,
            wait_max=policy.longest_wait,
            wait_jitter=policy.first_wait,
        ):
            with each:
                answer = attempt()
                if is_busy(answer):
                    raise _Busy(answer)
                return answer
    except _Busy as busy:
        return busy.answer
    raise AssertionError("unreachable: the last attempt returns or raises")  # pragma: no cover


def _wait(error: Exception, policy: RetryPolicy) -> bool | timedelta:
    """Whether to try again after this error, or how long the server asked to wait."""
    if isinstance(error, _Busy):
        asked = error.answer.retry_after
        return min(asked, policy.longest_asked) if asked else True
    return isinstance(error, TransientError)
