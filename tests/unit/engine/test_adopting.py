"""Adoption: the ids that the old extension left become pairs, without a write; what is not sound is said (B14)."""

from dataclasses import replace

import pytest

from taskforce.domain.adopting import Finding
from taskforce.domain.filtering import RecordFilter, conditions_of
from taskforce.domain.links import NO_TARGET, Link, LinkState
from taskforce.domain.notices import NoticeKind
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import OWN_COMPANY_ID, Counts
from taskforce.domain.run import RunKind, RunStatus
from tests.builders import account_id, contact_id
from tests.unit.engine.adopting_office import OLD, adopt, adopted_company, findings, link_of, looked_at, old_office
from tests.unit.engine.office import COMPANY, CONTACT, FIRST_ACCOUNT, SETTINGS, Office
from tests.unit.engine.reviewing import review

HELD, SKIPPED, LINKED, UNCHANGED = (
    OutcomeKind.HELD,
    OutcomeKind.SKIPPED,
    OutcomeKind.LINKED,
    OutcomeKind.UNCHANGED,
)


def test_what_is_sound_is_linked_without_a_write() -> None:
    """A company by 15 letters in the old field, its contact by Taskforce's own; both are as when last seen then."""
    office = old_office()
    account, person = office.account(), office.person()
    there = adopted_company(office, 1, short=True)
    one = office.contact(there, carries=person)
    before = (office.companies(), office.contacts())

    run = adopt(office)
    imported = office.run()
    reconciled = office.reconcile()

    assert (run.kind, run.status) == (RunKind.ADOPTION, RunStatus.DONE)
    assert run.counts == {COMPANY: Counts(linked=1), CONTACT: Counts(linked=1)}
    assert office.outcomes(run) == {account: (LINKED, Reason.ADOPTED), person: (LINKED, Reason.ADOPTED)}
    assert (office.companies(), office.contacts()) == before
    assert office.outcomes(imported) == {
        account: (UNCHANGED, Reason.UNCHANGED),
        person: (UNCHANGED, Reason.UNCHANGED),
    }
    assert reconciled.counts == {COMPANY: Counts(unchanged=1), CONTACT: Counts(unchanged=1)}
    links = [link_of(office, each) for each in (account, person)]
    assert [(each.target_id, each.state) for each in links if each is not None] == [
        (there, LinkState.LINKED),
        (one, LinkState.LINKED),
    ]


def test_what_differs_is_linked_and_compared_by_the_next_import() -> None:
    """Also where imports had read the account long before."""
    filter_ = RecordFilter(accounts=(conditions_of("Type = Customer"),))
    office = old_office(replace(SETTINGS, record_filter=filter_))
    account = office.account()
    there = adopted_company(office, 1, phone="217-555-0666")
    office.run()
    office.settings = SETTINGS

    run = adopt(office)
    standing = office.companies()[0].fields["phone"]
    imported = office.run()

    assert office.outcomes(run) == {account: (LINKED, Reason.ADOPTED_TO_COMPARE)}
    assert office.stores.plan(run.id).entries()[0].decision.evidence == {"target": there, "fields": ["phone"]}
    assert standing == "217-555-0666"
    assert imported.counts[COMPANY] == Counts(updated=1)
    assert office.companies()[0].fields["phone"] == "217-555-0100"


def test_a_preview_says_the_same_and_stores_nothing() -> None:
    """Neither pairs nor what waits, nor notices."""
    office = old_office()
    office.account()
    office.account(2)
    adopted_company(office, 1)
    adopted_company(office, 2, companyName="Globex")

    shown = adopt(office, dry=True)
    links, held = [link_of(office, account_id(n)) for n in (1, 2)], office.stores.inbox.standing().held
    done = adopt(office)

    assert (links, held) == ([None, None], 0)
    assert office.outcomes(shown) == office.outcomes(done)
    assert (shown.is_dry_run, shown.status, shown.counts) == (True, RunStatus.DONE, done.counts)


def test_a_preview_creates_no_field() -> None:
    """It says that an import would; the adoption itself creates it."""
    office = Office()
    office.target.drop_id_field(CONTACT)
    office.account()
    office.company(carries=FIRST_ACCOUNT)

    shown = adopt(office, dry=True)
    fields = set(office.target.tenant.id_fields)
    adopt(office)

    assert "Autotask has no user-defined field for the Salesforce id on contacts" in shown.message
    assert (fields, set(office.target.tenant.id_fields)) == ({COMPANY}, {COMPANY, CONTACT})


