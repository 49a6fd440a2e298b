"""Candidates of held records: found by the local index, scored, and with what is in their way (B4)."""

from dataclasses import replace

from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.domain.settings import NearMatch
from taskforce.engine.suggesting import LOOKED_AT, SHOWN, Suggested, suggest
from tests.builders import account_id
from tests.unit.engine.office import COMPANY, CONTACT, SETTINGS, Office
from tests.unit.engine.reviewing import FIRST, PERSON, review


def careful() -> Office:
    """An office whose near matches are held."""
    return Office(settings=replace(SETTINGS, near_match=NearMatch.HOLD))


def suggested(office: Office, entity: Entity, source_id: SourceId) -> Suggested:
    """What may be the counterparts of a record, at no request."""
    calls = office.target.calls
    found = suggest(office.stores, office.settings, entity, [source_id])[source_id]
    assert office.target.calls == calls
    return found


def seen(found: Suggested) -> list[tuple[TargetId, str]]:
    """The candidates in their order, with what is in their way."""
    return [(each.record.id, each.obstacle) for each in found.suggestions]


def test_nothing_before_autotask_was_read() -> None:
    """There is nothing to compare with."""
    office = Office()

    assert suggest(office.stores, office.settings, COMPANY, [FIRST]) == {}


def test_the_best_comes_first() -> None:
    """By all that is known of them, not only by their names; what is quite another is not shown."""
    office = careful()
    distant = office.company(companyName="Acme Inc", address1="9 Side St", city="Peoria", phone="309-555-0133")
    near = office.company(companyName="Acme, Inc.", address1="1 Main Street", phone="217-555-0100")
    office.company(companyName="Birch", address1="9 Elm St", city="Peoria", phone="309-555-0144", state="WI")
    office.account(1)
    office.run()

    found = suggested(office, COMPANY, FIRST)

    assert seen(found) == [(near, ""), (distant, "")]
    assert found.values["companyName"] == "Acme"
    assert found.best is not None
    assert (found.best.record.id, found.best.score.points) == (near, 83)


def test_what_is_taken_or_inactive_comes_last() -> None:
    """It is shown with what is in its way, and never the best."""
    office = careful()
    office.account(2, Name="Acme Ltd")
    office.run()
    taken = office.companies()[0].id
    inactive = office.company(companyName="Acme, Inc.", address1="2 Side St", is_active=False)
    free = office.company(companyName="Acme Group", address1="3 Side St", phone="309-555-0133")
    office.account(1)
    office.run()

    found = suggested(office, COMPANY, FIRST)

    assert seen(found) == [
        (free, ""),
        (taken, f"belongs to {account_id(2)} already"),
        (inactive, "is inactive in Autotask"),
    ]
    assert found.best is None


def test_two_that_are_as_good_are_a_persons_business() -> None:
    """Neither is the best."""
    office = Office()
    office.company()
    office.company()
    office.account(1)
    office.run()

    found = suggested(office, COMPANY, FIRST)

    assert (len(found.suggestions), found.best) == (2, None)


def test_a_record_is_no_candidate_of_its_own() -> None:
    """The one it is linked to is left out, and nothing else is there."""
    office = Office()
    office.account(1)
    office.run()
    office.save(FIRST, Name="Acme Ltd")
    review(office).retry(COMPANY, FIRST)
    office.stores.inbox.put(COMPANY, office.source.read(COMPANY, ("Name", "BillingStreet"), [FIRST]))

    found = suggested(office, COMPANY, FIRST)

    assert (found.suggestions, found.best) == ([], None)


def test_few_of_many_are_shown() -> None:
    """The rough look at the keys finds the right one among them."""
    office = careful()
    for number in range(LOOKED_AT + 20):
        office.company(companyName=f"Acme {number} Works", address1="9 Side St", phone="309-555-0133", city="Peoria")
    right = office.company(companyName="Acme, Inc.")
    office.account(1)
    office.run()

    found = suggested(office, COMPANY, FIRST)

    assert len(found.suggestions) <= SHOWN
    assert found.suggestions[0].record.id == right


def test_contacts_of_another_company_cannot_be_linked() -> None:
    """They cannot be moved; one of the account's own company can."""
    office = careful()
    own, other = office.company(), office.company(companyName="Birch", address1="2 Side St", phone="309-555-0133")
    away = office.contact(other, firstName="Joanne")
    here = office.contact(own, firstName="Joe")
    office.account(1)
    office.person(1)
    office.run()

    found = suggested(office, CONTACT, PERSON)

    assert seen(found) == [
        (here, ""),
        (away, "stands under another company, and contacts cannot be moved"),
    ]


def test_a_contact_whose_account_waits_has_no_company() -> None:
    """Nobody can be linked yet."""
    office = careful()
    other = office.company(companyName="Acme, Inc.", address1="2 Side St")
    away = office.contact(other)
    office.account(1)
    office.person(1)
    office.run()

    found = suggested(office, CONTACT, PERSON)

    assert seen(found) == [(away, "stands under another company, and contacts cannot be moved")]
