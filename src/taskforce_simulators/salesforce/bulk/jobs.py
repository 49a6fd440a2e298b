"""Query jobs and their states. Source: reference section 4; "Get Information About a Query Job".

    UploadComplete → InProgress → JobComplete | Failed
          └──────────────┴─────→ Aborted

A job is carried out when it is due and somebody looks at it: then what it found is settled, records and values alike.
"""

import json
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from taskforce_simulators.core.clock import SimulatedClock
from taskforce_simulators.core.database import Database
from taskforce_simulators.salesforce import identifiers, timestamps
from taskforce_simulators.salesforce.bulk.rendering import CsvRenderer
from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.settings import Settings
from taskforce_simulators.salesforce.soql import Compiled

FINISHED: Final = frozenset({"JobComplete", "Failed", "Aborted"})
_KEPT: Final = timedelta(days=7)
_DAY: Final = timedelta(hours=24)
_AT_ONCE: Final = 2000


@dataclass(slots=True, kw_only=True)
class Job:
    """One query job; `lines` are its results once it is complete."""

    id: str
    operation: str
    object_name: str
    version: str
    user_id: str
    delimiter: str
    line_ending: str
    compiled: Compiled
    renderer: CsvRenderer
    created: datetime
    since: datetime
    state: str = "UploadComplete"
    changed: datetime
    error: str = ""
    lines: list[str] = field(default_factory=list)

    def form(self) -> dict[str, object]:
        """What every answer about a job tells."""
        return {
            "id": self.id,
            "operation": self.operation,
            "object": self.object_name,
            "createdById": self.user_id,
            "createdDate": timestamps.rendered(self.created),
            "systemModstamp": timestamps.rendered(self.changed),
            "state": self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.version),
            "lineEnding": self.line_ending,
            "columnDelimiter": self.delimiter,
        }

    def details(self) -> dict[str, object]:
        """What the job's own resource tells besides."""
        told: dict[str, object] = {
            "jobType": "V2Query",
            "numberRecordsProcessed": len(self.lines),
            "retries": 0,
            "totalProcessingTime": int((self.changed - self.created).total_seconds() * 1000),
            "isPkChunkingSupported": True,
        }
        return self.form() | told | ({"errorMessage": self.error} if self.error else {})


@dataclass(slots=True)
class Jobs:
    """The query jobs of one org. Thread-safe."""

    database: Database
    clock: SimulatedClock
    _jobs: dict[str, Job] = field(default_factory=dict)
    _made: list[datetime] = field(default_factory=list)
    _count: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def clear(self) -> None:
        """Forget every job, and how many there were."""
        self.expire()
        self._made.clear()

    def expire(self) -> None:
        """Forget every job with its results, as after seven days."""
        self._jobs.clear()

    def register(self, limit: int) -> str:
        """An id for a new job, counted against the limit of 24 hours."""
        now = self.clock.steady()
        with self._lock:
            self._made = [at for at in self._made if now - at < _DAY]
            if len(self._made) >= limit:
                message = f"Max bulk v2 query jobs ({limit}) per 24 hrs has been reached ({len(self._made)})"
                raise ApiError(400, "LIMIT_EXCEEDED", message)
            self._made.append(now)
            self._count += 1
            return identifiers.make("750", self._count)

    def add(self, job: Job) -> None:
        """From now on the job is known."""
        with self._lock:
            self._jobs[job.id] = job

    def all(self, settings: Settings) -> list[Job]:
        """Every job, the oldest first."""
        with self._lock:
            return [self.find(known, settings) for known in list(self._jobs)]

    def find(self, identifier: str, settings: Settings) -> Job:
        """A job in the state that it has by now."""
        with self._lock:
            job = self._jobs.get(identifiers.full(identifier) or identifier)
            if job is not None and self.clock.steady() - job.since > _KEPT:
                del self._jobs[job.id]
                job = None
            if job is None:
                raise ApiError.not_found()
            self._go_on(job, settings)
            return job

    def abort(self, job: Job) -> None:
        """End a job that has not ended."""
        if job.state in FINISHED:
            raise ApiError(400, "INVALIDJOBSTATE", "Aborting already Completed Job not allowed")
        self._enter(job, "Aborted")

    def remove(self, job: Job) -> None:
        """Delete a job that has ended, with its results."""
        if job.state not in FINISHED:
            message = "Error encountered when deleting the job because the job is not terminated"
            raise ApiError(400, "API_ERROR", message)
        with self._lock:
            del self._jobs[job.id]

    def _go_on(self, job: Job, settings: Settings) -> None:
        if job.state in FINISHED:
            return
        elapsed = (self.clock.steady() - job.since).total_seconds()
        if elapsed < settings.bulk_seconds:
            self._enter(job, "InProgress" if elapsed else "UploadComplete")
        elif settings.bulk_failure:
            job.error = settings.bulk_failure
            self._enter(job, "Failed")
        else:
            self._carry_out(job)
            self._enter(job, "JobComplete")

    def _enter(self, job: Job, state: str) -> None:
        if job.state != state:
            job.state, job.changed = state, self.clock.now()

    def _carry_out(self, job: Job) -> None:
        """Without ORDER BY, records stand in the order of their ids, as chunks by primary key are read."""
        found = [row[0] for row in self.database.execute(job.compiled.ids(), job.compiled.parameters)]
        ids = found if job.compiled.order else sorted(found)
        place = list(job.compiled.selection.columns()).index((job.compiled.selection.alias, "Id"))
        for start in range(0, len(ids), _AT_ONCE):
            wanted = ids[start : start + _AT_ONCE]
            rows = self.database.execute(job.compiled.page(), (json.dumps(wanted),))
            by_id = {row[place]: row for row in rows}
            job.lines.extend(job.renderer.lines([by_id[each] for each in wanted]))
