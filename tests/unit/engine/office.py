"""A pair of systems in memory with everything a run needs, and the records tests begin with."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import ApiCalls, Entity, SourceId, TargetId, TargetRecord, Value
from taskforce.domain.run import Run, RunKind
from taskforce.domain.settings import ConnectionSettings
from taskforce.engine.runs import World, run_import
from taskforce.testing.clock import FrozenClock
from taskforce.testing.notifier import RecordedNotifier
from taskforce.testing.progress import RecordedProgress
from taskforce.testing.source import MemorySource
from taskforce.testing.stores import MemoryStores
from taskforce.testing.target import MemoryTarget
from taskforce.testing.trouble import Fault, Trouble
from tests.builders import account_id, contact_id

COMPANY, CONTACT = Entity.COMPANY, Entity.CONTACT
SETTINGS = ConnectionSettings(default_account_manager="Bea Default")
AN_HOUR = timedelta(hours=1)
FIRST_ACCOUNT = account_id(1)
USAGE = 1
"""A run's first request to Autotask asks what the tenant has used of its limit (protocol 5)."""

ACCOUNT: Mapping[str, Value] = {
    "Name": "Acme",
    "BillingStreet": "1 Main St",
    "BillingCity": "Springfield",
    "BillingState": "IL",
    "BillingCountry": "United States",
    "Phone": "217-555-0100",
    "Type": "Prospect",
    "OwnerId": "005000000000001AAA",
    "Owner.FirstName": "Ada",
    "Owner.LastName": "Owner",
}
"""An account whose every value has a counterpart in the small tenant."""

COMPANY_OF_ACCOUNT: Mapping[str, Value] = {
    "companyName": "Acme",
    "address1": "1 Main St",
    "city": "Springfield",
    "state": "IL",
    "countryID": 237,
    "phone": "217-555-0100",
    "companyType": 3,
    "ownerResourceID": 501,
}
"""The company that ACCOUNT becomes."""

PERSON: Mapping[str, Value] = {"FirstName": "Jo", "LastName": "Doe", "Email": "jo@acme.example"}
CONTACT_OF_PERSON: Mapping[str, Value] = {"firstName": "Jo", "lastName": "Doe", "emailAddress": "jo@acme.example"}


