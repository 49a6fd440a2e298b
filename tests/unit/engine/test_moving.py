"""Contacts that moved to another account: another takes their place when a person says so, and no id stands twice."""

from dataclasses import replace
from itertools import count

import pytest

from taskforce.domain.links import Link, LinkState
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import SourceId, TargetId
from taskforce.domain.run import RunStatus
from taskforce.engine.review import Review
from taskforce.errors import DecisionRefused
from taskforce.testing.tripwire import untouched
from taskforce.testing.trouble import Fault
from tests.builders import account_id, contact_id
from tests.unit.engine.office import CONTACT, SETTINGS, Office, contact, without_times
from tests.unit.engine.test_kills import Killed, dies_at

PERSON = contact_id(1)
MOVED = (OutcomeKind.HELD, Reason.MOVED)
LEFT = (OutcomeKind.DEACTIVATED, Reason.REPLACED)
CREATED = (OutcomeKind.CREATED, Reason.NO_CANDIDATE)
LINKED = (OutcomeKind.LINKED, Reason.EXACT_MATCH)
NOT_REACHED = (OutcomeKind.POSTPONED, Reason.NOT_REACHED)


def moved(*, is_noticed: bool = True) -> Office:
    """Two companies and a contact who went from the first account to the second; an import held her."""
    office = Office()
    for number in (1, 2):
        office.account(number, Name=f"Company {number}")
    office.person()
    office.run()
    office.save(PERSON, AccountId=account_id(2))
    if is_noticed:
        office.run()
    return office


def review(office: Office) -> Review:
    """A person who looks at the links."""
    return Review(connection="acme", stores=office.stores, target=office.target)


def state(office: Office) -> tuple[LinkState, TargetId]:
    """How the contact's link stands, and with which record."""
    link: Link = office.stores.links.by_source(CONTACT, [PERSON])[PERSON]
    return link.state, link.target_id


def story(office: Office, run_id: int) -> list[tuple[SourceId, OutcomeKind, Reason]]:
    """Every change of a run, in order, with its outcome."""
    entries = office.stores.plan(run_id).entries()
    return [
        (entry.decision.subject.source_id, entry.outcome.kind, entry.outcome.reason)
        for entry in entries
        if entry.outcome is not None
    ]


def carriers(office: Office) -> list[TargetId]:
    """The Autotask contacts that carry the person's id."""
    return [record.id for record in office.contacts() if record.source_id == PERSON]


def replaced(office: Office) -> None:
    """The old contact is inactive and without id, the new one stands under the new company; nothing waits."""
    first, second = (record.id for record in office.companies())
    old, new = without_times(office.contacts())
    assert old == replace(contact(old.id, None, first), is_active=False)
    assert new == contact(new.id, PERSON, second)
    assert state(office) == (LinkState.LINKED, new.id)
    assert office.stores.inbox.standing().held == 0


def test_the_next_import_creates_the_contact_under_its_new_company() -> None:
    """The old one gives up its id and is deactivated, then the new one is created: two writes, each told."""
    office = moved()
    review(office).replace(PERSON)

    run = office.run()

    assert (run.status, story(office, run.id)) == (RunStatus.DONE, [(PERSON, *LEFT), (PERSON, *CREATED)])
    replaced(office)
    assert office.spent().autotask == 0


def test_a_dry_run_shows_both_changes() -> None:
    """What would be given up and what would be created, without doing it."""
    office = moved()
    review(office).replace(PERSON)
    before = office.contacts()

    run = office.run(dry=True)

    assert story(office, run.id) == [(PERSON, *LEFT), (PERSON, *CREATED)]
    assert office.contacts() == before
    assert state(office) == (LinkState.LEAVING, before[0].id)


def test_asking_twice_is_asking_once() -> None:
    """Before the import and after its first half the same is said again, and nothing more happens."""
    office = moved()
    first = review(office).replace(PERSON)

    second = review(office).replace(PERSON)
    office.run()

    assert (first.state, second.before, second.state) == (LinkState.LEAVING, LinkState.LEAVING, LinkState.LEAVING)
    replaced(office)


def test_a_contact_that_fits_under_the_new_company_takes_the_place() -> None:
    """Somebody typed it in there already: it is linked, once the old one has given up the id."""
    office = moved()
    second = office.companies()[1].id
    there = office.contact(second)
    review(office).replace(PERSON)

    run = office.run()

    assert story(office, run.id) == [(PERSON, *LEFT), (PERSON, *LINKED)]
    assert office.contacts()[1].id == there
    replaced(office)


def test_companies_of_the_same_name_do_not_get_in_the_way() -> None:
    """The record that was left is no namesake to beware of."""
    office = moved()
    office.save(account_id(2), Name="Company 1", BillingCity="Chicago")
    review(office).replace(PERSON)

    office.run()

    assert state(office) == (LinkState.LINKED, office.contacts()[1].id)
    assert len(carriers(office)) == 1


