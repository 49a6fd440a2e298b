"""`taskforce match NAME`: rules are added, ordered, tried, obeyed and taken out (B4)."""

import pytest

from taskforce.domain.audit import Deed
from tests.end_to_end.cli.desk import Desk
from tests.end_to_end.office import NAME, Office

CHANGED = "✓ The match rules were changed. What is held by one is looked at again by the next import."
NONE = "Companies: the same key, then nothing else Contacts: the same key, then nothing else"


def test_from_nothing_to_rules_and_back(desk: Desk, office: Office) -> None:
    """Shown in the order in which they are asked; each change is in the audit."""
    del office
    before = desk.run("match", NAME, "show")
    said = [
        desk.run("match", NAME, "add", "companies", "domain").text,
        desk.run("match", NAME, "add", "companies", "phone", "--verdict", "link").text,
        desk.run("match", NAME, "add", "companies", "account_number", "--at", "1").text,
        desk.run("match", NAME, "add", "contacts", "email", "--verdict", "link").text,
    ]
    added = desk.run("match", NAME, "show").text
    desk.run("match", NAME, "add", "companies", "domain", "--verdict", "link", "--at", "2")
    desk.run("match", NAME, "move", "companies", "phone", "--at", "1")
    desk.run("match", NAME, "remove", "companies", "account_number")
    moved = desk.run("match", NAME, "show", "--json").document
    for rule in (("companies", "phone"), ("companies", "domain"), ("contacts", "email")):
        desk.run("match", NAME, "remove", *rule)

    assert before.text == NONE
    assert said == [CHANGED] * 4
    assert added == (
        "Companies: the same key, then account_number (hold), domain (hold), phone (link) "
        "Contacts: the same key, then email (link)"
    )
    assert moved == {
        "companies": [{"trait": "phone", "verdict": "link"}, {"trait": "domain", "verdict": "link"}],
        "contacts": [{"trait": "email", "verdict": "link"}],
    }
    assert desk.run("match", NAME, "show").text == NONE


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (
            ("add", "companies", "email"),
            "companies: cannot be matched by email; choose among domain, phone, account_number, name.",
        ),
        (
            ("add", "contacts", "domain"),
            "contacts: cannot be matched by domain; choose among email, phone, mobile_phone.",
        ),
        (("remove", "companies", "domain"), "There is no rule by domain: see taskforce match NAME show."),
        (("move", "contacts", "email", "--at", "1"), "There is no rule by email: see taskforce match NAME show."),
    ],
)
def test_what_makes_no_sense_is_said(desk: Desk, office: Office, arguments: tuple[str, ...], problem: str) -> None:
    """And nothing is changed."""
    del office
    said = desk.run("match", NAME, *arguments)

    assert (said.status, said.problems) == (2, [problem])
    assert desk.run("match", NAME, "show").text == NONE


def test_tried_then_obeyed(desk: Desk, office: Office) -> None:
    """The trial writes nothing and says what the import then does; the run names the rule."""
    company = office.company(companyName="Other Name", webAddress="https://acme.example")
    account = office.account(Name="Acme", Website="www.acme.example")
    desk.run("match", NAME, "add", "companies", "domain", "--verdict", "link")

    tried = desk.run("match", NAME, "try", "--json").document
    shown = desk.run("match", NAME, "try").text
    untouched = [each["id"] for each in office.companies() if each["id"]]
    run = desk.run("import", NAME, "--json").document["run_id"]
    told = desk.run("run", str(run), "--json").document["records"]

    [line] = [each for each in tried["companies"]["rules"] if each["rule"] == "domain"]
    assert line == {
        "rule": "domain",
        "verdict": "link",
        "without_pair": {"link": 1, "hold": 0, "ambiguous": 0, "taken": 0, "inactive": 0},
        "with_pair": {"same": 0, "several": 0, "other": 0, "nothing": 0},
        "examples": [
            {
                "source_id": account,
                "name": "Acme",
                "outcome": "link",
                "candidates": [{"id": company, "name": "Other Name"}],
            }
        ],
    }
    assert f"domain, link: Acme ({account}): Other Name ({company})" in shown
    calls = tried["calls"]
    assert f"Nothing was written. API calls: Salesforce {calls['salesforce']}, Autotask {calls['autotask']}." in shown
    assert untouched == [company]
    [change] = told
    assert (change["outcome"], change["reason"], change["target_id"]) == ("linked", "rule_match", company)
    assert change["evidence"]["rule"] == "domain of the website"


def test_it_is_in_the_audit(desk: Desk, office: Office) -> None:
    """What was changed, and by whom."""
    desk.run("match", NAME, "add", "companies", "name")

    [entry] = office.installation.audit.latest(1)
    assert (entry.deed, entry.connection, dict(entry.details)) == (
        Deed.SETTINGS_CHANGED,
        NAME,
        {"settings.match_rules": "none → companies by name without legal form (hold)"},
    )
