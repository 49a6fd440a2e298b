"""The review queue: one by one, many at once, and two people at the same time (B4)."""

import re
import threading
from dataclasses import replace

import pytest

from taskforce.domain.links import LinkState
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.domain.roles import Role
from taskforce.testing.progress import SilentProgress
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.visitor import PASSWORD, Visitor, words

REVIEW = "/review/"
DECIDE = f"/connections/{NAME}/review/decide/"
HIDDEN = re.compile(r'name="(record|seen-\w+|reason)" value="([^"]*)"')
BIRCH: dict[str, object] = {
    "companyName": "Birch Dental",
    "address1": "12 Oak St",
    "city": "Chicago",
    "state": "IL",
    "postalCode": "60601",
    "phone": "312-555-0114",
    "webAddress": "birch.example",
}
BIRCH_ACCOUNT: dict[str, object] = {
    "Name": "Birch Dental, Inc.",
    "BillingStreet": "12 Oak Street",
    "BillingCity": "Chicago",
    "BillingState": "Illinois",
    "BillingPostalCode": "60601",
    "Phone": "(312) 555-0114",
    "Website": "https://www.birch.example",
}


def decide(visitor: Visitor, path: str = REVIEW, **fields: str | list[str]) -> str:
    """Send the form of the queue as a browser does; what the next page says."""
    return words(visitor.send(DECIDE, **{**shown(visitor, path), **fields}))


def shown(visitor: Visitor, path: str = REVIEW) -> dict[str, str | list[str]]:
    """The hidden fields of the queue's form."""
    fields: dict[str, str | list[str]] = {}
    for name, value in HIDDEN.findall(visitor.get(path).text):
        known = fields.setdefault(name, [] if name == "record" else value)
        if isinstance(known, list):
            known.append(value)
    return fields


def pair(office: Office, source_id: str) -> tuple[LinkState, int] | None:
    """What is remembered of an account."""
    found = office.installation.stores(NAME).links.by_source(Entity.COMPANY, [SourceId(source_id)])
    return next(((link.state, int(link.target_id)) for link in found.values()), None)


def a_near_match(office: Office) -> tuple[str, int]:
    """An account that is held because of a company that is written a little differently."""
    office.settings(near_match="hold")
    company = office.company(**BIRCH)
    account = office.account(**BIRCH_ACCOUNT)
    office.run()
    return account, company


def test_nothing_waits(office: Office, enter: Enter) -> None:
    """The page teaches what will be here."""
    page = words(enter(Role.OPERATOR).get(REVIEW))

    assert ("Nothing waits for a decision." in page, "An import puts them here." in page) == (True, True)


def test_a_near_match_with_its_score_and_why(office: Office, enter: Enter) -> None:
    """The candidate is explained part by part."""
    account, company = a_near_match(office)

    page = words(enter(Role.OPERATOR).get(REVIEW))

    assert "1 record waits for a decision." in page
    assert "1 much like one in Autotask" in page
    assert (
        f"Birch Dental, Inc. 12 Oak Street, Chicago, Illinois, (312) 555-0114, https://www.birch.example {account}"
        in page
    )
    assert f"Link with Birch Dental 100 of 100 {company} 12 Oak St, Chicago, IL, 312-555-0114, birch.example" in page
    assert "Why 100 +55 name: the same name, written differently +13 domain: the same web domain" in page
    assert office.companies()[0]["companyName"] == "Birch Dental"


def test_linked_one_by_one(office: Office, enter: Enter) -> None:
    """The next import writes the id and what differs; the queue is empty then."""
    account, company = a_near_match(office)
    visitor = enter(Role.OPERATOR)

    told = decide(visitor, **{f"decision-{account}": f"link:{company}"})
    office.run()

    assert (f"is joined with Autotask company {company}" in told, "Nothing waits for a decision." in told) == (
        True,
        True,
    )
    assert pair(office, account) == (LinkState.LINKED, company)
    assert [each["companyName"] for each in office.companies()] == ["Birch Dental, Inc."]


