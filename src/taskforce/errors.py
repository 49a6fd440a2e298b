"""Every error of Taskforce, by what the caller does next.

    TaskforceError
      ConfigurationError   stop before starting; lists every problem
      ApiError             one system answered badly; says which, at what, with which status and code
        TransientError     retry by policy
        AccessError        stop the run, tell the administrator
        RecordRejected     this record fails, the run goes on
        ConflictError      the target changed since planning: plan this record again
        WriteInDoubt       the answer was lost after sending: look before writing again
        ProtocolError      the answer is not understood: stop
        BudgetExhausted    stop early, keep everything, go on next time
      UnsafePlanError      a person must approve
      StalePlanError       the digest no longer fits: plan again
      StaleEditError       somebody else has edited it meanwhile: look again
      DecisionRefused      a person's decision cannot stand as things are: the mend says what comes first
      LeaseHeld            another run of this connection is under way
      LeaseLost            another worker has taken over: stop at once, write nothing

Messages are read by a person at night: they carry figures and the next step (`mend`), never a secret, never personal
data, never a body. Expected results (an ambiguous match, a skipped record) are values, not exceptions.
"""

from collections.abc import Sequence
from datetime import timedelta


class TaskforceError(Exception):
    """Anything Taskforce raises on purpose: a sentence for a person, and how to mend it."""

    def __init__(self, message: str, *, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.message} {self.mend}".strip()


class ConfigurationError(TaskforceError):
    """What was set up cannot work. `problems` lists every one of them, each a sentence."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


class ApiError(TaskforceError):
    """One system refused, failed or could not be reached.

    `system` is "Salesforce" or "Autotask"; `operation` names what was tried ("login", "create company");
    `status` is the HTTP status when there was an answer; `code` is the vendor's own error code or a word of ours;
    `retry_after` is how long the system asked us to wait.
    """

    def __init__(
        self,
        message: str,
        *,
        system: str,
        operation: str,
        status: int | None = None,
        code: str = "",
        retry_after: timedelta | None = None,
        mend: str = "",
    ) -> None:
        super().__init__(message, mend=mend)
        self.system = system
        self.operation = operation
        self.status = status
        self.code = code
        self.retry_after = retry_after


class TransientError(ApiError):
    """May pass by itself: nothing was changed by the request, and it may be sent again."""


class AccessError(ApiError):
    """Credentials, permissions, edition or login method: a person has to mend it before the next run."""


class RecordRejected(ApiError):
    """The system refuses this one record; `message` is the vendor's own reason."""


class ConflictError(ApiError):
    """The record is no longer as it was when the change was planned."""


class WriteInDoubt(ApiError):
    """A write was sent and its answer was lost: it may or may not have been carried out."""


class ProtocolError(ApiError):
    """An answer that is not understood: a defect here or a change there."""


class BudgetExhausted(ApiError):
    """No more requests are allowed for now; everything is kept and the next run goes on."""


class UnsafePlanError(TaskforceError):
    """A plan would change unusually much: a person must approve it."""


class StalePlanError(TaskforceError):
    """An approval was given for another plan than the one that stands now."""


class StaleEditError(TaskforceError):
    """What is to be changed is not as it was when it was looked at; nothing was changed."""


class DecisionRefused(TaskforceError):
    """A person's decision cannot stand as things are; nothing was changed."""


class LeaseHeld(TaskforceError):
    """Another run of the same connection is under way."""


class LeaseLost(TaskforceError):
    """Another worker has taken over this connection: stop at once and write nothing."""
