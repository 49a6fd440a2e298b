"""Each connection at a glance: is it working, what needs somebody, what did it do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from taskforce.domain.progress import UnderWay
from taskforce.domain.run import Run, RunStatus
from taskforce.web.presenters.charts import Chart, chart_of
from taskforce.web.presenters.progress import ProgressLine, progress_of
from taskforce.web.presenters.runs import RunLine, line_of
from taskforce.web.presenters.states import State, state_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one connection: `runs` the latest first, `wanted_by` whoever asked for an import.

    `imports` are the latest of them that were no previews, `awaiting` the one whose plan waits for a person,
    who is asked the `question`.
    """

    name: str
    is_active: bool
    next_import_at: datetime | None
    linked: dict[str, int]
    held: int
    failing: int
    runs: Sequence[Run]
    imports: Sequence[Run]
    under_way: UnderWay | None
    wanted_by: str
    told: Sequence[str]
    awaiting: int | None = None
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitLine:
    """How much of one vendor's limit all integrations had used when a run last saw it."""

    system: str
    used: int
    limit: int
    percent: int
    span: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One connection; `preview` if the latest that ran was one."""

    facts: Facts
    state: State
    sentence: str
    last: RunLine | None
    preview: RunLine | None
    progress: ProgressLine | None
    chart: Chart
    limits: Sequence[LimitLine]


def card_of(facts: Facts, now: datetime) -> Card:
    """A connection as a card."""
    last = next((run for run in facts.imports if _is_believed(run, facts)), None)
    return Card(
        facts=facts,
        state=_state(facts, last),
        sentence=_sentence(facts, last),
        last=None if last is None else line_of(last),
        preview=_preview(facts),
        progress=None if facts.under_way is None else progress_of(facts.under_way, now),
        chart=chart_of(facts.runs),
        limits=_limits(facts.runs),
    )


def _preview(facts: Facts) -> RunLine | None:
    latest = next((run for run in facts.runs if _is_believed(run, facts)), None)
    return line_of(latest) if latest is not None and latest.is_dry_run else None


def _limits(runs: Sequence[Run]) -> Sequence[LimitLine]:
    """Both limits, as far as any of these runs saw them."""
    sides = (
        ("Salesforce", "a day", [(run.salesforce_use, run) for run in runs]),
        ("Autotask", "an hour", [(run.autotask_use, run) for run in runs]),
    )
    found = []
    for system, span, seen in sides:
        use, run = next(((use, run) for use, run in seen if use is not None), (None, None))
        if use is not None and run is not None and use.limit:
            percent = round(100 * use.used / use.limit)
            at = run.finished_at or run.started_at
            line = LimitLine(system=system, used=use.used, limit=use.limit, percent=percent, span=span, seen_at=at)
            found.append(line)
    return found


def _is_believed(run: Run, facts: Facts) -> bool:
    """A run that is recorded as running though nothing is under way has died; the next one counts what it did."""
    return run.status is not RunStatus.RUNNING or facts.under_way is not None


def headline(cards: Sequence[Card]) -> str:
    """The first line of the page: what there is to know about all of them."""
    if not cards:
        return "Nothing is connected yet."
    failing = [card.facts.name for card in cards if card.state is State.FAILING]
    held = sum(card.facts.held + card.facts.failing for card in cards)
    if failing:
        return f"{_listed(failing)} {'fails' if len(failing) == 1 else 'fail'}: see why below."
    linked = sum(sum(card.facts.linked.values()) for card in cards)
    asking = [card.facts.name for card in cards if card.facts.awaiting]
    if asking:
        return f"{_listed(asking)} {'waits' if len(asking) == 1 else 'wait'} for you to decide about a plan."
    if held:
        return f"{linked:,} records are in step. {held:,} {'needs' if held == 1 else 'need'} you."
    return f"All {linked:,} records are in step." if linked else "Nothing has been imported yet."


def _state(facts: Facts, last: Run | None) -> State:
    if facts.under_way is not None or facts.wanted_by:
        return State.RUNNING
    if facts.told or (last is not None and state_of(last) is State.FAILING):
        return State.FAILING
    if facts.held or facts.awaiting or (last is not None and state_of(last) is State.NEEDS_YOU):
        return State.NEEDS_YOU
    return State.IN_STEP if facts.is_active else State.OFF


def _sentence(facts: Facts, last: Run | None) -> str:
    if facts.under_way is not None or facts.wanted_by:
        return "An import is under way."
    if last is None:
        return "No import has run yet: launch one to see what it finds."
    if not facts.is_active:
        return "Scheduled imports are off; it is imported when somebody launches it."
    return "It is imported by itself."


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
