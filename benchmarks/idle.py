"""How late imports begin when many connections, each due every twenty minutes, have nothing to do.

python -m benchmarks.idle [CONNECTIONS] [MINUTES] [WORKERS]

Real time, real processes: one simulator, so many workers on one SQLite database, each of which finds and runs what is
due. The limit is 30 seconds at the 99th percentile.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil

CONNECTIONS, MINUTES, WORKERS = 5_000, 3.0, 2
INTERVAL = timedelta(minutes=20)
LIMIT = 30.0
"""Seconds, at the 99th percentile."""

AT_ONCE = 500


def main(connections: int, minutes: float, workers: int) -> None:
    """Fill a database, have workers at it for some minutes, and print how late imports began."""
    from taskforce_simulators.serving import start_pair

    with ExitStack() as closing:
        home = closing.enter_context(tempfile.TemporaryDirectory(prefix="taskforce-benchmark-"))
        os.environ.update(TASKFORCE_HOME=home, TASKFORCE_ALLOWED_HOSTS="127.0.0.1,localhost")
        pair = closing.enter_context(start_pair(scenario="empty"))
        from taskforce.bootstrap import open_installation
        from taskforce.connection_config import ConnectionConfig
        from taskforce.testing.progress import SilentProgress

        here = closing.enter_context(open_installation())
        settings = {"active": True, "interval_minutes": 20}
        here.book.add("c00000", ConnectionConfig.of({**pair.connection(), "settings": settings}))
        here.run_import("c00000", progress=SilentProgress(), should_stop=lambda: False)
        begin = datetime.now(UTC) + timedelta(seconds=10)
        _clone(connections, begin)
        started = [_start_worker(closing) for _ in range(workers)]
        time.sleep((begin - datetime.now(UTC)).total_seconds() + minutes * 60)
        busy = sum(sum(psutil.Process(each.pid).cpu_times()[:2]) for each in started)
        for each in started:
            each.send_signal(signal.SIGTERM)
        for each in started:
            each.wait()
        _print(_delays(), connections, workers, busy / (minutes * 60))


def _start_worker(closing: ExitStack) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-m", "taskforce", "worker"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    closing.callback(process.kill)
    return process


def _clone(connections: int, begin: datetime) -> None:
    """As many connections as the first one, each imported once, due one after the other over the interval."""
    from taskforce.adapters.store.models import (
        Connection,
        CursorRow,
        IndexState,
        RunRow,
        ScheduleRow,
        SchemaRow,
        Token,
    )

    first = Connection.objects.get()
    kept = {
        model: list(model.objects.filter(connection=first))
        for model in (CursorRow, IndexState, SchemaRow, Token, RunRow)
    }
    for start in range(1, connections, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, connections))
        copies = Connection.objects.bulk_create(_copy(first, name=f"c{number:05}") for number in numbers)
        for model, rows in kept.items():
            model.objects.bulk_create(_copy(row, connection_id=each.pk) for each in copies for row in rows)
    known = list(Connection.objects.order_by("name"))
    due = {row.pk: begin + INTERVAL * number / connections for number, row in enumerate(known)}
    runs = list(RunRow.objects.all())
    for run in runs:
        run.started_at = due[run.connection_id] - INTERVAL
        run.finished_at = run.started_at
    RunRow.objects.bulk_update(runs, ["started_at", "finished_at"], batch_size=AT_ONCE)
    ScheduleRow.objects.all().delete()
    Connection.objects.update(active_since=begin - 2 * INTERVAL)
    noted = begin - INTERVAL
    ScheduleRow.objects.bulk_create(
        ScheduleRow(connection_id=pk, due_at=at, succeeded_at=noted, told_at=noted) for pk, at in due.items()
    )


def _copy(row: Any, **changes: object) -> Any:
    copied = copy(row)
    copied.pk = None
    for name, value in changes.items():
        setattr(copied, name, value)
    return copied


def _delays() -> Sequence[float]:
    """How many seconds after it was due each import began."""
    from django.db.models import Max, Min

    from taskforce.adapters.store.models import RunRow

    rows = RunRow.objects.values("connection_id").annotate(earlier=Min("started_at"), later=Max("started_at"))
    return sorted(
        (row["later"] - row["earlier"] - INTERVAL).total_seconds() for row in rows if row["later"] > row["earlier"]
    )


def _print(delays: Sequence[float], connections: int, workers: int, cores: float) -> None:
    p50, p99 = statistics.median(delays), delays[int(len(delays) * 0.99)]
    print(f"{connections:,} connections, each due every 20 minutes; {workers} workers; load {os.getloadavg()[0]:.1f}")
    print(f"imports that began:   {len(delays):,}")
    print(f"late, median:         {p50:.2f} s")
    print(f"late, 99th centile:   {p99:.2f} s  ({p99 / LIMIT:.2f} of the limit of {LIMIT:.0f} s)")
    print(f"workers were busy:    {cores:.2f} cores")
    figures = {"connections": connections, "workers": workers, "begun": len(delays), "cores": cores}
    print(json.dumps({**figures, "median_s": p50, "p99_s": p99, "limit_s": LIMIT}))


if __name__ == "__main__":
    given = sys.argv[1:]
    main(
        int(given[0]) if given else CONNECTIONS,
        float(given[1]) if given[1:] else MINUTES,
        int(given[2]) if given[2:] else WORKERS,
    )
