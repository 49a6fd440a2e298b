"""One record of a run: what was decided, why, and which fields it changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from taskforce.domain.diffing import FieldChange
from taskforce.domain.history import RecordedChange
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Value
from taskforce.domain.wording import mend_beside_buttons
from taskforce.web.presenters.sides import Labels, Marked, marked

_KINDS = {
    "create": "is to be created",
    "update": "is to be changed",
    "link": "is to be linked",
    "deactivate": "is to be set inactive",
}
"""What is intended, where nothing has become of it yet."""


_WHO_WINS = frozenset({Reason.EDIT_KEPT, Reason.EDIT_REPLACED, Reason.FIELD_LOCKED})

NOTHING = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """One field, before and after, as text with the part that differs in the middle."""

    name: str
    before: Marked
    after: Marked


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """One record."""

    entity: str
    name: str
    source_id: str
    target_id: int | None
    word: str
    sentence: str
    mend: str
    detail: str
    evidence: Sequence[tuple[str, str]]
    fields: Sequence[FieldLine]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedLine:
    """One record with its addresses in the two systems.

    One that only a preview has seen is not `is_known` here, and has no page.
    """

    record: RecordLine
    salesforce_url: str
    autotask_url: str
    is_known: bool


def located(change: RecordedChange, labels: Labels, urls: tuple[str, str], *, is_known: bool) -> LocatedLine:
    """A record of a run in words, and where it is to be found."""
    record = record_line(change, labels)
    return LocatedLine(record=record, salesforce_url=urls[0], autotask_url=urls[1], is_known=is_known)


def record_line(change: RecordedChange, labels: Labels | None = None) -> RecordLine:
    """A record of a run in words; `labels` say what the numbers of its fields stand for."""
    reason = change.outcome_reason or change.reason
    return RecordLine(
        entity=change.entity.value,
        name=change.name or "(no name)",
        source_id=change.source_id,
        target_id=change.target_id,
        word=change.outcome.value if change.outcome else _KINDS.get(change.kind, change.kind),
        sentence=reason.sentence,
        mend=mend_beside_buttons(reason),
        detail=change.detail,
        evidence=[(name.replace("_", " "), _shown(value)) for name, value in change.evidence.items()],
        fields=[_field_line(each, (labels or {}).get(each.field, {})) for each in change.field_changes],
        notes=[both_sides(note, labels or {}) or note.reason.sentence for note in change.notes],
    )


def both_sides(note: Note, labels: Labels) -> str:
    """A remark on who wins a field, with what stands on both sides; empty for any other remark (B8)."""
    if note.reason not in _WHO_WINS:
        return ""
    names = labels.get(note.field, {})
    sides = [f"{side.title()}: {_shown(names.get(value) or value)}" for side, value in _sides(note)]
    return f"{note.field}: {note.reason.sentence} {'; '.join(sides)}."


def _sides(note: Note) -> Sequence[tuple[str, Value]]:
    return [(side, cast("Value", note.evidence[side])) for side in ("salesforce", "autotask") if side in note.evidence]


def _field_line(change: FieldChange, labels: Mapping[Value, str]) -> FieldLine:
    before, after = (_shown(labels.get(value) or value) for value in (change.before, change.after))
    if after == NOTHING:
        return FieldLine(name=change.field, before=Marked(changed=before), after=Marked(before=after))
    if before == NOTHING:
        return FieldLine(name=change.field, before=Marked(before=before), after=Marked(before=after))
    left, right = marked(before, after)
    return FieldLine(name=change.field, before=left, after=right)


def _shown(value: object) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, list | tuple):
        return ", ".join(_shown(each) for each in value)
    return str(value)
