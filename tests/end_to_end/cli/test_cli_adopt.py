"""`taskforce adopt`: a database that the old extension served is taken over (B14)."""

from typing import Any

from taskforce.domain.audit import Deed
from tests.end_to_end.cli.desk import Desk
from tests.end_to_end.office import CONTACT_ID_FIELD, NAME, Office, udf

OLD = "Salesforce Account ID"


def an_old_database(office: Office) -> dict[str, str]:
    """What the old extension has left: by a word, the Salesforce ids that stand in Autotask."""
    office.control("autotask", "udf", entity="Companies", name=OLD, active=True)
    office.control("autotask", "udf", entity="Contacts", name=CONTACT_ID_FIELD, active=True)
    ids = {word: office.account(Name=f"{word} Dental") for word in ("Ash", "Birch", "Cedar", "Doubled", "Gone")}
    ash = carrying(office, ids["Ash"][:15], companyName="Ash Dental", phone="312-555-0199")
    carrying(office, ids["Birch"], companyName="Birch Dental", phone="312-555-0100")
    carrying(office, ids["Cedar"], companyName="Oak Bakery")
    for _ in range(2):
        carrying(office, ids["Doubled"], companyName="Doubled Dental")
    carrying(office, ids["Gone"], companyName="Gone Dental")
    carrying(office, "see CRM", companyName="Elm Florist")
    office.change("Account", ids["Gone"], IsDeleted=True)
    ids["Rosa"] = office.contact(ids["Ash"])
    office.person(ash, userDefinedFields=[{"name": CONTACT_ID_FIELD, "value": ids["Rosa"]}])
    return ids


def carrying(office: Office, text: str, **fields: object) -> int:
    """A company with something in the old field."""
    return office.company(
        ownerResourceID=office.resource("Olivia Grant"),
        userDefinedFields=[{"name": OLD, "value": text}],
        **fields,
    )


def numbers(document: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """What was found, companies and contacts."""
    found = document["findings"]
    return {finding: (found[finding]["companies"], found[finding]["contacts"]) for finding in found}


FOUND = {
    "linked": (2, 1),
    "doubtful": (1, 0),
    "doubled": (1, 0),
    "waiting": (0, 0),
    "gone": (1, 0),
    "unreadable": (1, 0),
    "left_out": (0, 0),
}


def test_a_database_is_taken_over(desk: Desk, office: Office) -> None:
    """The report first, for people and programs; then the pairs; then an import that writes only what differs."""
    ids = an_old_database(office)

    shown = desk.run("adopt", NAME, "--dry-run")
    previewed = desk.run("adopt", NAME, "--dry-run", "--json").document
    mark = office.mark()
    none = desk.run("links", NAME, "--json").document
    done = desk.run("adopt", NAME, "--json")
    after_adoption = office.writes(since=mark)
    imported = desk.run("import", NAME, "--json").document

    for words in ("Dry adoption", "linked", "Oak Bakery", "see CRM", "taskforce adopt office.", "taskforce relink"):
        assert words in shown.text
    document = done.document
    assert (done.status, document["status"], document["kind"]) == (0, "done", "adoption")
    assert numbers(previewed) == numbers(document) == FOUND
    assert (document["to_compare"], previewed["dry_run"], document["dry_run"]) == (1, True, False)
    assert (none["links"], after_adoption) == ([], [])
    assert {(each["finding"], each["reason"], each["number"]) for each in document["causes"]} == {
        ("linked", "adopted", 1),
        ("linked", "adopted_to_compare", 1),
        ("doubtful", "name_differs", 1),
        ("doubled", "duplicate_id", 1),
        ("gone", "deleted_in_salesforce", 1),
        ("unreadable", "not_an_id", 1),
    }
    assert sorted((each["name"], each["reason"]) for each in document["records"]) == [
        ("Cedar Dental", "name_differs"),
        ("Doubled Dental", "duplicate_id"),
        ("Elm Florist", "not_an_id"),
        ("Gone Dental", "deleted_in_salesforce"),
    ]
    assert office.writes(since=mark) == ["patch /companies"]
    assert (imported["companies"]["updated"], imported["companies"]["created"]) == (1, 0)
    assert sorted((str(each["companyName"]), udf(each, OLD)) for each in office.companies()) == [
        ("Ash Dental", ids["Ash"][:15]),
        ("Birch Dental", ids["Birch"]),
        ("Doubled Dental", ids["Doubled"]),
        ("Doubled Dental", ids["Doubled"]),
        ("Elm Florist", "see CRM"),
        ("Gone Dental", ids["Gone"]),
        ("Oak Bakery", ids["Cedar"]),
    ]


def test_who_took_over_is_noted(desk: Desk, office: Office) -> None:
    """Also who only looked."""
    desk.run("adopt", NAME, "--dry-run")
    desk.run("adopt", NAME)

    deeds = [(each.deed, dict(each.details)) for each in office.installation.audit.latest(2)]
    assert deeds == [(Deed.ADOPTED, {"dry run": "no"}), (Deed.ADOPTED, {"dry run": "yes"})]


def test_it_waits_for_a_plan_that_waits(desk: Desk, office: Office) -> None:
    """And is not recorded as a run then."""
    office.account()
    office.run()
    office.settings(brake_creates=0)
    office.account(Name="Ash")
    waiting = desk.run("import", NAME, "--json").document

    refused = desk.run("adopt", NAME, "--json")

    assert (waiting["status"], refused.status) == ("awaiting_approval", 2)
    assert f"The plan of run {waiting['run_id']} waits for a person" in refused.document["message"]
    assert office.installation.history.runs(NAME, limit=1)[0].id == waiting["run_id"]


def test_one_that_is_doubtful_is_decided_by_commands(desk: Desk, office: Office) -> None:
    """The two are the same: joined, and its name is written."""
    ids = an_old_database(office)
    desk.run("adopt", NAME)

    joined = desk.run("relink", NAME, ids["Cedar"])
    desk.run("import", NAME)

    assert joined.status == 0
    names = [company["companyName"] for company in office.companies()]
    assert ("Cedar Dental" in names, "Oak Bakery" in names) == (True, False)