def test_another_name_waits_for_a_person_whatever_is_imported() -> None:
    """Neither a change in Salesforce nor a reconciliation links it; a person does, and then it is kept current."""
    office = old_office()
    account = office.account()
    there = adopted_company(office, 1, companyName="Globex")
    run = adopt(office)
    office.save(account, Phone="217-555-0199")

    imported, reconciled = office.run(), office.reconcile()
    name = office.companies()[0].name
    review(office).relink(COMPANY, account)
    office.run()

    assert office.outcomes(run) == {account: (HELD, Reason.NAME_DIFFERS)}
    assert looked_at(office, run) == [there]
    assert office.stores.plan(run.id).entries()[0].decision.evidence == {
        "candidates": [there],
        "names": ["Globex"],
        "name_in_salesforce": "Acme",
    }
    assert [office.outcomes(each)[account] for each in (imported, reconciled)] == [(HELD, Reason.NAME_DIFFERS)] * 2
    assert (name, office.companies()[0].name) == ("Globex", "Acme")
    link = link_of(office, account)
    assert link is not None
    assert (link.state, link.target_id) == (LinkState.LINKED, there)


def test_another_name_may_be_another_customer() -> None:
    """A person clears the field and lets the rules decide: the account gets a company of its own."""
    office = old_office()
    account = office.account()
    there = adopted_company(office, 1, companyName="Globex")
    adopt(office)

    office.target.set_id(COMPANY, there, None, field=OLD)
    review(office).forget(COMPANY, account)
    office.run()

    assert [(each.id == there, each.name) for each in office.companies()] == [(True, "Globex"), (False, "Acme")]


def test_a_doubt_that_is_over_is_forgotten() -> None:
    """Somebody renames the company, and adopts once more."""
    office = old_office()
    account = office.account()
    there = adopted_company(office, 1, companyName="Globex")
    adopt(office)

    office.target.edit(COMPANY, there, {"companyName": "Acme"})
    again = adopt(office)

    assert office.outcomes(again) == {account: (LINKED, Reason.ADOPTED)}
    assert office.stores.inbox.standing().held == 0


def test_what_cannot_be_linked_as_it_stands() -> None:
    """Inactive, under another company than its account's, under one that is not known, and on company 0."""
    office = Office()
    for number, name in enumerate(("Acme", "Birch", "Asleep", "Us"), start=1):
        office.account(number, Name=name)
    acme, birch = office.company(carries=account_id(1)), office.company(carries=account_id(2), companyName="Birch")
    office.company(carries=account_id(3), companyName="Asleep", is_active=False)
    office.target.own_carries = account_id(4)
    moved, waits = office.person(1, at=account_id(1)), office.person(2, at=account_id(3))
    office.contact(birch, carries=moved)
    office.contact(acme, carries=waits)

    run = adopt(office)
    imported = office.run()

    assert office.outcomes(run) == {
        account_id(4): (HELD, Reason.OWN_COMPANY),
        account_id(1): (LINKED, Reason.ADOPTED),
        account_id(2): (LINKED, Reason.ADOPTED),
        account_id(3): (HELD, Reason.CANDIDATE_INACTIVE),
        moved: (HELD, Reason.MOVED),
        waits: (HELD, Reason.COMPANY_NOT_LINKED),
    }
    doubtful = Finding.DOUBTFUL
    assert findings(office, run) == [doubtful, Finding.LINKED, Finding.LINKED, doubtful, doubtful, Finding.WAITING]
    assert link_of(office, account_id(4)) == Link(
        entity=COMPANY, source_id=account_id(4), target_id=NO_TARGET, state=LinkState.DOUBTFUL
    )
    assert imported.counts[COMPANY].created == 0
    assert len(office.companies()) == 3


def test_what_is_gone_is_left() -> None:
    """Deleted, merged into another, and not to be seen, each with where it stood."""
    office = Office()
    for number in (1, 2, 3):
        office.account(number)
    targets = [office.company(carries=account_id(number)) for number in (1, 2, 9)]
    office.source.delete(COMPANY, account_id(1))
    office.source.delete(COMPANY, account_id(2), survivor=account_id(3))

    run = adopt(office)

    assert office.outcomes(run) == {
        account_id(1): (SKIPPED, Reason.DELETED),
        account_id(2): (SKIPPED, Reason.DELETED),
        account_id(9): (SKIPPED, Reason.VANISHED),
    }
    decisions = [entry.decision for entry in office.stores.plan(run.id).entries()]
    evidence = [each.evidence for each in decisions]
    assert looked_at(office, run) == targets
    assert {each.subject.name for each in decisions} == {"Acme"}
    assert evidence == [
        {"target": targets[0], "name": "Acme"},
        {"target": targets[1], "name": "Acme", "merged_into": account_id(3)},
        {"target": targets[2], "name": "Acme"},
    ]
    assert link_of(office, account_id(1)) is None


