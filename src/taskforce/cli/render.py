"""Runs and changes, as tables for people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace

from rich import box
from rich.markup import escape
from rich.table import Table

from taskforce.cli.console import out, safe, say
from taskforce.cli.reconciliations import headline
from taskforce.documents import COUNTERS, RARE_COUNTERS
from taskforce.domain.comparison import PUT_RIGHT
from taskforce.domain.history import Cause, RecordedChange
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity
from taskforce.domain.run import Run, RunKind, RunStatus

_COLOURS: Mapping[RunStatus, str] = {
    RunStatus.DONE: "green",
    RunStatus.DONE_WITH_FAILURES: "red",
    RunStatus.COULD_NOT_RUN: "red",
}
_EXPLAINED = (OutcomeKind.FAILED, OutcomeKind.HELD, OutcomeKind.SKIPPED)
_NOT_WRITTEN = (*_EXPLAINED, OutcomeKind.POSTPONED)


def print_summary(run: Run, causes: Sequence[Cause]) -> None:
    """What happened, why, and what it cost."""
    print_headline(run)
    counters = [*COUNTERS, *(name for name in RARE_COUNTERS if any(getattr(run.counts[each], name) for each in Entity))]
    table = Table("", *counters, box=box.SIMPLE_HEAD, pad_edge=False)
    for entity in Entity:
        counts = asdict(run.counts[entity])
        table.add_row(entity.plural, *(_number(counts[name], name) for name in counters))
    out.print(table)
    remarks = [each for each in causes if each.is_note and each.outcome not in _NOT_WRITTEN]
    if run.kind is RunKind.RECONCILIATION:
        say(f"{headline(run)}\n")
        written = [each for each in causes if each.outcome in PUT_RIGHT and not each.is_note]
        _print_causes("What differed, and what was done", written, run.connection)
        remarks = [each for each in remarks if each.outcome is not OutcomeKind.UNCHANGED]
    explained = [each for each in causes if each.outcome in _EXPLAINED and not each.is_note]
    _print_causes("Not written, and why", explained, run.connection)
    _print_causes("Written, with a remark", _merged(remarks), run.connection)
    print_costs(run)


def print_headline(run: Run) -> None:
    """Which run it was, and how it ended."""
    colour = _COLOURS.get(run.status, "yellow")
    say(f"\n[bold {colour}]{_kind(run)} {run.id}: {run.status.value.replace('_', ' ')}.[/] {escape(run.message)}\n")


def print_not_linked(causes: Sequence[Cause], connection: str) -> None:
    """Why an adoption did not link what carries an id."""
    _print_causes("Not linked, and why", causes, connection)


def print_costs(run: Run) -> None:
    """What it cost, and what is left to do."""
    say(
        f"API calls: Salesforce {run.calls.salesforce}, Autotask {run.calls.autotask} "
        f"(at least {run.lower_bound.salesforce} and {run.lower_bound.autotask} were needed{_pace(run)}). "
        f"It took {run.duration.total_seconds():.1f} s."
    )
    say(f"In all, {run.held} records wait for a decision or another record, {run.failing} are failing.")


def _kind(run: Run) -> str:
    if run.kind is RunKind.RECONCILIATION:
        return "Dry reconciliation" if run.is_dry_run else "Reconciliation"
    if run.kind is RunKind.UNDO:
        return "Dry undo" if run.is_dry_run else "Undo"
    if run.kind is RunKind.ADOPTION:
        return "Dry adoption" if run.is_dry_run else "Adoption"
    return "Dry run" if run.is_dry_run else "Import"


def _pace(run: Run) -> str:
    """How long Autotask's answers took, which limits what one endpoint can carry (protocol 5)."""
    seconds = run.autotask_seconds_per_call
    return "" if seconds is None else f"; Autotask took {seconds:.2f} s for each"


def _number(count: int, name: str) -> str:
    if not count:
        return "[dim]0[/dim]"
    return f"[red]{count}[/red]" if name == "failed" else f"[yellow]{count}[/yellow]" if name == "held" else str(count)


def _merged(remarks: Iterable[Cause]) -> list[Cause]:
    """Remarks of one kind together, whether the records were created, linked or updated; most frequent first."""
    merged: dict[tuple[Entity, Reason], Cause] = {}
    for each in remarks:
        key = (each.entity, each.reason)
        merged[key] = replace(merged[key], number=merged[key].number + each.number) if key in merged else each
    return sorted(merged.values(), key=lambda each: -each.number)


def _print_causes(title: str, causes: Sequence[Cause], connection: str) -> None:
    """Grouped by reason, with an example and the mend."""
    if not causes:
        return
    table = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE, pad_edge=False, show_header=False
    )
    table.add_column(justify="right")
    table.add_column(max_width=18)
    table.add_column(ratio=1)
    table.add_column(max_width=30, style="italic")
    for cause in causes:
        outcome = "" if cause.is_note else f" {cause.outcome.value}"
        mend = f" [dim]{escape(cause.reason.advice(connection))}[/dim]" if cause.reason.mend else ""
        table.add_row(
            str(cause.number),
            f"{cause.entity.value if cause.number == 1 else cause.entity.plural}{outcome}",
            f"{escape(cause.reason.sentence)}{mend} [cyan]{cause.reason.value}[/cyan]",
            safe(f"e.g. {cause.example}"),
        )
    out.print(table)


def print_changes(changes: Iterable[RecordedChange], connection: str, *, is_dry_run: bool) -> None:
    """One block per record: what became of it, or would become, why, what to do, and field by field before → after."""
    for change in changes:
        who = f"{change.entity.value} [bold]{safe(change.name)}[/bold] [dim]{change.source_id}[/dim]"
        target = f" → Autotask {change.target_id}" if change.target_id is not None else ""
        what = change.outcome.value if change.outcome and not is_dry_run else change.kind
        reason = change.outcome_reason or change.reason
        say(f"{what}: {who}{target}")
        say(f"    {safe(f'{reason.sentence} {change.detail}'.strip())}{_evidence(change.evidence)}")
        if change.outcome is OutcomeKind.HELD and reason.mend:
            say(f"    [dim]{escape(reason.advice(connection, change.source_id))}[/dim]")
        for each in change.field_changes:
            say(f"    {each.field}: {_value(each.before)} → {_value(each.after)}")
        for note in change.notes:
            field = f"{note.field}: " if note.field else ""
            say(f"    [yellow]·[/yellow] {field}{escape(note.reason.sentence)}{_evidence(note.evidence)}")


def _value(value: object) -> str:
    return "[dim]blank[/dim]" if value is None else safe(str(value))


def _evidence(evidence: Mapping[str, object]) -> str:
    if not evidence:
        return ""
    return safe(" (" + ", ".join(f"{name} {value}" for name, value in evidence.items()) + ")")
