"""The simulated org with a client of ours, and short words for what tests make happen in it."""

from collections.abc import Generator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from threading import Condition
from typing import Any

from taskforce.adapters.http.client import Answer, HttpClient
from taskforce.adapters.http.retrying import RetryPolicy
from taskforce.adapters.salesforce.client import Request, SalesforceClient
from taskforce.adapters.salesforce.credentials import SalesforceCredentials
from taskforce.adapters.salesforce.source import SalesforceSource
from taskforce.domain.records import Entity, SourceId, SourceRecord
from taskforce.engine.ports import Clock, SourcePage
from taskforce.testing.clock import FrozenClock
from taskforce_simulators.core.faults import Fault
from taskforce_simulators.salesforce import SalesforceSimulator
from tests.support.addresses import HERE

AT_ONCE = RetryPolicy(attempts=3, first_wait=timedelta(), longest_wait=timedelta(), longest_asked=timedelta())
NOON = datetime.fromisoformat("2026-11-23T12:00:00+00:00")


class MemoryCache:
    """Keeps a session as long as the test lasts."""

    def __init__(self, text: str | None = None) -> None:
        self.text = text

    def load(self) -> str | None:
        """The text saved last."""
        return self.text

    def save(self, text: str) -> None:
        """Keep a text."""
        self.text = text

    def clear(self) -> None:
        """Forget it."""
        self.text = None


class SimulatedOrg:
    """An empty org at noon of a day in November 2026; its clock stands still."""

    def __init__(self, simulator: SalesforceSimulator, closing: ExitStack) -> None:
        self.simulator = simulator
        self._closing = closing
        simulator.reset()
        simulator.faults.clear()
        simulator.clock.reset()
        simulator.clock.freeze(NOON)
        simulator.journal.clear()

    @property
    def secrets(self) -> list[str]:
        """What no message may hold."""
        given = self.simulator.credentials()
        hidden = [given[name] for name in ("client_secret", "private_key", "password", "security_token", "username")]
        return [*hidden, given["private_key"].splitlines()[1]]

    def client(self, cache: MemoryCache | None = None, /, **changes: str) -> SalesforceClient:
        """A client with the org's credentials, some of them changed."""
        given = {"url": self.simulator.public_url, "method": "client_credentials", **self.simulator.credentials()}
        http = self._closing.enter_context(HttpClient(system="Salesforce", addresses=HERE, retries=AT_ONCE))
        return SalesforceClient(SalesforceCredentials(**{**given, **changes}), http, cache or MemoryCache())

    def source(
        self, client: SalesforceClient | None = None, *, clock: Clock | None = None, **options: Any
    ) -> SalesforceSource:
        """A source with a client and a clock of its own, unless they are given."""
        return SalesforceSource(client or self.client(), clock or FrozenClock(), **options)

    def set(self, **settings: object) -> None:
        """Change switches of the org."""
        self.simulator.change_settings(settings)

    def goes_wrong(self, action: str, path: str, **fault: Any) -> None:
        """Put a fault in force."""
        self.simulator.faults.add(Fault(action=action, path=path, **fault))  # type: ignore[arg-type]

    def add_accounts(self, count: int) -> list[str]:
        """Accounts that are all saved in the same second; their ids in order."""
        return sorted(str(self.save("Account", Name=f"Company {number}")["Id"]) for number in range(count))

    def save(self, object_name: str, **fields: object) -> dict[str, object]:
        """A person saves a record."""
        return self.simulator.save_record(object_name, fields)

    def asked(self, operation: str = "") -> list[str]:
        """What was asked for so far, as paths with queries; of one operation, if it is named."""
        entries = self.simulator.journal.entries()
        return [f"{each.path}?{each.query}" for each in entries if operation in ("", each.operation)]

    @property
    def counted(self) -> int:
        """Requests so far that Salesforce counts, as the simulator knows it."""
        return sum(each.counted and each.status != 401 for each in self.simulator.journal.entries())


class Heard:
    """Counts the requests that a client sends from now on, of those whose path ends like this."""

    def __init__(self, client: SalesforceClient, ending: str = "") -> None:
        self._sent = client.sent
        self._ending = ending
        self._count = 0
        self._changed = Condition()
        client.sent = self._hear  # type: ignore[method-assign]

    def as_many_as(self, count: int) -> bool:
        """Whether so many have been sent, or are within ten seconds, and no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._count >= count, timeout=10)
            return self._count == count

    def _hear(self, request: Request) -> Answer:
        with self._changed:
            self._count += request.path.endswith(self._ending)
            self._changed.notify()
        return self._sent(request)


def read_one_by_one(
    source: SalesforceSource, fields: Sequence[str] = ("Name",), entity: Entity = Entity.COMPANY
) -> Generator[SourcePage]:
    """Pages, as somebody takes them; closed, nothing more is asked for."""
    yield from source.changes(entity, fields, since=None, after=None)


def read(
    source: SalesforceSource, fields: Sequence[str] = ("Name",), entity: Entity = Entity.COMPANY, **options: Any
) -> list[SourcePage]:
    """All pages."""
    return list(source.changes(entity, fields, **{"since": None, "after": None, **options}))


def records(pages: Sequence[SourcePage]) -> list[SourceRecord]:
    """The records of all pages."""
    return [record for page in pages for record in page.records]


def ids(pages: Sequence[SourcePage]) -> list[SourceId]:
    """The ids of all pages, in the order in which they came."""
    return [record.id for record in records(pages)]