@dataclass(slots=True)
class Office:
    """Both systems, the stores and one clock for all; half an hour passes before each further run."""

    settings: ConnectionSettings = SETTINGS
    clock: FrozenClock = field(default_factory=FrozenClock)
    source: MemorySource = field(init=False)
    target: MemoryTarget = field(init=False)
    stores: MemoryStores = field(default_factory=MemoryStores)
    progress: RecordedProgress = field(default_factory=RecordedProgress)
    notifier: RecordedNotifier = field(default_factory=RecordedNotifier)
    active_since: datetime | None = None
    stop_at: int | None = None
    _asked: int = 0

    def __post_init__(self) -> None:
        self.source = MemorySource(clock=self.clock)
        self.target = MemoryTarget(clock=self.clock)

    # --- Salesforce ---

    def account(self, number: int = 1, /, **fields: Value) -> SourceId:
        """An account like ACCOUNT, but for `fields`."""
        self.source.put(COMPANY, account_id(number), {**ACCOUNT, **fields})
        return account_id(number)

    def person(self, number: int = 1, *, at: SourceId | None = FIRST_ACCOUNT, **fields: Value) -> SourceId:
        """A contact like PERSON at an account, but for `fields`."""
        self.source.put(CONTACT, contact_id(number), {**PERSON, "AccountId": at, **fields})
        return contact_id(number)

    def save(self, source_id: SourceId, **fields: Value) -> None:
        """Somebody changes a record in Salesforce."""
        self.source.put(COMPANY if source_id.startswith("001") else CONTACT, source_id, fields)

    # --- Autotask ---

    def company(self, *, carries: str | None = None, is_active: bool = True, **fields: Value) -> TargetId:
        """A company like COMPANY_OF_ACCOUNT, but for `fields`."""
        return self.target.put(COMPANY, {**COMPANY_OF_ACCOUNT, **fields}, carries=carries, is_active=is_active)

    def contact(self, company: TargetId, *, carries: str | None = None, **fields: Value) -> TargetId:
        """A contact like CONTACT_OF_PERSON under a company, but for `fields`."""
        return self.target.put(CONTACT, {**CONTACT_OF_PERSON, **fields}, carries=carries, company_id=company)

    def companies(self) -> list[TargetRecord]:
        """All companies as they stand."""
        return self.target.records(COMPANY)

    def contacts(self) -> list[TargetRecord]:
        """All contacts as they stand."""
        return self.target.records(CONTACT)

    def trouble(self, fault: Fault, operation: str = "", **details: object) -> None:
        """Something will go wrong with Autotask."""
        self.target.trouble(replace(Trouble(fault=fault, operation=operation), **details))  # type: ignore[arg-type]

    # --- runs ---

    def run(self, *, later: timedelta = timedelta(minutes=30), dry: bool = False, by_hand: bool = False) -> Run:
        """One import, some time after whatever was before."""
        self.clock.advance(later)
        self._asked = 0
        return run_import(self.world(), is_dry_run=dry, is_by_hand=by_hand)

    @property
    def work_calls(self) -> int:
        """Requests to Autotask so far, but for those that ask what is used of its limit."""
        return self.target.calls - self.target.usage_reads

    def reconcile(
        self, *, later: timedelta = timedelta(minutes=30), dry: bool = False, accepts_missing: bool = False
    ) -> Run:
        """One reconciliation, some time after whatever was before."""
        self.clock.advance(later)
        self._asked = 0
        kind = RunKind.RECONCILIATION
        return run_import(self.world(), kind=kind, is_dry_run=dry, accepts_missing=accepts_missing)

    def spent(self, *, later: timedelta = timedelta(minutes=30)) -> ApiCalls:
        """What both systems counted for one more import."""
        before = ApiCalls(salesforce=self.source.calls, autotask=self.target.calls)
        self.run(later=later)
        return ApiCalls(salesforce=self.source.calls, autotask=self.target.calls) - before

    def world(self) -> World:
        """The ports for the engine."""
        return World(
            settings=self.settings,
            source=self.source,
            target=self.target,
            stores=self.stores,
            clock=self.clock,
            progress=self.progress,
            should_stop=self._should_stop,
            notifier=self.notifier,
            active_since=self.active_since,
        )

    def _should_stop(self) -> bool:
        self._asked += 1
        return self._asked == self.stop_at

    def outcomes(self, run: Run) -> dict[SourceId, tuple[OutcomeKind, Reason] | None]:
        """What became of each record in a run; None for a write that was not reached."""
        return {
            entry.decision.subject.source_id: (entry.outcome.kind, entry.outcome.reason) if entry.outcome else None
            for entry in self.stores.plan(run.id).entries()
        }


def company(number: TargetId, carries: SourceId | None, **fields: Value) -> TargetRecord:
    """The whole company to be found in Autotask: like COMPANY_OF_ACCOUNT, but for `fields` (None: not there)."""
    return _record(COMPANY, number, {**COMPANY_OF_ACCOUNT, **fields}, carries, None)


def contact(number: TargetId, carries: SourceId | None, at: TargetId, **fields: Value) -> TargetRecord:
    """The whole contact to be found in Autotask under a company."""
    return _record(CONTACT, number, {**CONTACT_OF_PERSON, **fields}, carries, at)


def _record(
    entity: Entity, number: TargetId, fields: Mapping[str, Value], carries: SourceId | None, at: TargetId | None
) -> TargetRecord:
    return TargetRecord(
        entity=entity,
        id=number,
        fields={name: value for name, value in fields.items() if value is not None},
        is_active=True,
        source_id=carries,
        source_id_as_written=carries,
        company_id=at,
    )


def without_times(records: list[TargetRecord]) -> list[TargetRecord]:
    """Records without the moment of their last change."""
    return [replace(record, changed_at=None) for record in records]
