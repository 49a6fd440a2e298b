"""Runs in words and figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from taskforce.domain.choices import QUEUE
from taskforce.domain.history import Cause, RecordedChange
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.run import Run, RunStatus
from taskforce.domain.wording import (
    beside_buttons,
    ending_of,
    figures_of,
    in_words,
    mend_beside_buttons,
    result_of,
    what_of,
    worth_explaining,
)
from taskforce.web.presenters.records import record_line
from taskforce.web.presenters.sides import Labels
from taskforce.web.presenters.states import State, state_of, word_of

__all__ = ["CauseLine", "RunLine", "cause_lines", "figures_of", "in_words", "line_of", "result_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One run as a line of a list; `plan` is what its plan's page is called, empty if it has none.

    It `waits` while a person has to approve the plan.
    """

    id: int
    connection: str
    state: State
    word: str
    what: str
    ending: str
    message: str
    plan: str
    waits: bool
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
        word=word_of(run),
        what=what_of(run),
        ending=ending_of(run),
        message=beside_buttons(run.message),
        plan=_plan(run),
        waits=run.status is RunStatus.AWAITING_APPROVAL,
        started_at=run.started_at,
        duration=in_words(run.duration.total_seconds()),
        result=result_of(run) if run.status is not RunStatus.AWAITING_APPROVAL else "a plan waits for approval",
        calls=f"{run.calls.salesforce:,} + {run.calls.autotask:,}",
    )


def _plan(run: Run) -> str:
    if run.status is RunStatus.AWAITING_APPROVAL and run.digest:
        return "Look at the plan, and decide"
    return "Look at the plan" if run.digest else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseLine:
    """Records of a run that ended alike, with what to do about it; `queue` if a person decides about them in one."""

    number: int
    records: str
    outcome: OutcomeKind
    reason: Reason
    sentence: str
    mend: str
    example: str
    is_note: bool
    queue: bool


def cause_lines(causes: Sequence[Cause]) -> list[CauseLine]:
    """What a person may want to know the reason of, remarks last; what was simply done is left out."""
    return [
        CauseLine(
            number=each.number,
            records=each.entity.value if each.number == 1 else each.entity.plural,
            outcome=each.outcome,
            reason=each.reason,
            sentence=each.reason.sentence,
            mend=mend_beside_buttons(each.reason),
            example=each.example,
            is_note=each.is_note,
            queue=each.outcome is OutcomeKind.HELD and each.reason in QUEUE,
        )
        for each in worth_explaining(causes)
    ]


RUN_HEAD = (
    *("kind", "name", "salesforce_id", "autotask_id", "outcome", "reason", "why", "mend", "detail"),
    *("field", "before", "after"),
)


def run_rows(changes: Iterable[RecordedChange], labels: Labels) -> Iterable[Sequence[str]]:
    """The records of a run for a spreadsheet: a row for each field that changed, one for a record without any."""
    yield RUN_HEAD
    for change in changes:
        line = record_line(change, labels)
        target = "" if change.target_id is None else str(change.target_id)
        reason = (change.outcome_reason or change.reason).value
        record = (line.entity, line.name, change.source_id, target, line.word, reason)
        fields = [(each.name, each.before.text, each.after.text) for each in line.fields] or [("", "", "")]
        for field in fields:
            yield (*record, line.sentence, line.mend, line.detail, *field)
