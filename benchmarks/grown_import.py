"""One connection of so many contacts, in one process: first import, imports with little to do, a reconciliation.

    python -m benchmarks.grown_import CONTACTS [--as-if CONTACTS …] [--changed NUMBER …] [--answers-take SECONDS]

Both vendors are in a process of their own (`both_sides.py`). Prints one line of JSON for each import: what it was, wall
and processor seconds of this process, the requests to both vendors beside the least there can be, how many records it
wrote, and the peak memory of this process while it lasted (where Linux lets it be counted anew; else since the start).
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taskforce.domain.run import Run
    from taskforce.installation import Installation

NAME = "bench"
NO_BRAKE = dict.fromkeys(("brake_creates", "brake_updates", "brake_deactivations", "brake_cleared"))
QUIET_IMPORTS = 5
PEAK_ANEW = Path("/proc/self/clear_refs")


@contextmanager
def vendors(contacts: int, seconds: float) -> Iterator["subprocess.Popen[str]"]:
    """Both, with the same records; an answer takes so many seconds."""
    command = [sys.executable, "-m", "benchmarks.both_sides", str(contacts), str(seconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def told(process: "subprocess.Popen[str]", command: str) -> str:
    """What they answer to a command; to none, what they say at first."""
    assert process.stdin is not None
    assert process.stdout is not None
    if command:
        process.stdin.write(command + "\n")
        process.stdin.flush()
    return process.stdout.readline()


def forget_peak() -> None:
    """Count the peak memory anew."""
    if PEAK_ANEW.exists():
        PEAK_ANEW.write_text("5")


def peak_mb() -> float:
    """The most memory since then."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024


def measured(what: str, here: "Installation", *, reconciles: bool = False) -> Mapping[str, object]:
    """One import and its figures. Anything but a run that is done ends the benchmark."""
    from taskforce.domain.run import RunKind, RunStatus
    from taskforce.testing.progress import SilentProgress

    kind = RunKind.RECONCILIATION if reconciles else RunKind.IMPORT
    forget_peak()
    begun, cpu = time.perf_counter(), time.process_time()
    run = here.run_import(NAME, kind=kind, progress=SilentProgress(), should_stop=lambda: False)
    wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
    if run.status is not RunStatus.DONE:
        raise SystemExit(f"{what}: {run.status}: {run.message}")
    return {"what": what, "wall_s": wall, "cpu_s": cpu, "peak_mb": peak_mb(), **_figures(run)}


def _figures(run: "Run") -> Mapping[str, object]:
    counts = list(run.counts.values())
    return {
        "calls": [run.calls.salesforce, run.calls.autotask],
        "least": [run.lower_bound.salesforce, run.lower_bound.autotask],
        "written": sum(each.created + each.updated for each in counts),
        "linked": sum(each.linked for each in counts),
    }


def main() -> None:
    """All of them, in the order in which one installation would have them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("contacts", type=int)
    parser.add_argument("--as-if", type=int, nargs="*", default=[], help="store as many more, without the vendors")
    parser.add_argument("--changed", type=int, nargs="*", default=[])
    parser.add_argument("--answers-take", type=float, default=0.0, help="seconds for each page of both vendors")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="taskforce-benchmark-") as home,
        vendors(asked.contacts, asked.answers_take) as process,
    ):
        os.environ.update(TASKFORCE_HOME=home, TASKFORCE_LOG_LEVEL="WARNING")
        document = json.loads(told(process, ""))
        from taskforce.bootstrap import open_installation
        from taskforce.connection_config import ConnectionConfig

        document["settings"].update(NO_BRAKE, brake_share_percent=100)
        with open_installation() as here:
            here.book.add(NAME, ConnectionConfig.parse(json.dumps(document)), by_operator=True)
            _print(measured("first", here), asked.contacts)
            _print(measured("reconciliation", here, reconciles=True), asked.contacts)
            for size in (asked.contacts, *asked.as_if):
                _little_to_do(here, process, size, asked.changed)


def _little_to_do(here: "Installation", process: "subprocess.Popen[str]", size: int, changed: Sequence[int]) -> None:
    """Imports of a connection of so many contacts; the first is not counted: nothing of it is cached."""
    from benchmarks.enlarging import enlarge

    enlarge(size)
    told(process, "touch 0")
    measured("warming up", here)
    for _ in range(QUIET_IMPORTS):
        _print(measured("nothing", here), size)
    for number in changed:
        told(process, f"touch {number}")
        _print(measured(f"changed {number}", here), size)


def _print(figures: Mapping[str, object], contacts: int) -> None:
    print(json.dumps({"contacts": contacts, **figures}), flush=True)


if __name__ == "__main__":
    main()
