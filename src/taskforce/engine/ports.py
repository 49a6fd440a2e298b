"""What the engine needs of the world. Adapters and the in-memory doubles in `taskforce.testing` implement it.

Every method that talks to a vendor raises the errors of `taskforce.errors` and nothing else.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from taskforce.domain.budget import Budget, TenantUse
from taskforce.domain.cursor import Position
from taskforce.domain.filtering import RecordFilter
from taskforce.domain.notices import Notice
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord, Value
from taskforce.domain.run import Run
from taskforce.domain.schema import SourceSchema, TargetSchema
from taskforce.domain.settings import ConnectionSettings
from taskforce.domain.standard_mapping import STANDARD, Mappings


class Clock(Protocol):
    """The time here, and waiting; injected so that tests need not wait."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow, for durations."""
        ...

    def sleep(self, duration: timedelta) -> None:
        """Wait."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """A page of Salesforce records in the order (SystemModstamp, Id), and where reading goes on after it.

    Pages follow each other in that order, but for those of a large reading, which may come in any: they leave
    `position` where it was, so that a reading that ends early has them once more. A page without records, while more
    follow, gives the caller time to stop. `asked_at` is Salesforce's clock when the reading of this sequence of pages
    began; `remark` is what people should know of how it went.
    """

    records: Sequence[SourceRecord]
    position: Position | None
    asked_at: datetime
    remark: str = ""


class Source(Protocol):
    """Salesforce, read only."""

    @property
    def calls(self) -> int:
        """Requests so far that Salesforce counts."""
        ...

    @property
    def use_seen(self) -> TenantUse | None:
        """The org's use of its daily requests, all integrations together, as the latest answer told it."""
        ...

    def describe(self, mappings: Mappings = STANDARD) -> SourceSchema:
        """Which fields the user may see, of related records those that these mappings take.

        Costs one request per object, related ones included.
        """
        ...

    def changes(
        self, entity: Entity, fields: Sequence[str], *, since: datetime | None, after: Position | None
    ) -> Generator[SourcePage]:
        """Pages of records changed at or after `since` (all when None), deleted ones and merge losers included.

        With `after` only those that follow that position. `fields` are Salesforce field names, relationship fields
        with a dot; Id, SystemModstamp, IsDeleted and MasterRecordId are always read besides. A query locator that is
        lost is resumed behind the last record that was handed out. At least one page is yielded, empty if need be.
        Whoever stops early closes it, since a request may be under way.
        """
        ...

    def read(self, entity: Entity, fields: Sequence[str], ids: Sequence[SourceId]) -> Sequence[SourceRecord]:
        """The present state of up to 200 records, deleted ones included; those that are gone or hidden are absent."""
        ...

    def count(self, entity: Entity, record_filter: RecordFilter) -> int:
        """How many records fit a filter now. Costs a request, and one for each object whose fields it names.

        Raises ConfigurationError for what cannot be compared so: a hidden field, a text for a number.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A run that has ended, with what people were told in it, and by which settings they are to be told."""

    run: Run
    notices: Sequence[Notice]
    settings: ConnectionSettings
    is_by_hand: bool


class Notifier(Protocol):
    """Tells people, beside what is stored for `taskforce runs`: by log and by mail. Never raises, and never waits."""

    def told(self, connection: str, notice: Notice) -> None:
        """Something began, or (`over_at`) is over."""
        ...

    def ended(self, ended: Ended) -> None:
        """A run came to its end, after what was told in it."""
        ...


class Target(Protocol):
    """Autotask. Writes are sent once; a lost answer raises WriteInDoubt."""

    @property
    def calls(self) -> int:
        """Requests so far that Autotask counts."""
        ...

    @property
    def usage_reads(self) -> int:
        """How many of them asked for the tenant's use of its limit."""
        ...

    @property
    def use_seen(self) -> TenantUse | None:
        """The tenant's use of its hourly requests as the last look of this run saw it; None if it has not looked."""
        ...

    @property
    def budget(self) -> Budget | None:
        """What this run may still spend, as it stands now; None before it has a budget."""
        ...

    @property
    def seconds_per_call(self) -> float | None:
        """How long an answer took on the average since a budget was set; None before the first (protocol 5)."""
        ...

    def spend_within(self, budget: Budget) -> None:
        """A run begins: requests are sent as far as the budget allows, and the tenant's use is looked at when due.

        From then on every method that sends, but `usage`, raises BudgetExhausted, with nothing sent and `retry_after`
        set, once the tenant's use has come to the mark. Costs nothing until the first request.
        """
        ...

    @property
    def server_time(self) -> datetime | None:
        """Autotask's clock in its latest answer, if it told."""
        ...

    @property
    def writes_at_once(self) -> int:
        """How many writes may be on their way at once, by the vendor's limits (protocol 5)."""
        ...

    def describe(self) -> TargetSchema:
        """Fields, picklists, user-defined fields, resources and countries."""
        ...

    def create_id_fields(self, missing: Sequence[Entity]) -> None:
        """Create the user-defined fields that carry Salesforce ids (S10).

        Raises AccessError with what to create by hand, when Autotask refuses.
        """
        ...

    def read_all(self, entity: Entity, schema: TargetSchema) -> Generator[Sequence[TargetRecord]]:
        """Every record, in pages of up to 500 ordered by id; company 0 is left out. Whoever stops early closes it."""
        ...

    def own_company(self, schema: TargetSchema) -> TargetRecord | None:
        """Company 0, the MSP itself, which no other reading shows: only to be told that an id stands there (B14)."""
        ...

    def read_changed(self, entity: Entity, schema: TargetSchema, since: datetime) -> Generator[Sequence[TargetRecord]]:
        """Records created or changed at or after `since` (Autotask's clock), in pages of up to 500; closed likewise."""
        ...

    def read(self, entity: Entity, schema: TargetSchema, ids: Sequence[TargetId]) -> Mapping[TargetId, TargetRecord]:
        """The present state of up to 500 records; those that are gone are absent."""
        ...

    def find_by_source_id(self, entity: Entity, schema: TargetSchema, source_id: SourceId) -> Sequence[TargetRecord]:
        """The records whose user-defined field holds this Salesforce id, asked by value."""
        ...

    def create(
        self,
        entity: Entity,
        schema: TargetSchema,
        fields: Mapping[str, Value],
        *,
        source_id: SourceId,
        company_id: TargetId | None = None,
    ) -> TargetId:
        """One POST with the Salesforce id in it; a contact goes under its company.

        Raises RecordRejected, TransientError or AccessError when nothing was created for certain, WriteInDoubt when
        that is not known (protocol 2, steps 3 to 5).
        """
        ...

    def update(
        self,
        entity: Entity,
        schema: TargetSchema,
        target_id: TargetId,
        fields: Mapping[str, Value],
        *,
        source_id: SourceId | None = None,
        clears_id: bool = False,
        company_id: TargetId | None = None,
    ) -> None:
        """One PATCH with absolute values; None clears a field; `source_id` is written into the user-defined field.

        `clears_id` empties every user-defined field that may carry a Salesforce id.
        """
        ...

    def usage(self) -> TenantUse | None:
        """What is used of the tenant's limit, by one request that also tells its clock; None if it is not told."""
        ...

    def attached(self, company_id: TargetId) -> Mapping[str, int]:
        """How much hangs on a company, by what it is: contacts, child companies, open tickets, contracts, opportunities
        and projects (B6). What the API user may not see is absent."""
        ...
