"""What the pages say of runs, records and connections."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from taskforce.domain.budget import TenantUse
from taskforce.domain.progress import UnderWay
from taskforce.domain.records import Counts, Entity
from taskforce.domain.roles import Role
from taskforce.domain.run import Run, RunStatus
from taskforce.web.presenters.charts import HEIGHT, Part, chart_of
from taskforce.web.presenters.dashboard import Facts, card_of, headline
from taskforce.web.presenters.progress import progress_of
from taskforce.web.presenters.run_filters import RunFilters
from taskforce.web.presenters.runs import in_words, result_of
from taskforce.web.presenters.states import State, state_of, word_of
from tests.builders import NOON


def run(number: int = 1, *, status: RunStatus = RunStatus.DONE, waiting: int = 0, **companies: int) -> Run:
    """A run that did so much with companies."""
    counts = {Entity.COMPANY: Counts(**companies), Entity.CONTACT: Counts()}
    return Run(id=number, connection="acme", status=status, started_at=NOON, counts=counts, held=waiting)


def facts(*runs: Run, held: int = 0, under_way: UnderWay | None = None, told: tuple[str, ...] = ()) -> Facts:
    """A connection with these runs, the latest first."""
    return Facts(
        name="acme",
        is_active=True,
        next_import_at=None,
        linked={"companies": 1200, "contacts": 4},
        held=held,
        failing=0,
        runs=runs,
        imports=[run for run in runs if not run.is_dry_run],
        under_way=under_way,
        wanted_by="",
        told=told,
    )


NOW_RUNNING = UnderWay(
    phase="Reading companies from Autotask",
    done=1500,
    total=6000,
    said="",
    phase_began_at=NOON - timedelta(seconds=30),
    updated_at=NOON,
    is_stopping=False,
)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (99, "99 s"), (100, "2 min"), (5940, "99 min"), (7500, "2 h 5 min")]
)
def test_length_of_time(seconds: float, words: str) -> None:
    """In the unit that people would use."""
    assert in_words(seconds) == words


def test_result_of_a_run() -> None:
    """What was written, held or failed; what was left as it is goes without saying."""
    assert result_of(run(created=1891, unchanged=7, held=2)) == "1,891 created, 2 held"
    assert result_of(run(unchanged=7, skipped=1)) == "nothing had to be written"


def test_result_of_a_preview() -> None:
    """What would be written; nothing was, so that it needs nobody and says so."""
    preview = replace(run(2, created=1891, held=2, waiting=2), is_dry_run=True)
    empty = replace(run(3), is_dry_run=True)

    assert [result_of(preview), result_of(empty)] == ["1,891 to create, 2 held", "nothing would be written"]
    assert (state_of(preview), word_of(preview)) == (State.IN_STEP, "done")


def test_the_last_import_is_no_preview() -> None:
    """The preview stands beside it."""
    card = card_of(facts(replace(run(2, created=9, waiting=9), is_dry_run=True), run(1, created=3)), NOON)

    assert card.last is not None
    assert card.preview is not None
    assert (card.last.id, card.preview.id, card.state) == (1, 2, State.IN_STEP)


@pytest.mark.parametrize(
    ("made", "state"),
    [
        (run(), State.IN_STEP),
        (run(held=1, waiting=1), State.NEEDS_YOU),
        (run(waiting=1), State.IN_STEP),
        (run(status=RunStatus.AWAITING_APPROVAL), State.NEEDS_YOU),
        (run(status=RunStatus.COULD_NOT_RUN), State.FAILING),
        (run(status=RunStatus.DONE_WITH_FAILURES), State.FAILING),
        (run(status=RunStatus.CANCELLED), State.OFF),
        (run(status=RunStatus.TO_BE_CONTINUED), State.IN_STEP),
    ],
)
def test_state_of_a_run(made: Run, state: State) -> None:
    """One of five."""
    assert state_of(made) is state


def test_progress_in_words() -> None:
    """How far, how quick, and how long at that pace."""
    line = progress_of(NOW_RUNNING, NOON)

    assert (line.done, line.percent, line.rate, line.left) == ("1,500 of 6,000", 25, "50 a second", "90 s")


def test_progress_of_which_nobody_knows_the_end() -> None:
    """No share and no time left are made up."""
    line = progress_of(replace(NOW_RUNNING, total=None, done=0), NOON)

    assert (line.done, line.percent, line.rate, line.left) == ("", None, "", "")


def test_bars_are_as_high_as_what_was_done() -> None:
    """The oldest on the left; a run that wrote nothing leaves a mark all the same."""
    chart = chart_of([run(2, created=29, held=29), run(1)])

    assert [bar.run_id for bar in chart.bars] == [1, 2]
    assert chart.bars[0].parts == [Part(kind="nothing", y=HEIGHT - 2.0, height=2.0)]
    assert chart.bars[1].parts == [Part(kind="written", y=31.0, height=29.0), Part(kind="held", y=2.0, height=29.0)]


@pytest.mark.parametrize(
    ("known", "state", "line"),
    [
        (facts(run()), State.IN_STEP, "All 1,204 records are in step."),
        (facts(run(), held=3), State.NEEDS_YOU, "1,204 records are in step. 3 need you."),
        (facts(run(), told=("No import has succeeded.",)), State.FAILING, "acme fails: see why below."),
        (facts(run(status=RunStatus.RUNNING), under_way=NOW_RUNNING), State.RUNNING, "All 1,204 records are in step."),
        (facts(run(2, status=RunStatus.RUNNING), run(1)), State.IN_STEP, "All 1,204 records are in step."),
    ],
)
def test_card_and_first_line(known: Facts, state: State, line: str) -> None:
    """What there is to know, at a glance; a run that died does not count as running."""
    card = card_of(known, NOON)

    assert (card.state, headline([card])) == (state, line)


def test_first_line_without_a_connection() -> None:
    """It says so."""
    assert headline([]) == "Nothing is connected yet."


@pytest.mark.parametrize(("role", "included"), [(Role.VIEWER, 1), (Role.OPERATOR, 2), (Role.ADMINISTRATOR, 3)])
def test_each_role_includes_those_before_it(role: Role, included: int) -> None:
    """And none of those behind it."""
    assert [role.includes(each) for each in Role] == [True] * included + [False] * (3 - included)


def test_a_plan_that_waits_needs_somebody() -> None:
    """And is no failure."""
    waiting = run(3, status=RunStatus.AWAITING_APPROVAL)
    card = card_of(replace(facts(waiting), awaiting=3, question="This plan changes unusually much."), NOON)

    assert card.last is not None
    assert (card.state, card.last.result) == (State.NEEDS_YOU, "a plan waits for approval")
    assert headline([card]) == "acme waits for you to decide about a plan."


def test_limits_as_they_were_last_seen() -> None:
    """Of each vendor from the latest run that saw its figure."""
    hour, day = timedelta(hours=1), timedelta(days=1)
    older = replace(
        run(1),
        salesforce_use=TenantUse(used=5, limit=100_000, window=day),
        autotask_use=TenantUse(used=2500, limit=10_000, window=hour),
    )
    newer = replace(run(2), salesforce_use=TenantUse(used=15_000, limit=100_000, window=day))

    lines = card_of(facts(newer, older), NOON).limits

    told = [(each.system, each.used, each.limit, each.percent, each.span) for each in lines]
    assert told == [("Salesforce", 15_000, 100_000, 15, "a day"), ("Autotask", 2500, 10_000, 25, "an hour")]
    assert card_of(facts(run(1)), NOON).limits == []


def test_days_are_those_of_the_reader() -> None:
    """From the first midnight to the one after the last day, in the reader's time zone."""
    zone = ZoneInfo("America/Chicago")
    wanted = RunFilters(kind="preview", result="failed", first="2026-03-01", last="2026-03-07").wanted(["a", "b"], zone)

    assert (wanted.connections, wanted.kind, wanted.is_dry_run) == (["a", "b"], None, True)
    assert wanted.statuses == (RunStatus.COULD_NOT_RUN, RunStatus.DONE_WITH_FAILURES)
    assert wanted.since == datetime(2026, 3, 1, 6, tzinfo=UTC)
    assert wanted.until == datetime(2026, 3, 8, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "filters", [RunFilters(kind="x"), RunFilters(result="x"), RunFilters(first="x"), RunFilters(last="9999-12-31")]
)
def test_filters_that_there_are_not(filters: RunFilters) -> None:
    """Are refused."""
    with pytest.raises(ValueError, match=r"^(unknown filter|no such day)$"):
        filters.wanted([], UTC)
