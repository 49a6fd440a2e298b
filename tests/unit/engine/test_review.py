"""What people decide about links, and what the next import makes of it (B4, B5, S23)."""

from dataclasses import replace

from taskforce.domain.links import NO_TARGET, Link, LinkState
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import TargetId
from taskforce.domain.review import Decided, Resolution
from taskforce.engine.review import ListedLink, listed_links
from taskforce.testing.trouble import Fault
from tests.builders import account_id, contact_id
from tests.unit.engine.office import COMPANY, CONTACT, Office
from tests.unit.engine.reviewing import (
    CARRIED,
    FIRST,
    IGNORED,
    MATCHED,
    PERSON,
    SECOND,
    UNCHANGED,
    UNMAPPED,
    UPDATED,
    WAITS,
    link,
    linked,
    refusal,
    review,
)

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

    assert (decided.resolution, decided.before, decided.state) == (
        Resolution.SEPARATED,
        LinkState.LINKED,
        LinkState.UNMAPPED,
    )
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

    assert (decided.resolution, decided.before, decided.state) == (Resolution.FORGOTTEN, LinkState.UNMAPPED, None)
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

    assert decided == Decided(resolution=Resolution.FORGOTTEN, entity=COMPANY, source_id=FIRST)
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
