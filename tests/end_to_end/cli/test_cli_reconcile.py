"""`taskforce reconcile`: everything on both sides compared over HTTP, and what differed put right."""

from typing import Any

from taskforce.domain.notices import NoticeKind
from tests.end_to_end.cli.desk import Desk
from tests.end_to_end.office import COMPANY_ID_FIELD, NAME, Office, SilentProgress, udf

RUN_KEYS = {"run_id", "kind", "status", "companies", "contacts", "calls", "lower_bound", "connection", "dry_run"}
OWN_KEYS = {"compared", "agreed", "differed", "waiting", "left_alone", "causes"}


def a_year_of_neglect(office: Office, desk: Desk) -> dict[str, Any]:
    """Four companies and a contact are imported; then each is changed where no import looks."""
    accounts = {name: office.account(Name=name) for name in ("Alder", "Birch", "Cedar", "Dogwood")}
    person = office.contact(accounts["Alder"])
    desk.run("import", NAME)
    office.forget_the_writes()
    companies = {name: int(office.company_of(account)["id"]) for name, account in accounts.items()}
    office.edit("Companies", companies["Alder"], phone="555-EDITED")
    office.control("salesforce", "hard_delete", object="Account", id=accounts["Birch"])
    copied = office.company(
        companyName="Copied", userDefinedFields=[{"name": COMPANY_ID_FIELD, "value": accounts["Cedar"]}]
    )
    office.pair.autotask.remove_record("Companies", str(companies["Dogwood"]))
    return {**accounts, "person": person, "companies": companies, "copied": copied}


def causes(document: dict[str, Any]) -> set[tuple[str, str, str, int]]:
    """What became of how many, and why."""
    return {(each["entity"], each["outcome"], each["reason"], each["number"]) for each in document["causes"]}


FOUND = {
    ("company", "updated", "edited_in_autotask", 1),
    ("company", "skipped", "vanished_from_salesforce", 1),
    ("company", "held", "duplicate_id", 1),
    ("company", "held", "orphaned", 1),
    ("contact", "unchanged", "unchanged", 1),
}


def test_everything_that_moved_without_a_trace_is_found(desk: Desk, office: Office) -> None:
    """Edits are put back, what is gone or stands twice is told; the second time there is nothing to put right."""
    known = a_year_of_neglect(office, desk)
    mark = office.mark()

    first = desk.run("reconcile", NAME, "--json")
    writes = office.writes(mark)
    second = desk.run("reconcile", NAME, "--json")

    document = first.document
    assert (first.status, document["status"], document["kind"]) == (0, "done", "reconciliation")
    assert document.keys() >= RUN_KEYS | OWN_KEYS
    assert causes(document) == FOUND
    figures = [document[name] for name in ("compared", "agreed", "differed", "waiting", "left_alone")]
    assert figures == [5, 1, 1, 2, 1]
    assert document["calls"] == document["lower_bound"]
    assert office.company_of(known["Alder"])["phone"] == "312-555-0199"
    assert len(writes) == 1
    again = second.document
    assert (again["differed"], again["agreed"], again["calls"]) == (0, 2, again["lower_bound"])
    assert office.writes(mark) == writes
    carriers = [each["id"] for each in office.companies() if udf(each, COMPANY_ID_FIELD) == known["Cedar"]]
    assert carriers == [known["companies"]["Cedar"], known["copied"]]


def test_report_tells_figures_first_and_then_the_causes(desk: Desk, office: Office) -> None:
    """For people: one sentence, then what was done and what was not, each with its reason; `run` tells the values."""
    a_year_of_neglect(office, desk)

    said = desk.run("reconcile", NAME)

    assert said.status == 0
    assert (
        "5 records compared; 1 differed: 1 updated. 2 wait for a person or another record, 1 are left alone."
        in said.text
    )
    assert said.text.index("What differed, and what was done") < said.text.index("Not written, and why")
    for reason in ("edited_in_autotask", "vanished_from_salesforce", "duplicate_id", "orphaned"):
        assert reason in said.text
    [number] = [word.rstrip(":") for word in said.text.split("Reconciliation ")[1].split()[:1]]
    assert "phone: 555-EDITED → 312-555-0199" in desk.run("run", number, "--outcome", "updated").text


def test_dry_reconciliation_shows_what_differs_and_writes_nothing(desk: Desk, office: Office) -> None:
    """The same findings, before and after for every value, and both sides as they were."""
    a_year_of_neglect(office, desk)
    before = (office.companies(), office.people())

    plain = desk.run("reconcile", NAME, "--dry-run")
    document = desk.run("reconcile", NAME, "--dry-run", "--json").document

    assert plain.status == 0
    assert "1 differed: 1 would be updated" in plain.text
    assert causes(document) == FOUND
    assert {each["reason"] for each in document["changes"]} == {reason for _, _, reason, _ in FOUND} - {"unchanged"}
    [edited] = [each for each in document["changes"] if each["change"] == "update"]
    assert edited["fields"] == [{"field": "phone", "before": "555-EDITED", "after": "312-555-0199"}]
    assert (office.companies(), office.people()) == before
    assert causes(desk.run("reconcile", NAME, "--json").document) == FOUND


