"""Benchmarks 3 and 4: what imports cost as a connection grows, and as more changes (`grown_import.py`)."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from benchmarks.children import figures
from benchmarks.tables import Aim, Table

GROWTH = {False: (2_000, 5_000), True: (10_000, 100_000, 1_000_000)}
"""Contacts that stand on both sides, read, linked and reconciled."""

AS_IF = {False: (100_000,), True: (100_000, 1_000_000)}
"""Contacts that the store holds, most of them copied (`enlarging.py`)."""

CHANGED = {False: (1, 100), True: (1, 100, 5_000)}
QUIET_SECONDS, MOST_MB = 0.5, 300.0
LINEAR = 1.2
"""Time a record of the largest connection to that of the smallest: so much is taken for linear."""

FLAT = 1.5
"""CPU time of the same change in the largest connection to that in the smallest: so much is taken for not growing."""

Measured = Mapping[int, Sequence[Mapping[str, Any]]]
"""By the number of contacts, the figures of every import."""


def tables(*, full: bool) -> Sequence[Table]:
    """Both; the imports with little to do belong to the first connection in full, to the last one in short."""
    sizes = GROWTH[full]
    enlarged = sizes[0] if full else sizes[-1]
    extra = ["--as-if", *AS_IF[full], "--changed", *CHANGED[full]]
    runs = [
        each
        for size in sizes
        for each in figures("benchmarks.grown_import", size, *(extra if size == enlarged else []))
    ]
    return told(runs)


def told(runs: Sequence[Mapping[str, Any]]) -> Sequence[Table]:
    """The tables of what was measured; imports with little to do count only where there are several sizes of them."""
    whole, little = ("first", "reconciliation"), "changed"
    base = {each["contacts"] for each in runs if each["what"].startswith(little)}
    return [
        _changes(_by_size([each for each in runs if each["what"] not in whole and each["contacts"] in base])),
        _growth(_by_size([each for each in runs if each["what"] in whole])),
    ]


def _by_size(runs: Sequence[Mapping[str, Any]]) -> Measured:
    found: dict[int, list[Mapping[str, Any]]] = {}
    for each in runs:
        found.setdefault(each["contacts"], []).append(each)
    return found


def _changes(measured: Measured) -> Table:
    small = min(measured)
    kinds = dict.fromkeys(each["what"] for each in measured[small])
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
