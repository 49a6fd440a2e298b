"""An Autotask simulator on loopback with a frozen clock, and a client with the right headers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from tests.support.clients import TRUSTS_NOBODY

from taskforce_simulators.autotask import AutotaskSimulator
from taskforce_simulators.core.server import start

NOW = datetime(2026, 11, 23, 10, 0, 0, 700_000, tzinfo=UTC)
STAMP = "2026-11-23T10:00:00.7Z"
OWNER, FORMER_OWNER, API_RESOURCE = 4001, 4002, 4003


class Tenant:
    """What a test has in hand: the simulator, plain HTTP, and calls of V1.0 with credentials."""

    owner, former_owner, api_resource = OWNER, FORMER_OWNER, API_RESOURCE
    stamp = STAMP

    def __init__(self, simulator: AutotaskSimulator, url: str) -> None:
        self.simulator = simulator
        self.url = url
        self.base = f"{url}/ATServicesRest/V1.0"
        known = simulator.credentials()
        self.headers = {
            "UserName": known["username"],
            "Secret": known["secret"],
            "ApiIntegrationCode": known["integration_code"],
        }
        self.http = httpx2.Client(trust_env=False, verify=TRUSTS_NOBODY)

    def call(self, method: str, path: str, **options: object) -> httpx2.Response:
        """One call below V1.0; further headers are added to the credentials."""
        headers = {**self.headers, **options.pop("headers", {})}
        return self.http.request(method, f"{self.base}/{path}", headers=headers, **options)

    def get(self, path: str, **query: str) -> httpx2.Response:
        """GET below V1.0."""
        return self.call("GET", path, params=query)

    def post(self, path: str, body: object) -> httpx2.Response:
        """POST below V1.0."""
        return self.call("POST", path, json=body)

    def patch(self, path: str, body: object) -> httpx2.Response:
        """PATCH below V1.0."""
        return self.call("PATCH", path, json=body)

    def query(self, entity: str, *filters: dict[str, object], **more: object) -> httpx2.Response:
        """Query an entity by POST."""
        return self.post(f"{entity}/query", {"filter": list(filters), **more})

    def ids(self, entity: str, *filters: dict[str, object]) -> list[int]:
        """The ids that a query finds."""
        answer = self.query(entity, *filters)
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    def item(self, path: str) -> dict[str, object]:
        """A record by its path."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()["item"]

    def errors(self, answer: httpx2.Response, status: int = 500) -> list[str]:
        """The texts of a refusal."""
        assert answer.status_code == status, answer.text
        return answer.json()["errors"]

    def company(self, **fields: object) -> int:
        """Create a company by the API; returns its id."""
        body = {"companyName": "Acme", "companyType": 1, "phone": "555-0100", "ownerResourceID": OWNER} | fields
        answer = self.post("Companies", body)
        assert answer.status_code == 200, answer.text
        return answer.json()["itemId"]

    def contact(self, company: int, **fields: object) -> int:
        """Create a contact by the API; returns its id."""
        body = {"firstName": "Ann", "lastName": "Lee", "isActive": 1} | fields
        answer = self.post(f"Companies/{company}/Contacts", body)
        assert answer.status_code == 200, answer.text
        return answer.json()["itemId"]

    def user_defined_field(self, name: str, entity: str = "Company", kind: str = "Text", **fields: object) -> int:
        """Create a user-defined field by the API, with the codes of the metadata; returns its id."""
        body = {"name": name, "udfType": self.code("udfType", entity), "dataType": self.code("dataType", kind)}
        answer = self.post("UserDefinedFieldDefinitions", body | fields)
        assert answer.status_code == 200, answer.text
        return answer.json()["itemId"]

    def code(self, field: str, label: str) -> int:
        """The code behind the beginning of a label in the metadata of UserDefinedFieldDefinitions."""
        fields = self.get("UserDefinedFieldDefinitions/entityInformation/fields").json()["fields"]
        values = next(known["picklistValues"] for known in fields if known["name"] == field)
        return next(int(value["value"]) for value in values if value["label"].startswith(label))

    def control(self, path: str, body: object) -> httpx2.Response:
        """POST to the control API."""
        return self.http.post(f"{self.url}/__sim__/{path}", json=body)

    def set(self, **settings: object) -> None:
        """Change settings through the control API."""
        answer = self.control("settings", settings)
        assert answer.status_code == 200, answer.text

    def advance(self, **span: float) -> None:
        """Move the clock on."""
        self.simulator.clock.advance(timedelta(**span))

    def load(self, **data: object) -> None:
        """Load records past every validation."""
        self.simulator.load(data)


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    simulator = AutotaskSimulator()
    simulator.clock.freeze(NOW)
    simulator.load(
        {
            "Resources": [
                {"id": OWNER, "firstName": "Helen", "lastName": "Marsh", "isActive": True, "licenseType": 1},
                {"id": FORMER_OWNER, "firstName": "Erin", "lastName": "Doyle", "isActive": False, "licenseType": 1},
                {"id": API_RESOURCE, "firstName": "Other", "lastName": "Robot", "isActive": True, "licenseType": 7},
            ]
        }
    )
    with start(simulator) as server:
        known = Tenant(simulator, server.url)
        yield known
        known.http.close()
    simulator.database.close()