def test_nothing_is_given_up_while_nothing_can_take_its_place() -> None:
    """Two contacts fit under the new company: the old one stays as it is until a person has decided."""
    office = moved()
    second = office.companies()[1].id
    twins = [office.contact(second), office.contact(second)]
    before = office.contacts()
    review(office).replace(PERSON)

    run = office.run()
    after = office.contacts()
    office.target.remove(CONTACT, twins[0])
    office.target.edit(CONTACT, twins[1], {"firstName": "Joe"})
    office.run()
    office.target.remove(CONTACT, twins[1])

    assert office.outcomes(run)[PERSON] == (OutcomeKind.HELD, Reason.AMBIGUOUS)
    assert after == before
    replaced(office)


def test_the_new_company_is_waited_for() -> None:
    """The account it moved to has no company yet: nothing is given up before that is created."""
    office = moved(is_noticed=False)
    review(office).replace(PERSON)
    office.account(3, Name="Company 3", **{"Owner.LastName": "Nobody"})
    office.settings = replace(SETTINGS, default_account_manager="")
    office.save(PERSON, AccountId=account_id(3))
    waiting = office.run()
    kept = state(office)
    office.save(account_id(3), **{"Owner.LastName": "Owner"})

    run = office.run()

    assert office.outcomes(waiting)[PERSON] == (OutcomeKind.HELD, Reason.COMPANY_NOT_LINKED)
    assert kept[0] is LinkState.LEAVING
    assert story(office, run.id)[-2:] == [(PERSON, *LEFT), (PERSON, *CREATED)]
    assert office.contacts()[1].company_id == office.companies()[2].id


def test_a_contact_that_came_back_stays_paired() -> None:
    """Its account is the old one again by the time of the import: nothing is given up."""
    office = moved()
    review(office).replace(PERSON)
    office.save(PERSON, AccountId=account_id(1), Title="CEO")

    run = office.run()

    first = office.companies()[0].id
    [there] = without_times(office.contacts())
    assert office.outcomes(run)[PERSON] == (OutcomeKind.UPDATED, Reason.CHANGED)
    assert there == contact(there.id, PERSON, first, title="CEO")
    assert state(office) == (LinkState.LINKED, there.id)


def test_a_contact_that_is_gone_gives_up_nothing() -> None:
    """Deleted in Autotask meanwhile: it is only created anew."""
    office = moved()
    review(office).replace(PERSON)
    office.target.remove(CONTACT, office.contacts()[0].id)

    run = office.run()

    assert story(office, run.id) == [(PERSON, *CREATED)]
    assert len(carriers(office)) == 1


def test_a_contact_that_carries_another_id_by_now_is_left_alone() -> None:
    """Somebody gave the old record to another contact: it stays active."""
    office = moved()
    old = office.contacts()[0].id
    review(office).replace(PERSON)
    office.target.set_id(CONTACT, old, contact_id(7))

    run = office.run()

    assert story(office, run.id) == [(PERSON, *CREATED)]
    assert [(record.source_id, record.is_active) for record in office.contacts()] == [
        (contact_id(7), True),
        (PERSON, True),
    ]


def test_a_field_that_was_cleared_by_hand_needs_no_clearing() -> None:
    """The old record is deactivated all the same, as the person wanted."""
    office = moved()
    review(office).replace(PERSON)
    office.target.set_id(CONTACT, office.contacts()[0].id, None)

    office.run()

    replaced(office)


def test_a_record_that_was_made_ready_by_hand_costs_no_write() -> None:
    """Inactive and without id already: the new one is created at once."""
    office = moved()
    old = office.contacts()[0].id
    review(office).replace(PERSON)
    office.target.set_id(CONTACT, old, None)
    office.target.activate(CONTACT, old, is_active=False)

    run = office.run()

    assert story(office, run.id) == [(PERSON, *CREATED)]
    replaced(office)


def test_an_inactive_record_gives_up_its_id() -> None:
    """It carries the id still, and another is to get it."""
    office = moved()
    review(office).replace(PERSON)
    office.target.activate(CONTACT, office.contacts()[0].id, is_active=False)

    run = office.run()

    assert story(office, run.id) == [(PERSON, *LEFT), (PERSON, *CREATED)]
    replaced(office)


def test_no_successor_without_a_farewell() -> None:
    """Autotask refuses to change the old contact: no second one is created; asked to try again, it does both."""
    office = moved()
    review(office).replace(PERSON)
    office.trouble(Fault.REJECTED, "update contact")

    run = office.run()
    kept = carriers(office)
    office.run(by_hand=True)

    assert (run.status, story(office, run.id)) == (
        RunStatus.DONE_WITH_FAILURES,
        [(PERSON, OutcomeKind.FAILED, Reason.REJECTED), (PERSON, *NOT_REACHED)],
    )
    assert kept == [office.contacts()[0].id]
    replaced(office)