def test_an_id_on_several_records_is_held_and_told() -> None:
    """In 15 and 18 letters, in the old field and in Taskforce's own; once, whatever slice they are read in."""
    office = old_office()
    account = office.account()
    first = adopted_company(office, 1, short=True)
    second = office.company(carries=account)

    run = adopt(office)

    assert office.outcomes(run) == {account: (HELD, Reason.DUPLICATE_ID)}
    (entry,) = office.stores.plan(run.id).entries()
    assert entry.decision.evidence == {"candidates": [first, second], "names": ["Acme", "Acme"]}
    assert [each.subject for each in office.stores.notices.open(NoticeKind.DUPLICATE_ID)] == [account]

    office.target.set_id(COMPANY, second, None)
    again = adopt(office)

    assert office.outcomes(again) == {account: (LINKED, Reason.ADOPTED)}
    assert office.stores.notices.open(NoticeKind.DUPLICATE_ID) == []


def test_an_id_that_stands_on_the_own_company_as_well_is_the_customers() -> None:
    """Company 0 is never linked, and imports do not see it: said to be doubled, the next one linked it all the same."""
    office = Office()
    account = office.account()
    customer = office.company(carries=account)
    office.target.own_carries = account

    run = adopt(office)
    link = office.stores.links.by_source(COMPANY, [account])[account]

    assert office.outcomes(run) == {account: (LINKED, Reason.ADOPTED)}
    assert link.target_id == customer
    assert office.outcomes(office.run()) == {account: (UNCHANGED, Reason.UNCHANGED)}


def test_what_is_no_id_is_said() -> None:
    """A text, a broken checksum, and the id of a contact on a company."""
    office = old_office()
    texts = ["see CRM", account_id(1)[:15] + "XXX", contact_id(1)]
    targets = [office.company(companyName=f"Company {number}") for number in range(3)]
    for target, text in zip(targets, texts, strict=True):
        office.target.set_id(COMPANY, target, text, field=OLD)

    run = adopt(office)

    entries = office.stores.plan(run.id).entries()
    assert [(each.decision.subject.name, each.decision.evidence) for each in entries] == [
        (f"Company {number}", {"target": target, "text": text})
        for number, (target, text) in enumerate(zip(targets, texts, strict=True))
    ]
    assert findings(office, run) == [Finding.UNREADABLE] * 3
    assert run.counts[COMPANY] == Counts(skipped=3)


def test_what_people_decided_and_what_is_linked_stays() -> None:
    """A separated pair, one that is linked by its key, and one whose account does not fit the filter."""
    office = Office()
    for number, name in enumerate(("Acme", "Birch", "Cedar"), start=1):
        office.account(number, Name=name)
        office.company(companyName=name, carries=account_id(number))
    office.run()
    review(office).unmap(COMPANY, account_id(1))
    filter_ = RecordFilter(accounts=(conditions_of("Name != Cedar"),))
    review(office).forget(COMPANY, account_id(3))
    office.settings = replace(SETTINGS, record_filter=filter_)

    run = adopt(office)

    assert office.outcomes(run) == {
        account_id(1): (SKIPPED, Reason.UNMAPPED),
        account_id(2): (UNCHANGED, Reason.PAIR_STANDS),
        account_id(3): (SKIPPED, Reason.UNFIT),
    }
    assert findings(office, run) == [Finding.LEFT_OUT, Finding.LINKED, Finding.LEFT_OUT]


def test_an_id_that_stands_elsewhere_than_the_pair_is_left() -> None:
    """Nobody is moved from one Autotask record to another."""
    office = Office()
    account = office.account()
    office.run()
    (mine,) = office.companies()
    office.target.set_id(COMPANY, mine.id, None)
    other = office.company(companyName="Acme Two", carries=account)

    run = adopt(office)

    assert office.outcomes(run) == {account: (SKIPPED, Reason.PAIR_STANDS)}
    assert office.stores.plan(run.id).entries()[0].decision.evidence == {"target": other, "linked_to": mine.id}


def test_an_id_on_several_records_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though its records are read in different slices."""
    monkeypatch.setattr("taskforce.engine.adopting.READ_AT_ONCE", 1)
    office = old_office()
    account = office.account()
    first, second = adopted_company(office, 1), office.company(carries=account)

    run = adopt(office)

    (entry,) = office.stores.plan(run.id).entries()
    assert entry.decision.evidence == {"candidates": [first, second], "names": ["Acme", "Acme"]}
    assert run.counts[COMPANY] == Counts(held=1)


def test_a_contact_under_the_own_company_is_no_customers() -> None:
    """That is remembered without an Autotask record, so that no import takes it for linked."""
    office = Office()
    office.account()
    office.company(carries=FIRST_ACCOUNT)
    person = office.person()
    office.contact(OWN_COMPANY_ID, carries=person)

    run = adopt(office)

    assert office.outcomes(run)[person] == (HELD, Reason.OWN_COMPANY)
    assert link_of(office, person) == Link(
        entity=CONTACT, source_id=person, target_id=NO_TARGET, state=LinkState.DOUBTFUL
    )
