"""Imports that people ask for, and how far one is, as those who watch from elsewhere see it."""

from dataclasses import dataclass
from datetime import datetime

from taskforce.domain.run import RunKind, Undoing


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """An import that a person wants now (S18).

    `approves` is the run whose plan is to be carried out, a preview or one that waits, `digest` that of the plan;
    `undoes` is what is to be taken back.
    """

    kind: RunKind = RunKind.IMPORT
    undoes: Undoing | None = None
    is_dry_run: bool = False
    asked_by: str
    asked_at: datetime
    approves: int | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """A run under way: its phase, how many records of it are done, of how many if that is known.

    `said` is the last thing that a person should know; `is_stopping` once somebody asked the run to stop.
    """

    phase: str
    done: int
    total: int | None
    said: str
    phase_began_at: datetime
    updated_at: datetime
    is_stopping: bool