def test_created_by_the_next_import(office: Office, enter: Enter) -> None:
    """A near match that is another customer."""
    account, company = a_near_match(office)

    decide(enter(Role.OPERATOR), **{f"decision-{account}": "create"})
    office.run()

    found = pair(office, account)
    assert found is not None
    assert (found[0], found[1] != company, len(office.companies())) == (LinkState.LINKED, True, 2)


def test_left_out(office: Office, enter: Enter) -> None:
    """No import touches it."""
    account, _ = a_near_match(office)

    decide(enter(Role.OPERATOR), **{f"decision-{account}": "ignore"})
    office.run()

    assert (pair(office, account), len(office.companies())) == ((LinkState.IGNORED, 0), 1)


def test_nothing_chosen_decides_nothing(office: Office, enter: Enter) -> None:
    """It says so, and everything waits on."""
    account, _ = a_near_match(office)

    told = decide(enter(Role.OPERATOR), **{f"decision-{account}": ""})

    assert ("Nothing was chosen" in told, "1 record waits" in told, pair(office, account)) == (True, True, None)


def test_the_setting_changed_back_creates_it(office: Office, enter: Enter) -> None:
    """What was held by `hold` is due again when the setting says `create`."""
    account, _ = a_near_match(office)

    office.settings(near_match="create")
    office.run()

    found = pair(office, account)
    assert (found is not None and found[0], len(office.companies())) == (LinkState.LINKED, 2)


def test_each_to_its_best_candidate(office: Office, enter: Enter) -> None:
    """Only those that are ticked, and only nearly certain ones."""
    office.settings(near_match="hold")
    sure = office.company(**BIRCH)
    office.company(companyName="Cedar Bakery", phone="312-555-0177")
    first = office.account(**BIRCH_ACCOUNT)
    unsure = office.account(Name="Cedar Bakers", Phone="312-555-0178")
    office.run()
    visitor = enter(Role.OPERATOR)

    page = words(visitor.get(REVIEW))
    decide(visitor, bulk="best", ticked=[first, unsure])

    assert "Link each to its best candidate of 80 or more (1 of 2 has one)" in page
    assert (pair(office, first), pair(office, unsure)) == ((LinkState.LINKED, sure), None)


@pytest.mark.parametrize(("bulk", "companies"), [("create", 3), ("ignore", 1)])
def test_the_same_for_those_that_are_ticked(office: Office, enter: Enter, bulk: str, companies: int) -> None:
    """And for no other."""
    office.settings(near_match="hold")
    office.company(**BIRCH)
    ticked = [office.account(**BIRCH_ACCOUNT), office.account(**{**BIRCH_ACCOUNT, "Name": "Birch Dental Co"})]
    other = office.account(**{**BIRCH_ACCOUNT, "Name": "Birch Dental Ltd"})
    office.run()

    decide(enter(Role.OPERATOR), bulk=bulk, ticked=ticked)
    office.run()

    assert (len(office.companies()), pair(office, other)) == (companies, None)


def test_two_that_have_the_same_best_candidate(office: Office, enter: Enter) -> None:
    """The first gets it, the second is told so: a match cannot become one-to-many."""
    office.settings(near_match="hold")
    company = office.company(**BIRCH)
    first, second = office.account(**BIRCH_ACCOUNT), office.account(**{**BIRCH_ACCOUNT, "Name": "Birch Dental LLC"})
    office.run()

    told = decide(enter(Role.OPERATOR), bulk="best", ticked=[first, second])

    assert f"The Autotask company {company} is linked to the account" in told
    assert sorted(map(str, [pair(office, first), pair(office, second)])) == sorted(
        map(str, [(LinkState.LINKED, company), None])
    )


def test_a_candidate_that_was_taken_meanwhile(office: Office, enter: Enter) -> None:
    """Somebody typed the id of another account into it: the person is told, and nothing is decided."""
    account, company = a_near_match(office)
    other = office.account(Name="Elm")
    office.run()
    visitor = enter(Role.OPERATOR)
    before = shown(visitor)
    installation = office.installation
    elm = int(office.company_of(other)["id"])
    assert pair(office, other) == (LinkState.LINKED, elm)
    with installation.world(NAME, progress=SilentProgress(), should_stop=lambda: False) as world:
        link = world.stores.links.by_source(Entity.COMPANY, [SourceId(other)])[SourceId(other)]
        world.stores.links.put([replace(link, target_id=TargetId(company))])

    told = words(visitor.send(DECIDE, **{**before, f"decision-{account}": f"link:{company}"}))

    assert f"The Autotask company {company} is linked to the account {other}." in told
    assert pair(office, account) is None


