"""What one run works with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from taskforce.domain.changes import Write
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.notices import Notice
from taskforce.domain.records import ApiCalls, Entity, TargetRecord
from taskforce.domain.run import RunKind
from taskforce.domain.schema import SourceSchema, TargetSchema
from taskforce.domain.settings import ConnectionSettings
from taskforce.engine.ports import Clock, Notifier, Source, Target
from taskforce.engine.stores import Plan, Stores


class Progress(Protocol):
    """Told how far a run is; shows it, or does not."""

    def phase(self, name: str, total: int | None = None) -> None:
        """A new phase begins; `total` records are ahead, if that is known."""
        ...

    def advance(self, count: int) -> None:
        """So many records more are done."""
        ...

    def say(self, sentence: str) -> None:
        """Something the person watching should know."""
        ...


class Unwatched:
    """Implements `Progress` where nobody watches."""

    def phase(self, name: str, total: int | None = None) -> None:
        """Nothing is shown."""

    def advance(self, count: int) -> None:
        """Nothing is shown."""

    def say(self, sentence: str) -> None:
        """Nothing is shown."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a run had to do, for the lower bound of its calls (protocol 4), and what came of it.

    `source_records` counts by entity what was read in pages, as far as pages were read; `left_out` are changes of an
    approved plan that no longer stood, `vanished` linked records that Salesforce showed before and shows no more.
    """

    source_records: dict[Entity, int] = field(default_factory=dict)
    present_states: dict[Entity, int] = field(default_factory=lambda: dict.fromkeys(Entity, 0))
    describes: int = 0
    wanted_reads: int = 0
    metadata_calls: int = 0
    index_reads: int = 0
    usage_reads: int = 0
    watch_reads: int = 0
    writes: int = 0
    failures: int = 0
    left_out: int = 0
    vanished: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A change that was carried out, and the Autotask record as it stands since."""

    change: Write
    record: TargetRecord


@dataclass(slots=True, kw_only=True)
class Job:
    """One run of one connection: the world through its ports, and what has been learnt so far.

    `begun` is when it began, by the clock that only grows. `wholly_read` are the entities whose records were all read
    from Autotask in this run, with the time it was there, so that the index is as good as a look; `refreshed` those
    whose index is current; `looks_at_held` has it refreshed for the sake of held records. `doubts` are the changes of
    this run whose answer was lost, by number; `written` is what still has to be filed away (see `settling`), `notices`
    what people are told when the run ends; `has_id_fields` is set once the user-defined fields were seen to exist,
    `has_new_metadata` once Autotask's metadata was read by this run. `accepts_missing` is the word of a person that
    what one side shows no more is really gone, `approved` the digest of the plan that a person saw in a preview and
    wants carried out; `digest` is that of a preview's plan, or of one which needs a person's approval, `resume_at` when
    a run that ran out of budget goes on, `active_since` None while the connection is not active. A dry run works on
    scratch stores and plans only; one that is not `is_by_hand` was begun by the scheduler.
    """

    settings: ConnectionSettings
    source: Source
    target: Target
    stores: Stores
    plan: Plan
    run_id: int
    kind: RunKind
    clock: Clock
    progress: Progress
    notifier: Notifier
    should_stop: Callable[[], bool]
    active_since: datetime | None = None
    begun: float = 0.0
    is_dry_run: bool = False
    is_by_hand: bool = True
    accepts_missing: bool = False
    approved: str = ""
    calls_before: ApiCalls = field(default_factory=ApiCalls)
    usage_reads_before: int = 0
    tally: Tally = field(default_factory=Tally)
    wholly_read: dict[Entity, datetime] = field(default_factory=dict)
    refreshed: set[Entity] = field(default_factory=set)
    has_id_fields: bool = False
    has_new_metadata: bool = False
    looks_at_held: bool = False
    source_schema: SourceSchema | None = None
    target_schema: TargetSchema | None = None
    doubts: set[int | None] = field(default_factory=set)
    written: list[Written] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    digest: str = ""
    resume_at: datetime | None = None

    @property
    def is_reconciliation(self) -> bool:
        """Everything is compared, whatever it was when last seen."""
        return self.kind is RunKind.RECONCILIATION

    @property
    def schema(self) -> TargetSchema:
        """Autotask's metadata; read before anything is planned."""
        assert self.target_schema is not None, "metadata is read before planning"  # noqa: S101 - a defect, not input  # nosec B101
        return self.target_schema

    @property
    def context(self) -> MappingContext:
        """What mapping needs to know."""
        return MappingContext.of(self.schema, self.settings)

    @property
    def calls(self) -> ApiCalls:
        """Requests of this run that the vendors count."""
        return ApiCalls(salesforce=self.source.calls, autotask=self.target.calls) - self.calls_before

    @property
    def working_calls(self) -> int:
        """Requests to Autotask so far but those for the tenant's use, which come in between and are told apart."""
        return self.target.calls - self.target.usage_reads
