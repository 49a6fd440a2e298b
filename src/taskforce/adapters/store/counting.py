"""What became of the records of a run, counted when it ends: by kind of outcome, by reason, and by remark."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Min

from taskforce.adapters.store import codec
from taskforce.adapters.store.models import ChangeRow, RunRow
from taskforce.adapters.store.scope import CHUNK
from taskforce.adapters.store.totals import count_settled
from taskforce.domain.history import Cause
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity
from taskforce.domain.run import RunStatus

Plain = tuple[str, str, str, int, int, bool]
"""A cause as it is kept: entity, outcome, reason, how many records, the key of the first, whether it is a remark."""


def counted(run_id: int, using: str) -> Mapping[str, Any]:
    """The part of a run's figures that its outcomes give; what is pending counts nowhere.

    The causes are kept with them, since finding them takes reading every record of the run; the name of an example is
    not, so that it goes when a person is erased.
    """
    causes = _causes(run_id, using)
    counts = {entity.value: {kind.value: 0 for kind in OutcomeKind} for entity in Entity}
    for entity, outcome, _, number, _, is_note in causes:
        counts[entity][outcome] += 0 if is_note else number
    return {"counts": counts, "causes": causes}


def causes_of(row: RunRow, using: str) -> list[Cause]:
    """The outcomes of a run grouped by reason, then its remarks; looked for, unless they were kept when it ended."""
    kept = row.figures.get("causes") if row.status != RunStatus.RUNNING else None
    causes: Sequence[Plain] = _causes(row.pk, using) if kept is None else kept
    firsts = {first for *_, first, _ in causes}
    names = dict(ChangeRow.objects.using(using).filter(pk__in=firsts).values_list("pk", "name"))
    return [
        Cause(
            entity=Entity(entity),
            outcome=OutcomeKind(outcome),
            reason=Reason(reason),
            number=number,
            example=names.get(first, ""),
            is_note=is_note,
        )
        for entity, outcome, reason, number, first, is_note in causes
    ]


def recount(run_id: int, using: str) -> None:
    """Make the figures of a run that has ended follow its outcomes."""
    row = RunRow.objects.using(using).get(pk=run_id)
    if row.figures:
        figures: Mapping[str, object] = row.figures
        row.figures = {**figures, **counted(run_id, using)}
        row.save(using=using, update_fields=["figures"])
        count_settled(row, figures, using)


def _causes(run_id: int, using: str) -> list[Plain]:
    """By entity, the most frequent first; the remarks last."""
    rows = (
        ChangeRow.objects.using(using)
        .filter(run_id=run_id)
        .exclude(outcome="")
        .values_list("entity", "outcome", "outcome_reason")
        .annotate(number=Count("id"), first=Min("id"))
        .order_by("entity", "-number", "first")
    )
    return [*((*row, False) for row in rows), *_remarks(run_id, using)]


def _remarks(run_id: int, using: str) -> list[Plain]:
    """The remarks on what was decided, each counted once per record; those on changes never made are left out."""
    rows = ChangeRow.objects.using(using).filter(run_id=run_id).exclude(notes=b"").exclude(outcome="").order_by("id")
    numbers: Counter[tuple[str, str, str]] = Counter()
    firsts: dict[tuple[str, str, str], int] = {}
    for entity, outcome, first, notes in rows.values_list("entity", "outcome", "pk", "notes").iterator(CHUNK):
        for reason in {note.reason for note in codec.decode_notes(notes)}:
            numbers[entity, outcome, reason] += 1
            firsts.setdefault((entity, outcome, reason), first)
    ordered = sorted(numbers.items(), key=lambda each: (-each[1], each[0]))
    return [(*key, number, firsts[key], True) for key, number in ordered]
