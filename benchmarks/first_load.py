"""A first load of any size against the simulators: peak memory of the importing process, and where the time goes.

    python benchmarks/first_load.py [--accounts 10000] [--contacts 40000]

The simulators run in a process of their own, with a request limit that is never reached and no thread limit, so that
the import is what is measured; what it asks about the limit (a request in 250) is part of it. The engine's own time is
the import's wall time without the time in which at least one request was under way. Figures are printed, not asserted.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

NEVER_REACHED = 1_000_000_000

IMPORT = """
import json, os, resource, sys, time
from taskforce.bootstrap import open_installation
from taskforce.cli.progress import QuietProgress
from taskforce.connection_config import ConnectionConfig
import taskforce.adapters.http.client as http

clients = []
make = http.HttpClient.__init__
def remember(self, *args, **kwargs):
    make(self, *args, **kwargs)
    clients.append(self)
http.HttpClient.__init__ = remember

with open_installation() as installation:
    if sys.argv[1] == "first":
        installation.book.add("bench", ConnectionConfig.parse(sys.stdin.read()), by_operator=True)
    begun = time.perf_counter()
    run = installation.run_import("bench", progress=QuietProgress(), should_stop=lambda: False)
    wall = time.perf_counter() - begun
waited = sum(client.waiting.elapsed.total_seconds() for client in clients)
print(json.dumps({
    "status": run.status.value,
    "companies": {kind: getattr(run.counts["company"], kind) for kind in ("created", "unchanged", "held", "failed")},
    "contacts": {kind: getattr(run.counts["contact"], kind) for kind in ("created", "unchanged", "held", "failed")},
    "calls": [run.calls.salesforce, run.calls.autotask],
    "lower_bound": [run.lower_bound.salesforce, run.lower_bound.autotask],
    "autotask_s": run.autotask_seconds_per_call,
    "wall_s": wall,
    "waited_s": waited,
    "cpu_s": time.process_time(),
    "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def run_import(which: str, home: str, connection: str) -> dict[str, object]:
    """One import in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT, which],
        input=connection,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TASKFORCE_HOME": home},
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def report(title: str, figures: dict[str, object], records: int) -> None:
    """Print one import's figures."""
    wall, waited = float(str(figures["wall_s"])), float(str(figures["waited_s"]))
    own = wall - waited
    print(f"\n{title}: {figures['status']}")
    print(f"  companies {figures['companies']}  contacts {figures['contacts']}")
    print(f"  calls (Salesforce, Autotask) {figures['calls']}, at least {figures['lower_bound']}")
    if figures["autotask_s"] is not None:
        print(f"  Autotask took {float(str(figures['autotask_s'])):.3f} s for each answer")
    print(f"  wall {wall:.1f} s = HTTP {waited:.1f} s + own {own:.1f} s ({own / wall:.0%} of the whole; limit 25 %)")
    print(f"  {records / wall:.0f} records/s, own time {own / records * 1000:.2f} ms a record")
    print(f"  peak memory {float(str(figures['peak_mb'])):.0f} MB (limit 250 MB)")


def main() -> None:
    """Load, then import once more with nothing changed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--contacts", type=int, default=40_000)
    asked = parser.parse_args()
    command = [str(Path(sys.executable).parent / "taskforce-simulators"), "serve", "--scenario", "empty"]
    command += ["--accounts", str(asked.accounts), "--contacts", str(asked.contacts)]
    command += ["--request-limit", str(NEVER_REACHED), "--no-thread-limit"]
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as simulators,
        tempfile.TemporaryDirectory() as home,
    ):
        assert simulators.stdout is not None
        connection = simulators.stdout.readline()
        records = asked.accounts + asked.contacts
        report(
            f"First load of {asked.accounts} accounts and {asked.contacts} contacts",
            run_import("first", home, connection),
            records,
        )
        report("Once more, nothing changed", run_import("second", home, connection), records)
        simulators.terminate()
    print(f"\nbenchmark driver peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
