"""Reading contacts with the fields of S26: Taskforce's source beside other readers, and beside the limit.

    python benchmarks/extraction.py [--records 200000] [--repeats 5]

Every reader is a process of its own against one server whose pages were encoded before (`encoded_org.py`); figures
count from the first request on, with the peak memory of the whole process. Medians of `--repeats`; readers slower than
10,000 records/s run once, with 20,000 records. The peers are installed below `benchmarks/.peers` (ignored by git);
without jsforce, simple-salesforce or dlt the benchmark fails, and Singer's tap is left out where it cannot be had.
Figures are printed, not asserted.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
JSFORCE, DLT, TAP = "jsforce@3.10.16", ("dlt==1.31.0", "simple-salesforce==1.12.10"), ("tap-salesforce==2.8.1",)
SLOW, FEW = 10_000, 20_000
"""Below so many records a second a reader runs once, with so few records."""

sys.path.insert(0, str(HERE.parent))
from benchmarks.children import PEERS, installed  # noqa: E402 - the repository's root is no package of the environment
from benchmarks.encoded_org import SOQL  # noqa: E402

Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One row of a table: a command that prints its figures, given an address."""

    name: str
    command: Sequence[str]
    arguments: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, address: str) -> Figures:
        """Its figures; what it says otherwise is shown if it fails."""
        paths = os.pathsep.join([str(HERE.parent), str(HERE.parent / "src")])
        environment = {**os.environ, "PYTHONPATH": paths, "RUNTIME__DLTHUB_TELEMETRY": "false", **self.environment}
        done = subprocess.run(
            [*self.command, address, *self.arguments], capture_output=True, text=True, check=False, env=environment
        )
        if done.returncode:
            raise SystemExit(f"{self.name} failed:\n{done.stdout}{done.stderr}")
        return dict(json.loads(done.stdout.splitlines()[-1]))


def module(name: str, python: str = sys.executable) -> list[str]:
    """The command of a reader in Python."""
    return [python, "-m", f"benchmarks.peers.{name}"]


LIMIT = Reader(name="limit: httpx2 + msgspec, nothing kept", command=module("limit"))
REST = Reader(name="Taskforce, REST", command=module("taskforce_reader"))
BULK = Reader(name="Taskforce, Bulk API 2.0", command=module("taskforce_reader"), arguments=("bulk",))
JOB_LIMIT = Reader(name="limit: the same by hand", command=module("limit_job"))
JOB = Reader(name="Taskforce: read, map, fingerprint, compare", command=module("taskforce_job"))


def installed_peers() -> list[Reader]:
    """The readers to compare with, installed first. Raises SystemExit without those that must be there."""
    python = installed("dlt", DLT)
    if not (PEERS / "js" / "node_modules" / "jsforce").exists():
        _install(["npm", "install", "--silent", "--prefix", str(PEERS / "js"), JSFORCE])
    modules = {"NODE_PATH": str(PEERS / "js" / "node_modules")}
    script = str(HERE / "peers" / "jsforce_reader.js")
    return [
        Reader(name=f"{JSFORCE}, autoFetch", command=("node", script), arguments=(SOQL,), environment=modules),
        Reader(
            name="simple-salesforce 1.12.10, query_all_iter", command=module("simple_salesforce_reader", str(python))
        ),
        Reader(name="dlt 1.31.0, rest_api source, iterated", command=module("dlt_reader", str(python))),
        *_tap(),
    ]


def _tap() -> list[Reader]:
    """Singer's reader, where it can be installed."""
    try:
        python = installed("tap", TAP)
    except SystemExit as trouble:
        print(f"Left out: {trouble}", file=sys.stderr)
        return []
    return [Reader(name="tap-salesforce 2.8.1, messages dropped", command=module("tap_salesforce_reader", str(python)))]


def _install(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"A reader to compare with cannot be installed: {' '.join(command)}\n{done.stderr[-2000:]}")


@contextmanager
def served(records: int) -> Iterator[str]:
    """The address of a server with so many contacts."""
    with subprocess.Popen(
        [sys.executable, str(HERE / "encoded_org.py"), str(records)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


def measured(readers: Sequence[Reader], records: int, repeats: int) -> dict[str, Figures]:
    """The median of each figure, the readers taking turns, so that a busy moment of the machine hits all."""
    with served(FEW) as address:
        trial = {reader.name: reader.run(address) for reader in readers}
    slow = {
        name for name, each in trial.items() if each["records"] / each["seconds"] < SLOW and "Taskforce" not in name
    }
    runs: dict[str, list[Figures]] = {name: [trial[name]] for name in slow}
    with served(records) as address:
        for _ in range(repeats):
            for reader in readers:
                if reader.name not in slow:
                    runs.setdefault(reader.name, []).append(reader.run(address))
    return {name: {key: median(each[key] for each in done) for key in done[0]} for name, done in runs.items()}


def report(title: str, results: Mapping[str, Figures], limit: str) -> None:
    """A table, ratios first: to the limit in wall time and in CPU time."""
    rates = {
        name: (each["records"] / each["seconds"], each["records"] / each["cpu_seconds"])
        for name, each in results.items()
    }
    print(f"\n| {title} | ratio to the limit | by CPU time | records/s | CPU µs a record | peak MB |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, (wall, cpu) in sorted(rates.items(), key=lambda item: -item[1][0]):
        ratios = f"{wall / rates[limit][0]:.2f} | {cpu / rates[limit][1]:.2f}"
        print(f"| {name} | {ratios} | {wall:,.0f} | {1e6 / cpu:.1f} | {results[name]['peak_mb']:.0f} |")


def main() -> None:
    """Both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    peers = installed_peers()
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        f", {asked.records:,} contacts, medians of {asked.repeats}; load average {os.getloadavg()[0]:.1f} before"
    )
    reading = measured([LIMIT, REST, BULK, *peers], asked.records, asked.repeats)
    report("reading alone", reading, LIMIT.name)
    fastest = max(reading[peer.name]["records"] / reading[peer.name]["seconds"] for peer in peers)
    ours = reading[REST.name]["records"] / reading[REST.name]["seconds"]
    print(f"\nTaskforce by REST reads {ours / fastest:.2f} times as fast as the fastest peer (aim 2.5).")
    report("the whole reading job", measured([JOB_LIMIT, JOB], asked.records, asked.repeats), JOB_LIMIT.name)
    print(f"\nLoad average {os.getloadavg()[0]:.1f} after.")


if __name__ == "__main__":
    main()
