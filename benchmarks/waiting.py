"""Benchmark 6 as a table: many connections with nothing to do (`idle.py`)."""

from collections.abc import Sequence

from benchmarks.children import figures
from benchmarks.tables import Aim, Table

SIZES = {False: (1_000, 1, 2), True: (5_000, 3, 2)}
"""Connections, minutes, workers."""


def tables(*, full: bool) -> Sequence[Table]:
    """One table."""
    found = figures("benchmarks.idle", *SIZES[full])[0]
    late, limit = found["p99_s"], found["limit_s"]
    names = ("connections", "workers", "begun", "median_s", "p99_s", "cores")
    return [
        Table(
            name="idle",
            title="connections due every 20 minutes with nothing to do",
            headings=(
                "",
                "p99 to the limit",
                "connections",
                "workers",
                "imports begun",
                "late s",
                "p99 s",
                "cores busy",
            ),
            rows=[("imports that began", late / limit, *(found[name] for name in names))],
            aims=(Aim(text=f"p99 under {limit:.0f} s late", seen=f"{late:.1f} s", is_met=late < limit),),
        )
    ]
