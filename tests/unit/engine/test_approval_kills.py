"""A kill at every transaction and every request around a plan that waits: nothing twice, nothing lost, one outcome."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from taskforce.domain.run import Run, RunStatus
from taskforce.domain.settings import Deletion
from taskforce.errors import StalePlanError
from taskforce.testing.tripwire import untouched
from tests.builders import account_id, contact_id
from tests.unit.engine.deciding_office import NOTHING_UNASKED, USUAL, approve, questions, reject, set_brake
from tests.unit.engine.office import COMPANY, SETTINGS, Office
from tests.unit.engine.test_kills import Killed, dies_at


def a_book_that_waits() -> tuple[Office, Run]:
    """A parent and its child to be created with a contact each, one company to be linked, one to be changed, one to be
    set inactive; and one more that somebody edits while all this waits."""
    office = Office(settings=replace(SETTINGS, deletion=Deletion.DEACTIVATE))
    for number in (1, 2, 6):
        office.account(number, Name=f"Company {number}")
    office.run()
    set_brake(office, NOTHING_UNASKED)
    change_the_book(office)
    waiting = office.run()
    assert waiting.status is RunStatus.AWAITING_APPROVAL
    edited = next(record.id for record in office.companies() if record.source_id == account_id(6))
    office.target.edit(COMPANY, edited, {"phone": "217-555-0666"})
    return office, waiting


def change_the_book(office: Office) -> None:
    """What the plan is about."""
    office.company(companyName="There", phone="217-555-9999")
    office.account(3, Name="Child", ParentId=account_id(4))
    office.account(4, Name="Parent")
    office.account(5, Name="There")
    for number in (3, 4):
        office.person(number, at=account_id(number))
    office.save(account_id(1), Phone="217-555-0199")
    office.save(account_id(6), Phone="217-555-0199")
    office.source.delete(COMPANY, account_id(2))


def how_it_ends() -> dict[str, object]:
    """Autotask when nothing is killed and nobody is asked."""
    office = Office(settings=replace(SETTINGS, deletion=Deletion.DEACTIVATE))
    for number in (1, 2, 6):
        office.account(number, Name=f"Company {number}")
    office.run()
    change_the_book(office)
    office.run()
    return standing(office)


def standing(office: Office) -> dict[str, object]:
    """All records of Autotask by the Salesforce id they carry; other records they refer to by that as well."""
    owners: dict[object, object] = {record.id: record.source_id for record in office.companies()}
    return {
        str(record.source_id): (
            record.is_active,
            owners.get(record.company_id),
            {name: owners[value] if name == "parentCompanyID" else value for name, value in record.fields.items()},
        )
        for record in [*office.companies(), *office.contacts()]
    }


def killed_at(office: Office, step: int, act: Callable[[], object]) -> bool:
    """Act until killed; whether there was so much to do."""
    office.source.tripwire = office.target.tripwire = office.stores.tripwire = dies_at(step)
    try:
        act()
    except Killed:
        return True
    finally:
        office.source.tripwire = office.target.tripwire = office.stores.tripwire = untouched
    return False


def every_change_has_an_outcome(office: Office, run: Run) -> bool:
    """No change of a run that is over was left open."""
    return all(outcome is not None for outcome in office.outcomes(run).values())


def run_until_quiet(office: Office) -> None:
    """Imports, half an hour apart; whatever is asked on the way is approved."""
    for _ in range(6):
        run = office.run()
        waiting = office.stores.runs.awaiting()
        if waiting is not None:
            run = approve(office, waiting)
    assert (run.status, office.stores.intents.unsettled(), questions(office)) == (RunStatus.DONE, [], [])


def test_approval_killed_at_every_step() -> None:
    """Wherever it dies, what it did stands, what it did not reach is planned anew and asked about again."""
    expected = how_it_ends()
    for step in count(1):
        office, waiting = a_book_that_waits()
        was_killed = killed_at(office, step, lambda: approve(office, waiting))  # noqa: B023 - called at once
        if was_killed and office.stores.runs.awaiting() is None:
            with pytest.raises(StalePlanError, match="was approved already"):
                approve(office, waiting)

        run_until_quiet(office)

        assert standing(office) == expected
        assert len({record.source_id for record in office.companies()}) == len(office.companies()) == 6
        assert all(every_change_has_an_outcome(office, run) for run in office.stores.state.runs.values())
        if not was_killed:
            break
    assert step > 40


def test_import_after_a_killed_approval_asks_only_about_what_is_left() -> None:
    """With ordinary limits the next import just goes on."""
    expected = how_it_ends()
    for step in count(1):
        office, waiting = a_book_that_waits()
        was_killed = killed_at(office, step, lambda: approve(office, waiting))  # noqa: B023 - called at once
        was_begun = office.stores.runs.awaiting() is None
        set_brake(office, USUAL)

        runs = [office.run() for _ in range(3)]

        still_waits = RunStatus.AWAITING_APPROVAL
        assert {run.status is still_waits for run in runs} == {not was_begun}
        if was_begun:
            assert (runs[-1].status, standing(office)) == (RunStatus.DONE, expected)
        if not was_killed:
            break
    assert step > 40


def test_asking_killed_at_every_step() -> None:
    """The import that would ask dies: in the end one plan waits, one question stands open, nothing was written."""
    for step in count(1):
        office = Office(settings=replace(SETTINGS, deletion=Deletion.DEACTIVATE))
        for number in (1, 2, 6):
            office.account(number, Name=f"Company {number}")
        office.run()
        set_brake(office, NOTHING_UNASKED)
        change_the_book(office)
        before = standing(office)
        was_killed = killed_at(office, step, office.run)

        office.run()

        waiting = office.stores.runs.awaiting()
        assert waiting is not None
        assert questions(office) == [str(waiting.id)]
        assert waiting.digest == office.stores.plan(waiting.id).digest()
        assert standing(office) == before
        asking = [run for run in office.stores.state.runs.values() if run.digest]
        assert [run.id for run in asking if run.status is RunStatus.AWAITING_APPROVAL] == [waiting.id]
        if not was_killed:
            break
    assert step > 10


def test_rejection_killed_at_every_step() -> None:
    """It is there as a whole or not at all; a plan that still waits can be rejected again."""
    for step in count(1):
        office, waiting = a_book_that_waits()
        before = standing(office)
        was_killed = killed_at(office, step, lambda: reject(office, waiting))  # noqa: B023 - called at once

        if office.stores.runs.awaiting() is not None:
            assert office.stores.inbox.standing().held == 0
            reject(office, waiting)

        assert (standing(office), questions(office)) == (before, [])
        assert office.stores.inbox.standing().held == 8
        assert every_change_has_an_outcome(office, waiting)
        set_brake(office, USUAL)
        assert office.run().status is RunStatus.DONE
        assert standing(office) == before
        if not was_killed:
            break
    assert step >= 2


def test_reminder_killed_at_every_step() -> None:
    """An import while a plan waits dies anywhere: the plan still waits, and what was read is read again."""
    for step in count(1):
        office, waiting = a_book_that_waits()
        office.save(account_id(1), Phone="217-555-0177")
        office.person(9, at=account_id(1))
        was_killed = killed_at(office, step, office.run)

        office.run()

        assert office.stores.runs.awaiting() == waiting
        approve(office, waiting)
        run_until_quiet(office)
        phones = {record.source_id: record.fields.get("phone") for record in office.companies()}
        assert phones[account_id(1)] == "217-555-0177"
        assert contact_id(9) in {record.source_id for record in office.contacts()}
        if not was_killed:
            break
    assert step > 4
