"""What all runs have done, counted when each ends, so that the figures stay when runs are forgotten (B12, B18).

A run whose plan waited and was approved has ended twice, and counts as both; of its records each counts once.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F

from taskforce.adapters.store.models import RunRow, TotalRow
from taskforce.domain.figures import SYSTEMS, Totals
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.records import Entity
from taskforce.domain.run import RunKind, RunStatus

RUNS, RECORDS, CALLS, TIME = "runs", "records", "calls", "milliseconds"
_DRY, _REAL = "dry", "real"


def count_end(row: RunRow, earlier: Mapping[str, Any], using: str) -> None:
    """Count a run that has just ended; `earlier` are its figures of before, if its plan has waited."""
    how = f"{row.kind} {_DRY if row.is_dry_run else _REAL} {row.status}"
    _add(row, Counter({(RUNS, how): 1}) + _cost(row, earlier) + _settled(row, earlier), using)


def count_settled(row: RunRow, earlier: Mapping[str, Any], using: str) -> None:
    """Count what became of a record after its run had ended."""
    _add(row, _settled(row, earlier), using)


def _add(row: RunRow, added: Counter[tuple[str, str]], using: str) -> None:
    for (what, which), number in added.items():
        rows = TotalRow.objects.using(using).filter(connection_id=row.connection_id, what=what, which=which)
        if not rows.update(number=F("number") + number):
            rows.create(connection_id=row.connection_id, what=what, which=which, number=number)


def _cost(row: RunRow, earlier: Mapping[str, Any]) -> Counter[tuple[str, str]]:
    figures: Mapping[str, Any] = row.figures
    added: Counter[tuple[str, str]] = Counter()
    for system, now, before in zip(SYSTEMS, figures["calls"], earlier.get("calls", (0, 0)), strict=True):
        added[CALLS, system] = now - before
    added[TIME, ""] = round((figures["seconds"] - earlier.get("seconds", 0)) * 1000)
    return added


def _settled(row: RunRow, earlier: Mapping[str, Any]) -> Counter[tuple[str, str]]:
    figures: Mapping[str, Any] = row.figures
    added: Counter[tuple[str, str]] = Counter()
    for entity, outcomes in ({} if row.is_dry_run else figures["counts"]).items():
        before = earlier.get("counts", {}).get(entity, {})
        for outcome, number in outcomes.items():
            added[RECORDS, f"{entity} {outcome}"] = number - before.get(outcome, 0)
    return +added


def totals_of(rows: Iterable[TotalRow]) -> Totals:
    """The rows of one connection in words of the domain."""
    runs: dict[tuple[RunKind, bool, RunStatus], int] = {}
    records: dict[tuple[Entity, OutcomeKind], int] = {}
    others: dict[str, dict[str, int]] = {CALLS: {}, TIME: {}}
    for row in rows:
        words = row.which.split()
        if row.what == RUNS:
            runs[RunKind(words[0]), words[1] == _DRY, RunStatus(words[2])] = row.number
        elif row.what == RECORDS:
            records[Entity(words[0]), OutcomeKind(words[1])] = row.number
        else:
            others[row.what][row.which] = row.number
    return Totals(runs=runs, records=records, calls=others[CALLS], milliseconds=others[TIME].get("", 0))
