"""The counts of a run, as its outcomes give them."""

from collections.abc import Mapping

from django.db.models import Count

from taskforce.adapters.store.models import ChangeRow, RunRow
from taskforce.adapters.store.totals import count_settled
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.records import Entity


def counts_of(run_id: int, using: str) -> dict[str, dict[str, int]]:
    """By entity and kind of outcome; what is pending counts nowhere."""
    rows = ChangeRow.objects.using(using).filter(run_id=run_id).exclude(outcome="").values("entity", "outcome")
    counts = {entity.value: {kind.value: 0 for kind in OutcomeKind} for entity in Entity}
    for row in rows.annotate(number=Count("id")):
        counts[row["entity"]][row["outcome"]] = row["number"]
    return counts


def recount(run_id: int, using: str) -> None:
    """Make the figures of a run that has ended follow its outcomes."""
    row = RunRow.objects.using(using).get(pk=run_id)
    if row.figures:
        figures: Mapping[str, object] = row.figures
        row.figures = {**figures, "counts": counts_of(run_id, using)}
        row.save(using=using, update_fields=["figures"])
        count_settled(row, figures, using)
