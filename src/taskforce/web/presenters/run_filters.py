"""Which runs are shown, as an address says it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from taskforce.domain.history import RunsWanted
from taskforce.domain.run import RunKind, RunStatus

KINDS: Mapping[str, tuple[str, RunKind | None, bool | None]] = {
    "import": ("imports", RunKind.IMPORT, False),
    "preview": ("previews", None, True),
    "reconciliation": ("reconciliations", RunKind.RECONCILIATION, False),
    "undo": ("undos", RunKind.UNDO, False),
    "adoption": ("adoptions", RunKind.ADOPTION, False),
}
"""By the word of the address: what people read, and which runs those are."""

RESULTS: Mapping[str, tuple[str, Sequence[RunStatus]]] = {
    "done": ("done", (RunStatus.DONE,)),
    "failed": ("failed", (RunStatus.COULD_NOT_RUN, RunStatus.DONE_WITH_FAILURES)),
    "waits": ("wait for approval", (RunStatus.AWAITING_APPROVAL,)),
    "early": ("ended early", (RunStatus.TO_BE_CONTINUED,)),
    "stopped": ("stopped or rejected", (RunStatus.CANCELLED, RunStatus.REJECTED)),
    "running": ("under way", (RunStatus.RUNNING,)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilters:
    """What was chosen, by the words of the address; empty where nothing was."""

    connection: str = ""
    kind: str = ""
    result: str = ""
    first: str = ""
    last: str = ""

    def wanted(self, names: Sequence[str], zone: tzinfo) -> RunsWanted:
        """The runs meant; days are those of a reader in this zone, the last one included.

        Raises ValueError for a kind, a result or a day that there is not.
        """
        for chosen, known in ((self.kind, KINDS), (self.result, RESULTS)):
            if chosen and chosen not in known:
                raise ValueError("unknown filter")
        _, kind, is_dry_run = KINDS.get(self.kind, ("", None, None))
        _, statuses = RESULTS.get(self.result, ("", ()))
        return RunsWanted(
            connections=[self.connection] if self.connection in names else names,
            kind=kind,
            is_dry_run=is_dry_run,
            statuses=statuses,
            since=_midnight(self.first, zone),
            until=_midnight(self.last, zone, after=timedelta(days=1)),
        )

    @property
    def query(self) -> Mapping[str, str]:
        """As an address carries it."""
        plain = {
            "connection": self.connection,
            "kind": self.kind,
            "result": self.result,
            "from": self.first,
            "to": self.last,
        }
        return {name: value for name, value in plain.items() if value}


def runs_headline(count: int, filters: RunFilters) -> str:
    """The first line of the page."""
    if filters.query:
        return f"{count:,} run{'' if count == 1 else 's'} fit{'s' if count == 1 else ''}." if count else "No run fits."
    if not count:
        return "No run yet: launch an import from the dashboard."
    return f"{count:,} run{'' if count == 1 else 's'}, the latest first."


def _midnight(day: str, zone: tzinfo, after: timedelta = timedelta(0)) -> datetime | None:
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day) + after, time(), zone)
    except (OverflowError, ValueError):
        raise ValueError("no such day") from None
