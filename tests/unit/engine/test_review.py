"""What people decide about links, and what the next import makes of it (B4, B5, S23)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from taskforce.domain.links import NO_TARGET, Link, LinkState
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.domain.review import Decided, Deed
from taskforce.engine.review import ListedLink, Review, listed_links
from taskforce.errors import DecisionRefused
from taskforce.testing.trouble import Fault
from tests.builders import account_id, contact_id
from tests.unit.engine.office import COMPANY, CONTACT, Office, company, without_times

UNMAPPED = (OutcomeKind.SKIPPED, Reason.UNMAPPED)
IGNORED = (OutcomeKind.SKIPPED, Reason.IGNORED)
MOVED_LINK = (OutcomeKind.UPDATED, Reason.LINK_MOVED)
UPDATED = (OutcomeKind.UPDATED, Reason.CHANGED)
UNCHANGED = (OutcomeKind.UNCHANGED, Reason.UNCHANGED)
MATCHED = (OutcomeKind.LINKED, Reason.EXACT_MATCH)
CARRIED = (OutcomeKind.LINKED, Reason.CARRIES_ID)
WAITS = (OutcomeKind.HELD, Reason.COMPANY_NOT_LINKED)

FIRST, SECOND = account_id(1), account_id(2)
PERSON = contact_id(1)


def linked(*numbers: int) -> Office:
    """Accounts that are imported already."""
    office = Office()
    for number in numbers:
        office.account(number, Name=f"Company {number}")
    office.run()
    return office


def review(office: Office) -> Review:
    """A person who looks at the links."""
    return Review(connection="acme", stores=office.stores, target=office.target)


def link(office: Office, source_id: SourceId, entity: Entity = COMPANY) -> Link | None:
    """What is remembered of a Salesforce record."""
    return office.stores.links.by_source(entity, [source_id]).get(source_id)


def state(office: Office, source_id: SourceId, entity: Entity = COMPANY) -> LinkState | None:
    """How a link stands; None when there is none."""
    found = link(office, source_id, entity)
    return found.state if found is not None else None


def pair(office: Office, source_id: SourceId) -> tuple[LinkState, TargetId, bool]:
    """How a link stands, with which record, and whether that is known to carry the id."""
    found = link(office, source_id)
    assert found is not None
    return found.state, found.target_id, found.carries_id


def refusal(decide: Callable[[], Decided]) -> str:
    """What a person is told who may not decide so."""
    with pytest.raises(DecisionRefused) as refused:
        decide()
    return str(refused.value)


# --- unmap ---


def test_a_separated_pair_stays_apart() -> None:
    """Nothing is written, nothing is asked of Autotask, and the id there is left as it is."""
    office = linked(1)
    before = office.companies()

    decided = review(office).unmap(COMPANY, FIRST)
    run = office.run()
    office.save(FIRST, Phone="217-555-0199")
    calls = office.work_calls
    later = office.run()

    assert (decided.deed, decided.before, decided.state) == (Deed.SEPARATED, LinkState.LINKED, LinkState.UNMAPPED)
    assert (decided.name, decided.carries_id) == ("Company 1", True)
    assert office.outcomes(run) == {FIRST: UNMAPPED}
    assert office.outcomes(later) == {FIRST: UNMAPPED}
    assert (office.work_calls, office.companies()) == (calls, before)


def test_separating_twice_is_separating_once() -> None:
    """The second time says so, and changes nothing."""
    office = linked(1)
    first = review(office).unmap(COMPANY, FIRST)

    second = review(office).unmap(COMPANY, FIRST)

    assert second == replace(first, before=LinkState.UNMAPPED)


def test_what_has_no_pair_cannot_be_separated() -> None:
    """Neither a record that was never seen nor one that was left out."""
    office = linked(1)
    review(office).ignore(COMPANY, SECOND)

    said = {each: refusal(lambda each=each: review(office).unmap(COMPANY, each)) for each in (SECOND, account_id(3))}

    assert said == {
        each: (
            f"The account {each} has no pair to be separated. "
            f"taskforce ignore acme {each} leaves it out of every import."
        )
        for each in said
    }


def test_contacts_are_left_alone_with_their_company_and_go_with_it() -> None:
    """A changed contact of a separated company waits, and is written when the company is joined again."""
    office = linked(1)
    office.person()
    office.run()
    review(office).unmap(COMPANY, FIRST)
    office.run()
    office.save(PERSON, Title="CEO")
    waiting = office.run()
    before = office.contacts()

    review(office).relink(COMPANY, FIRST)
    run = office.run()

    assert office.outcomes(waiting) == {PERSON: WAITS}
    assert before[0].fields.get("title") is None
    assert office.outcomes(run) == {FIRST: UNCHANGED, PERSON: UPDATED}
    assert office.contacts()[0].fields["title"] == "CEO"


def test_a_separated_contact_is_left_alone() -> None:
    """Contacts are separated like companies."""
    office = linked(1)
    office.person()
    office.run()

    review(office).unmap(CONTACT, PERSON)
    office.save(PERSON, Title="CEO")
    run = office.run()

    assert office.outcomes(run) == {PERSON: UNMAPPED}
    assert office.contacts()[0].fields.get("title") is None


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

    assert (decided.deed, decided.before, decided.state) == (Deed.JOINED, LinkState.UNMAPPED, LinkState.LINKED)
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

    assert (decided.deed, decided.before, decided.state) == (Deed.LOOKED_AT_ANEW, None, None)
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

    assert (decided.deed, decided.before) == (Deed.LOOKED_AT_ANEW, LinkState.IGNORED)
    assert office.outcomes(ignored) == {FIRST: IGNORED}
    assert office.outcomes(run) == {FIRST: (OutcomeKind.CREATED, Reason.NO_CANDIDATE)}


# --- ignore ---


def test_a_record_without_a_pair_is_left_out() -> None:
    """Held before, it waits no more, and nothing is created; twice is once."""
    office = Office()
    office.company()
    office.company()
    office.account()
    office.run()

    first, second = review(office).ignore(COMPANY, FIRST), review(office).ignore(COMPANY, FIRST)
    run = office.run()

    assert (first.before, first.state, second.before) == (None, LinkState.IGNORED, LinkState.IGNORED)
    assert (first.paired, link(office, FIRST)) == (None, first.link)
    assert first.link == Link(entity=COMPANY, source_id=FIRST, target_id=NO_TARGET, state=LinkState.IGNORED)
    assert office.outcomes(run) == {FIRST: IGNORED}
    assert office.stores.inbox.standing().held == 0


def test_a_pair_is_left_out() -> None:
    """The company stays as it is, its contacts wait."""
    office = linked(1)
    office.person()
    office.run()
    before = office.companies(), office.contacts()

    decided = review(office).ignore(COMPANY, FIRST)
    office.save(FIRST, Phone="217-555-0199")
    office.save(PERSON, Title="CEO")
    run = office.run()

    assert (decided.before, decided.state, decided.paired) == (LinkState.LINKED, LinkState.IGNORED, decided.link)
    assert office.outcomes(run) == {FIRST: IGNORED, PERSON: WAITS}
    assert (office.companies(), office.contacts()) == before


# --- forget ---


def test_a_forgotten_pair_whose_field_is_cleared_is_matched_by_its_key() -> None:
    """As if it had never been seen; the decision says that it may be joined again."""
    office = linked(1)
    [there] = office.companies()
    office.target.set_id(COMPANY, there.id, None)
    office.save(FIRST, Phone="217-555-0199")
    office.run()

    decided = review(office).forget(COMPANY, FIRST)
    run = office.run()

    assert (decided.deed, decided.before, decided.state) == (Deed.FORGOTTEN, LinkState.UNMAPPED, None)
    assert office.outcomes(run) == {FIRST: MATCHED}
    assert office.companies()[0].source_id == FIRST


def test_a_forgotten_pair_that_carries_its_id_is_joined_again() -> None:
    """Whatever the two are called."""
    office = linked(1)
    review(office).unmap(COMPANY, FIRST)
    office.run()

    decided = review(office).forget(COMPANY, FIRST)
    run = office.run()

    assert decided.carries_id
    assert office.outcomes(run) == {FIRST: CARRIED}


def test_nothing_is_forgotten_twice() -> None:
    """What nobody remembers is decided about by the rules, and that costs one look."""
    office = linked(1)
    review(office).forget(COMPANY, FIRST)

    decided = review(office).forget(COMPANY, FIRST)
    run = office.run()

    assert decided == Decided(deed=Deed.FORGOTTEN, entity=COMPANY, source_id=FIRST)
    assert office.outcomes(run) == {FIRST: CARRIED}


def test_an_orphan_is_created_anew_once_it_is_forgotten() -> None:
    """Deleted in Autotask by mistake: only a person can say so."""
    office = linked(1)
    office.target.remove(COMPANY, office.companies()[0].id)
    office.save(FIRST, Phone="217-555-0199")
    orphaned = office.run()

    review(office).forget(COMPANY, FIRST)
    run = office.run()

    assert office.outcomes(orphaned) == {FIRST: (OutcomeKind.HELD, Reason.ORPHANED)}
    assert office.outcomes(run) == {FIRST: (OutcomeKind.CREATED, Reason.NO_CANDIDATE)}


def test_a_record_that_salesforce_does_not_show_is_said_to_be_gone() -> None:
    """A decision about it ends with the next import, and nothing is written."""
    office = linked(1)
    before = office.companies()
    office.source.remove(COMPANY, FIRST)

    review(office).forget(COMPANY, FIRST)
    run = office.run()

    assert office.outcomes(run) == {FIRST: (OutcomeKind.SKIPPED, Reason.VANISHED)}
    assert office.companies() == before
    assert office.stores.inbox.wanted(COMPANY) == []


# --- while a write is in doubt ---


IN_DOUBT = (
    f"The answer to a write of the account {FIRST} was lost, so it is not known yet what stands in Autotask. "
    f"taskforce import acme settles that after the settle time; decide then."
)


def doubtful() -> Office:
    """An account whose create got no answer."""
    office = Office()
    office.trouble(Fault.LOST_AFTER, "create company")
    office.account()
    office.run()
    return office


def test_nothing_is_decided_while_a_write_is_in_doubt() -> None:
    """What it would be about is not known; once that is settled, all is as usual."""
    office = doubtful()
    desk = review(office)

    said = [
        refusal(lambda: desk.unmap(COMPANY, FIRST)),
        refusal(lambda: desk.ignore(COMPANY, FIRST)),
        refusal(lambda: desk.forget(COMPANY, FIRST)),
        refusal(lambda: desk.relink(COMPANY, FIRST)),
    ]
    office.run()

    assert said == [IN_DOUBT] * 4
    assert desk.unmap(COMPANY, FIRST).before is LinkState.LINKED


def test_a_record_that_a_lost_write_concerns_is_not_given_away() -> None:
    """Whoever it was linked to by that write has it, or has not: nobody knows yet."""
    office = Office()
    there = office.company()
    office.account()
    office.account(2, Name="Second")
    office.trouble(Fault.LOST_AFTER, "update company")
    office.run()

    said = refusal(lambda: review(office).relink(COMPANY, account_id(3), there))

    assert said == IN_DOUBT
    assert review(office).ignore(COMPANY, account_id(3)).before is None


# --- the list ---


def test_links_are_listed_with_their_names() -> None:
    """By entity and Salesforce id; a record that was never seen in Autotask has no name."""
    office = linked(2, 1)
    office.person()
    office.run()
    review(office).ignore(COMPANY, account_id(3))

    listed = list(listed_links(office.stores, LinkState))

    assert [(each.link.source_id, each.link.state, each.name) for each in listed] == [
        (FIRST, LinkState.LINKED, "Company 1"),
        (SECOND, LinkState.LINKED, "Company 2"),
        (account_id(3), LinkState.IGNORED, ""),
        (PERSON, LinkState.LINKED, "Jo Doe"),
    ]
    assert [each.link.source_id for each in listed_links(office.stores, [LinkState.IGNORED])] == [account_id(3)]


def test_any_number_of_links_is_listed() -> None:
    """Batch by batch."""
    office = Office()
    links = [
        Link(entity=entity, source_id=make(number), target_id=TargetId(number))
        for entity, make in ((COMPANY, account_id), (CONTACT, contact_id))
        for number in range(1, 271)
    ]
    office.stores.links.put(links)

    assert list(listed_links(office.stores, LinkState)) == [ListedLink(link=each, name="") for each in links]
