"""Charts as figures that a template draws: one bar a run, the oldest on the left."""

from collections.abc import Sequence
from dataclasses import dataclass

from taskforce.domain.run import Run
from taskforce.web.presenters.runs import figures_of, result_of

WIDTH, HEIGHT, GAP = 12, 60, 3
_PARTS = {
    "written": ("created", "updated", "linked", "deactivated"),
    "held": ("held",),
    "failed": ("failed",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One colour of a bar; measures are in units of the drawing."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One run."""

    run_id: int
    x: int
    title: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """All bars, and the size of the drawing."""

    width: int
    height: int
    bars: Sequence[Bar]


def chart_of(runs: Sequence[Run]) -> Chart:
    """The latest runs (the latest first) as bars, as high as records were written, held or failed."""
    highest = max((sum(_parts(run).values()) for run in runs), default=0) or 1
    bars = [_bar(run, place, highest) for place, run in enumerate(reversed(runs))]
    return Chart(width=max(1, len(bars)) * (WIDTH + GAP), height=HEIGHT, bars=bars)


def _bar(run: Run, place: int, highest: int) -> Bar:
    parts, top = [], float(HEIGHT)
    for kind, number in _parts(run).items():
        height = max(2.0, number / highest * (HEIGHT - 2)) if number else 0.0
        top -= height
        if number:
            parts.append(Part(kind=kind, y=round(top, 1), height=round(height, 1)))
    parts = parts or [Part(kind="nothing", y=HEIGHT - 2.0, height=2.0)]
    return Bar(run_id=run.id, x=place * (WIDTH + GAP), title=f"Run {run.id}: {result_of(run)}", parts=parts)


def _parts(run: Run) -> dict[str, int]:
    """Of a preview nothing is drawn: it wrote nothing, and nothing waits for it."""
    figures = {} if run.is_dry_run else dict(figures_of(run))
    return {kind: sum(figures.get(word, 0) for word in words) for kind, words in _PARTS.items()}
