"""`taskforce check`: a good pair passes, and every line fails once, with its mend."""

import pytest

from tests.end_to_end.cli.bad_input import WRONG
from tests.end_to_end.cli.check_lines import AUTOTASK_LINES, SALESFORCE_LINES, Line
from tests.end_to_end.cli.desk import Desk
from tests.end_to_end.office import NAME, Office

SALESFORCE = (
    *("reachable", "login", "api_version", "account_access", "contact_access", "api_access", "owner_names"),
    *("account_fields", "contact_fields", "view_all", "daily_limit", "clock"),
)
AUTOTASK = (
    *("reachable", "zone", "login", "request_limit", "permission_companies", "permission_contacts"),
    *("permission_resources", "permission_countries", "id_fields", "company_types", "market_segments"),
    *("classifications", "required_fields_companies", "required_fields_contacts"),
    *("mapping_companies", "mapping_contacts", "stand_ins"),
    *("default_account_manager", "clock"),
)
NEVER_FAILS = {("Salesforce", "view_all")}
"""A line that only says what cannot be told from here."""


def test_a_good_pair_passes(desk: Desk, office: Office, secrets: list[str]) -> None:
    """One line per check in a stable order, status 0, and nothing is written."""
    as_json, plain = desk.run("check", NAME, "--json"), desk.run("check", NAME)

    checks = as_json.document["checks"]
    assert [(each["system"], each["name"]) for each in checks] == [
        *(("Salesforce", name) for name in SALESFORCE),
        *(("Autotask", name) for name in AUTOTASK),
    ]
    assert [each for each in checks if not each["ok"] or each["stops_import"] or each["mend"]] == []
    assert (as_json.status, as_json.document["ok"], as_json.document["connection"]) == (0, True, NAME)
    said = [each["message"] for each in checks]
    assert (plain.status, len(plain.out.splitlines())) == (0, len(said) + 1)
    assert plain.out.splitlines()[0] == f"✓ Salesforce: {said[0]}"
    assert plain.out.splitlines()[-1] == "An import can run."
    assert as_json.shown(secrets) == plain.shown(secrets) == []
    assert office.pair.autotask.records("UserDefinedFieldDefinitions") == []
    assert office.installation.history.runs(NAME, limit=1) == []


def test_every_line_is_seen_to_fail() -> None:
    """The table below leaves none out."""
    listed = {(line.system, line.name) for line in (*SALESFORCE_LINES, *AUTOTASK_LINES)}

    possible = {*(("Salesforce", name) for name in SALESFORCE), *(("Autotask", name) for name in AUTOTASK)}
    extra = {("Salesforce", "login_method"), ("Salesforce", "record_filter"), ("Autotask", "metadata")}
    assert listed == (possible | extra) - NEVER_FAILS


@pytest.mark.parametrize(
    "line",
    [*SALESFORCE_LINES, *AUTOTASK_LINES],
    ids=lambda line: f"{line.system}-{line.name}{'-warning' if line.is_warning else ''}",
)
def test_a_line_fails(desk: Desk, office: Office, secrets: list[str], line: Line) -> None:
    """It alone is marked, with its mend; status 1 if it would stop an import; the other system is checked as well."""
    line.arrange(office)

    said = desk.run("check", NAME, "--json")

    bad = [each for each in said.document["checks"] if not each["ok"]]
    other = {"Salesforce": AUTOTASK, "Autotask": SALESFORCE}[line.system]
    assert bad == [line.finding]
    assert (said.status, said.document["ok"]) == ((0, True) if line.is_warning else (1, False))
    assert (
        tuple(each["name"] for each in said.document["checks"] if each["system"] != line.system)[: len(other)] == other
    )
    assert (said.is_tidy, said.shown([*secrets, WRONG])) == (True, [])


def test_how_many_accounts_fit_the_filter(desk: Desk, office: Office) -> None:
    """Where there is one, as Salesforce counts them."""
    office.account(Type="Customer")
    office.account(Type="Prospect")
    office.settings(record_filter={"accounts": ["Type = Customer"]})

    checks = desk.run("check", NAME, "--json").document["checks"]

    told = [(each["ok"], each["message"]) for each in checks if each["name"] == "record_filter"]
    assert told == [(True, "1 of 2 accounts fit the filter.")]


@pytest.mark.parametrize(
    ("name", "status", "verdict"),
    [
        ("default_account_manager", 1, "An import would be stopped by what is marked ✗."),
        ("market_segments", 0, "An import can run."),
    ],
)
def test_people_read_a_line_that_fails(desk: Desk, office: Office, name: str, status: int, verdict: str) -> None:
    """The mark, what is wrong and the mend stand on one line, the verdict on the last."""
    line = next(each for each in AUTOTASK_LINES if each.name == name)
    line.arrange(office)

    said = desk.run("check", NAME)

    assert [each for each in said.out.splitlines() if each.startswith(("!", "✗"))] == [line.text]
    assert (said.status, said.out.splitlines()[-1]) == (status, verdict)
