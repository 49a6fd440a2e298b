"""A plan as a page: looked at, filtered, approved and rejected (B1, B2, B7)."""

import csv
from io import StringIO

import pytest

from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce.domain.run import Run, RunStatus
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.test_pages_launch import look_until
from tests.end_to_end.pages.visitor import Visitor, words

ASK_ALWAYS = {"brake_updates": 0}


def a_waiting_run(office: Office) -> Run:
    """A plan that changes one phone waits for a person."""
    account = office.account(Name="Ash", Phone="312-555-0100")
    office.run()
    office.settings(**ASK_ALWAYS)
    office.change("Account", account, Phone="312-555-0199")
    return office.run()


def send(visitor: Visitor, run: Run, what: str, **fields: str) -> str:
    """Look at the plan, and decide about what is shown."""
    visitor.get(f"/runs/{run.id}/plan/")
    return words(visitor.send(f"/runs/{run.id}/{what}/", **{"digest": run.digest, **fields}))


def test_a_plan_says_what_would_be_written(office: Office, enter: Enter) -> None:
    """First a sentence, then figures, then records with what changes; nothing is written."""
    office.account(Name="Ash Dental", Phone="312-555-0199")
    office.company(companyName="Ash Dental Group", phone="312-555-0199")
    office.company(companyName="Birch")
    office.company(companyName="Birch")
    held = office.account(Name="Birch", Phone="312-555-0123")
    preview = office.run(is_dry_run=True)
    visitor = enter(Role.VIEWER)
    path = f"/runs/{preview.id}/plan/"

    page = words(visitor.get(path))
    near, waiting = words(visitor.get(f"{path}?do=near")), words(visitor.get(f"{path}?do=hold&reason=ambiguous"))
    nobody, contacts = words(visitor.get(f"{path}?q=nobody")), words(visitor.get(f"{path}?kind=contact"))

    assert "An import would write 1 record. This was a preview: nothing was written." in page
    assert "1 would be written 1 created 1 created though much like one in Autotask 1 held" in page
    assert "Much like “Ash Dental Group”" in near
    assert "in Autotask: the same phone." in near
    assert "phone — 312-555-0199" in page
    assert ("Birch" in waiting, held in waiting, "Ash Dental" in waiting) == (True, True, False)
    assert ("No record of this plan fits" in nobody, "No record of this plan fits" in contacts) == (True, True)
    assert ("An operator may approve it." in page, len(office.companies())) == (True, 3)


def test_a_plan_for_a_spreadsheet(office: Office, enter: Enter) -> None:
    """Exactly the view, a row for each field; no cell is a formula."""
    office.account(Name="=HYPERLINK(1)", Phone="312-555-0199")
    office.account(Name="Ash")
    preview = office.run(is_dry_run=True)

    answer = enter(Role.VIEWER).get(f"/runs/{preview.id}/plan.csv?q=hyper")
    rows = list(csv.DictReader(StringIO(answer.text)))

    assert {(row["name"], row["action"], row["why"]) for row in rows} == {
        ("'=HYPERLINK(1)", "created", "Nothing in Autotask fits.")
    }
    assert ("phone", "—", "312-555-0199") in {(row["field"], row["before"], row["after"]) for row in rows}


@pytest.mark.usefixtures("scheduler")
def test_a_preview_is_approved(office: Office, enter: Enter) -> None:
    """What was seen is written, and the approval stands in the audit."""
    office.account(Name="Ash")
    preview = office.run(is_dry_run=True)
    visitor = enter(Role.OPERATOR)

    said = send(visitor, preview, "approve")
    look_until(visitor, "1 created")

    assert f"Approved. The import of {NAME} starts now." in said
    assert [str(company["companyName"]) for company in office.companies()] == ["Ash"]
    deeds = [(each.deed, each.subject) for each in office.installation.audit.latest(9)]
    assert (Deed.PLAN_APPROVED, f"run {preview.id}") in deeds


