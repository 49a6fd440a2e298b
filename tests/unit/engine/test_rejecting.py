"""Rejecting: nothing of the plan is written, and its records wait until something about them changes."""

from dataclasses import replace

import pytest

from taskforce.domain.links import LinkState
from taskforce.domain.notices import NoticeKind
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Counts
from taskforce.domain.run import RunStatus
from taskforce.engine.stores import Standing
from taskforce.errors import StalePlanError
from tests.builders import account_id, contact_id
from tests.unit.engine.deciding_office import USUAL, an_office, approve, asked, phone_of, questions, reject, set_brake
from tests.unit.engine.office import COMPANY, CONTACT, Office

REJECTED = (OutcomeKind.HELD, Reason.PLAN_REJECTED)
NOTHING = {COMPANY: Counts(), CONTACT: Counts()}


def a_rejected_plan() -> Office:
    """One account to be created with a contact, one to be changed, one that was deleted: a person said no to it all."""
    office = an_office(1, 2)
    office.account(3, Name="New")
    office.person(3, at=account_id(3))
    office.save(account_id(1), Phone="217-555-0199")
    office.source.delete(COMPANY, account_id(2))
    reject(office, asked(office))
    set_brake(office, USUAL)
    return office


def test_nothing_of_it_is_written() -> None:
    """Autotask is as before, each change has its outcome, and the run says how it ended."""
    office = an_office(1, 2)
    office.account(3, Name="New")
    office.person(3, at=account_id(3))
    office.save(account_id(1), Phone="217-555-0199")
    office.source.delete(COMPANY, account_id(2))
    waiting = asked(office)
    before, calls = (office.companies(), office.contacts()), office.target.calls

    run = reject(office, waiting)

    assert ((office.companies(), office.contacts()), office.target.calls) == (before, calls)
    assert office.outcomes(run) == dict.fromkeys([*map(account_id, (1, 2, 3)), contact_id(3)], REJECTED)
    assert run == replace(
        waiting,
        status=RunStatus.REJECTED,
        message=(
            "A person rejected this plan, and nothing of it was written. Its records wait until they change in "
            "Salesforce, the settings change, or taskforce relink brings them back."
        ),
        counts={COMPANY: Counts(held=3), CONTACT: Counts(held=1)},
        held=4,
        finished_at=office.clock.now(),
    )
    assert (questions(office), office.stores.runs.awaiting()) == ([], None)


def test_next_imports_leave_the_records_alone() -> None:
    """They wait, also when they are read once more, and are looked for in vain in Autotask."""
    office = a_rejected_plan()
    before = (office.companies(), office.contacts())
    office.company(companyName="New")

    runs = [office.run() for _ in range(3)]

    assert [(run.status, run.counts, run.held) for run in runs] == [(RunStatus.DONE, NOTHING, 4)] * 3
    assert (office.companies()[:2], office.contacts()) == before


def test_record_that_changes_in_salesforce_comes_back() -> None:
    """Each for itself."""
    office = a_rejected_plan()
    office.save(account_id(1), Phone="217-555-0177")

    run = office.run()

    assert office.outcomes(run) == {account_id(1): (OutcomeKind.UPDATED, Reason.CHANGED)}
    assert (phone_of(office, 1), office.stores.inbox.standing()) == ("217-555-0177", Standing(held=3, failing=0))


def test_record_that_goes_back_to_what_it_was_is_as_it_should_be() -> None:
    """Autotask still holds those values, so nothing is written and nothing waits."""
    office = a_rejected_plan()
    office.save(account_id(1), Phone="217-555-0100")
    before = office.companies()

    run = office.run()

    assert office.outcomes(run) == {account_id(1): (OutcomeKind.UNCHANGED, Reason.UNCHANGED)}
    assert office.companies() == before


def test_deletion_that_is_taken_back_is_as_it_should_be() -> None:
    """The pair is still linked and active."""
    office = a_rejected_plan()
    office.source.undelete(COMPANY, account_id(2))

    run = office.run()

    assert office.outcomes(run) == {account_id(2): (OutcomeKind.UNCHANGED, Reason.UNCHANGED)}
    assert office.stores.links.by_source(COMPANY, [account_id(2)])[account_id(2)].state is LinkState.LINKED


def test_change_of_settings_brings_them_back() -> None:
    """What is held for this reason is released, as the installation does after an edit."""
    office = a_rejected_plan()
    with office.stores.transaction():
        office.stores.inbox.release_reasons([Reason.PLAN_REJECTED])

    run = office.run()

    assert run.counts == {COMPANY: Counts(created=1, updated=1, deactivated=1), CONTACT: Counts(created=1)}


