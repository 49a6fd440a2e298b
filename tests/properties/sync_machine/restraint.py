"""Where Taskforce holds back by itself: requests stay below the mark (10), and unusual plans ask first (12)."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from taskforce.adapters.store.models import RunRow
from taskforce.connection_config import SettingsConfig
from taskforce.domain.run import RunStatus
from taskforce_simulators.core.journal import JournalEntry

if TYPE_CHECKING:
    from tests.properties.sync_machine.view import View

Broken = Iterator[str]

LIMIT = 10_000
"""Requests that Autotask allows in a rolling hour."""

_HOUR = timedelta(hours=1)
_LOOK = "threshold"
_ENDED = (RunStatus.DONE, RunStatus.DONE_WITH_FAILURES)


@dataclass(slots=True)
class Restraint:
    """Counts Taskforce's requests to Autotask as they come, and keeps the settings under which each run began."""

    beyond: list[str] = field(default_factory=list)
    """Requests that were made though the use of all integrations had come to the mark."""
    settings_of: dict[int, SettingsConfig] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)
    """Runs that waited for a person."""
    is_for_a_person: bool = False
    """The next requests are those of a person's decision, which nothing holds back."""

    _counted: int = 0
    _times: deque[datetime] = field(default_factory=deque)

    def look(self, view: "View") -> None:
        """Take in what is new: within a step neither the settings change nor what others use.

        Requests that came to harm are left out, since Autotask has not counted all of them.
        """
        mark = LIMIT * view.settings.autotask_share_percent // 100
        others = view.plant.pair.autotask.tenant.settings.other_use
        for entry in view.plant.pair.autotask.journal.entries(self._counted):
            self._counted = entry.number
            if entry.counted and entry.fault is None:
                self._take_in(entry, mark - others)
        self.is_for_a_person = False
        for run in view.runs:
            self.settings_of.setdefault(run.pk, view.settings)
            if run.status == RunStatus.AWAITING_APPROVAL:
                self.asked.add(run.pk)

    def _take_in(self, entry: JournalEntry, room: int) -> None:
        self._times.append(entry.at)
        while self._times[0] <= entry.at - _HOUR:
            self._times.popleft()
        if len(self._times) > room and entry.operation != _LOOK and not self.is_for_a_person:
            self.beyond.append(f"{entry.operation} was request {len(self._times)} where {room} were left")


def requests_stay_below_the_mark(view: "View") -> Broken:
    """At the mark, whatever others use, nothing but the use itself is asked for; a restart begins no new share."""
    yield from view.witness.restraint.beyond


def unusual_plans_ask_first(view: "View") -> Broken:
    """A run that nobody was asked about wrote no more of a kind than the settings allow."""
    restraint, has_finished = view.witness.restraint, False
    for run in view.runs:
        if run.is_dry_run:
            continue
        if run.pk not in restraint.asked:
            yield from _too_much(view, run, restraint.settings_of[run.pk], is_first=not has_finished)
        has_finished = has_finished or run.status in _ENDED


def _too_much(view: "View", run: RunRow, settings: SettingsConfig, *, is_first: bool) -> Broken:
    rows = [row for row in view.changes if row.run_id == run.pk]
    written = Counter(str(row.outcome) for row in rows if view.written(row))
    figures = {
        "created": (written["created"], None if is_first else settings.brake_creates),
        "changed": (written["linked"] + written["updated"], settings.brake_updates),
        "set inactive": (written["deactivated"], settings.brake_deactivations),
    }
    for what, (count, limit) in figures.items():
        if limit is not None and count > limit:
            yield f"run {run.pk}: {count} were {what} without a question, {limit} are allowed"
