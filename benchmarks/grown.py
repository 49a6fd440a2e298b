"""Benchmarks 3 and 4: what imports cost as a connection grows, and as more changes (`grown_import.py`)."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from benchmarks.children import figures
from benchmarks.tables import Aim, Table

SHORT, FULL = (2_000, 10_000), (10_000, 100_000, 1_000_000)
CHANGED_SHORT, CHANGED = (1, 100, 1_000), (1, 100, 5_000)
QUIET_SECONDS, MOST_MB = 0.5, 300.0
LINEAR = 1.2
"""Time a record of the largest connection to that of the smallest: so much is taken for linear."""

FLAT = 1.5
"""CPU time of the same change in the largest connection to that in the smallest: so much is taken for not growing."""

Measured = Mapping[int, Sequence[Mapping[str, Any]]]
"""By the number of contacts, the figures of every import."""


def tables(*, full: bool) -> Sequence[Table]:
    """Both, of the same imports."""
    sizes, changed = (FULL, CHANGED) if full else (SHORT, CHANGED_SHORT)
    return told({size: figures("benchmarks.grown_import", size, *changed) for size in sizes})


def told(measured: Measured) -> Sequence[Table]:
    """The tables of what was measured."""
    return [_changes(measured), _growth(measured)]


def _changes(measured: Measured) -> Table:
    small = min(measured)
    kinds = dict.fromkeys(each["what"] for each in measured[small] if each["what"] not in ("first", "reconciliation"))
    rows = [(what, size, _of(measured[size], what)) for what in kinds for size in measured]
    base = {what: _of(measured[small], what)["cpu_s"] for what in kinds}
    growth = max(each["cpu_s"] / base[what] for what, _, each in rows)
    quiet = max(each["wall_s"] for what, _, each in rows if what == "nothing")
    quiet_calls = max(each["calls"] for what, _, each in rows if what == "nothing")
    is_least = all(each["calls"] == each["least"] for _, _, each in rows)
    return Table(
        name="changes",
        title="nothing, or so many of n contacts changed",
        headings=(
            "",
            "CPU, to the smallest n",
            "n",
            "wall s",
            "CPU s",
            "calls Salesforce",
            "calls Autotask",
            "peak MB",
        ),
        rows=[
            (what, each["cpu_s"] / base[what], size, each["wall_s"], each["cpu_s"], *each["calls"], each["peak_mb"])
            for what, size, each in rows
        ],
        aims=(
            Aim(text=f"cost does not grow with n (at most {FLAT})", seen=f"{growth:.2f}", is_met=growth <= FLAT),
            Aim(text=f"nothing changed: under {QUIET_SECONDS} s", seen=f"{quiet:.2f} s", is_met=quiet < QUIET_SECONDS),
            Aim(text="nothing changed: at most 2 and 0 calls", seen=str(quiet_calls), is_met=quiet_calls <= [2, 0]),
            Aim(text="calls as few as can be", seen="yes" if is_least else "no", is_met=is_least),
        ),
    )


def _growth(measured: Measured) -> Table:
    small, large = min(measured), max(measured)
    rows, aims = [], []
    for what, title in (("first", "first import, all linked"), ("reconciliation", "full reconciliation")):
        each = {size: _of(measured[size], what) for size in measured}
        a_record = {size: each[size]["cpu_s"] / size for size in measured}
        for size, found in each.items():
            pace = 1e3 * a_record[size]
            ratio = a_record[size] / a_record[small]
            rows.append((title, ratio, size, found["wall_s"], found["cpu_s"], pace, *found["calls"], found["peak_mb"]))
        ratio, peak = a_record[large] / a_record[small], each[large]["peak_mb"]
        aims.append(
            Aim(text=f"{title}: time linear in n (at most {LINEAR})", seen=f"{ratio:.2f}", is_met=ratio <= LINEAR)
        )
        aims.append(Aim(text=f"{title}: under {MOST_MB:.0f} MB", seen=f"{peak:.0f} MB", is_met=peak < MOST_MB))
    headings = ("", "CPU a record, to the smallest n", "n", "wall s", "CPU s", "CPU ms a record")
    return Table(
        name="growth",
        title="n contacts that stand on both sides",
        headings=(*headings, "calls Salesforce", "calls Autotask", "peak MB"),
        rows=rows,
        aims=aims,
    )


def _of(runs: Sequence[Mapping[str, Any]], what: str) -> Mapping[str, Any]:
    """The figures of one kind of import; of several, the median of each time and the most of all else."""
    found = [each for each in runs if each["what"] == what]
    times = {name: median(each[name] for each in found) for name in ("wall_s", "cpu_s")}
    return {**found[0], **times, "peak_mb": max(each["peak_mb"] for each in found)}
