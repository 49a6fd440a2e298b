"""What a run came to, in the words that pages and mails share."""

import re
from collections.abc import Mapping, Sequence

from taskforce.domain.history import Cause
from taskforce.domain.outcome import WRITTEN, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity
from taskforce.domain.run import Run, RunKind, RunStatus

ENDINGS: Mapping[RunStatus, str] = {
    RunStatus.RUNNING: "is under way",
    RunStatus.DONE: "is done",
    RunStatus.DONE_WITH_FAILURES: "is done, but some records could not be written",
    RunStatus.TO_BE_CONTINUED: "ended early and goes on by itself",
    RunStatus.AWAITING_APPROVAL: "waits for your approval",
    RunStatus.CANCELLED: "was stopped",
    RunStatus.REJECTED: "was rejected",
    RunStatus.COULD_NOT_RUN: "could not run",
}

EXPLAINED = (OutcomeKind.FAILED, OutcomeKind.HELD, OutcomeKind.SKIPPED)
"""Outcomes of which a person may want to know the reason, the most urgent first."""


_INTENDED: Mapping[str, str] = {
    "created": "to create",
    "updated": "to change",
    "linked": "to link",
    "deactivated": "to set inactive",
}


def ending_of(run: Run) -> str:
    """How it ended; a person has to say once more that an undo or an adoption is to go on."""
    if run.kind is RunKind.UNDO and run.status is RunStatus.TO_BE_CONTINUED:
        return "ended early: undo the run once more"
    if run.kind is RunKind.ADOPTION and run.status is RunStatus.TO_BE_CONTINUED:
        return "ended early: adopt once more"
    return ENDINGS[run.status]


def what_of(run: Run) -> str:
    """What kind of run it is."""
    if run.kind is RunKind.RECONCILIATION:
        return "Dry reconciliation" if run.is_dry_run else "Reconciliation"
    if run.kind is RunKind.UNDO:
        return "Preview of an undo" if run.is_dry_run else "Undo"
    if run.kind is RunKind.ADOPTION:
        return "Preview of an adoption" if run.is_dry_run else "Adoption"
    return "Preview" if run.is_dry_run else "Import"


def figures_of(run: Run) -> list[tuple[str, int]]:
    """How many records ended how, companies and contacts together."""
    return [(kind.value, number_of(run, kind)) for kind in OutcomeKind]


def number_of(run: Run, kind: OutcomeKind) -> int:
    """How many records of a run ended so."""
    return sum(counted(run, entity, kind) for entity in Entity)


def counted(run: Run, entity: Entity, kind: OutcomeKind) -> int:
    """The same, of companies or of contacts."""
    return int(getattr(run.counts[entity], kind.value))


def wrote(run: Run) -> bool:
    """Whether anything was written to Autotask."""
    return run.kind is not RunKind.ADOPTION and any(number_of(run, kind) for kind in WRITTEN)


def result_of(run: Run) -> str:
    """What a run came to, in one clause: "891 created, 328 linked, 21 held"; of a preview, "891 to create"."""
    quiet = ("unchanged", "skipped")
    words = _INTENDED if run.is_dry_run else {}
    told = [f"{number:,} {words.get(word, word)}" for word, number in figures_of(run) if number and word not in quiet]
    return ", ".join(told) or f"nothing {'would be' if run.is_dry_run else 'had to be'} written"


def worth_explaining(causes: Sequence[Cause]) -> list[Cause]:
    """Failed, held and skipped records by reason, then remarks; what was simply done is left out."""
    chosen = [each for each in causes if each.is_note or each.outcome in EXPLAINED]
    places = {kind: place for place, kind in enumerate(EXPLAINED)}
    return sorted(chosen, key=lambda each: (each.is_note, places.get(each.outcome, len(places))))


def mend_beside_buttons(reason: Reason) -> str:
    """What to do about it, without the commands that buttons of the pages stand for."""
    return beside_buttons(reason.mend)


def beside_buttons(text: str) -> str:
    """A text without its sentences that name commands."""
    shorter = re.sub(r", or taskforce [^.;]*", "", text)
    return " ".join(each for each in re.split(r"(?<=\.) ", shorter) if "taskforce " not in each)


def in_words(seconds: float) -> str:
    """A length of time: "7 s", "3 min", "2 h 5 min"."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
