"""A preview's plan is carried out as it was seen, or somebody is asked again (decision 0021)."""

from dataclasses import replace

from taskforce.domain.run import Run, RunStatus
from taskforce.domain.settings import BrakeLimits
from taskforce.engine.runs import run_import
from tests.builders import account_id
from tests.unit.engine.deciding_office import USUAL, an_office, approve, phone_of
from tests.unit.engine.office import COMPANY, Office


def carry_out(office: Office, preview: Run) -> Run:
    """Import what was seen in the preview."""
    return run_import(office.world(), is_by_hand=True, approved=preview.digest)


def test_the_plan_that_was_seen_is_carried_out_at_once() -> None:
    """Even one that changes unusually much: a person has seen it."""
    office = an_office(1, brake=BrakeLimits(creates=1))
    office.account(2, Name="New")
    office.account(3, Name="Newer")
    office.person(3, at=account_id(3))
    office.save(account_id(1), Phone="217-555-0199")
    preview = office.run(dry=True)

    run = carry_out(office, preview)

    assert (run.status, run.counts[COMPANY].created, run.counts[COMPANY].updated) == (RunStatus.DONE, 2, 1)
    assert len(office.companies()) == 3


def test_another_plan_waits_and_says_so() -> None:
    """Nothing of it is written, until that one is approved."""
    office = an_office(1)
    office.save(account_id(1), Phone="217-555-0100")
    preview = office.run(dry=True)
    office.save(account_id(1), Phone="217-555-0199")

    run = carry_out(office, preview)

    message = (
        "The plan is not the one you saw any more, so nothing of it was written: something has changed since the "
        f"preview. In all: 0 created, 1 changed, 0 set inactive, 0 values cleared. taskforce run {run.id} shows every "
        f"change of it, taskforce approve {run.id} carries out exactly these, taskforce reject {run.id} drops them."
    )
    assert (run.status, run.message) == (RunStatus.AWAITING_APPROVAL, message)
    before = phone_of(office, 1)
    assert approve(office, run).status is RunStatus.DONE
    assert (before != "217-555-0199", phone_of(office, 1)) == (True, "217-555-0199")


def test_nothing_to_do_any_more_asks_nobody() -> None:
    """What the preview would have written was put right by hand meanwhile."""
    office = an_office(1, brake=USUAL)
    office.save(account_id(1), Phone="217-555-0199")
    preview = office.run(dry=True)
    office.run()

    run = carry_out(office, replace(preview, digest="0" * 32))

    assert (run.status, run.message) == (RunStatus.DONE, "")
