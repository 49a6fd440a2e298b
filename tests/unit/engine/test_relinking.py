"""Joining a pair again or with another Autotask record: one to one, and no id ever stands twice (B4, B5)."""

from datetime import timedelta

import pytest

from taskforce.domain.links import Link, LinkState
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import TargetId
from taskforce.domain.review import Resolution
from taskforce.testing.trouble import Fault
from tests.builders import account_id
from tests.unit.engine.office import COMPANY, CONTACT, Office, company, without_times
from tests.unit.engine.reviewing import (
    FIRST,
    IGNORED,
    MATCHED,
    MOVED_LINK,
    PERSON,
    SECOND,
    UNCHANGED,
    UNMAPPED,
    UPDATED,
    linked,
    pair,
    refusal,
    review,
    state,
)

# --- relink: the remembered pair ---


def test_a_pair_whose_field_was_cleared_gets_its_id_again() -> None:
    """Joined again, the id and what differs travel in one write."""
    office = linked(1)
    [there] = office.companies()
    office.target.set_id(COMPANY, there.id, None)
    office.save(FIRST, Phone="217-555-0199")
    office.run()

    decided = review(office).relink(COMPANY, FIRST)
    calls = office.work_calls
    run = office.run()

    assert (decided.resolution, decided.before, decided.state) == (
        Resolution.JOINED,
        LinkState.UNMAPPED,
        LinkState.LINKED,
    )
    assert (decided.name, decided.carries_id, decided.is_active) == ("Company 1", False, True)
    assert office.outcomes(run) == {FIRST: UPDATED}
    assert office.work_calls == calls + 2
    assert without_times(office.companies()) == [
        company(there.id, FIRST, companyName="Company 1", phone="217-555-0199")
    ]
    assert pair(office, FIRST) == (LinkState.LINKED, there.id, True)


def test_a_pair_that_carries_its_id_still_costs_no_write() -> None:
    """Separated here and joined again: one look, nothing to write."""
    office = linked(1)
    before = office.companies()
    review(office).unmap(COMPANY, FIRST)
    office.run()

    review(office).relink(COMPANY, FIRST)
    calls = office.work_calls
    run = office.run()

    assert (office.outcomes(run), office.companies()) == ({FIRST: UNCHANGED}, before)
    assert office.work_calls == calls + 1
    assert office.spent().autotask == 0


@pytest.mark.parametrize("before", [each for each in LinkState if each is not LinkState.REPLACED])
def test_a_pair_in_any_state_is_joined_again(before: LinkState) -> None:
    """Whatever kept it apart; saying it twice changes nothing."""
    office = linked(1)
    office.stores.links.set_state(COMPANY, FIRST, before)

    first, second = review(office).relink(COMPANY, FIRST), review(office).relink(COMPANY, FIRST)
    run = office.run()

    assert (first.before, first.state, second.before) == (before, LinkState.LINKED, LinkState.LINKED)
    assert office.outcomes(run) == {FIRST: UNCHANGED}


def test_an_orphan_that_carries_its_id_is_joined_and_said_to_be_inactive() -> None:
    """The next import holds it as an orphan again, and activated it resumes."""
    office = linked(1)
    [there] = office.companies()
    office.target.activate(COMPANY, there.id, is_active=False)
    office.save(FIRST, Phone="217-555-0199")
    office.run()

    decided = review(office).relink(COMPANY, FIRST)
    held = office.run()
    office.target.activate(COMPANY, there.id)
    run = office.run()

    assert (decided.before, decided.is_active) == (LinkState.ORPHANED, False)
    assert office.outcomes(held) == {FIRST: (OutcomeKind.HELD, Reason.ORPHANED)}
    assert office.outcomes(run) == {FIRST: UPDATED}


def test_an_answer_without_user_defined_fields_hides_no_id() -> None:
    """The record that is named carries the id, and is known to, whatever the read left out."""
    office = linked(1)
    office.target.omits_user_defined = True

    decided = review(office).relink(COMPANY, FIRST)

    assert decided.carries_id


# --- relink: with another record ---


def other(office: Office, **details: object) -> TargetId:
    """Another company in Autotask that nobody is linked to."""
    return office.company(companyName="Other", **details)  # type: ignore[arg-type]


def freed(office: Office) -> TargetId:
    """The first account's company after somebody has cleared its field in Autotask."""
    there = office.companies()[0].id
    office.target.set_id(COMPANY, there, None)
    return there


