"""A run under way, in words and figures."""

from dataclasses import dataclass
from datetime import datetime

from taskforce.domain.progress import Standing
from taskforce.web.presenters.runs import in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressLine:
    """`percent` and `left` are missing while nobody knows how much there is."""

    phase: str
    done: str
    percent: int | None
    rate: str
    left: str
    said: str
    is_stopping: bool


def progress_of(standing: Standing, now: datetime) -> ProgressLine:
    """How far it is, how quick, and how long it will take at that pace."""
    seconds = max(0.0, (now - standing.phase_began_at).total_seconds())
    rate = standing.done / seconds if seconds >= 1 else 0.0
    total = standing.total
    return ProgressLine(
        phase=standing.phase,
        done=f"{standing.done:,} of {total:,}" if total is not None else f"{standing.done:,}" if standing.done else "",
        percent=min(100, round(100 * standing.done / total)) if total else None,
        rate=f"{rate:,.0f} a second" if rate >= 1 else "",
        left=in_words((total - standing.done) / rate) if total and rate > 0 and total > standing.done else "",
        said=standing.said,
        is_stopping=standing.is_stopping,
    )
