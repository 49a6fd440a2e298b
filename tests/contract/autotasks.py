"""The implementations of Target, each with what people do in that Autotask and what may go wrong with it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol, Self

from taskforce.adapters.autotask.client import AutotaskClient
from taskforce.adapters.autotask.credentials import AutotaskCredentials
from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.adapters.http.client import HttpClient
from taskforce.domain.records import Entity, TargetId, Value
from taskforce.engine.ports import Target
from taskforce.testing.clock import FrozenClock
from taskforce.testing.target import MemoryTarget
from taskforce.testing.trouble import Fault, Trouble
from taskforce_simulators.core.faults import Fault as SimulatedFault
from taskforce_simulators.serving import RunningPair
from tests.support.addresses import HERE

_ENDPOINTS = {Entity.COMPANY: "Companies", Entity.CONTACT: "Contacts"}


class Autotask(Protocol):
    """An Autotask that people work in; the user-defined fields for Salesforce ids exist."""

    target: Target
    company_type: int
    owner: int

    def put(self, entity: Entity, fields: Mapping[str, Value], *, company_id: TargetId | None = None) -> TargetId:
        """A person types a record in."""
        ...

    def deactivate(self, entity: Entity, target_id: TargetId) -> None:
        """A person sets a record inactive."""
        ...

    def lose_next_answer(self, *, is_carried_out: bool) -> None:
        """The connection breaks during the next write."""
        ...

    def allow(self, limit: int, *, other_use: int = 0) -> None:
        """So many requests an hour are allowed, and so many of them others have made."""
        ...

    def now(self) -> datetime:
        """Its clock."""
        ...

    def advance(self, duration: timedelta) -> None:
        """Time goes by."""
        ...


class InMemoryAutotask:
    """The target of `taskforce.testing`."""

    company_type, owner = 1, 501

    def __init__(self) -> None:
        self._clock = FrozenClock()
        self._memory = MemoryTarget(clock=self._clock)
        self.target: Target = self._memory

    def put(self, entity: Entity, fields: Mapping[str, Value], *, company_id: TargetId | None = None) -> TargetId:
        """At no call."""
        return self._memory.put(entity, fields, company_id=company_id)

    def deactivate(self, entity: Entity, target_id: TargetId) -> None:
        """At no call."""
        self._memory.activate(entity, target_id, is_active=False)

    def lose_next_answer(self, *, is_carried_out: bool) -> None:
        """By the fault script."""
        fault = Fault.LOST_AFTER if is_carried_out else Fault.LOST_BEFORE
        self._memory.trouble(Trouble(fault=fault))

    def allow(self, limit: int, *, other_use: int = 0) -> None:
        """At once."""
        self._memory.use.limit, self._memory.use.other_use = limit, other_use

    def now(self) -> datetime:
        """Its clock."""
        return self._clock.now()

    def advance(self, duration: timedelta) -> None:
        """Time goes by."""
        self._clock.advance(duration)


class SimulatedAutotask:
    """The adapter over HTTP, against the simulator."""

    def __init__(self, pair: RunningPair) -> None:
        pair.refill("empty")
        self._simulator = pair.autotask
        self._simulator.clock.freeze(datetime.fromisoformat("2026-03-02T09:00:00+00:00"))
        given = pair.connection()["autotask"]
        assert isinstance(given, dict)
        self._http = HttpClient(system="Autotask", addresses=HERE)
        self._clock = FrozenClock(self.now())
        self.target: Target = AutotaskTarget(AutotaskClient(AutotaskCredentials(**given), self._http), self._clock)
        self.target.create_id_fields(self.target.describe().missing_id_fields)
        schema = self.target.describe()
        self.owner: int = next(each.id for each in schema.resources if each.is_active)
        types = schema.fields[Entity.COMPANY]["companyType"].picklist or ()
        self.company_type = next(each.code for each in types if each.is_active)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
        self._simulator.faults.clear()
        self._simulator.clock.reset()

    def put(self, entity: Entity, fields: Mapping[str, Value], *, company_id: TargetId | None = None) -> TargetId:
        """As the simulator's page does."""
        belonging = {} if company_id is None else {"companyID": company_id}
        is_active = True if entity is Entity.COMPANY else 1
        given = {**fields, **belonging, "isActive": is_active}
        return TargetId(int(str(self._simulator.save_record(_ENDPOINTS[entity], given)["id"])))

    def deactivate(self, entity: Entity, target_id: TargetId) -> None:
        """As the simulator's page does."""
        is_active = False if entity is Entity.COMPANY else 0
        self._simulator.save_record(_ENDPOINTS[entity], {"id": target_id, "isActive": is_active})

    def lose_next_answer(self, *, is_carried_out: bool) -> None:
        """The socket is closed."""
        action = "cut_after" if is_carried_out else "cut_before"
        for method in ("POST", "PATCH"):
            path = "(Companies|Contacts)/?$"
            self._simulator.faults.add(SimulatedFault(action=action, method=method, path=path, times=1))  # type: ignore[arg-type]

    def allow(self, limit: int, *, other_use: int = 0) -> None:
        """By its settings; answers are not delayed."""
        given = {"request_limit": limit, "other_use": other_use, "added_delays": False}
        self._simulator.change_settings(given)

    def now(self) -> datetime:
        """Its clock."""
        return self._simulator.clock.now()

    def advance(self, duration: timedelta) -> None:
        """Time goes by."""
        self._simulator.clock.advance(duration)
        self._clock.advance(duration)
