"""A reconciliation for people and for programs: what differed, and what was done about it."""

from collections.abc import Sequence
from typing import Any

from taskforce.domain.comparison import comparison
from taskforce.domain.history import Cause
from taskforce.domain.run import Run


def headline(run: Run) -> str:
    """All of it in one sentence, figures first."""
    found = comparison(run.counts)
    would = "would be " if run.is_dry_run else ""
    done = [f"{number:,} {would}{kind.value}" for kind, number in {**found.put_right, **found.not_yet}.items()]
    return (
        f"{found.compared:,} records compared; {found.differed:,} differed{': ' if done else ''}{', '.join(done)}. "
        f"{found.waiting:,} wait for a person or another record, {found.left_alone:,} are left alone."
    )


def reconciliation_document(run: Run, causes: Sequence[Cause]) -> dict[str, Any]:
    """What a reconciliation's JSON has besides that of any run; remarks on records are not among its causes."""
    found = comparison(run.counts)
    return {
        "compared": found.compared,
        "agreed": found.agreed,
        "differed": found.differed,
        "waiting": found.waiting,
        "left_alone": found.left_alone,
        "causes": [_cause(cause) for cause in causes if not cause.is_note],
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "entity": cause.entity.value,
        "outcome": cause.outcome.value,
        "reason": cause.reason.value,
        "sentence": cause.reason.sentence,
        "mend": cause.reason.mend,
        "number": cause.number,
        "example": cause.example,
    }