def test_a_record_is_joined_with_another() -> None:
    """The other one gets the id and every value; the old one is left as it is."""
    office = linked(1)
    old, new = freed(office), other(office)

    decided = review(office).relink(COMPANY, FIRST, new)
    run = office.run()

    assert (decided.before, decided.name) == (LinkState.LINKED, "Other")
    assert office.outcomes(run) == {FIRST: UPDATED}
    assert without_times(office.companies()) == [
        company(old, None, companyName="Company 1"),
        company(new, FIRST, companyName="Company 1"),
    ]


def test_a_held_record_is_joined_with_the_right_one() -> None:
    """Of two that fit a person chooses one."""
    office = Office()
    office.company()
    office.company()
    office.account()
    held = office.run()
    chosen = office.companies()[1].id

    review(office).relink(COMPANY, FIRST, chosen)
    run = office.run()

    assert office.outcomes(held) == {FIRST: (OutcomeKind.HELD, Reason.AMBIGUOUS)}
    assert office.outcomes(run) == {FIRST: UPDATED}
    assert [record.source_id for record in office.companies()] == [None, FIRST]
    assert office.stores.inbox.standing().held == 0


def test_an_id_that_belongs_to_nobody_linked_is_overwritten() -> None:
    """Two accounts change places: each is separated, then joined with the other's company."""
    office = linked(1, 2)
    one, two = (record.id for record in office.companies())
    review(office).unmap(COMPANY, SECOND)
    office.target.set_id(COMPANY, one, None)

    decided = review(office).relink(COMPANY, FIRST, two)
    run = office.run()

    assert decided.link == Link(entity=COMPANY, source_id=FIRST, target_id=two, carries_id=False, former_id=SECOND)
    assert office.outcomes(run) == {FIRST: MOVED_LINK, SECOND: UNMAPPED}
    assert [record.source_id for record in office.companies()] == [None, FIRST]


@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.LATE, Fault.UNREACHABLE, Fault.REJECTED])
def test_what_may_be_overwritten_is_remembered_until_it_is(fault: Fault) -> None:
    """A write that fails, or whose answer is lost, does not make the pair look separated."""
    office = linked(1, 2)
    one, two = (record.id for record in office.companies())
    review(office).unmap(COMPANY, SECOND)
    office.target.set_id(COMPANY, one, None)
    review(office).relink(COMPANY, FIRST, two)
    office.trouble(fault, "update company")

    for _ in range(4):
        office.run(by_hand=True)

    assert [record.source_id for record in office.companies()] == [None, FIRST]
    assert state(office, FIRST) is LinkState.LINKED


def test_an_id_that_was_replaced_meanwhile_is_not_overwritten() -> None:
    """Between the decision and the import somebody writes a third id there: that stands, and the pair is separated."""
    office = linked(1, 2)
    one, two = (record.id for record in office.companies())
    review(office).unmap(COMPANY, SECOND)
    office.target.set_id(COMPANY, one, None)
    review(office).relink(COMPANY, FIRST, two)
    office.target.set_id(COMPANY, two, account_id(7))

    run = office.run()

    assert office.outcomes(run)[FIRST] == UNMAPPED
    assert office.companies()[1].source_id == account_id(7)


def test_pairs_that_could_come_back_are_separated() -> None:
    """An orphan's record is given to another account: it is active again, and belongs to one account only."""
    office = linked(1, 2)
    one, two = (record.id for record in office.companies())
    office.target.activate(COMPANY, two, is_active=False)
    office.save(SECOND, Phone="217-555-0199")
    office.run()
    office.target.activate(COMPANY, two)
    office.target.set_id(COMPANY, one, None)

    decided = review(office).relink(COMPANY, FIRST, two)
    run = office.run()

    assert decided.separated == (SECOND,)
    assert office.outcomes(run) == {FIRST: MOVED_LINK, SECOND: UNMAPPED}
    assert [record.source_id for record in office.companies()] == [None, FIRST]


def test_a_record_that_is_linked_is_not_given_away() -> None:
    """It says who has it, and the words that free it."""
    office = linked(1, 2)
    two = office.companies()[1].id
    freed(office)

    said = refusal(lambda: review(office).relink(COMPANY, FIRST, two))

    assert said == (
        f"The Autotask company {two} is linked to the account {SECOND}. taskforce unmap acme {SECOND} frees it."
    )


def test_a_pair_whose_record_is_linked_by_now_is_not_joined_again() -> None:
    """One to one: the remembered counterpart has another by now."""
    office = linked(1, 2)
    one, two = (record.id for record in office.companies())
    review(office).unmap(COMPANY, SECOND)
    office.target.set_id(COMPANY, one, None)
    review(office).relink(COMPANY, FIRST, two)

    said = refusal(lambda: review(office).relink(COMPANY, SECOND))

    assert said.endswith(f"taskforce unmap acme {FIRST} frees it.")


