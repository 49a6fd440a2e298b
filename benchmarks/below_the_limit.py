"""Benchmark 5: a first load below Autotask's request limit, in simulated time (`quota.py`)."""

from collections.abc import Sequence

from benchmarks.children import figures
from benchmarks.tables import Aim, Table

LOADS = {False: (400, 1_600, 2_000, 600), True: (10_000, 40_000, 10_000, 3_000)}
"""Accounts, contacts, Autotask's limit an hour, what others use of it; in short a fifth of the limit."""

ROOMY = (100, 100, 1_000_000, 0, 4)
"""Nothing but the threads and Autotask's 0.4 s bind."""

MOST = 1.03
MOST_OFF = 0.1


def tables(*, full: bool) -> Sequence[Table]:
    """One table."""
    bound_by = {
        "quota": figures("benchmarks.quota", *LOADS[full])[0],
        "threads": figures("benchmarks.quota", *ROOMY)[0],
    }
    quota = bound_by["quota"]
    off = quota["forecast_off"]
    within = quota["peak_use"] <= quota["mark"]
    return [
        Table(
            name="limit",
            title="first load, bound by",
            headings=("", "time to the bound", "creations", "hours", "bound", "runs", "calls", "looks", "peak", "mark"),
            rows=[
                (
                    name,
                    *(each[key] for key in ("ratio", "creations", "hours", "bound_hours", "runs", "calls", "looks")),
                    each["peak_use"],
                    each["mark"],
                )
                for name, each in bound_by.items()
            ],
            aims=(
                *(
                    Aim(text=f"bound by {name}: within 3 %", seen=f"{each['ratio']:.3f}", is_met=each["ratio"] <= MOST)
                    for name, each in bound_by.items()
                ),
                Aim(
                    text="the mark is never passed",
                    seen=f"{quota['peak_use']:,} of {quota['mark']:,}",
                    is_met=within,
                ),
                Aim(
                    text="a run's forecast of its own end within 10 % from its first tenth on",
                    seen="nothing foreseen" if off is None else f"{off:.1%}",
                    is_met=off is not None and off <= MOST_OFF,
                ),
            ),
        )
    ]
