"""Contacts go along while companies are written, as soon as nothing that they refer to is left to be done."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Counts
from taskforce.domain.run import RunStatus
from taskforce.domain.settings import BrakeLimits
from taskforce.engine.applying import BUNCH
from taskforce.engine.review import Review
from taskforce.engine.sending import GIVE_UP_AFTER
from taskforce.testing.trouble import Fault
from tests.builders import account_id, contact_id
from tests.unit.engine.deciding_office import NOTHING_UNASKED, approve, asked, set_brake
from tests.unit.engine.office import COMPANY, CONTACT, Office

MANY = 4 * BUNCH
UNBRAKED = BrakeLimits(floor=1_000)
CREATED = (OutcomeKind.CREATED, Reason.NO_CANDIDATE)


def filled(at_once: int = 1, *, number: int = MANY, is_asked: bool = False) -> Office:
    """So many accounts with a contact each, to be created; by the first import, or after a person was asked."""
    office = Office()
    if is_asked:
        office.run()
        set_brake(office, NOTHING_UNASKED)
    office.target.writes_at_once = at_once
    for each in range(1, number + 1):
        office.account(each, Name=f"Company {each:02}")
        office.person(each, at=account_id(each), LastName=f"Doe {each:02}")
    return office


def writes_of(office: Office) -> list[str]:
    """What is asked of Autotask from now on, in order; reads are left out."""
    writes: list[str] = []
    office.target.tripwire = lambda place: writes.append(place) if place.startswith(("create c", "update c")) else None
    return writes


def stands_whole(office: Office, number: int = MANY) -> bool:
    """Every account and contact once, each contact below its own company."""
    company_of = {record.source_id: record.id for record in office.companies()}
    homes = {record.source_id: record.company_id for record in office.contacts()}
    numbers = range(1, number + 1)
    return (
        len(office.companies()) == len(office.contacts()) == number
        and homes == {contact_id(each): company_of[account_id(each)] for each in numbers}
    )  # fmt: skip


@pytest.mark.parametrize("at_once", [1, 2])
def test_contacts_are_created_while_companies_still_are(at_once: int) -> None:
    """Not one of them twice, none before its company, and with as few requests as one after the other."""
    office = filled(at_once)
    writes = writes_of(office)

    run = office.run()

    assert (run.status, run.counts) == (RunStatus.DONE, dict.fromkeys((COMPANY, CONTACT), Counts(created=MANY)))
    assert stands_whole(office)
    assert run.calls == run.lower_bound
    last_company = len(writes) - writes[::-1].index("create company")
    assert writes[:last_company].count("create contact") >= MANY - 3 * BUNCH


def test_order_by_turns() -> None:
    """With one request at once it can be told exactly: a bunch of companies, then one of each, by turns."""
    office = filled()
    writes = writes_of(office)

    office.run()

    alone, by_turns = ["create company"] * BUNCH, ["create company", "create contact"] * BUNCH
    assert writes == [*alone, *alone, *by_turns, *by_turns, *(["create contact"] * 2 * BUNCH)]


def test_contact_is_remembered_as_written_when_it_was() -> None:
    """Not when it was found to be ready: reads that do not show a fresh write are known by that time (decision 9)."""
    office = filled(number=2 * MANY)
    for each in range(100, 100 + 4 * BUNCH):
        office.person(each, LastName=f"Doe {each}")
    office.target.tripwire = lambda _: office.clock.advance(timedelta(seconds=1))
    a_bunch = 2 * 2 * BUNCH * timedelta(seconds=1)  # before and after each write, of companies and contacts

    office.run()

    links = {link.target_id: link for (entity, _), link in office.stores.state.links.items() if entity is CONTACT}
    ages = [record.changed_at - links[record.id].written_at for record in office.contacts()]
    assert max(ages) <= a_bunch


def test_contact_waits_for_what_this_run_still_does_about_its_company() -> None:
    """A linked company that is last in the plan is brought up to date before a contact is created below it."""
    office = filled(number=1)
    set_brake(office, UNBRAKED)
    office.run()
    for each in range(2, MANY):
        office.account(each, Name=f"Company {each:02}")
    office.account(MANY, Name="Company 98")
    office.run()
    for each in range(2, MANY + 1):
        office.save(account_id(each), Phone="217-555-0199")
    newcomer = office.person(99, at=account_id(MANY), LastName="New")
    writes = writes_of(office)

    run = office.run()

    assert writes == ["update company"] * (MANY - 1) + ["create contact"]
    assert office.outcomes(run)[newcomer] == CREATED


def test_contact_that_follows_another_keeps_its_place() -> None:
    """The farewell of a contact that moved comes first, though the new company has been there for long."""
    office = filled()
    set_brake(office, UNBRAKED)
    office.run()
    moved = contact_id(1)
    office.save(moved, AccountId=account_id(2))
    office.run()
    Review(connection="acme", stores=office.stores, target=office.target).replace(moved)
    for each in range(MANY + 1, 2 * MANY):
        office.account(each, Name=f"Company {each:02}")
    writes = writes_of(office)

    office.run()

    assert writes == ["create company"] * (MANY - 1) + ["update contact", "create contact"]


def test_contact_of_a_refused_company_waits() -> None:
    """And goes with it as soon as that is taken."""
    office = filled()
    office.trouble(Fault.REJECTED, "create company")

    refused = office.run()
    accepted = office.run(by_hand=True)

    assert office.outcomes(refused)[contact_id(1)] == (OutcomeKind.HELD, Reason.COMPANY_NOT_LINKED)
    assert refused.counts[CONTACT] == Counts(created=MANY - 1, held=1)
    assert office.outcomes(accepted) == {account_id(1): CREATED, contact_id(1): CREATED}
    assert stands_whole(office)


@pytest.mark.parametrize("at_once", [1, 2])
def test_contacts_that_cannot_be_reached_end_the_run(at_once: int) -> None:
    """Five in a row, whatever becomes of the companies between them: each more would be in doubt for ten minutes."""
    office = filled(at_once, number=2 * MANY)
    office.trouble(Fault.LOST_BEFORE, "create contact", times=None)

    run = office.run()

    assert run.status is RunStatus.COULD_NOT_RUN
    assert run.message.startswith("Autotask could not be reached 5 times in a row.")
    assert GIVE_UP_AFTER <= run.counts[CONTACT].held < GIVE_UP_AFTER + at_once


def test_namesakes_of_one_plan_are_both_created() -> None:
    """Two companies of one name, a contact of one name in each: what a person has approved is what is made.

    One of the contacts goes along, and stands there already when the other is looked at again.
    """
    office = Office()
    office.run()
    set_brake(office, NOTHING_UNASKED)
    for each in range(1, MANY + 1):
        office.account(each, Name="Acme" if each in (1, MANY) else f"Company {each:02}", BillingCity=f"Town {each:02}")
    for each in (1, MANY):
        office.person(each, at=account_id(each))
    waiting = asked(office)

    run = approve(office, waiting)

    assert (run.status, run.counts[CONTACT]) == (RunStatus.DONE, Counts(created=2))


def in_the_middle(office: Office, act: Callable[[], None], after: int) -> None:
    """Something happens while companies are written."""
    left = iter(range(after, -1, -1))

    def trip(place: str) -> None:
        if place == "create company" and next(left, None) == 0:
            act()

    office.target.tripwire = trip


def test_approved_contacts_go_along_and_are_looked_at_again() -> None:
    """One that was saved since is left out, as it would have been in its own turn."""
    office = filled(is_asked=True)
    waiting = asked(office)
    office.save(contact_id(3), Email="other@acme.example")
    office.run()
    writes = writes_of(office)

    run = approve(office, waiting)

    assert office.outcomes(run)[contact_id(3)] == (OutcomeKind.HELD, Reason.CHANGED_SINCE_PLANNED)
    assert run.counts[CONTACT] == Counts(created=MANY - 1, held=1)
    assert "create contact" in writes[: len(writes) - writes[::-1].index("create company")]
    assert run.message == (
        "1 change was left out, because its records are not as they were when the plan was made; "
        "the next import plans anew what is still wanted."
    )


def test_what_is_typed_in_while_companies_are_written_is_found_by_contacts_in_their_own_turn() -> None:
    """Somebody types a contact below a company that the import has just made; it is not made a second time."""
    office = filled(is_asked=True)
    waiting = asked(office)

    def type_in() -> None:
        last = office.companies()[-1]
        office.contact(last.id, lastName=f"Doe {MANY - 1:02}")

    in_the_middle(office, type_in, after=MANY - 1)
    run = approve(office, waiting)

    assert office.outcomes(run)[contact_id(MANY - 1)] == (OutcomeKind.HELD, Reason.CHANGED_SINCE_PLANNED)
    assert len(office.contacts()) == MANY
