"""The scenarios: complete, plausible, and the same every time."""

import re
import time
from collections import Counter
from datetime import datetime
from functools import cache

import pytest

from taskforce_simulators.scenarios import Scenario, UnknownScenarioError, build

Records = list[dict[str, object]]
MATCH_KEYS = ("companyName", "address1", "city", "state")


@cache
def _built(name: str, accounts: int | None = None, contacts: int | None = None, seed: int = 1) -> Scenario:
    return build(name, accounts=accounts, contacts=contacts, seed=seed)


def _records(scenario: Scenario, name: str) -> Records:
    records = {**scenario.salesforce, **scenario.autotask, "SalesforceContact": scenario.salesforce["Contact"]}[name]
    assert isinstance(records, list)
    return records


def _plain(value: object) -> str:
    return " ".join(str(value or "").casefold().split())


def _key(account: dict[str, object]) -> tuple[str, ...]:
    street = str(account["BillingStreet"] or "").splitlines()
    lengths = (100, 128, 30, 40)
    values = (account["Name"], street[0] if street else "", account["BillingCity"], account["BillingState"])
    return tuple(_plain(str(value or "")[:length]) for value, length in zip(values, lengths, strict=True))


@pytest.mark.parametrize("name", ["demo", "duplicate_names", "empty"])
def test_same_arguments_same_data(name: str) -> None:
    """A scenario built twice is the same to the letter; with another seed it is not."""
    first, second, other = (build(name, accounts=90, contacts=200, seed=seed) for seed in (3, 3, 4))
    assert (first == second, first == other) == (True, False)


@pytest.mark.parametrize("name", ["demo", "duplicate_names", "empty"])
def test_ids_are_unique_and_references_lead_somewhere(name: str) -> None:
    """No id comes twice, and what refers to another record finds it."""
    scenario = _built(name, 300, 900)
    for kind in ("User", "Account", "SalesforceContact", "Resources", "Companies", "Contacts"):
        ids = [record.get("Id", record.get("id")) for record in _records(scenario, kind)]
        assert len(set(ids)) == len(ids), kind
    accounts = {record["Id"] for record in _records(scenario, "Account")}
    users = {record["Id"] for record in _records(scenario, "User")}
    companies = {record["id"] for record in _records(scenario, "Companies")}
    resources = {record["id"] for record in _records(scenario, "Resources")}
    countries = {record["id"] for record in _records(scenario, "Countries")} | {None}
    for account in _records(scenario, "Account"):
        assert {account["OwnerId"]} <= users
        assert {account["ParentId"], account.get("MasterRecordId")} <= accounts | {None}
    assert {contact["AccountId"] for contact in _records(scenario, "SalesforceContact")} <= accounts | {None}
    assert {contact["companyID"] for contact in _records(scenario, "Contacts")} <= companies
    assert {company["ownerResourceID"] for company in _records(scenario, "Companies")} <= resources
    assert {company["countryID"] for company in _records(scenario, "Companies")} <= countries


def test_ids_have_their_checksum() -> None:
    """Salesforce ids have 18 characters, the right prefix, and tails that differ in more than case."""
    ids = [str(account["Id"]) for account in _records(_built("empty", 5_000), "Account")]
    assert all(re.fullmatch(r"0015g00[0-9A-Za-z]{8}[A-Z0-5]{3}", account_id) for account_id in ids)
    assert len({account_id.casefold() for account_id in ids}) == 5_000
    assert ids[0] == "0015g0000000007AAA"


@pytest.mark.parametrize(
    ("accounts", "contacts", "expected"),
    [(None, None, (250, 1_000)), (300, 1_500, (300, 1_500)), (120, 0, (120, 51)), (0, 200, (70, 200))],
)
def test_size_of_the_demo(accounts: int | None, contacts: int | None, expected: tuple[int, int]) -> None:
    """The demo has 250 accounts and 1,000 contacts; other numbers cut or add ordinary ones, the cases always stay."""
    scenario = _built("demo", accounts, contacts)
    assert (len(_records(scenario, "Account")), len(_records(scenario, "SalesforceContact"))) == expected


def test_empty_has_what_every_tenant_has() -> None:
    """Empty means users, resources, countries, picklists and company 0, and nothing else."""
    scenario = _built("empty")
    counted = {
        name: len(_records(scenario, name))
        for name in ("Account", "SalesforceContact", "Companies", "Contacts", "UserDefinedFieldDefinitions")
    }
    assert counted == {
        "Account": 0,
        "SalesforceContact": 0,
        "Companies": 1,
        "Contacts": 0,
        "UserDefinedFieldDefinitions": 0,
    }
    assert (_records(scenario, "Companies")[0]["id"], len(_records(scenario, "User"))) == (0, 8)
    assert {"United States", "Germany"} <= {country["name"] for country in _records(scenario, "Countries")}


def test_default_account_manager_is_active() -> None:
    """The default account manager of the connection is exactly one active resource."""
    scenario = _built("demo")
    fitting = [
        resource["isActive"]
        for resource in _records(scenario, "Resources")
        if f"{resource['firstName']} {resource['lastName']}" == scenario.default_account_manager
    ]
    assert fitting == [True]


