"""django-autotask, unmodified, against the simulator: its synchronizers run to the end, and store what is there."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from taskforce_simulators.autotask import AutotaskSimulator
from taskforce_simulators.core.server import RunningServer, start

CLIENT = Path(__file__).with_name("django_autotask_client.py")
OWNER = 29_700_000
ROUND = {
    "LicenseTypeSynchronizer": 9,
    "AccountTypeSynchronizer": 7,
    "ResourceSynchronizer": 521,
    "AccountSynchronizer": 1_010,
    "ContactSynchronizer": 1_091,
}


@pytest.fixture(scope="module")
def simulator() -> AutotaskSimulator:
    """A tenant whose records fill several pages, some of them inactive."""
    simulator = AutotaskSimulator()
    simulator.load(
        {
            "Resources": [_resource(number) for number in range(520)],
            "Companies": [_company(number) for number in range(1_110)],
            "Contacts": [_contact(number) for number in range(1_200)],
            "settings": {"added_delays": False},
        }
    )
    return simulator


@pytest.fixture(scope="module")
def server(simulator: AutotaskSimulator) -> Iterator[RunningServer]:
    with start(simulator) as server:
        yield server


@pytest.fixture(scope="module")
def stored(simulator: AutotaskSimulator, server: RunningServer) -> dict[str, dict]:
    """What the client has stored after two rounds."""
    known = simulator.credentials()
    done = subprocess.run(
        [
            sys.executable, CLIENT, f"{server.url}/ATServicesRest/", known["username"], known["secret"],
            known["integration_code"],
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_everything_is_synchronized_and_the_second_round_finds_nothing_new(stored) -> None:
    """Created, updated, skipped and deleted are what the simulator holds; nothing differs the second time."""
    created = {name: [count, 0, 0, 0] for name, count in ROUND.items()}
    skipped = {name: [0, 0, count, 0] for name, count in ROUND.items()}
    # The client's field tracker takes a record with the id 0 for one that is not stored yet, and saves it again.
    skipped["AccountSynchronizer"] = [0, 1, ROUND["AccountSynchronizer"] - 1, 0]
    assert stored["rounds"] == [created, skipped]


def test_the_rows_of_the_companies_equal_the_active_ones_of_the_simulator(stored, simulator) -> None:
    """Names, numbers, dates, types, parents and owners arrive as they are, over three pages."""
    assert stored["rows"]["Account"] == [
        {
            "id": company["id"],
            "name": company["companyName"],
            "number": company["companyNumber"],
            "active": True,
            "phone": company["phone"],
            "last_activity_date": _shown(company["lastActivityDate"]),
            "type_id": company["companyType"],
            "parent_account_id": company["parentCompanyID"],
            "owner_resource_id": company["ownerResourceID"],
        }
        for company in simulator.records("Companies")
        if company["isActive"]
    ]


def test_the_rows_of_the_contacts_equal_the_active_ones_of_the_simulator(stored, simulator) -> None:
    """Contacts arrive under their companies; those of inactive companies have none there."""
    active = {company["id"] for company in simulator.records("Companies") if company["isActive"]}
    assert stored["rows"]["Contact"] == [
        {
            "id": contact["id"],
            "first_name": contact["firstName"],
            "last_name": contact["lastName"],
            "email_address": contact["emailAddress"],
            "phone": contact["phone"],
            "alternate_phone": contact["alternatePhone"],
            "mobile_phone": contact["mobilePhone"],
            "extension": contact["extension"],
            "account_id": contact["companyID"] if contact["companyID"] in active else None,
        }
        for contact in simulator.records("Contacts")
        if contact["isActive"]
    ]


def test_the_rows_of_the_resources_equal_those_of_the_simulator(stored, simulator) -> None:
    """Active and inactive resources arrive: the client leaves the value out where it means false."""
    assert stored["rows"]["Resource"] == [
        {
            "id": resource["id"],
            "user_name": resource["userName"],
            "email": resource["email"],
            "first_name": resource["firstName"],
            "last_name": resource["lastName"],
            "active": resource["isActive"],
            "title": resource["title"],
            "license_type_id": resource["licenseType"],
        }
        for resource in simulator.records("Resources")
    ]


def test_the_company_types_come_from_the_metadata(stored) -> None:
    """The picklist in the metadata becomes rows, under the numbers that companies carry."""
    assert [(row["id"], row["label"]) for row in stored["rows"]["AccountType"]] == [
        (1, "Customer"),
        (2, "Lead"),
        (3, "Prospect"),
        (4, "Dead"),
        (6, "Cancelation"),
        (7, "Vendor"),
        (8, "Partner"),
    ]


def _resource(number: int) -> dict[str, object]:
    return {
        "id": OWNER + number,
        "firstName": f"First {number}",
        "lastName": f"Last {number}",
        "email": f"resource{number}@example.com",
        "userName": f"resource{number}",
        "title": "Engineer",
        "isActive": number % 7 != 3,
        "licenseType": 1 + number % 3,
    }


def _company(number: int) -> dict[str, object]:
    return {
        "id": 30_000_000 + number,
        "companyName": f"Company {number}",
        "companyNumber": str(number),
        "companyType": (1, 3, 7)[number % 3],
        "phone": f"555-{number:04d}",
        "ownerResourceID": OWNER + number % 500,
        "parentCompanyID": 30_000_000 + number - 1 if number % 11 == 1 else None,
        "isActive": number % 11 != 5,
        "lastActivityDate": f"2026-01-{1 + number % 28:02d}T10:20:30.{number % 1000:03d}Z",
    }


def _contact(number: int) -> dict[str, object]:
    return {
        "id": 31_000_000 + number,
        "companyID": 30_000_000 + number % 1_110,
        "firstName": f"First {number}",
        "lastName": f"Last {number}",
        "emailAddress": f"contact{number}@example.com",
        "phone": "555-0100",
        "mobilePhone": None if number % 2 else "555-0199",
        "extension": str(number % 100),
        "isActive": int(number % 11 != 7),
    }


def _shown(moment: object) -> str:
    """A date as the client prints it."""
    whole, _, fraction = str(moment).removesuffix("Z").partition(".")
    digits = f".{fraction.ljust(6, '0')}" if fraction else ""
    return f"{whole.replace('T', ' ')}{digits}+00:00"
