"""An MSP's office for end-to-end tests: both simulators over HTTP, one connection, short words for what people do."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx2
from django.db.models import F

from taskforce.adapters.store.models import IndexState, LinkRow
from taskforce.connection_config import ConnectionConfig
from taskforce.domain.history import RecordedChange
from taskforce.domain.run import Run
from taskforce.installation import Installation
from taskforce_simulators.serving import RunningPair
from tests.support.clients import TRUSTS_NOBODY

NAME = "office"
COMPANY_ID_FIELD = "Salesforce Company ID"
CONTACT_ID_FIELD = "Salesforce Contact ID"
WRITES = frozenset({"create", "update"})


class SilentProgress:
    """Nobody watches."""

    def phase(self, name: str, total: int | None = None) -> None:
        """A phase begins."""

    def advance(self, count: int) -> None:
        """Records are done."""

    def say(self, sentence: str) -> None:
        """Something to know."""


class Office:
    """What people type in on both sides, imports, and what stands in Autotask afterwards."""

    def __init__(self, pair: RunningPair, installation: Installation) -> None:
        self.pair = pair
        self.installation = installation
        installation.book.add(NAME, ConnectionConfig.of(pair.connection()))

    def settings(self, **settings: object) -> None:
        """Change the connection's settings."""
        self.installation.book.edit(NAME, {"settings": settings})

    def account(self, **fields: object) -> str:
        """Type an account into Salesforce; its id."""
        record = {
            "Name": "Birch Dental",
            "Phone": "312-555-0199",
            "Type": "Customer",
            "OwnerId": self.user("Olivia Grant"),
            **fields,
        }
        return str(self.pair.salesforce.save_record("Account", record)["Id"])

    def contact(self, account: str | None, **fields: object) -> str:
        """Type a contact into Salesforce; its id."""
        record = {"FirstName": "Rosa", "LastName": "Lind", "AccountId": account, **fields}
        return str(self.pair.salesforce.save_record("Contact", record)["Id"])

    def change(self, kind: str, record_id: str, **fields: object) -> None:
        """Change a record in Salesforce."""
        self.pair.salesforce.save_record(kind, {"Id": record_id, **fields})

    def user(self, name: str) -> str:
        """The id of the Salesforce user of this name."""
        return next(str(user["Id"]) for user in self.pair.salesforce.records("User") if user["Name"] == name)

    def resource(self, name: str) -> int:
        """The id of the first Autotask resource of this name."""
        found = self.pair.autotask.records("Resources")
        return next(int(each["id"]) for each in found if f"{each['firstName']} {each['lastName']}" == name)

    def country(self, code: str) -> int:
        """The id of an Autotask country."""
        return next(int(each["id"]) for each in self.pair.autotask.records("Countries") if each["countryCode"] == code)

    def labels(self, field: str) -> dict[object, str]:
        """The labels of a company picklist, by code."""
        answer = httpx2.get(
            f"{self.pair.autotask_url}/ATServicesRest/V1.0/Companies/entityInformation/fields",
            headers=self.headers(),
            verify=TRUSTS_NOBODY,
        ).json()
        (found,) = [each for each in answer["fields"] if each["name"] == field]
        return {int(value["value"]): value["label"] for value in found["picklistValues"]}

    def headers(self) -> dict[str, str]:
        """What a request to Autotask carries."""
        known = self.pair.autotask.credentials()
        return {
            "UserName": known["username"],
            "Secret": known["secret"],
            "ApiIntegrationCode": known["integration_code"],
        }

    def control(self, system: str, route: str, **body: object) -> None:
        """Ask a simulator's control API for something."""
        url = self.pair.salesforce_url if system == "salesforce" else self.pair.autotask_url
        httpx2.post(f"{url}/__sim__/{route}", json=body, verify=TRUSTS_NOBODY).raise_for_status()

    def company(self, **fields: object) -> int:
        """Type a company into Autotask; its id."""
        record = {
            "companyName": "Birch Dental",
            "companyType": 1,
            "phone": "312-555-0100",
            "ownerResourceID": self.resource("Helen Marsh"),
            "isActive": True,
            **fields,
        }
        return int(self.pair.autotask.save_record("Companies", record)["id"])

    def person(self, company: int, **fields: object) -> int:
        """Type a contact into Autotask; its id."""
        record = {"firstName": "Rosa", "lastName": "Lind", "companyID": company, "isActive": 1, **fields}
        return int(self.pair.autotask.save_record("Contacts", record)["id"])

    def edit(self, kind: str, record_id: int, **fields: object) -> None:
        """Change a record in Autotask."""
        self.pair.autotask.save_record(kind, {"id": record_id, **fields})

    def forget_the_look(self) -> None:
        """As if Autotask had been looked at an hour ago."""
        for state in IndexState.objects.all():
            state.refreshed_through -= timedelta(hours=1)
            state.save()

    def forget_the_writes(self) -> None:
        """As if everything had been written an hour ago: what Autotask shows now is what stands there."""
        LinkRow.objects.filter(written_at_ms__isnull=False).update(written_at_ms=F("written_at_ms") - 3_600_000)

    def run(self, *, is_dry_run: bool = False) -> Run:
        """Import once."""
        return self.installation.run_import(
            NAME, is_dry_run=is_dry_run, progress=SilentProgress(), should_stop=lambda: False
        )

    def outcomes(self, run: Run) -> dict[str, RecordedChange]:
        """What became of each Salesforce record in a run."""
        return {change.source_id: change for change in self.installation.history.changes(run.id)}

    def companies(self) -> list[dict[str, Any]]:
        """All companies in Autotask but the MSP itself."""
        return [dict(each) for each in self.pair.autotask.records("Companies") if each["id"] != 0]

    def people(self) -> list[dict[str, Any]]:
        """All contacts in Autotask."""
        return [dict(each) for each in self.pair.autotask.records("Contacts")]

    def company_of(self, account: str) -> dict[str, Any]:
        """The one company that carries this account's id."""
        (found,) = [each for each in self.companies() if udf(each, COMPANY_ID_FIELD) == account]
        return found

    def person_of(self, contact: str) -> dict[str, Any]:
        """The one Autotask contact that carries this contact's id."""
        (found,) = [each for each in self.people() if udf(each, CONTACT_ID_FIELD) == contact]
        return found

    def writes(self, since: int = 0) -> list[str]:
        """The writes of companies and contacts after journal entry `since`, as "post /companies"."""
        entries = [each for each in self.pair.autotask.journal.entries(since) if each.operation in WRITES]
        paths = [
            f"{each.method} {each.path}".lower().replace("/atservicesrest/v1.0", "").rstrip("/") for each in entries
        ]
        return [path for path in paths if "/companies" in path]

    def mark(self) -> int:
        """The number of the latest Autotask request."""
        return max((entry.number for entry in self.pair.autotask.journal.entries()), default=0)


def udf(record: Mapping[str, Any], name: str) -> str | None:
    """A user-defined field's value."""
    fields = {each["name"]: each["value"] for each in record.get("userDefinedFields") or ()}
    return fields.get(name)