def test_modification_times_spread_over_three_years() -> None:
    """SystemModstamps are whole seconds, spread over three years, and lie in the past."""
    stamps = [str(account["SystemModstamp"]) for account in _records(_built("empty", 2_000), "Account")]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000", stamp) for stamp in stamps)
    years = Counter(stamp[:4] for stamp in stamps)
    assert min(years["2024"], years["2025"], years["2026"]) > 200
    assert datetime.fromisoformat(max(stamps)).year == 2026
    assert max(stamps) < "2026-10-01"


def test_generated_accounts_match_nothing_by_accident() -> None:
    """Among generated accounts no name, telephone or web address comes twice, nor a name within an account."""
    scenario = _built("empty", 5_000, 20_000)
    accounts, people = _records(scenario, "Account"), _records(scenario, "SalesforceContact")
    for field in ("Name", "Phone", "Website"):
        values = [_plain(account[field]) for account in accounts if account[field]]
        assert len(set(values)) == len(values), field
    names = [(person["AccountId"], _plain(person["FirstName"]), _plain(person["LastName"])) for person in people]
    assert len(set(names)) == len(names)


def test_many_records_are_made_quickly() -> None:
    """10,000 accounts with 40,000 contacts take seconds."""
    began = time.process_time()
    scenario = build("empty", accounts=10_000, contacts=40_000, seed=7)
    assert (len(_records(scenario, "Account")), len(_records(scenario, "SalesforceContact"))) == (10_000, 40_000)
    assert time.process_time() - began < 15


def test_demo_matches_as_its_comments_say() -> None:
    """The number of Autotask companies that fit each case is the one its comment promises."""
    scenario = _built("demo")
    fitting = Counter(tuple(_plain(company[key]) for key in MATCH_KEYS) for company in _records(scenario, "Companies"))
    keys = {str(account["Name"]): _key(account) for account in _records(scenario, "Account")}
    found = {name: fitting[key] for name, key in keys.items()}
    cases = {
        "Whitaker Elementary School": 1,
        "HARBOR POINT Dental": 1,
        "Windsor Outfitters Online": 1,
        "Harbor Dental": 1,
        "Northlight IT Services": 1,
        "Redwood Veterinary Hospital": 2,
        "Sapphire Wealth Advisors": 1,
        "Granite Tool & Die": 1,
        "Kestrel Logistics": 0,
        "Acme Inc": 0,
        "Gateway Inn & Suites": 0,
        "Bluebird Family Dental": 0,
        "Sparrow Furniture": 1,
        "Łódzka Kawiarnia „Źródło” ☕": 1,
    }
    assert {name: found[name] for name in cases} == cases
    assert Counter(found.values())[2] == 1
    assert 80 <= Counter(found.values())[1] <= 130


def test_demo_carries_ids_of_the_old_extension() -> None:
    """The old extension's field holds ids of 18 and of 15 characters; the field for contacts does not exist."""
    scenario = _built("demo")
    carried = [
        len(str(field["value"]))
        for company in _records(scenario, "Companies")
        for field in company.get("userDefinedFields", [])  # type: ignore[attr-defined]
        if field["name"] == "Salesforce Account ID"
    ]
    assert (set(carried), len(carried) > 20) == ({15, 18}, True)
    assert [field["name"] for field in _records(scenario, "UserDefinedFieldDefinitions")] == ["Salesforce Account ID"]


def test_demo_values_fit_autotask_where_autotask_holds_them() -> None:
    """What stands in Autotask is not longer than its fields are."""
    lengths = {"companyName": 100, "address1": 128, "city": 30, "state": 40, "phone": 25, "fax": 25, "postalCode": 10}
    people = {"firstName": 50, "lastName": 50, "title": 50, "city": 32, "phone": 25, "mobilePhone": 25, "zipCode": 16}
    scenario = _built("demo")
    for kind, limits in (("Companies", lengths), ("Contacts", people)):
        too_long = [
            (record["id"], field)
            for record in _records(scenario, kind)
            for field, length in limits.items()
            if len(str(record.get(field) or "")) > length
        ]
        assert too_long == [], kind


def test_duplicate_names_fit_often() -> None:
    """Where names repeat, many accounts fit several companies, and several accounts fit one."""
    scenario = _built("duplicate_names")
    fitting = Counter(tuple(_plain(company[key]) for key in MATCH_KEYS) for company in _records(scenario, "Companies"))
    accounts = Counter(_key(account) for account in _records(scenario, "Account"))
    assert sum(fitting[key] > 1 for key in accounts) >= 10
    assert sum(count > 1 for count in accounts.values()) >= 4


def test_unknown_scenario_lists_the_known() -> None:
    """An unknown name is answered with the names there are."""
    with pytest.raises(
        UnknownScenarioError, match=r"^there is no scenario 'dmeo'; there are demo, duplicate_names, empty$"
    ):
        build("dmeo")
