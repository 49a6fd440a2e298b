"""Benchmark 2: a first load into an empty Autotask, beside a bare client that sends the same POSTs."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from benchmarks.bare_client import posts
from benchmarks.children import environment, figures
from benchmarks.first_load import NEVER_REACHED, run_import
from benchmarks.tables import Aim, Table

SIZES = {False: (500, 2_000), True: (10_000, 40_000)}
MOST = 1.15


def tables(*, full: bool) -> Sequence[Table]:
    """One table; the import goes first, since the bare client needs its journal."""
    accounts, contacts = SIZES[full]
    with tempfile.TemporaryDirectory(prefix="taskforce-benchmark-") as folder:
        bodies, connection = Path(folder) / "bodies.json", Path(folder) / "connection.json"
        with simulators(accounts, contacts) as document:
            ours = run_import("first", str(Path(folder) / "home"), json.dumps(document))
            bodies.write_text(json.dumps(posts(_journal(document))))
        with simulators(0, 0) as document:
            connection.write_text(json.dumps(document))
            bare = figures("benchmarks.bare_client", connection, bodies)[0]
    return [_table(ours, bare, accounts + contacts)]


def _table(ours: Mapping[str, Any], bare: Mapping[str, Any], records: int) -> Table:
    ratio = ours["wall_s"] / bare["wall_s"]
    calls, least = ours["calls"][1], ours["lower_bound"][1]
    rows = [
        ("bare client, the same POSTs", 1.0, bare["wall_s"], bare["cpu_s"], bare["posts"], None, None),
        ("Taskforce, first load", ratio, ours["wall_s"], ours["cpu_s"], calls, least, ours["peak_mb"]),
    ]
    return Table(
        name="first_load",
        title=f"{records:,} records into an empty Autotask",
        headings=("", "time to the bare client", "wall s", "CPU s", "Autotask calls", "at least", "peak MB"),
        rows=rows,
        aims=(
            Aim(text=f"at most {MOST} × the bare client", seen=f"{ratio:.2f}", is_met=ratio <= MOST),
            Aim(text="calls equal the bound", seen=f"{calls:,} of {least:,}", is_met=calls == least),
        ),
    )


@contextmanager
def simulators(accounts: int, contacts: int) -> Iterator[dict[str, Any]]:
    """Both in a process of their own, without limits; the connection to them."""
    command = [sys.executable, "-m", "taskforce_simulators", "serve", "--scenario", "empty", "--no-thread-limit"]
    command += ["--accounts", str(accounts), "--contacts", str(contacts), "--request-limit", str(NEVER_REACHED)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.terminate()


def _journal(document: Mapping[str, Any]) -> list[dict[str, str]]:
    answer = httpx2.get(f"{document['autotask']['url']}/__sim__/journal", timeout=300).raise_for_status()
    return list(answer.json()["entries"])
