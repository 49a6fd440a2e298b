"""A record that would be created though something much like it stands in Autotask, and what a person decides (B4)."""

from dataclasses import replace

from taskforce.domain.links import NO_TARGET, Link, LinkState
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import SourceId, TargetId
from taskforce.domain.review import Resolution
from taskforce.domain.settings import BrakeLimits, NearMatch
from taskforce.engine.review import Review
from taskforce.testing.trouble import Fault
from tests.builders import account_id
from tests.unit.engine.deciding_office import approve
from tests.unit.engine.office import COMPANY, CONTACT, SETTINGS, Office
from tests.unit.engine.reviewing import FIRST, PERSON, SECOND, WAITS, link, refusal, review

HELD = (OutcomeKind.HELD, Reason.NEAR_MATCH_HELD)
CREATED = (OutcomeKind.CREATED, Reason.NO_CANDIDATE)
AMBIGUOUS = (OutcomeKind.HELD, Reason.AMBIGUOUS)


def careful() -> Office:
    """An office whose near matches are held."""
    return Office(settings=replace(SETTINGS, near_match=NearMatch.HOLD))


def create(office: Office, source_id: SourceId) -> Resolution:
    """A person says that it is another one."""
    return review(office).create(COMPANY, source_id).resolution


def test_a_near_match_is_held_with_what_it_is_like() -> None:
    """Nothing is created, its contacts wait with it, and the evidence names the company and the likeness."""
    office = careful()
    like = office.company(companyName="Acme, Inc.", address1="2 Side St", phone="312-555-0166")
    office.account(1, Name="Acme Inc")
    office.person(1)

    run = office.run()

    assert office.outcomes(run) == {FIRST: HELD, PERSON: WAITS}
    [entry] = [each for each in office.stores.plan(run.id).entries() if each.decision.subject.source_id == FIRST]
    assert entry.decision.evidence == {"candidate": like, "name": "Acme, Inc.", "because": "name"}
    assert len(office.companies()) == 1


def test_a_near_match_that_is_none_any_more_ends_the_wait() -> None:
    """Somebody renames it in Autotask, though nothing about the account changes."""
    office = careful()
    like = office.company(companyName="Acme, Inc.", address1="2 Side St", phone="312-555-0166")
    office.account(1, Name="Acme Inc")
    held = office.outcomes(office.run())

    office.target.edit(COMPANY, like, {"companyName": "Willow Books"})
    run = office.run()

    assert (held, office.outcomes(run)) == ({FIRST: HELD}, {FIRST: CREATED})


def test_a_near_match_that_an_import_renames_ends_the_wait() -> None:
    """The next import looks again after one that wrote another name into it."""
    office = careful()
    office.account(2, Name="Acme, Inc.", Phone="312-555-0166")
    office.run()
    office.account(1, Name="Acme Inc")
    held = office.outcomes(office.run())[FIRST]

    office.save(account_id(2), Name="Willow Books")
    office.run()

    assert (held, office.outcomes(office.run())[FIRST]) == (HELD, CREATED)


def test_a_near_match_that_becomes_an_exact_one_is_linked() -> None:
    """Somebody writes the name as Salesforce has it, or types the customer in beside what is like it."""
    office = careful()
    office.company(companyName="Acme, Inc.", address1="2 Side St", phone="312-555-0166")
    office.account(1, Name="Acme Inc")
    office.run()

    typed_in = office.company(companyName="Acme Inc")
    office.run()

    found = link(office, FIRST)
    assert found is not None
    assert (found.state, found.target_id) == (LinkState.LINKED, typed_in)


def test_what_is_like_nothing_is_created_all_the_same() -> None:
    """The setting concerns near matches only."""
    office = careful()
    office.company(companyName="Birch", phone="312-555-0166")
    office.account(1)

    assert office.outcomes(office.run()) == {FIRST: CREATED}


def test_a_person_has_it_created_with_its_contacts() -> None:
    """The next import does, without a remark; nothing of the decision remains."""
    office = careful()
    office.company(companyName="Acme, Inc.", address1="2 Side St")
    office.account(1)
    office.person(1)
    office.run()

    resolution = create(office, FIRST)
    run = office.run()

    assert resolution is Resolution.TO_BE_CREATED
    assert office.outcomes(run) == {FIRST: CREATED, PERSON: CREATED}
    [entry] = [each for each in office.stores.plan(run.id).entries() if each.decision.subject.source_id == FIRST]
    assert [note for note in entry.decision.notes if note.reason is Reason.NEAR_MATCH] == []
    assert office.stores.inbox.marked_new(COMPANY, [FIRST]) == set()


def test_a_person_has_it_joined_with_what_it_is_like() -> None:
    """The pair is one from then on."""
    office = careful()
    like = office.company(companyName="Acme, Inc.", address1="2 Side St")
    office.account(1)
    office.run()

    review(office).relink(COMPANY, FIRST, like)
    office.run()

    found = link(office, FIRST)
    assert found is not None
    assert (found.state, found.target_id, [each.name for each in office.companies()]) == (
        LinkState.LINKED,
        like,
        ["Acme"],
    )