@pytest.mark.usefixtures("scheduler")
def test_a_preview_that_came_out_otherwise_waits(office: Office, enter: Enter) -> None:
    """Something changed since: nothing is written, and the card leads to the new plan."""
    account = office.account(Name="Ash")
    preview = office.run(is_dry_run=True)
    office.change("Account", account, Name="Ash Dental")
    visitor = enter(Role.OPERATOR)

    send(visitor, preview, "approve")
    look_until(visitor, "Look at the plan that waits, and decide")

    latest = office.installation.history.runs(NAME, limit=1)[0]
    page = words(visitor.get(f"/runs/{latest.id}/plan/"))
    assert "The plan is not the one you saw any more, so nothing of it was written" in page
    assert (latest.status, "taskforce " in page, office.companies()) == (RunStatus.AWAITING_APPROVAL, False, [])


def test_an_old_preview_is_refused(office: Office, enter: Enter) -> None:
    """It says why, and a new one is a button away."""
    office.account(Name="Ash")
    preview = office.run(is_dry_run=True)
    later = office.run(is_dry_run=True)
    visitor = enter(Role.OPERATOR)

    said = send(visitor, preview, "approve")
    other = send(visitor, later, "approve", digest="0" * 32)

    assert (
        f"Run {later.id} came after preview {preview.id}, so its plan may not be what an import would do now." in said
    )
    assert ("New preview" in said, "is not the one that was shown" in other) == (True, True)
    assert office.installation.launches.wanted(office.installation.number(NAME)) is None


@pytest.mark.usefixtures("scheduler")
def test_a_waiting_plan_is_approved(office: Office, enter: Enter) -> None:
    """The same run goes on, and comes to its end."""
    run = a_waiting_run(office)
    visitor = enter(Role.OPERATOR)
    page = words(visitor.get(f"/runs/{run.id}/plan/"))

    send(visitor, run, "approve")
    look_until(visitor, "1 updated")

    assert "1 record would change: nothing is written until somebody approves it." in page
    assert "phone 312-555-01 00 312-555-01 99" in page
    assert office.installation.history.run(run.id).status is RunStatus.DONE
    assert [company["phone"] for company in office.companies()] == ["312-555-0199"]


def test_a_waiting_plan_is_rejected_once(office: Office, enter: Enter) -> None:
    """Nothing is written; whoever comes second is told so."""
    run = a_waiting_run(office)
    visitor = enter(Role.OPERATOR)

    first, second = send(visitor, run, "reject"), send(visitor, run, "approve")

    assert "Rejected: nothing of this plan was written" in first
    assert f"The plan of run {run.id} does not wait for a person." in second
    [entry] = office.installation.audit.latest(1)
    assert (entry.deed, entry.subject) == (Deed.PLAN_REJECTED, f"run {run.id}")
    assert [company["phone"] for company in office.companies()] == ["312-555-0100"]


def test_many_changes_ask_for_the_name(office: Office, enter: Enter) -> None:
    """More than fifty: the connection's name is typed, exactly so."""
    for number in range(51):
        office.account(Name=f"Company {number}")
    preview = office.run(is_dry_run=True)
    visitor = enter(Role.OPERATOR)
    page = words(visitor.get(f"/runs/{preview.id}/plan/"))

    refused = send(visitor, preview, "approve", typed="offic")
    taken = send(visitor, preview, "approve", typed=NAME)

    assert (f"Type {NAME} to approve so many" in page, "page 1 of 2" in page) == (True, True)
    assert (f"Nothing was approved: type {NAME}, exactly so." in refused, "Approved." in taken) == (True, True)


@pytest.mark.parametrize("path", ["/runs/{}/plan/", "/runs/{}/plan.csv", "/runs/0/plan/"])
def test_a_run_without_a_plan(office: Office, enter: Enter, path: str) -> None:
    """An ordinary import asked nobody: it has a page of what it did instead."""
    assert enter(Role.VIEWER).get(path.format(office.run().id)).status_code == 404


@pytest.mark.parametrize("query", ["do=nonsense", "kind=nonsense", "reason=nonsense"])
def test_filters_that_there_are_not(office: Office, enter: Enter, query: str) -> None:
    """Are said not to be there."""
    preview = office.run(is_dry_run=True)

    assert enter(Role.VIEWER).get(f"/runs/{preview.id}/plan/?{query}").status_code == 400
