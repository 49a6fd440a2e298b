"""`taskforce runs` and `taskforce run`: what happened to every record, and why."""

import pytest

from tests.end_to_end.cli.desk import Desk
from tests.end_to_end.office import NAME, Office

KEYS = {
    *("entity", "source_id", "target_id", "name", "change", "outcome", "reason", "sentence", "mend", "detail"),
    *("evidence", "fields", "notes"),
}


def test_no_imports_yet(desk: Desk, office: Office) -> None:
    """An empty history says what to do next."""
    plain, as_json = desk.run("runs", NAME), desk.run("runs", NAME, "--json")

    assert (plain.status, plain.text) == (0, f"No imports yet. Start one: taskforce import {NAME}")
    assert (as_json.status, as_json.document) == (0, [])


def test_runs_are_listed_latest_first(desk: Desk, office: Office) -> None:
    """What `import --json` printed is what the history tells, dry runs included."""
    office.account()
    dry = desk.run("import", NAME, "--dry-run", "--json").document
    real = desk.run("import", NAME, "--json").document
    del dry["changes"]

    plain, as_json = desk.run("runs", NAME), desk.run("runs", NAME, "--json")

    assert as_json.document == [real, dry]
    assert desk.run("runs", NAME, "--json", "--limit", "1").document == [real]
    first, second = [line.split() for line in plain.out.splitlines()[1:]]
    assert (first[0], first[3:6]) == (str(real["run_id"]), ["done", "1", "0"])
    assert (second[0], second[3:6]) == (str(dry["run_id"]), ["done", "(dry", "run)"])


def test_every_record_is_explained(desk: Desk, office: Office) -> None:
    """Outcome, reason and evidence of each record, whatever became of it."""
    birch = office.company(ownerResourceID=office.resource("Olivia Grant"))
    taken, twins = office.company(companyName="Cedar Legal"), [office.company(companyName="Twin") for _ in range(2)]
    made = office.account(Name="Dogwood Design")
    linked = office.account(Phone="312-555-0199")
    first, second = [office.account(Name="Twin") for _ in range(2)]
    solo = office.contact(None, LastName="Solo")
    waiting = office.contact(first, LastName="Waits")
    run = desk.run("import", NAME, "--json").document

    document = desk.run("run", str(run["run_id"]), "--json").document

    records = {each["source_id"]: each for each in document.pop("records")}
    assert document == run
    assert {key for each in records.values() for key in each} == KEYS
    assert {source_id: (each["entity"], each["outcome"], each["reason"]) for source_id, each in records.items()} == {
        made: ("company", "created", "no_candidate"),
        linked: ("company", "linked", "exact_match"),
        first: ("company", "held", "ambiguous"),
        second: ("company", "held", "ambiguous"),
        solo: ("contact", "skipped", "no_account"),
        waiting: ("contact", "held", "company_not_linked"),
    }
    assert taken not in {each["target_id"] for each in records.values()}
    assert records[linked]["target_id"] == birch
    assert records[linked]["fields"] == [{"field": "phone", "before": "312-555-0100", "after": "312-555-0199"}]
    assert sorted(records[first]["evidence"]["candidates"]) == twins
    assert records[waiting]["mend"] == "Look at the account: it says what it waits for."


def test_a_record_that_autotask_refuses(desk: Desk, office: Office) -> None:
    """The others are written, the run says so with status 1, the record with Autotask's own words; it is kept."""
    office.control(
        "autotask",
        "faults",
        action="status",
        method="POST",
        path="(?i)/Companies/?$",
        contains="Cedar Legal",
        status=500,
        body={"errors": ["Value does not exist for the required field taxID."]},
    )
    refused, accepted = office.account(Name="Cedar Legal"), office.account(Name="Dogwood Design")

    said = desk.run("import", NAME, "--json")

    document = said.document
    assert (said.status, document["status"]) == (1, "done_with_failures")
    assert (document["companies"]["created"], document["companies"]["failed"]) == (1, 1)
    assert document["standing"] == {"held": 0, "failing": 1}
    told = desk.run("run", str(document["run_id"]), "--json").document["records"]
    records = {each["source_id"]: each for each in told}
    assert (records[accepted]["outcome"], records[refused]["outcome"]) == ("created", "failed")
    assert (records[refused]["change"], records[refused]["reason"], records[refused]["detail"]) == (
        "create",
        "rejected",
        (
            "required_missing: Value does not exist for the required field taxID. "
            "Fill the field in in Salesforce, or make it optional in Autotask."
        ),
    )
    again = desk.run("import", NAME, "--json")
    assert (again.status, again.document["standing"]) == (0, {"held": 0, "failing": 0})
    assert office.company_of(refused)["companyName"] == "Cedar Legal"


def test_people_read_why_a_record_failed(desk: Desk, office: Office) -> None:
    """The outcome and its reason, not the intention and its own, nor remarks as if it had been written."""
    body = {"errors": ["Value does not exist for the required field taxID."]}
    office.control(
        "autotask", "faults", action="status", method="POST", path="(?i)/Companies/?$", status=500, body=body
    )
    account = office.account(Name="Cedar Legal", Type=None)
    run = desk.run("import", NAME, "--json").document

    said = desk.run("run", str(run["run_id"]))

    lines = [line.strip() for line in said.out.splitlines()]
    assert (said.status, lines[0]) == (0, f"failed: company Cedar Legal {account}")
    assert lines[1] == (
        "Autotask refused the record. required_missing: Value does not exist for the required field taxID. "
        "Fill the field in in Salesforce, or make it optional in Autotask."
    )
    assert "Written, with a remark" not in said.out


@pytest.mark.parametrize("number", ["0", "999999"])
def test_a_run_that_is_not_there(desk: Desk, number: str) -> None:
    """What lists them is named."""
    plain, as_json = desk.run("run", number), desk.run("run", number, "--json")

    problem = f"There is no run {number}: taskforce runs NAME lists them."
    assert (plain.status, plain.problems, plain.out) == (2, [problem], "")
    assert (as_json.status, as_json.problems, as_json.out) == (2, [problem], "")


@pytest.mark.parametrize(
    "words",
    [
        ("run", "first"),
        ("runs", NAME, "--limit", "0"),
        ("runs", NAME, "--limit", "99999999999999999999"),
        ("runs",),
        ("import",),
    ],
)
def test_words_that_are_no_command(desk: Desk, words: tuple[str, ...]) -> None:
    """The usage is shown, with status 2."""
    said = desk.run(*words)

    assert (said.status, said.out, said.is_tidy) == (2, "", True)
    assert "Usage: " in said.err