def test_a_decision_outlives_a_change_in_salesforce_and_a_failure() -> None:
    """It is about the record, not about one version of it."""
    office = careful()
    office.company(companyName="Acme, Inc.", address1="2 Side St")
    office.account(1)
    office.run()
    create(office, FIRST)
    office.save(FIRST, Name="Acme Incorporated")
    office.trouble(Fault.REJECTED, "create")

    refused, written = office.run(), office.run(by_hand=True)

    assert office.outcomes(refused)[FIRST] == (OutcomeKind.FAILED, Reason.REJECTED)
    assert office.outcomes(written) == {FIRST: CREATED}


def test_one_of_several_that_fit_is_none_of_them() -> None:
    """What has the same key is created beside them, when a person says so."""
    office = Office()
    office.company()
    office.company()
    office.account(1)
    held = office.outcomes(office.run())

    create(office, FIRST)

    assert (held, office.outcomes(office.run())) == ({FIRST: AMBIGUOUS}, {FIRST: CREATED})
    assert len(office.companies()) == 3


def test_a_create_that_waits_for_approval_is_one_still() -> None:
    """The look before it is carried out knows of the decision."""
    office = Office(settings=replace(SETTINGS, brake=BrakeLimits(creates=0)))
    office.company()
    office.company()
    office.account(1)
    office.run()
    create(office, FIRST)

    run = approve(office, office.run())

    assert office.outcomes(run) == {FIRST: CREATED}


def test_the_id_on_an_autotask_record_tells_otherwise() -> None:
    """An id must not stand twice: the record that carries it is named."""
    office = careful()
    carrier = office.company(carries=FIRST, is_active=False)
    office.account(1)
    office.run()

    said = refusal(lambda: review(office).create(COMPANY, FIRST))

    assert said == (
        f"The id of the account {FIRST} stands on the Autotask company {carrier}, so that is its counterpart. Clear "
        "the user-defined field there in Autotask if it is not, then say this again."
    )


def test_what_has_a_pair_is_not_created() -> None:
    """Its pair is named."""
    office = Office()
    office.account(1)
    office.run()
    found = link(office, FIRST)
    assert found is not None

    said = refusal(lambda: review(office).create(COMPANY, FIRST))

    assert said == (
        f"The account {FIRST} has a pair already: the Autotask company {found.target_id}. taskforce forget acme "
        f"{FIRST} first, if that is gone for good."
    )


def test_what_was_left_out_may_be_created() -> None:
    """The later decision counts."""
    office = careful()
    office.company(companyName="Acme, Inc.", address1="2 Side St")
    office.account(1)
    office.run()
    review(office).ignore(COMPANY, FIRST)

    decided = review(office).create(COMPANY, FIRST)

    assert (decided.before, decided.state, link(office, FIRST)) == (LinkState.IGNORED, None, None)
    assert office.outcomes(office.run()) == {FIRST: CREATED}


def test_a_later_decision_takes_it_back() -> None:
    """Left to the rules again, it is held again."""
    office = careful()
    office.company(companyName="Acme, Inc.", address1="2 Side St")
    office.account(1)
    office.run()

    for decide in (Review.forget, Review.relink, Review.ignore):
        create(office, FIRST)
        decide(review(office), COMPANY, FIRST)
        assert office.stores.inbox.marked_new(COMPANY, [FIRST]) == set()


def test_a_contact_of_the_same_address_is_held_too() -> None:
    """With the e-mail address of somebody who stands there by another name; a person may have it created."""
    office = careful()
    at = office.company(companyName="Acme")
    office.contact(at, firstName="Joanne", emailAddress="jo@acme.example")
    office.account(1)
    office.person(1)
    held = office.outcomes(office.run())

    review(office).create(CONTACT, PERSON)

    assert held[PERSON] == HELD
    assert office.outcomes(office.run()) == {PERSON: CREATED}


def test_a_record_is_looked_at_again() -> None:
    """Whatever it waits for: the rules decide, and a pair stays as it is."""
    office = Office()
    office.account(1)
    office.run()
    pair = link(office, FIRST)

    known, unknown = review(office).retry(COMPANY, FIRST), review(office).retry(COMPANY, SECOND)

    assert (known.resolution, known.state, link(office, FIRST)) == (Resolution.TRIED_AGAIN, LinkState.LINKED, pair)
    assert (unknown.link, unknown.sentence) == (None, f"Account {SECOND} is looked at again by the next import.")
    assert list(office.stores.inbox.wanted(COMPANY)) == [FIRST, SECOND]


def test_a_decision_without_an_autotask_record_is_no_pair() -> None:
    """A record that was never seen may be ordered as new; it is read by the next import."""
    office = Office()
    office.stores.links.put(
        [Link(entity=COMPANY, source_id=account_id(9), target_id=NO_TARGET, state=LinkState.IGNORED)]
    )

    decided = review(office).create(COMPANY, account_id(9))

    assert decided.sentence == (
        f"Account {account_id(9)} is created by the next import, whatever stands in Autotask that is like it."
    )
    assert TargetId(0) == NO_TARGET
