"""Every benchmark as tables, ratios first: what `make bench` runs.

    python -m benchmarks [--full] [NAME …]

In short what a developer's machine carries in a quarter of an hour; with `--full` everything, in the sizes that the
aims speak of, which takes hours. Each table is printed as it stands in docs/reference/performance.md, and written to
benchmarks/results. A missed aim is said, and fails nothing; a peer that is missing, or a run that did not end as it
should, does.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence

from benchmarks import below_the_limit, domain_alone, grown, loading, reading, waiting
from benchmarks.tables import Table, circumstances, keep

BENCHMARKS: dict[str, Callable[..., Sequence[Table]]] = {
    "reading": reading.tables,
    "loading": loading.tables,
    "grown": grown.tables,
    "limit": below_the_limit.tables,
    "idle": waiting.tables,
    "domain": domain_alone.tables,
}


def main() -> None:
    """Those that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="the sizes that the aims speak of; takes hours")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all by default")
    asked = parser.parse_args()
    if unknown := set(asked.names) - BENCHMARKS.keys():
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    begun, missed = time.monotonic(), 0
    for name in asked.names or BENCHMARKS:
        missed += _run(name, full=asked.full)
    print(f"\n{(time.monotonic() - begun) / 60:.1f} minutes; {missed} aims missed")


def _run(name: str, *, full: bool) -> int:
    """Run one, print and keep its tables; how many aims were missed."""
    command = " ".join(["python -m benchmarks", *(["--full"] if full else []), name])
    load, begun = os.getloadavg()[0], time.monotonic()
    found = BENCHMARKS[name](full=full)
    known = circumstances(command, load)
    print(f"\n## {name}: {command}\n{known['date']}, {known['machine']}, load {known['load']}", flush=True)
    for table in found:
        keep(table, command=command, load_before=load)
        print(f"\n{table.text()}", flush=True)
    print(f"({time.monotonic() - begun:.0f} s)", file=sys.stderr)
    return sum(not aim.is_met for table in found for aim in table.aims)


if __name__ == "__main__":
    main()
