"""The metrics as Prometheus reads them."""

from datetime import timedelta

from prometheus_client.parser import text_string_to_metric_families

from taskforce.domain.figures import ConnectionFigures, Figures, Queue, Totals
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.records import Entity
from taskforce.domain.run import RunKind, RunStatus
from taskforce.web.presenters.metrics import metrics_text
from tests.builders import NOON

BUSY = ConnectionFigures(
    name='a"c\\me\n<b>',
    active_since=NOON - timedelta(days=2),
    alarm_after=timedelta(hours=2),
    is_under_way=True,
    succeeded_at=NOON - timedelta(seconds=90),
    linked={Entity.COMPANY: 12, Entity.CONTACT: 3},
    queue=Queue(due=4, held=5, failing=6),
    totals=Totals(
        runs={(RunKind.IMPORT, False, RunStatus.DONE): 7, (RunKind.RECONCILIATION, True, RunStatus.CANCELLED): 1},
        records={(Entity.COMPANY, OutcomeKind.CREATED): 12},
        calls={"salesforce": 20, "autotask": 41},
        milliseconds=12_345,
    ),
)
NEW = ConnectionFigures(
    name="new",
    active_since=None,
    alarm_after=timedelta(),
    is_under_way=False,
    succeeded_at=None,
    linked={},
    queue=Queue(),
    totals=Totals(),
)
PREFIX = "taskforce_"


def figures(*connections: ConnectionFigures) -> Figures:
    """Of an installation."""
    return Figures(now=NOON, version="1.2", python="3.11.7", is_scheduler_alive=True, connections=connections)


def read(*connections: ConnectionFigures) -> dict[tuple[str, tuple[str, ...]], float]:
    """Every sample by its name and the values of its labels, by the names of these."""
    families = text_string_to_metric_families(metrics_text(figures(*connections)).decode())
    return {
        (sample.name.removeprefix(PREFIX), tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_a_busy_connection() -> None:
    """Every figure, and a name that needs escaping."""
    name = BUSY.name
    outcomes = {("records_total", (name, entity, kind)): 0.0 for entity in Entity for kind in OutcomeKind}

    assert read(BUSY) == {
        ("build_info", ("3.11.7", "1.2")): 1,
        ("scheduler_up", ()): 1,
        ("runs_total", (name, "no", "import", "could_not_run")): 0,
        ("runs_total", (name, "no", "import", "done")): 7,
        ("runs_total", (name, "yes", "reconciliation", "cancelled")): 1,
        **outcomes,
        ("records_total", (name, "company", "created")): 12,
        ("calls_total", (name, "salesforce")): 20,
        ("calls_total", (name, "autotask")): 41,
        ("run_seconds_total", (name,)): 12.345,
        ("connection_active", (name,)): 1,
        ("import_under_way", (name,)): 1,
        ("records_due", (name,)): 4,
        ("records_held", (name,)): 5,
        ("records_failing", (name,)): 6,
        ("last_success_timestamp_seconds", (name,)): BUSY.succeeded_at.timestamp(),  # type: ignore[union-attr]
        ("lag_seconds", (name,)): 90,
        ("alarm_after_seconds", (name,)): 7200,
        ("records_linked", (name, "company")): 12,
        ("records_linked", (name, "contact")): 3,
    }


def test_a_connection_that_nobody_waits_for() -> None:
    """Has no lag, and no success; its counters begin at nothing."""
    told = read(NEW)

    assert {name for name, _ in told if "success" in name or "lag" in name or "alarm" in name} == set()
    assert told["calls_total", ("new", "autotask")] == told["records_due", ("new",)] == 0


def test_lag_counts_from_when_imports_were_wanted() -> None:
    """Until the first that succeeds; a clock that was ahead makes no lag below nothing."""
    waiting = ConnectionFigures(
        name="a",
        active_since=NOON - timedelta(hours=1),
        alarm_after=timedelta(hours=2),
        is_under_way=False,
        succeeded_at=None,
        linked={},
        queue=Queue(),
        totals=Totals(),
    )
    ahead = ConnectionFigures(
        name="b",
        active_since=None,
        alarm_after=timedelta(hours=2),
        is_under_way=False,
        succeeded_at=NOON + timedelta(hours=1),
        linked={},
        queue=Queue(),
        totals=Totals(),
    )

    told = read(waiting, ahead)

    assert (told["lag_seconds", ("a",)], told["lag_seconds", ("b",)]) == (3600, 0)


def test_without_any_connection() -> None:
    """There is still something to watch."""
    assert set(read()) == {("build_info", ("3.11.7", "1.2")), ("scheduler_up", ())}


def test_every_metric_says_what_it_is() -> None:
    """In a sentence, with its kind; counters end in _total."""
    families = list(text_string_to_metric_families(metrics_text(figures(BUSY)).decode()))

    assert [each.name for each in families if not each.documentation.endswith(".")] == []
    assert {each.type for each in families} == {"gauge", "counter"}
