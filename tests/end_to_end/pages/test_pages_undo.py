"""A run undone from the pages and by programs (B15)."""

import pytest

from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce.domain.run import Run, RunKind, RunStatus, Undoing
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.conftest import Begin, Enter
from tests.end_to_end.pages.program import Program
from tests.end_to_end.pages.test_pages_launch import LONGEST, look_until
from tests.end_to_end.pages.visitor import Visitor, words

FORMER, WRITTEN = "312-555-0100", "312-555-0199"


def a_changed_book(office: Office) -> Run:
    """The run that changed a phone."""
    account = office.account(Name="Ash", Phone=FORMER)
    office.run()
    office.change("Account", account, Phone=WRITTEN)
    return office.run()


def ended(office: Office, reader: Visitor | Program) -> Run:
    """The undo that was asked for, once it is over; meanwhile somebody reads about runs."""
    for _ in range(LONGEST):
        (latest,) = office.installation.history.runs(NAME, limit=1)
        if latest.kind is RunKind.UNDO and not latest.is_dry_run and latest.status is not RunStatus.RUNNING:
            return latest
        reader.get("/runs/" if isinstance(reader, Visitor) else f"/runs/{latest.id}")
    raise AssertionError("it never ended")


@pytest.mark.usefixtures("scheduler")
def test_a_run_is_undone_from_its_page(office: Office, enter: Enter) -> None:
    """A preview first; its plan is approved by whoever types the connection's name."""
    run, visitor = a_changed_book(office), enter(Role.OPERATOR)
    page = words(visitor.get(f"/runs/{run.id}/"))

    asked = words(visitor.send(f"/runs/{run.id}/undo/"))
    look_until(visitor, "1 to change")
    (preview,) = office.installation.history.runs(NAME, limit=1)
    plan = words(visitor.get(f"/runs/{preview.id}/plan/"))
    untyped = words(visitor.send(f"/runs/{preview.id}/approve/", digest=preview.digest))
    before = [company["phone"] for company in office.companies()]
    approved = words(visitor.send(f"/runs/{preview.id}/approve/", digest=preview.digest, typed=NAME))
    undone = ended(office, visitor)

    assert "Undo this run" in page
    assert "Nothing is written until somebody approves its plan." in asked
    assert f"Undoing run {run.id} would change 1 record. This was a preview: nothing was written." in plan
    assert "1 field Field Before After phone" in plan
    assert "What stood there before the run would be put back." in plan
    assert (f"Nothing was approved: type {NAME}, exactly so." in untyped, before) == (True, [WRITTEN])
    assert f"Approved. The undo of {NAME} starts now." in approved
    assert [company["phone"] for company in office.companies()] == [FORMER]
    assert (undone.kind, undone.undoes, undone.status) == (RunKind.UNDO, Undoing(run_id=run.id), RunStatus.DONE)
    assert f"Undo {undone.id} is done: 1 updated." in words(visitor.get(f"/runs/{undone.id}/"))
    assert f"Undo {undone.id}" in words(visitor.get("/runs/?kind=undo"))
    deeds = [(each.deed, each.subject) for each in office.installation.audit.latest(2)]
    assert deeds == [(Deed.PLAN_APPROVED, f"run {preview.id}"), (Deed.RUN_UNDONE, f"run {run.id}")]


def test_only_who_may_undoes_only_what_can_be_undone(office: Office, enter: Enter) -> None:
    """No button for a viewer, nor where nothing was written; what is asked all the same is refused in a sentence."""
    run = a_changed_book(office)
    preview = office.run(is_dry_run=True)
    operator, viewer = enter(Role.OPERATOR), enter(Role.VIEWER)
    operator.get("/")

    pages = [words(each.get(f"/runs/{run.id}/")) for each in (operator, viewer)]
    dry = words(operator.get(f"/runs/{preview.id}/"))
    refused = words(operator.send(f"/runs/{preview.id}/undo/"))

    assert ["Undo this run" in page for page in (*pages, dry)] == [True, False, False]
    assert f"Run {preview.id} was a preview, and wrote nothing." in refused


@pytest.mark.usefixtures("scheduler")
def test_a_program_undoes_a_run(office: Office, program: Begin) -> None:
    """Answered at once; what came of it stands in the run."""
    run, operator = a_changed_book(office), program(Role.OPERATOR)

    asked = operator.post(f"/runs/{run.id}/undo", created=True)
    latest = ended(office, operator)
    again = operator.refused("POST", f"/runs/{latest.id}/undo", json={})

    assert asked == {
        "connection": NAME,
        "kind": "undo",
        "dry_run": False,
        "undoes": {"run_id": run.id, "created": True},
        "asked_by": "token a operator",
    }
    told = operator.get(f"/runs/{latest.id}")
    assert (told["status"], told["undoes"]) == ("done", {"run_id": run.id, "created": True})
    assert again[0] == 409
    assert [company["phone"] for company in office.companies()] == [FORMER]