def test_newer_version_is_not_held() -> None:
    """What was saved while the plan waited was not rejected: it is due."""
    office = an_office(1)
    office.save(account_id(1), Phone="217-555-0199")
    waiting = asked(office)
    office.save(account_id(1), Phone="217-555-0177")
    office.run()

    run = reject(office, waiting)

    assert (office.outcomes(run), run.held) == ({account_id(1): REJECTED}, 0)
    set_brake(office, USUAL)
    assert office.outcomes(office.run()) == {account_id(1): (OutcomeKind.UPDATED, Reason.CHANGED)}


def test_record_that_a_person_dealt_with_meanwhile_is_not_held() -> None:
    """It is not in the inbox any more."""
    office = an_office(1)
    office.save(account_id(1), Phone="217-555-0199")
    waiting = asked(office)
    office.stores.inbox.settle(COMPANY, [account_id(1)])

    run = reject(office, waiting)

    assert (office.outcomes(run), run.held) == ({account_id(1): REJECTED}, 0)


@pytest.mark.parametrize("state", [LinkState.ORPHANED, LinkState.DEACTIVATED])
def test_pair_that_was_to_resume_stays_what_it_was(state: LinkState) -> None:
    """A company that would have become current again: the next change of the account finds it in its true state."""
    office = an_office(1, brake=USUAL)
    there = office.companies()[0].id
    if state is LinkState.DEACTIVATED:
        office.source.delete(COMPANY, account_id(1))
        office.run()
        office.source.undelete(COMPANY, account_id(1))
    else:
        office.target.activate(COMPANY, there, is_active=False)
        office.save(account_id(1), Phone="217-555-0177")
        office.run()
        office.target.activate(COMPANY, there)
    set_brake(office, replace(USUAL, updates=0))
    reject(office, asked(office))
    set_brake(office, USUAL)
    office.save(account_id(1), Phone="217-555-0188")

    run = office.run()

    [found] = office.outcomes(run).values()
    assert found is not None
    assert found[0] is OutcomeKind.UPDATED
    assert (office.companies()[0].is_active, phone_of(office, 1)) == (True, "217-555-0188")


def test_plan_is_rejected_once() -> None:
    """The second one is told so, and what has come back meanwhile is not held again."""
    office = an_office(1)
    office.save(account_id(1), Phone="217-555-0199")
    waiting = asked(office)
    reject(office, waiting)
    office.save(account_id(1), Phone="217-555-0177")
    office.run()

    with pytest.raises(StalePlanError, match=r"^Run 2 was decided about already\. .* The one that waits is run 3\.$"):
        reject(office, waiting)

    assert questions(office) == ["3"]


def test_approved_plan_is_not_rejected() -> None:
    """It is carried out already."""
    office = an_office(1)
    office.save(account_id(1), Phone="217-555-0199")
    waiting = asked(office)
    approve(office, waiting)

    with pytest.raises(StalePlanError, match=r"^Run 2 was approved already\."):
        reject(office, waiting)

    assert phone_of(office, 1) == "217-555-0199"


def test_first_import_that_was_rejected_is_still_the_first() -> None:
    """No import was ever carried through: the next one creates unasked what is new, and the rejected records wait."""
    office = Office()
    set_brake(office, replace(USUAL, updates=0))
    office.company(companyName="There", phone="217-555-0000")
    office.account(1, Name="There")
    reject(office, asked(office))
    for number in range(2, 6):
        office.account(number, Name=f"Company {number}")

    run = office.run()

    assert (run.status, run.counts[COMPANY], run.held) == (RunStatus.DONE, Counts(created=4), 1)


def test_large_plans_are_rejected_whole() -> None:
    """Slice by slice, in one transaction."""
    office = an_office(1, brake=USUAL)
    for number in range(2, 1100):
        office.account(number, Name=f"Company {number}")

    run = reject(office, asked(office))

    assert (run.counts[COMPANY], run.held) == (Counts(held=1098), 1098)
    assert office.stores.notices.open(NoticeKind.APPROVAL) == []


def test_contacts_of_a_company_that_was_to_be_set_inactive_go_into_it() -> None:
    """The company stands as it stood, so a contact that was new meanwhile waits for it no longer."""
    office = an_office(1)
    office.source.delete(COMPANY, account_id(1))
    office.person(1)
    reject(office, asked(office))
    set_brake(office, USUAL)

    run = office.run()

    assert run.counts == {COMPANY: Counts(), CONTACT: Counts(created=1)}
    assert [record.source_id for record in office.contacts()] == [contact_id(1)]
