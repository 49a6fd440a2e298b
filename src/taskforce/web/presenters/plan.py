"""A plan in words: what would be written, figure by figure and record by record, and what may be decided about it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from taskforce.domain.history import WRITES, PlannedCount, RecordedChange
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity
from taskforce.domain.run import Run, RunKind, RunStatus
from taskforce.web.presenters.records import LocatedLine, both_sides, record_line
from taskforce.web.presenters.sides import Labels

TYPED_FROM = 50
"""Whoever approves an undo, or a plan that changes more records than these, types the connection's name."""

NEAR = "near"

DONE_WITH: Mapping[str, str] = {
    "create": "created",
    "update": "changed",
    "link": "linked",
    "deactivate": "set inactive",
    NEAR: "created though much like one in Autotask",
    "hold": "held",
    "skip": "left alone",
    "unchanged": "right already",
}
"""What a plan does with records, in the order in which people care."""

_REASONS: Mapping[Reason, str] = {
    Reason.NO_CANDIDATE: "Nothing in Autotask fits.",
    Reason.EXACT_MATCH: "Exactly one Autotask record has the same key.",
    Reason.RULE_MATCH: "Exactly one Autotask record fits by an added match rule.",
    Reason.CARRIES_ID: "The Autotask record already carries this Salesforce id.",
    Reason.EDITED_IN_AUTOTASK: "Somebody changed values in Autotask; those of Salesforce would be put back.",
    Reason.SOURCE_DELETED: "The record was deleted in Salesforce.",
    Reason.REACTIVATED: "The record was restored in Salesforce.",
    Reason.PUT_BACK: "What stood there before the run would be put back.",
    Reason.CREATION_UNDONE: "The run created it; it would be set inactive.",
    Reason.REPLACED: "A person wants it anew under its new company; this one gives up its id.",
}
"""Reasons of which the usual sentence tells of something done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One way to see fewer records; `query` is the address of that view."""

    word: str
    number: int | None
    query: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine(LocatedLine):
    """One record; `near` says what it is much like, `notes` are the other remarks."""

    word: str
    sentence: str
    near: str
    notes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What may be decided about a plan; `why_not` what keeps it from being approved."""

    may_approve: bool
    may_reject: bool
    why_not: str
    digest: str
    changes: int
    is_typed: bool


def changes_of(counts: Iterable[PlannedCount]) -> int:
    """How many records a plan would write."""
    return sum(each.number for each in counts if each.kind in WRITES)


def number_of(counts: Iterable[PlannedCount], kind: str) -> int:
    """How many records a plan does this with."""
    if kind == NEAR:
        return sum(each.number for each in counts if each.is_near and each.kind == "create")
    return sum(each.number for each in counts if each.kind == kind)


def is_typed(run: Run, changes: int) -> bool:
    """Whether the connection's name is typed to approve a plan."""
    return changes > TYPED_FROM or run.kind is RunKind.UNDO


def doer_of(run: Run) -> str:
    """What carries a plan out."""
    return "undo" if run.kind is RunKind.UNDO else "import"


def plan_headline(run: Run, counts: Sequence[PlannedCount]) -> str:
    """The first line of the page."""
    number = changes_of(counts)
    records = f"{number:,} record{'' if number == 1 else 's'}"
    if run.status is RunStatus.AWAITING_APPROVAL:
        return f"{records} would change: nothing is written until somebody approves it."
    if not run.is_dry_run:
        return (
            f"The plan of run {run.id} changed {records}." if number else f"The plan of run {run.id} changed nothing."
        )
    if run.undoes is not None:
        return _undo_headline(run.undoes.run_id, records if number else "")
    if not number:
        return "An import would write nothing: all that was looked at is in step or waits."
    return f"An import would write {records}. This was a preview: nothing was written."


def _undo_headline(undone: int, records: str) -> str:
    if not records:
        return f"Undoing run {undone} would write nothing: what it wrote is not there any more, or is left."
    return f"Undoing run {undone} would change {records}. This was a preview: nothing was written."


def kind_choices(counts: Sequence[PlannedCount], chosen: str, query: Callable[..., str]) -> Sequence[Choice]:
    """All that would be written, and each thing that would be done with a record."""
    every = Choice(word="would be written", number=changes_of(counts), query=query(do=""), is_chosen=not chosen)
    kinds = [
        Choice(word=word, number=number_of(counts, kind), query=query(do=kind), is_chosen=kind == chosen)
        for kind, word in DONE_WITH.items()
        if number_of(counts, kind) or kind == chosen
    ]
    return [every, *kinds]


def entity_choices(chosen: Entity | None, query: Callable[..., str]) -> Sequence[Choice]:
    """Companies, contacts or both."""
    both = Choice(word="both", number=None, query=query(kind=""), is_chosen=chosen is None)
    return [
        both,
        *(
            Choice(word=each.plural, number=None, query=query(kind=each.value), is_chosen=each is chosen)
            for each in Entity
        ),
    ]


def reason_options(counts: Sequence[PlannedCount], kinds: Sequence[str]) -> Sequence[tuple[str, str, int]]:
    """Why records of these kinds are to become that: the code, the words, and how many; the most frequent first."""
    totals: dict[Reason, int] = {}
    for each in counts:
        if each.kind in kinds:
            totals[each.reason] = totals.get(each.reason, 0) + each.number
    ordered = sorted(totals.items(), key=lambda each: (-each[1], each[0]))
    return [(reason.value, planned_sentence(reason), number) for reason, number in ordered]


def planned_sentence(reason: Reason) -> str:
    """Why something would be done, while nothing is."""
    return _REASONS.get(reason, reason.sentence)


def plan_line(change: RecordedChange, labels: Labels, urls: tuple[str, str], *, is_known: bool = False) -> PlanLine:
    """A record of a plan in words."""
    near = next((note for note in change.notes if note.reason is Reason.NEAR_MATCH), None)
    return PlanLine(
        record=record_line(change, labels),
        word=DONE_WITH[change.kind],
        sentence=planned_sentence(change.reason),
        near=_near(near.evidence) if near is not None else "",
        notes=[both_sides(note, labels) or _remark(note) for note in change.notes if note is not near],
        salesforce_url=urls[0],
        autotask_url=urls[1],
        is_known=is_known,
    )


def _remark(note: Note) -> str:
    """A note with the field that it is about."""
    return f"{note.field}: {note.reason.sentence}" if note.field else note.reason.sentence


def _near(evidence: Mapping[str, object]) -> str:
    because = {"domain": "the same web domain", "phone": "the same phone", "name": "nearly the same name"}
    what = because.get(str(evidence.get("because")), "much in common")
    return f"Much like “{evidence.get('name')}” ({evidence.get('candidate')}) in Autotask: {what}."


PLAN_HEAD = (
    "kind",
    "name",
    "salesforce_id",
    "autotask_id",
    "action",
    "reason",
    "why",
    "much_like",
    "field",
    "before",
    "after",
)


def plan_rows(changes: Iterable[RecordedChange], labels: Labels) -> Iterable[Sequence[str]]:
    """The same view for a spreadsheet: a row for each field that changes, one for a record without any."""
    yield PLAN_HEAD
    for change in changes:
        line = plan_line(change, labels, ("", ""))
        target = "" if change.target_id is None else str(change.target_id)
        record = (line.record.entity, line.record.name, change.source_id, target, line.word, change.reason.value)
        fields = [(each.name, each.before.text, each.after.text) for each in line.record.fields] or [("", "", "")]
        for field in fields:
            yield (*record, line.sentence, line.near, *field)
