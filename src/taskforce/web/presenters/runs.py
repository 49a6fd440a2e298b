"""Runs in words and figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from taskforce.domain.history import Cause
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.run import Run
from taskforce.domain.wording import ENDINGS, figures_of, in_words, result_of, what_of, worth_explaining
from taskforce.web.presenters.states import State, state_of, word_of

__all__ = ["CauseLine", "RunLine", "cause_lines", "figures_of", "in_words", "line_of", "result_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One run as a line of a list."""

    id: int
    connection: str
    state: State
    word: str
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
        word=word_of(run),
        what=what_of(run),
        ending=ENDINGS[run.status],
        message=run.message,
        started_at=run.started_at,
        duration=in_words(run.duration.total_seconds()),
        result=result_of(run),
        calls=f"{run.calls.salesforce:,} + {run.calls.autotask:,}",
    )


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
        for each in worth_explaining(causes)
    ]
