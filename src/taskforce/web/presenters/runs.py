"""Runs in words and figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from taskforce.domain.history import Cause
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity
from taskforce.domain.run import Run, RunKind, RunStatus
from taskforce.web.presenters.states import State, state_of

_ENDINGS = {
    RunStatus.RUNNING: "is under way",
    RunStatus.DONE: "is done",
    RunStatus.DONE_WITH_FAILURES: "is done, but some records could not be written",
    RunStatus.TO_BE_CONTINUED: "ended early and goes on by itself",
    RunStatus.AWAITING_APPROVAL: "waits for your approval",
    RunStatus.CANCELLED: "was stopped",
    RunStatus.REJECTED: "was rejected",
    RunStatus.COULD_NOT_RUN: "could not run",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One run as a line of a list."""

    id: int
    connection: str
    state: State
    what: str
    ending: str
    message: str
    started_at: datetime
    duration: str
    result: str
    calls: str


def line_of(run: Run) -> RunLine:
    """A run as a line."""
    return RunLine(
        id=run.id,
        connection=run.connection,
        state=state_of(run),
        what=_what(run),
        ending=_ENDINGS[run.status],
        message=run.message,
        started_at=run.started_at,
        duration=in_words(run.duration.total_seconds()),
        result=result_of(run),
        calls=f"{run.calls.salesforce:,} + {run.calls.autotask:,}",
    )


def figures_of(run: Run) -> list[tuple[str, int]]:
    """How many records ended how, companies and contacts together."""
    return [(kind.value, sum(getattr(run.counts[entity], kind.value) for entity in Entity)) for kind in OutcomeKind]


def result_of(run: Run) -> str:
    """What a run came to, in one clause: "891 created, 328 linked, 21 held"."""
    quiet = ("unchanged", "skipped")
    told = [f"{number:,} {word}" for word, number in figures_of(run) if number and word not in quiet]
    return ", ".join(told) or "nothing had to be written"


def in_words(seconds: float) -> str:
    """A length of time: "7 s", "3 min", "2 h 5 min"."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseLine:
    """Records of a run that ended alike, with what to do about it."""

    number: int
    records: str
    outcome: OutcomeKind
    reason: Reason
    sentence: str
    mend: str
    example: str
    is_note: bool


def cause_lines(causes: Sequence[Cause], connection: str) -> list[CauseLine]:
    """What a person may want to know the reason of, remarks last; what was simply done is left out."""
    told = (OutcomeKind.FAILED, OutcomeKind.HELD, OutcomeKind.SKIPPED)
    chosen = [each for each in causes if each.is_note or each.outcome in told]
    chosen.sort(key=lambda each: (each.is_note, told.index(each.outcome) if each.outcome in told else 9))
    return [
        CauseLine(
            number=each.number,
            records=each.entity.value if each.number == 1 else each.entity.plural,
            outcome=each.outcome,
            reason=each.reason,
            sentence=each.reason.sentence,
            mend=each.reason.advice(connection),
            example=each.example,
            is_note=each.is_note,
        )
        for each in chosen
    ]


def _what(run: Run) -> str:
    if run.kind is RunKind.RECONCILIATION:
        return "Dry reconciliation" if run.is_dry_run else "Reconciliation"
    return "Preview" if run.is_dry_run else "Import"