@pytest.mark.parametrize("omits", [False, True], ids=["fields listed", "fields left out"])
@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.LATE])
def test_a_farewell_whose_answer_is_lost_is_waited_for(fault: Fault, omits: bool) -> None:
    """Nothing is created before it is certain that the old contact has given up the id, however late that happens."""
    office = moved()
    office.target.omits_user_defined = omits
    review(office).replace(PERSON)
    office.trouble(fault, "update contact")

    run = office.run()
    doubtful = len(carriers(office)), len(office.contacts())
    for _ in range(3):
        office.run()
        assert len(carriers(office)) <= 1

    assert story(office, run.id)[1] == (PERSON, *NOT_REACHED)
    assert doubtful[1] == 1
    replaced(office)


def test_an_inactive_record_whose_farewell_is_lost_is_asked_for_by_value() -> None:
    """Only the id tells whether the write was carried out, and an answer without user-defined fields tells nothing."""
    office = moved()
    review(office).replace(PERSON)
    office.target.activate(CONTACT, office.contacts()[0].id, is_active=False)
    office.target.omits_user_defined = True
    office.trouble(Fault.LOST_BEFORE, "update contact")

    for _ in range(3):
        office.run()
        assert len(carriers(office)) <= 1

    replaced(office)


def killed_at(office: Office, step: int) -> bool:
    """Run until killed, looking at every place that is passed whether the id stands twice; whether it was killed."""
    trip = dies_at(step)

    def watched(place: str) -> None:
        assert len(carriers(office)) <= 1
        trip(place)

    office.source.tripwire = office.target.tripwire = office.stores.tripwire = watched
    try:
        office.run()
    except Killed:
        return True
    finally:
        office.source.tripwire = office.target.tripwire = office.stores.tripwire = untouched
    return False


def test_killed_at_every_step_the_id_never_stands_twice() -> None:
    """Wherever the import dies, the next ones complete it, and at no moment do two records carry the id."""
    for step in count(1):
        office = moved()
        review(office).replace(PERSON)
        was_killed = killed_at(office, step)

        statuses = [office.run().status for _ in range(4)]

        assert statuses[-1] is RunStatus.DONE
        replaced(office)
        if not was_killed:
            break
    assert step > 15


def test_a_contact_that_was_never_linked_but_carries_its_id() -> None:
    """A database of the old extension: the contact is held at once, and the same words mend it."""
    office = Office()
    first = office.company(companyName="Company 1", carries=account_id(1))
    office.company(companyName="Company 2", carries=account_id(2))
    office.contact(first, carries=PERSON)
    for number in (1, 2):
        office.account(number, Name=f"Company {number}")
    office.person(at=account_id(2))
    held = office.run()

    review(office).replace(PERSON)
    office.run()

    assert office.outcomes(held)[PERSON] == MOVED
    replaced(office)


def test_a_contact_without_a_pair_cannot_be_replaced() -> None:
    """Neither linked nor carried: there is nothing to take the place of."""
    office = Office()
    office.account()
    office.run()

    with pytest.raises(DecisionRefused) as refused:
        review(office).replace(PERSON)

    assert str(refused.value) == (
        f"The contact {PERSON} has no pair that an import keeps current. "
        f"taskforce forget acme {PERSON} lets the rules decide as if it were new."
    )


def test_leaving_it_is_the_other_choice() -> None:
    """Ignored, the contact stays where it is, and is held no more."""
    office = moved()
    before = office.contacts()

    review(office).ignore(CONTACT, PERSON)
    run = office.run()

    assert office.outcomes(run)[PERSON] == (OutcomeKind.SKIPPED, Reason.IGNORED)
    assert (office.contacts(), office.stores.inbox.standing().held) == (before, 0)


def test_the_decision_is_taken_back() -> None:
    """Joined again before the import, the contact is merely held where it stands."""
    office = moved()
    before = office.contacts()
    review(office).replace(PERSON)

    review(office).relink(CONTACT, PERSON)
    run = office.run()

    assert office.outcomes(run)[PERSON] == MOVED
    assert (office.contacts(), state(office)[0]) == (before, LinkState.LINKED)


def test_deleted_in_salesforce_meanwhile() -> None:
    """Nothing is replaced for a contact that is gone there; undeleted, the decision stands."""
    office = moved()
    before = office.contacts()
    review(office).replace(PERSON)
    office.source.delete(CONTACT, PERSON)

    run = office.run()
    kept = office.contacts()
    office.source.undelete(CONTACT, PERSON)
    office.run()

    assert office.outcomes(run)[PERSON] == (OutcomeKind.SKIPPED, Reason.DELETED)
    assert kept == before
    replaced(office)
