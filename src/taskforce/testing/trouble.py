"""A script of trouble: what goes wrong with which request."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from taskforce.errors import AccessError, ApiError, BudgetExhausted, RecordRejected, TransientError, WriteInDoubt


class Fault(StrEnum):
    """What happens to a request."""

    LOST_BEFORE = "lost_before"
    """The answer is lost, and the write was not carried out."""
    LOST_AFTER = "lost_after"
    """The answer is lost, and the write was carried out."""
    LATE = "late"
    """The answer is lost, and the write is carried out some time later."""
    REJECTED = "rejected"
    """This record is refused."""
    UNREACHABLE = "unreachable"
    """Nothing was sent for certain."""
    DENIED = "denied"
    """The credentials or permissions do not suffice."""
    NO_BUDGET = "no_budget"
    """No more requests for now."""


LOST = frozenset({Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.LATE})


@dataclass(slots=True, kw_only=True)
class Trouble:
    """One fault, for requests of one operation ("" for all): the first `skip` go well, then `times` fail.

    `times` None means for ever; `delay` belongs to late writes, `code` to refusals.
    """

    fault: Fault
    operation: str = ""
    skip: int = 0
    times: int | None = 1
    delay: timedelta = timedelta(minutes=3)
    code: str = "rejected"

    def strikes(self, operation: str) -> bool:
        """Whether this request is one of those; counts it."""
        if not operation.startswith(self.operation) or self.times == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def error(self, operation: str) -> ApiError:
        """What the caller gets."""
        kind, message = _ERRORS[self.fault]
        code = self.code if self.fault is Fault.REJECTED else self.fault.value
        return kind(message, system="Autotask", operation=operation, code=code, mend="Look into the fault script.")


_ERRORS: dict[Fault, tuple[type[ApiError], str]] = {
    Fault.LOST_BEFORE: (WriteInDoubt, "The answer was lost."),
    Fault.LOST_AFTER: (WriteInDoubt, "The answer was lost."),
    Fault.LATE: (WriteInDoubt, "The answer was lost."),
    Fault.REJECTED: (RecordRejected, "Refused by the script."),
    Fault.UNREACHABLE: (TransientError, "Autotask could not be reached."),
    Fault.DENIED: (AccessError, "Autotask refused the credentials."),
    Fault.NO_BUDGET: (BudgetExhausted, "The share of Autotask's requests is used up."),
}


@dataclass(slots=True)
class Script:
    """All trouble to come, in order; the first that strikes wins."""

    troubles: list[Trouble] = field(default_factory=list)

    def strike(self, operation: str) -> Trouble | None:
        """The trouble of this request, if it has any."""
        return next((each for each in self.troubles if each.strikes(operation)), None)
