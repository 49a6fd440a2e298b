"""Figures over all runs, for those who watch an installation from outside; nothing of a record is among them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.records import Entity
from taskforce.domain.run import RunKind, RunStatus

SYSTEMS = ("salesforce", "autotask")
"""The vendors whose requests are counted, by the word of figures and labels."""

ByEnding = Mapping[tuple[RunKind, bool, RunStatus], int]
"""Runs by kind, whether they were dry, and how they ended."""

ByOutcome = Mapping[tuple[Entity, OutcomeKind], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What has been done for one connection since it was added; none of these ever goes down."""

    runs: ByEnding = field(default_factory=dict)
    records: ByOutcome = field(default_factory=dict)
    calls: Mapping[str, int] = field(default_factory=dict)
    milliseconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Salesforce records of one connection that are not settled: to be looked at, waiting, refused."""

    due: int = 0
    held: int = 0
    failing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFigures:
    """One connection; `active_since` is None while it is not imported by itself, `alarm_after` zero: nobody is told."""

    name: str
    active_since: datetime | None
    alarm_after: timedelta
    is_under_way: bool
    succeeded_at: datetime | None
    linked: Mapping[Entity, int]
    queue: Queue
    totals: Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The installation at one moment."""

    now: datetime
    version: str
    python: str
    is_scheduler_alive: bool
    connections: tuple[ConnectionFigures, ...]
