"""A run under way, in words and figures."""

from dataclasses import dataclass
from datetime import datetime

from taskforce.domain.progress import UnderWay
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


def progress_of(under_way: UnderWay, now: datetime) -> ProgressLine:
    """How far it is, how quick, and how long it will take at that pace."""
    seconds = max(0.0, (now - under_way.phase_began_at).total_seconds())
    rate = under_way.done / seconds if seconds >= 1 else 0.0
    total = under_way.total
    return ProgressLine(
        phase=under_way.phase,
        done=f"{under_way.done:,} of {total:,}"
        if total is not None
        else f"{under_way.done:,}"
        if under_way.done
        else "",
        percent=min(100, round(100 * under_way.done / total)) if total else None,
        rate=f"{rate:,.0f} a second" if rate >= 1 else "",
        left=in_words((total - under_way.done) / rate) if total and rate > 0 and total > under_way.done else "",
        said=under_way.said,
        is_stopping=under_way.is_stopping,
    )
