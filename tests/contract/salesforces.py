"""The implementations of Source, each with what people do in that Salesforce."""

from datetime import datetime, timedelta
from typing import Protocol, Self

from taskforce.adapters.http.client import HttpClient
from taskforce.adapters.salesforce.client import SalesforceClient
from taskforce.adapters.salesforce.credentials import SalesforceCredentials
from taskforce.adapters.salesforce.source import SalesforceSource
from taskforce.domain.records import Entity, SourceId, Value
from taskforce.engine.ports import Source
from taskforce.testing.clock import FrozenClock
from taskforce.testing.source import MemorySource
from taskforce_simulators.serving import RunningPair
from tests.builders import account_id, contact_id
from tests.support.addresses import HERE


class Salesforce(Protocol):
    """A Salesforce that people work in."""

    source: Source

    def save(self, entity: Entity, source_id: SourceId | None, **fields: Value) -> SourceId:
        """A person saves a record, a new one without an id."""
        ...

    def delete(self, entity: Entity, source_id: SourceId) -> None:
        """A person deletes a record."""
        ...

    def now(self) -> datetime:
        """Its clock."""
        ...

    def advance(self, duration: timedelta) -> None:
        """Time goes by."""
        ...


class InMemorySalesforce:
    """The source of `taskforce.testing`."""

    def __init__(self) -> None:
        self._clock = FrozenClock()
        self._memory = MemorySource(clock=self._clock, page_size=2000)
        self._count = 0
        self.source: Source = self._memory

    def save(self, entity: Entity, source_id: SourceId | None, **fields: Value) -> SourceId:
        """Ids in the order in which records are made."""
        self._count += 1
        saved = source_id or (account_id if entity is Entity.COMPANY else contact_id)(self._count)
        self._memory.put(entity, saved, fields)
        return saved

    def delete(self, entity: Entity, source_id: SourceId) -> None:
        """Into the recycle bin."""
        self._memory.delete(entity, source_id)

    def now(self) -> datetime:
        """Its clock."""
        return self._clock.now()

    def advance(self, duration: timedelta) -> None:
        """Time goes by."""
        self._clock.advance(duration)


class NoCache:
    """Sessions are not kept."""

    def load(self) -> str | None:
        """Nothing."""
        return None

    def save(self, text: str) -> None:
        """Nothing."""

    def clear(self) -> None:
        """Nothing."""


class SimulatedSalesforce:
    """The adapter over HTTP, against the simulator."""

    def __init__(self, pair: RunningPair, **options: int) -> None:
        pair.refill("empty")
        self._simulator = pair.salesforce
        self._simulator.clock.freeze(datetime.fromisoformat("2026-03-02T09:00:00+00:00"))
        given = pair.connection()["salesforce"]
        assert isinstance(given, dict)
        self._http = HttpClient(system="Salesforce", addresses=HERE)
        client = SalesforceClient(SalesforceCredentials(**given), self._http, NoCache())
        self.source: Source = SalesforceSource(client, FrozenClock(), **options)

    def in_small_pages(self) -> Self:
        """A source may ask for one record on a page, so that a bulk job reads all that follow the first."""
        self._simulator.change_settings({"least_page_size": 1})
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
        self._simulator.clock.reset()

    def save(self, entity: Entity, source_id: SourceId | None, **fields: Value) -> SourceId:
        """As the simulator's page does."""
        given = {**fields, "Id": source_id} if source_id else dict(fields)
        return SourceId(str(self._simulator.save_record(entity.source_object, given)["Id"]))

    def delete(self, entity: Entity, source_id: SourceId) -> None:
        """Into the recycle bin."""
        self._simulator.save_record(entity.source_object, {"Id": source_id, "IsDeleted": True})

    def now(self) -> datetime:
        """Its clock."""
        return self._simulator.clock.now()

    def advance(self, duration: timedelta) -> None:
        """Time goes by."""
        self._simulator.clock.advance(duration)
