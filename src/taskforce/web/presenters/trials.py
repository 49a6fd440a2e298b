"""What a trial of match rules found, as tables and examples."""

from collections.abc import Sequence
from dataclasses import dataclass

from taskforce.domain.added_rules import Trait
from taskforce.domain.records import Entity
from taskforce.engine.trying import AGREEMENT, EXACT, OUTCOMES, Example, Line, Trial

_OUTCOMES = {
    "link": "would be linked",
    "hold": "would be held for review",
    "ambiguous": "several fit, so it would be held",
    "taken": "the one that fits is taken, so it would be held",
    "inactive": "the one that fits is inactive, so it would be held",
    "several": "is linked, and others fit as well",
    "other": "is linked, and only another fits",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleLine:
    """One record that a rule found something for."""

    source_id: str
    name: str
    outcome: str
    candidates: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """One rule with its figures."""

    words: str
    is_used: bool
    figures: Sequence[int]
    examples: Sequence[ExampleLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialTable:
    """All rules for one kind of record."""

    title: str
    summary: str
    lines: Sequence[RuleLine]


def tables_of(trial: Trial) -> Sequence[TrialTable]:
    """One table for companies, one for contacts."""
    return [_table(trial, entity) for entity in Entity]


def _table(trial: Trial, entity: Entity) -> TrialTable:
    seen = trial.seen[entity]
    rest = {"created": "to be created", "waiting": "waiting for their company", "left_out": "left out"}
    told = [f"{seen[name]:,} {words}" for name, words in rest.items() if seen[name]]
    return TrialTable(
        title=f"{entity.plural.capitalize()}: {seen['unlinked']:,} without a pair, {seen['linked']:,} with one",
        summary=", ".join(told),
        lines=[_line(line) for line in trial.of(entity)],
    )


def _line(line: Line) -> RuleLine:
    words = "the same key" if line.rule == EXACT else Trait(line.rule).words
    return RuleLine(
        words=words if line.verdict is not None else f"{words} (not in use)",
        is_used=line.verdict is not None,
        figures=[line.counts[name] for name in (*OUTCOMES, *AGREEMENT)],
        examples=[_example(each) for each in line.examples],
    )


def _example(example: Example) -> ExampleLine:
    found = ", ".join(f"{name or '(no name)'} ({target_id})" for target_id, name in example.candidates.items())
    return ExampleLine(
        source_id=example.source_id,
        name=example.name or "(no name)",
        outcome=_OUTCOMES[example.outcome],
        candidates=found,
    )
