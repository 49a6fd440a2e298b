"""A Salesforce simulator on loopback with a frozen clock, and a client that is logged in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from tests.support.clients import TRUSTS_NOBODY

from taskforce_simulators.core.server import start
from taskforce_simulators.salesforce import SalesforceSimulator

NOW = datetime(2026, 11, 23, 10, 0, 0, 700_000, tzinfo=UTC)
STAMP = "2026-11-23T10:00:00.000+0000"


class Org:
    """What a test has in hand: the simulator, plain HTTP, and REST calls of version 68.0 with a session."""

    base = "/services/data/v68.0"

    def __init__(self, simulator: SalesforceSimulator, url: str) -> None:
        self.simulator = simulator
        self.url = url
        self.stamp = STAMP
        self.http = httpx2.Client(base_url=url, verify=TRUSTS_NOBODY)
        self.log_in()

    def log_in(self) -> None:
        """Begin a session for the calls that follow."""
        self.session = self.token(grant_type="client_credentials").json()["access_token"]
        self.headers = {"Authorization": f"Bearer {self.session}"}

    def token(self, **form: str) -> httpx2.Response:
        """Ask the token endpoint; the client identifies itself unless the form does."""
        known = self.simulator.credentials()
        client = {"client_id": known["client_id"], "client_secret": known["client_secret"]}
        return self.http.post("/services/oauth2/token", data=client | form)

    def call(self, method: str, path: str, **options: object) -> httpx2.Response:
        """One call below the version's address."""
        headers = {**self.headers, **options.pop("headers", {})}
        return self.http.request(method, self.base + path, headers=headers, **options)

    def get(self, path: str, **query: str) -> httpx2.Response:
        """GET below the version's address."""
        return self.call("GET", path, params=query)

    def create(self, name: str, **body: object) -> str:
        """Make a record; returns its id."""
        answer = self.call("POST", f"/sobjects/{name}", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def query(self, soql: str, resource: str = "query") -> httpx2.Response:
        """Run a query."""
        return self.get(f"/{resource}", q=soql)

    def rows(self, soql: str, resource: str = "query") -> list[tuple[object, ...]]:
        """The values a query finds, without the attributes."""
        answer = self.query(soql, resource)
        assert answer.status_code == 200, answer.text
        records = answer.json()["records"]
        return [tuple(value for name, value in record.items() if name != "attributes") for record in records]

    def control(self, path: str, /, **body: object) -> httpx2.Response:
        """POST to the control API."""
        return self.http.post(f"/__sim__/{path}", json=body)

    def set(self, **settings: object) -> None:
        """Change switches of the org."""
        answer = self.control("settings", **settings)
        assert answer.status_code == 200, answer.text

    def advance(self, **span: float) -> None:
        """Move the clock."""
        self.simulator.clock.advance(timedelta(**span))

    def error(self, answer: httpx2.Response) -> tuple[int, str]:
        """Status and code of a refusal."""
        return answer.status_code, answer.json()[0]["errorCode"]


@pytest.fixture
def org() -> Iterator[Org]:
    """An org without accounts, at 10 o'clock of a day in November 2026."""
    simulator = SalesforceSimulator()
    simulator.clock.freeze(NOW)
    with start(simulator) as server:
        given = Org(simulator, server.url)
        yield given
        given.http.close()
    simulator.database.close()