def test_an_id_never_stands_twice() -> None:
    """As long as the old company carries the id no other one gets it: the field is for people to clear."""
    office = linked(1)
    [there] = office.companies()
    new = other(office)

    said = refusal(lambda: review(office).relink(COMPANY, FIRST, new))

    assert said == (
        f"The id of the account {FIRST} stands on the Autotask company {there.id}. "
        "Clear the field Salesforce Company ID there in Autotask, then say this again."
    )
    assert pair(office, FIRST) == (LinkState.LINKED, there.id, True)


def test_an_id_of_somebody_linked_is_not_overwritten() -> None:
    """It stands on two companies by mistake: the one that is not linked to it does not simply lose it."""
    office = linked(1, 2)
    two = office.companies()[1].id
    freed(office)
    wrong = other(office, carries=SECOND)

    said = refusal(lambda: review(office).relink(COMPANY, FIRST, wrong))

    assert said == (
        f"The Autotask company {wrong} carries the id of the account {SECOND}, which is linked to {two}. "
        f"If it stands there wrongly, clear the field Salesforce Company ID of {wrong}."
    )


OWN = "Company 0 is your own company in Autotask: neither it nor its contacts are ever linked. Name another one."


def test_your_own_company_is_never_linked() -> None:
    """Nor is a contact that stands under it."""
    office = linked(1)
    colleague = office.contact(TargetId(0))

    assert refusal(lambda: review(office).relink(COMPANY, FIRST, TargetId(0))) == OWN
    assert refusal(lambda: review(office).relink(CONTACT, PERSON, colleague)) == OWN


def test_a_record_that_is_not_there_is_not_linked() -> None:
    """Nor one whose remembered counterpart is gone."""
    office = linked(1)
    gone = freed(office)
    office.target.remove(COMPANY, gone)

    said = refusal(lambda: review(office).relink(COMPANY, FIRST))

    assert said == (
        f"Autotask has no company {gone}. Name another, or taskforce forget acme {FIRST} lets the rules decide."
    )
    assert refusal(lambda: review(office).relink(COMPANY, FIRST, TargetId(99))).startswith(
        "Autotask has no company 99."
    )


def test_an_inactive_record_is_not_chosen() -> None:
    """Nothing could be written to it, and nothing would say when it can."""
    office = linked(1)
    freed(office)
    inactive = other(office, is_active=False)

    said = refusal(lambda: review(office).relink(COMPANY, FIRST, inactive))

    assert said == f"The Autotask company {inactive} is inactive. Activate it in Autotask, then say this again."


def test_metadata_is_asked_for_where_none_is_kept() -> None:
    """Right after it was found to be outdated, a person can still decide."""
    office = linked(1)
    new = other(office)
    freed(office)
    office.stores.schemas.expire()

    decided = review(office).relink(COMPANY, FIRST, new)

    assert decided.name == "Other"


# --- relink: without a pair ---


def test_a_held_record_is_looked_at_anew() -> None:
    """Without anything to join, the rules decide once more though nothing has changed in Salesforce."""
    office = Office()
    twin, _ = office.company(), office.company()
    office.account()
    office.run()
    office.target.edit(COMPANY, twin, {"companyName": "Another"})

    decided = review(office).relink(COMPANY, FIRST)
    run = office.run(later=timedelta(minutes=1))

    assert (decided.resolution, decided.before, decided.state) == (Resolution.LOOKED_AT_ANEW, None, None)
    assert office.outcomes(run) == {FIRST: MATCHED}


def test_a_failing_record_is_looked_at_at_once() -> None:
    """It does not wait for its next attempt."""
    office = Office()
    office.trouble(Fault.REJECTED, "create company")
    office.account()
    office.run()

    review(office).relink(COMPANY, FIRST)
    run = office.run(later=timedelta(seconds=1))

    assert office.outcomes(run) == {FIRST: (OutcomeKind.CREATED, Reason.NO_CANDIDATE)}


def test_a_record_that_was_left_out_without_a_pair_is_taken_in() -> None:
    """There is nothing to join, so the rules decide."""
    office = Office()
    office.account()
    review(office).ignore(COMPANY, FIRST)
    ignored = office.run()

    decided = review(office).relink(COMPANY, FIRST)
    run = office.run()

    assert (decided.resolution, decided.before) == (Resolution.LOOKED_AT_ANEW, LinkState.IGNORED)
    assert office.outcomes(ignored) == {FIRST: IGNORED}
    assert office.outcomes(run) == {FIRST: (OutcomeKind.CREATED, Reason.NO_CANDIDATE)}
