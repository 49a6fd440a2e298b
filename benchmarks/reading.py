"""Benchmark 1 as tables: reading contacts beside other readers (`extraction.py`). A missing peer fails it."""

from collections.abc import Mapping, Sequence

from benchmarks.extraction import BULK, JOB, JOB_LIMIT, LIMIT, REST, Figures, Reader, installed_peers, measured
from benchmarks.tables import Aim, Table

SIZES = {False: 40_000, True: 200_000}
REPEATS = 5
MUST_APPEAR = ("jsforce", "simple-salesforce", "dlt")
OF_THE_LIMIT, OF_THE_FASTEST, OF_THE_JOB, MOST_MB = 0.85, 2.5, 0.75, 80.0


def tables(*, full: bool) -> Sequence[Table]:
    """Reading alone, and the whole reading job."""
    peers = installed_peers()
    reading = measured([LIMIT, REST, BULK, *peers], SIZES[full], REPEATS)
    require(reading)
    job = measured([JOB_LIMIT, JOB], SIZES[full], REPEATS)
    return [_reading(reading, peers, SIZES[full]), _job(job, SIZES[full])]


def require(found: Mapping[str, Figures]) -> None:
    """Raises SystemExit when a peer that must be compared with is not among the rows."""
    missing = [peer for peer in MUST_APPEAR if not any(name.startswith(peer) for name in found)]
    if missing:
        raise SystemExit(f"No figures of {', '.join(missing)}: nothing is said about reading without them.")


def _reading(found: Mapping[str, Figures], peers: Sequence[Reader], records: int) -> Table:
    rates = {name: _rates(each) for name, each in found.items()}
    limit, ours = rates[LIMIT.name], rates[REST.name]
    fastest = max(rates[peer.name][1] for peer in peers)
    of_limit, of_fastest = ours[1] / limit[1], ours[1] / fastest
    peak = max(found[each.name]["peak_mb"] for each in (REST, BULK))
    return Table(
        name="reading",
        title=f"reading {records:,} contacts, medians of {REPEATS}",
        headings=("", "to the limit, by CPU", "by wall", "records/s", "CPU µs a record", "peak MB"),
        rows=_rows(found, limit),
        aims=(
            Aim(text=f"{OF_THE_LIMIT} of the limit, by CPU", seen=f"{of_limit:.2f}", is_met=of_limit >= OF_THE_LIMIT),
            Aim(
                text=f"{OF_THE_FASTEST} × the fastest peer, by CPU",
                seen=f"{of_fastest:.2f}",
                is_met=of_fastest >= OF_THE_FASTEST,
            ),
            Aim(text=f"under {MOST_MB:.0f} MB", seen=f"{peak:.0f} MB", is_met=peak < MOST_MB),
        ),
    )


def _job(found: Mapping[str, Figures], records: int) -> Table:
    limit, ours = (_rates(found[each.name]) for each in (JOB_LIMIT, JOB))
    ratio = ours[1] / limit[1]
    return Table(
        name="reading_job",
        title=f"read, map, fingerprint and compare {records:,} contacts, medians of {REPEATS}",
        headings=("", "to the limit, by CPU", "by wall", "records/s", "CPU µs a record", "peak MB"),
        rows=_rows(found, limit),
        aims=(Aim(text=f"{OF_THE_JOB} of the limit, by CPU", seen=f"{ratio:.2f}", is_met=ratio >= OF_THE_JOB),),
    )


def _rates(figures: Figures) -> tuple[float, float]:
    """Records a second, by wall time and by CPU time."""
    return figures["records"] / figures["seconds"], figures["records"] / figures["cpu_seconds"]


def _rows(
    found: Mapping[str, Figures], limit: tuple[float, float]
) -> list[tuple[str, float, float, float, float, float]]:
    rates = sorted(((name, _rates(each)) for name, each in found.items()), key=lambda item: -item[1][1])
    return [
        (name, cpu / limit[1], wall / limit[0], wall, 1e6 / cpu, found[name]["peak_mb"]) for name, (wall, cpu) in rates
    ]
