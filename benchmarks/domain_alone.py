"""Benchmark 7: matching and planning without reading and storing, and differences beside diffsync."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from statistics import median
from typing import Any

from benchmarks.children import figures, installed
from benchmarks.tables import Table

DIFFSYNC = "diffsync==2.2.3"
RECORDS = 100_000
PLANNED = 20_000
PLANNING = {
    "mapped": "mapped and fingerprinted",
    "created": "mapped, keyed, matched with nobody, to be created",
    "linked": "mapped, keyed, compared with the present state",
}


def tables(*, full: bool) -> Sequence[Table]:
    """Both."""
    repeats = 5 if full else 3
    return [_planning(repeats), _differences(repeats)]


def _planning(repeats: int) -> Table:
    work: dict[str, Callable[[], Mapping[str, Any]]] = {
        title: partial(_planned, kind) for kind, title in PLANNING.items()
    }
    found = _medians(work, repeats)
    first = next(iter(found.values()))
    return Table(
        name="planning",
        title=f"{PLANNED:,} contacts in the domain alone, medians of {repeats}",
        headings=("", "CPU, to mapping", "records/s", "CPU µs a record", "peak MB"),
        rows=[
            (title, cpu / first[1], PLANNED / wall, 1e6 * cpu / PLANNED, peak)
            for title, (wall, cpu, peak) in found.items()
        ],
    )


def _planned(kind: str) -> Mapping[str, Any]:
    return figures("benchmarks.peers.taskforce_planning", PLANNED, kind)[0]


def _differences(repeats: int) -> Table:
    python = installed("diffsync", [DIFFSYNC])
    ours = "benchmarks.peers.taskforce_diff"
    work: dict[str, Callable[[], Mapping[str, Any]]] = {
        "Taskforce, field by field": lambda: figures(ours, RECORDS)[0],
        "Taskforce, by fingerprints kept": lambda: figures(ours, RECORDS, "digests")[0],
        DIFFSYNC.replace("==", " "): lambda: figures("benchmarks.peers.diffsync_diff", RECORDS, python=python)[0],
    }
    found = _medians(work, repeats)
    first = next(iter(found.values()))
    return Table(
        name="differences",
        title=f"differences of {RECORDS:,} × 12 fields, medians of {repeats}",
        headings=("", "CPU, to Taskforce", "wall s", "CPU s", "records/s", "peak MB"),
        rows=[(title, cpu / first[1], wall, cpu, RECORDS / wall, peak) for title, (wall, cpu, peak) in found.items()],
    )


def _medians(
    work: Mapping[str, Callable[[], Mapping[str, Any]]], repeats: int
) -> Mapping[str, tuple[float, float, float]]:
    """Wall and CPU seconds and MB of each; all take turns, so that a busy moment of the machine hits all."""
    done: dict[str, list[Mapping[str, Any]]] = {name: [] for name in work}
    for _ in range(repeats):
        for name, measure in work.items():
            done[name].append(measure())
    names = ("seconds", "cpu_seconds", "peak_mb")
    return {name: tuple(median(each[key] for each in runs) for key in names) for name, runs in done.items()}