def test_two_people_decide_about_the_same(office: Office, enter: Enter, address: str) -> None:
    """At the same moment, differently: exactly one decision stands, and the other person is told."""
    account, company = a_near_match(office)
    first = enter(Role.OPERATOR)
    office.installation.users.add(
        "another", role=Role.OPERATOR, password=PASSWORD, full_name="", email="", now=office.installation.clock.now()
    )
    told: dict[str, str] = {}
    with Visitor(address) as second:
        second.sign_in("another")
        forms = {visitor: shown(visitor) for visitor in (first, second)}
        start = threading.Barrier(2)

        def send(visitor: Visitor, decision: str) -> None:
            start.wait()
            fields = {**forms[visitor], f"decision-{account}": decision}
            told[decision] = words(visitor.send(DECIDE, **fields))

        threads = [
            threading.Thread(target=send, args=each) for each in ((first, f"link:{company}"), (second, "ignore"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    refused = [decision for decision, text in told.items() if "somebody decided about it" in text]
    stands = pair(office, account)
    assert len(refused) == 1
    assert stands == ((LinkState.IGNORED, 0) if refused[0] != "ignore" else (LinkState.LINKED, company))


def test_sent_twice(office: Office, enter: Enter) -> None:
    """A double click decides once."""
    account, company = a_near_match(office)
    visitor = enter(Role.OPERATOR)
    fields = {**shown(visitor), f"decision-{account}": f"link:{company}"}

    visitor.send(DECIDE, **fields)
    told = words(visitor.send(DECIDE, **fields))

    assert ("somebody decided about it" in told, pair(office, account)) == (True, (LinkState.LINKED, company))


@pytest.mark.parametrize(
    "decision", ["explode", "link", "link:", "link:nine", "link:-1", "create:7", f"link:{'9' * 30}", "link:٣"]
)
def test_a_decision_that_nobody_offers(office: Office, enter: Enter, decision: str) -> None:
    """Is not understood, and does nothing."""
    account, _ = a_near_match(office)
    visitor = enter(Role.OPERATOR)
    fields = {**shown(visitor), f"decision-{account}": decision}

    answer = visitor.send(DECIDE, **fields)

    assert (answer.status_code, pair(office, account)) == (400, None)


@pytest.mark.parametrize("query", ["reason=nonsense", "reason=changed"])
def test_a_reason_that_is_none_of_the_queue(office: Office, enter: Enter, query: str) -> None:
    """The address asks for something that there cannot be."""
    assert enter(Role.VIEWER).get(f"{REVIEW}?{query}").status_code == 400


def test_what_waits_for_something_else_is_counted(office: Office, enter: Enter) -> None:
    """The contacts of a held account come by themselves."""
    office.company(companyName="Birch")
    office.company(companyName="Birch")
    office.contact(office.account(Name="Birch"))
    office.run()

    page = words(enter(Role.VIEWER).get(REVIEW))

    assert f"1 more of {NAME} wait for another record or for a correction elsewhere" in page
    assert ("Decide as chosen below" in page, "Several Autotask records fit" in page) == (False, True)


def test_a_contact_that_moved_is_created_under_its_new_company(office: Office, enter: Enter) -> None:
    """The old one is deactivated by the next import, and another takes its place."""
    old, new = office.account(Name="Ash"), office.account(Name="Elm", Phone="312-555-0188")
    contact = office.contact(old)
    office.run()
    office.change("Contact", contact, AccountId=new)
    office.forget_the_writes()
    office.run()
    visitor = enter(Role.OPERATOR)
    page = words(visitor.get(REVIEW))

    decide(visitor, **{f"decision-{contact}": "replace"})
    office.run()

    assert "moved to another account" in page
    assert int(office.person_of(contact)["companyID"]) == int(office.company_of(new)["id"])
