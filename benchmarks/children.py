"""Programs that measure, each in a process of its own, and the packages of others that they need."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import PIPE
from tempfile import TemporaryFile
from typing import IO, Any, cast

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "benchmarks" / ".peers"


def figures(module: str, *arguments: object, python: str | Path = sys.executable) -> list[dict[str, Any]]:
    """The lines of JSON that `python -m MODULE` prints, each shown as it comes: what has been measured for an hour is
    not lost with what comes after it. Raises SystemExit with what it said if it fails."""
    command = [str(python), "-m", module, *map(str, arguments)]
    lines = []
    with (
        TemporaryFile("w+") as said,
        subprocess.Popen(command, stdout=PIPE, stderr=said, text=True, env=environment(), cwd=ROOT) as process,
    ):
        for line in cast("IO[str]", process.stdout):
            lines.append(line)
            print(f"{module}: {line.rstrip()}", file=sys.stderr, flush=True)
        if process.wait():
            said.seek(0)
            raise SystemExit(f"{module} failed:\n{''.join(lines)[-2000:]}{said.read()[-2000:]}")
    return [json.loads(line) for line in lines if line.startswith("{")]


def environment() -> Mapping[str, str]:
    """So that `benchmarks` and `taskforce` are found by any Python."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}


def installed(name: str, packages: Sequence[str]) -> Path:
    """The Python of an environment below benchmarks/.peers that holds these. Raises SystemExit if it cannot be had."""
    python = PEERS / name / "bin" / "python"
    if not (PEERS / name / ".ready").exists():
        for command in (
            [sys.executable, "-m", "venv", str(PEERS / name)],
            [str(python), "-m", "pip", "install", "-q", *packages],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise SystemExit(f"{packages[0]}, which is compared with, cannot be installed:\n{done.stderr[-2000:]}")
        (PEERS / name / ".ready").touch()
    return python
