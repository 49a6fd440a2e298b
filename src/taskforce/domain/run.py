"""One execution of an import, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from taskforce.domain.budget import TenantUse
from taskforce.domain.records import ApiCalls, Counts, Entity


class RunKind(StrEnum):
    """What a run looks at."""

    IMPORT = "import"
    """What changed in Salesforce since the last reading."""
    RECONCILIATION = "reconciliation"
    """Everything on both sides, to find what moved without a trace (protocol 3)."""
    UNDO = "undo"
    """What an earlier run has written, put back (B15)."""
    ADOPTION = "adoption"
    """The ids that the old extension has left in Autotask, taken over (B14)."""


class RunStatus(StrEnum):
    """How a run stands; all but `running` are final. The exit status of the command line follows from it."""

    RUNNING = "running"
    """Under way."""
    DONE = "done"
    """Everything due was settled, held or skipped."""
    DONE_WITH_FAILURES = "done_with_failures"
    """Finished, but some records were not written; they are kept, and tried again by their cause."""
    TO_BE_CONTINUED = "to_be_continued"
    """Ended early with everything kept; the next run goes on."""
    AWAITING_APPROVAL = "awaiting_approval"
    """The plan changes unusually much; a person must approve it."""
    CANCELLED = "cancelled"
    """Stopped by a person; everything is kept."""
    REJECTED = "rejected"
    """A person decided that its unusual plan is not carried out."""
    COULD_NOT_RUN = "could_not_run"
    """Something must be mended first; the message says what."""

    @property
    def exit_status(self) -> int:
        """0 when nothing needs a person, 1 when records or a plan do, 2 otherwise."""
        return {
            RunStatus.DONE: 0,
            RunStatus.TO_BE_CONTINUED: 0,
            RunStatus.DONE_WITH_FAILURES: 1,
            RunStatus.AWAITING_APPROVAL: 1,
        }.get(self, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What an undo takes back: the values of this run and, with `creates`, also the records that it created."""

    run_id: int
    creates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as recorded. `lower_bound` is what protocol 4 says its calls cost at least.

    `digest` ties an approval to the content of the plan; `resume_at` is when a run that ran out of budget goes on;
    `autotask_seconds_per_call` is the mean time of Autotask's answers, None if nothing was asked (protocol 5).
    `salesforce_use` and `autotask_use` are what all integrations had used of each limit when the run last saw it;
    `undoes` is what an undo takes back.
    """

    id: int
    connection: str
    status: RunStatus
    started_at: datetime
    kind: RunKind = RunKind.IMPORT
    undoes: Undoing | None = None
    is_dry_run: bool = False
    finished_at: datetime | None = None
    message: str = ""
    counts: Mapping[Entity, Counts] = field(default_factory=lambda: dict.fromkeys(Entity, Counts()))
    held: int = 0
    failing: int = 0
    calls: ApiCalls = field(default_factory=ApiCalls)
    lower_bound: ApiCalls = field(default_factory=ApiCalls)
    duration: timedelta = timedelta()
    digest: str = ""
    resume_at: datetime | None = None
    autotask_seconds_per_call: float | None = None
    salesforce_use: TenantUse | None = None
    autotask_use: TenantUse | None = None
