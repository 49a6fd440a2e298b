"""Figures in Prometheus' text format; names by its conventions, and nothing of a record in any label."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from taskforce.domain.figures import SYSTEMS, ConnectionFigures, Figures
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.records import Entity
from taskforce.domain.run import RunKind, RunStatus

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Value = Callable[[ConnectionFigures], float | None]


_FROM_THE_BEGINNING = {(RunKind.IMPORT, False, RunStatus.COULD_NOT_RUN): 0}
"""Told before there is any: Prometheus does not see the first of a counter that begins with it."""


def metrics_text(figures: Figures) -> bytes:
    """All figures, read once."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(figures))
    return generate_latest(registry)


class _Figures(Collector):
    """What prometheus-client asks."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        """Every family."""
        yield _build(self._figures)
        yield _scheduler(self._figures)
        yield from _counters(self._figures)
        yield from _gauges(self._figures)


def _build(figures: Figures) -> Metric:
    build = InfoMetricFamily("taskforce_build", "The versions that run here.")
    build.add_metric([], {"version": figures.version, "python": figures.python})
    return build


def _scheduler(figures: Figures) -> Metric:
    family = GaugeMetricFamily("taskforce_scheduler_up", "Whether imports begin when they are due.")
    family.add_metric([], float(figures.is_scheduler_alive))
    return family


def _counters(figures: Figures) -> Iterator[Metric]:
    runs = CounterMetricFamily(
        "taskforce_runs",
        "Runs that have ended, by how; one whose plan waited and was approved counts as both.",
        labels=["connection", "kind", "dry_run", "status"],
    )
    records = CounterMetricFamily(
        "taskforce_records",
        "What became of records, each counted once a run; dry runs are left out.",
        labels=["connection", "entity", "outcome"],
    )
    calls = CounterMetricFamily("taskforce_calls", "Requests that a vendor counts.", labels=["connection", "system"])
    seconds = CounterMetricFamily("taskforce_run_seconds", "How long runs took in all.", labels=["connection"])
    for each in figures.connections:
        for (kind, is_dry_run, status), number in sorted({**_FROM_THE_BEGINNING, **each.totals.runs}.items()):
            runs.add_metric([each.name, kind.value, "yes" if is_dry_run else "no", status.value], number)
        for entity in Entity:
            for outcome in OutcomeKind:
                number = each.totals.records.get((entity, outcome), 0)
                records.add_metric([each.name, entity.value, outcome.value], number)
        for system in SYSTEMS:
            calls.add_metric([each.name, system], each.totals.calls.get(system, 0))
        seconds.add_metric([each.name], each.totals.milliseconds / 1000)
    yield from (runs, records, calls, seconds)


def _gauges(figures: Figures) -> Iterator[Metric]:
    def gauge(name: str, about: str, value: Value) -> Metric:
        family = GaugeMetricFamily(name, about, labels=["connection"])
        for each in figures.connections:
            if (told := value(each)) is not None:
                family.add_metric([each.name], told)
        return family

    yield gauge(
        "taskforce_connection_active", "Whether it is imported by itself.", lambda each: each.active_since is not None
    )
    yield gauge("taskforce_import_under_way", "Whether a run is under way.", lambda each: each.is_under_way)
    yield gauge("taskforce_records_due", "Records that the next import looks at.", lambda each: each.queue.due)
    yield gauge("taskforce_records_held", "Records that wait for somebody.", lambda each: each.queue.held)
    yield gauge("taskforce_records_failing", "Records that Autotask refused.", lambda each: each.queue.failing)
    yield gauge(
        "taskforce_last_success_timestamp_seconds",
        "When an import last succeeded; absent while none has.",
        lambda each: None if each.succeeded_at is None else each.succeeded_at.timestamp(),
    )
    yield gauge(
        "taskforce_lag_seconds",
        "Time since an import last succeeded, or since the connection is active; absent while it is neither.",
        lambda each: _lag(each, figures.now),
    )
    yield gauge(
        "taskforce_alarm_after_seconds",
        "How long imports may not succeed before people are told; absent where nobody is.",
        lambda each: each.alarm_after.total_seconds() or None,
    )
    linked = GaugeMetricFamily(
        "taskforce_records_linked", "Pairs that are kept current.", labels=["connection", "entity"]
    )
    for each in figures.connections:
        for entity, number in each.linked.items():
            linked.add_metric([each.name, entity.value], number)
    yield linked


def _lag(each: ConnectionFigures, now: datetime) -> float | None:
    since = each.succeeded_at or each.active_since
    return None if since is None else max((now - since).total_seconds(), 0.0)