def test_values_that_moved_no_stamp(desk: Desk, office: Office) -> None:
    """Renaming a Salesforce user changes no account, and yet who its account manager should be."""
    account = office.account()
    office.control("salesforce", "clock", advance_seconds=3600)
    desk.run("import", NAME)
    office.change("User", office.user("Olivia Grant"), FirstName="Helen", LastName="Marsh", Name="Helen Marsh")
    ordinary = desk.run("import", NAME, "--json").document

    document = desk.run("reconcile", NAME, "--json").document

    assert ordinary["companies"]["updated"] == 0
    assert causes(document) == {("company", "updated", "changed", 1)}
    assert office.company_of(account)["ownerResourceID"] == office.resource("Helen Marsh")


def test_a_new_picklist_value_reaches_finished_records(desk: Desk, office: Office) -> None:
    """Metadata is read anew, and every record is mapped with it."""
    account = office.account(Industry="Biotechnology")
    desk.run("import", NAME)
    before = office.company_of(account)["marketSegmentID"]
    values = [{"value": code, "label": label} for code, label in office.labels("marketSegmentID").items()]
    values.append({"value": 991, "label": "Biotechnology"})
    office.control("autotask", "picklist", entity="Companies", field="marketSegmentID", values=values)

    desk.run("reconcile", NAME)

    assert (before, office.company_of(account)["marketSegmentID"]) == (None, 991)


def test_a_user_who_sees_nothing_any_more(desk: Desk, office: Office) -> None:
    """Nothing is concluded, and the message says what to check; a person may say that it is all gone."""
    accounts = [office.account(Name=name) for name in ("Alder", "Birch")]
    desk.run("import", NAME)
    office.pair.salesforce.change_settings({"hidden_records": accounts})

    refused = desk.run("reconcile", NAME, "--json")
    accepted = desk.run("reconcile", NAME, "--accept-missing", "--json")

    assert (refused.status, refused.document["status"], refused.document["compared"]) == (2, "could_not_run", 0)
    assert "Salesforce showed 0 accounts, and no longer shows 2 that are known" in refused.document["message"]
    assert (accepted.status, causes(accepted.document)) == (0, {("company", "skipped", "vanished_from_salesforce", 2)})


def test_runs_mark_reconciliations(desk: Desk, office: Office) -> None:
    """Among the imports, and for programs by their kind."""
    office.account()
    desk.run("import", NAME)
    desk.run("reconcile", NAME)
    desk.run("reconcile", NAME, "--dry-run")

    plain, as_json = desk.run("runs", NAME), desk.run("runs", NAME, "--json")

    assert [each["kind"] for each in as_json.document] == ["reconciliation", "reconciliation", "import"]
    dry, real, ordinary = plain.out.splitlines()[1:]
    assert "done (reconciliation, dry run)" in dry
    assert "done (reconciliation)" in real
    assert "(" not in ordinary


def test_a_connection_that_does_not_exist(desk: Desk, office: Office) -> None:
    """Told like any other command tells it."""
    plain, as_json = desk.run("reconcile", "nobody"), desk.run("reconcile", "nobody", "--json")

    assert (plain.status, as_json.status) == (2, 2)
    assert plain.problems == ["There is no connection nobody: taskforce connections list shows them all."]
    assert as_json.document["status"] == "could_not_run"


def test_open_notices_are_kept_for_people(desk: Desk, office: Office) -> None:
    """The id that stands twice stays told until one of the two is cleared, and the record goes on by itself."""
    known = a_year_of_neglect(office, desk)
    desk.run("reconcile", NAME)
    with office.installation.world(NAME, progress=SilentProgress(), should_stop=lambda: False) as world:
        told = [notice.subject for notice in world.stores.notices.open(NoticeKind.DUPLICATE_ID)]
    office.edit("Companies", known["copied"], userDefinedFields=[{"name": COMPANY_ID_FIELD, "value": None}])

    document = desk.run("reconcile", NAME, "--json").document

    with office.installation.world(NAME, progress=SilentProgress(), should_stop=lambda: False) as world:
        assert (told, world.stores.notices.open(NoticeKind.DUPLICATE_ID)) == ([known["Cedar"]], [])
    assert ("company", "held", "duplicate_id", 1) not in causes(document)
