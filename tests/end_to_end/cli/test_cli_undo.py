"""`taskforce undo`: what a run has overwritten is put back."""

from typing import Any

from taskforce.domain.audit import Deed
from tests.end_to_end.cli.desk import Desk
from tests.end_to_end.office import NAME, Office

FORMER, WRITTEN = "312-555-0100", "312-555-0199"


def a_changed_book(office: Office, desk: Desk) -> tuple[str, int]:
    """An account whose phone was changed by the second of two runs; its id and that run."""
    account = office.account(Name="Ash", Phone=FORMER)
    assert desk.run("import", NAME, "--json").document["status"] == "done"
    office.change("Account", account, Phone=WRITTEN)
    return account, desk.run("import", NAME, "--json").document["run_id"]


def phones(office: Office) -> list[Any]:
    """Of all companies."""
    return [company["phone"] for company in office.companies()]


def test_a_run_is_undone(desk: Desk, office: Office) -> None:
    """With a preview before, and an entry in the audit for both; the import leaves it."""
    account, run_id = a_changed_book(office, desk)

    shown = desk.run("undo", NAME, str(run_id), "--dry-run")
    before = phones(office)
    done = desk.run("undo", NAME, str(run_id), "--json")
    after = phones(office)
    desk.run("reconcile", NAME)

    assert f"phone: {WRITTEN} → {FORMER}" in shown.text
    assert "Dry undo" in shown.text
    assert (before, after, phones(office)) == ([WRITTEN], [FORMER], [FORMER])
    document = done.document
    assert (done.status, document["status"], document["kind"]) == (0, "done", "undo")
    assert (document["undoes"], document["companies"]["updated"]) == ({"run_id": run_id, "created": False}, 1)
    deeds = [(each.deed, each.subject, dict(each.details)) for each in office.installation.audit.latest(2)]
    assert deeds == [
        (Deed.RUN_UNDONE, f"run {run_id}", {"created records": "no", "dry run": "no"}),
        (Deed.RUN_UNDONE, f"run {run_id}", {"created records": "no", "dry run": "yes"}),
    ]
    assert desk.run("retry", NAME, account).status == 0
    desk.run("import", NAME)
    assert phones(office) == [WRITTEN]


def test_what_a_run_created_is_set_inactive(desk: Desk, office: Office) -> None:
    """A company with its contact; what somebody hung on another one keeps that."""
    account = office.account(Name="Ash")
    office.contact(account)
    other = office.account(Name="Birch")
    run_id = desk.run("import", NAME, "--json").document["run_id"]
    office.person(office.company_of(other)["id"], firstName="Typed", lastName="In")

    left = desk.run("undo", NAME, str(run_id), "--json").document
    done = desk.run("undo", NAME, str(run_id), "--created", "--json").document

    assert (left["deactivated"], left["companies"]["skipped"]) == ({"companies": 0, "contacts": 0}, 2)
    assert (done["deactivated"], done["companies"]["skipped"]) == ({"companies": 1, "contacts": 1}, 1)
    active = {str(company["companyName"]): company["isActive"] for company in office.companies()}
    assert active == {"Ash": False, "Birch": True}


def test_an_undo_that_waits_is_approved(desk: Desk, office: Office) -> None:
    """The brake asks as for any plan; the dry run's plan is carried out unasked."""
    _, run_id = a_changed_book(office, desk)
    office.settings(brake_updates=0)

    waiting = desk.run("undo", NAME, str(run_id), "--json")
    refused = desk.run("undo", NAME, str(run_id))
    rejected = desk.run("reject", str(waiting.document["run_id"]), "--json")
    preview = desk.run("undo", NAME, str(run_id), "--dry-run", "--json").document
    done = desk.run("approve", str(preview["run_id"]), "--digest", preview["digest"], "--json")

    assert (waiting.status, waiting.document["status"]) == (1, "awaiting_approval")
    assert refused.status == 2
    assert f"The plan of run {waiting.document['run_id']} waits for a person, so nothing is undone." in refused.text
    assert rejected.document["message"] == "A person rejected this undo, and nothing of it was written."
    assert (done.status, done.document["kind"], phones(office)) == (0, "undo", [FORMER])


def test_what_cannot_be_undone(desk: Desk, office: Office) -> None:
    """It is said why, and no run is recorded."""
    a_changed_book(office, desk)
    preview = desk.run("import", NAME, "--dry-run", "--json").document["run_id"]

    nothing = desk.run("undo", NAME, "999999")
    dry = desk.run("undo", NAME, str(preview), "--json")

    assert nothing.status == dry.status == 2
    assert "There is no such run of this connection." in nothing.text
    assert f"Run {preview} was a preview, and wrote nothing." in dry.document["message"]
    assert office.installation.history.runs(NAME, limit=1)[0].id == preview
