"""What a benchmark hands back: a table, ratios first, with the aims it is held to; printed, and kept as JSON."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"
VERSIONS = ("taskforce-sync", "httpx2", "msgspec", "django", "rapidfuzz")
"""Packages whose versions stand beside the figures."""

Cell = str | float | int | None
"""A figure or a name; None where there is nothing to measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What was hoped for, what was seen, and whether that is enough."""

    text: str
    seen: str
    is_met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: `headings` and `rows` are as wide as each other, the first column names the row."""

    name: str
    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    aims: Sequence[Aim] = ()
    remarks: Sequence[str] = ()

    def text(self) -> str:
        """In Markdown, as it stands in docs/reference/performance.md."""
        lines = [f"| {self.title} | {' | '.join(self.headings[1:])} |"]
        lines.append("|---|" + "--:|" * (len(self.headings) - 1))
        lines += [f"| {' | '.join(map(_shown, row))} |" for row in self.rows]
        lines += ["", *self.remarks] if self.remarks else []
        lines += ["", *(f"{'met   ' if aim.is_met else 'MISSED'}  {aim.text}: {aim.seen}" for aim in self.aims)]
        return "\n".join(lines)


def keep(table: Table, *, command: str, load_before: float) -> Path:
    """Write it to benchmarks/results, with what it was measured on; the address of the machine is no part of that."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{table.name}.json"
    path.write_text(json.dumps({**circumstances(command, load_before), **asdict(table)}, indent=1) + "\n")
    return path


def circumstances(command: str, load_before: float) -> Mapping[str, object]:
    """When and on what something was measured."""
    return {
        "command": command,
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "load": {"before": round(load_before, 1), "after": round(os.getloadavg()[0], 1)},
        "versions": {"python": platform.python_version(), **{each: version(each) for each in VERSIONS}},
    }


def _shown(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.3g}" if abs(cell) < 1 else f"{cell:.2f}"
    return f"{cell:,}" if isinstance(cell, int) else cell
