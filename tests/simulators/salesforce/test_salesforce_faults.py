"""What goes wrong in the middle of reading, and readers that see changes late."""

import pytest

from taskforce_simulators.core.faults import Fault

SOQL = "SELECT Name FROM Account ORDER BY Name"


@pytest.fixture
def book(org):
    """Five accounts, two to a page."""
    org.set(page_size=2)
    org.ids = [org.create("Account", Name=name) for name in "ABCDE"]
    return org


def pages(org, most=6):
    """The names on each page that is read by following the addresses, at most so many pages."""
    answer = org.query(SOQL)
    read = []
    while answer.status_code == 200 and len(read) < most:
        body = answer.json()
        read.append("".join(record["Name"] for record in body["records"]))
        if body["done"]:
            return read
        answer = org.http.get(body["nextRecordsUrl"], headers=org.headers)
    return read if answer.status_code == 200 else [*read, org.error(answer)]


def test_locators_that_are_forgotten(book):
    """The page that is asked for next is an error each time, and a query that begins anew is read whole."""
    address = book.query(SOQL).json()["nextRecordsUrl"]
    book.simulator.expire_pages()
    gone = [book.error(book.http.get(address, headers=book.headers)) for _ in range(2)]
    assert gone == [(400, "INVALID_QUERY_LOCATOR")] * 2
    assert pages(book) == ["AB", "CD", "E"]


def test_locators_forgotten_in_the_middle(book):
    """A fault forgets them before a chosen page."""
    book.simulator.faults.add(Fault(action="expire_pages", path="-4$"))
    assert pages(book) == ["AB", "CD", (400, "INVALID_QUERY_LOCATOR")]


def test_page_that_repeats(book):
    """The page before comes once more, word for word, and the reader gets on; for ever, it does not."""
    book.simulator.faults.add(Fault(action="repeat_page", path="-4$"))
    assert pages(book) == ["AB", "CD", "CD", "E"]
    book.simulator.faults.add(Fault(action="repeat_page", path="-4$", times=None))
    assert pages(book) == ["AB", "CD", "CD", "CD", "CD", "CD"]


def test_records_that_repeat(book):
    """The records of the page before come in the place of others, with the right address of the page after."""
    book.simulator.faults.add(Fault(action="repeat_records", path="-2$"))
    assert pages(book) == ["AB", "AB", "E"]
    book.simulator.faults.add(Fault(action="repeat_records", times=None))
    assert pages(book) == ["AB", "AB", "CD"]


def test_an_error_repeats_no_records(book):
    """It is a list, and comes as it is."""
    address = book.query(SOQL).json()["nextRecordsUrl"]
    book.simulator.expire_sessions()
    book.simulator.faults.add(Fault(action="repeat_records"))
    assert book.error(book.http.get(address, headers=book.headers)) == (401, "INVALID_SESSION_ID")


def test_field_that_vanishes_in_the_middle(book):
    """A field that is hidden between two pages is unknown to the query of the next run; open results go on."""
    hidden = {"hidden_fields": {"Account": ["Phone"]}}
    book.simulator.faults.add(Fault(action="meanwhile", path="-2$", call="POST settings", body=hidden))
    assert pages(book) == ["AB", "CD", "E"]
    assert book.error(book.query("SELECT Phone FROM Account")) == (400, "INVALID_FIELD")


def test_session_that_expires_on_a_page(book):
    """The page is refused until somebody logs in again, and then the result goes on where it was."""
    book.simulator.faults.add(Fault(action="expire_session", path="-2$"))
    address = book.query(SOQL).json()["nextRecordsUrl"]
    assert book.error(book.http.get(address, headers=book.headers)) == (401, "INVALID_SESSION_ID")
    book.log_in()
    assert [record["Name"] for record in book.http.get(address, headers=book.headers).json()["records"]] == ["C", "D"]


def test_readers_see_changes_late(org):
    """With a lag, new, changed, deleted and removed records appear late, each with the stamp of its making."""
    old, other = org.create("Account", Name="Old"), org.create("Account", Name="Other")
    org.set(read_lag_seconds=30)
    new = org.create("Account", Name="New")
    org.call("PATCH", f"/sobjects/Account/{old}", json={"Name": "Changed"})
    org.simulator.remove_record("Account", other)
    made = org.simulator.records("Account", new)[0]["SystemModstamp"]
    org.advance(seconds=29)
    assert org.rows(SOQL) == [("Old",), ("Other",)]
    assert org.error(org.get(f"/sobjects/Account/{new}")) == (404, "NOT_FOUND")
    org.simulator.control("delete", object="Account", id=old)
    assert org.rows(SOQL, "queryAll") == [("Old",), ("Other",)]
    org.advance(seconds=1)
    assert org.rows("SELECT Name, IsDeleted, SystemModstamp FROM Account WHERE Name = 'New'") == [("New", False, made)]
    assert org.rows(SOQL) == [("New",)]
    assert org.rows(SOQL, "queryAll") == [("Changed",), ("New",)]


def test_people_see_the_truth_while_readers_lag(org):
    """What is done to records that readers do not see yet is done right: a deletion takes new contacts along."""
    account = org.create("Account", Name="Acme")
    org.set(read_lag_seconds=30)
    contact = org.create("Contact", LastName="Lind", AccountId=account)
    org.simulator.save_record("Contact", {"Id": contact, "FirstName": "Rosa"})
    org.simulator.control("delete", object="Account", id=account)
    [stored] = org.simulator.records("Contact", contact)
    assert (stored["Name"], stored["IsDeleted"]) == ("Rosa Lind", True)
    assert org.rows("SELECT Id FROM Contact", "queryAll") == []
    org.advance(seconds=30)
    assert org.rows("SELECT Name, IsDeleted FROM Contact", "queryAll") == [("Rosa Lind", True)]
    assert org.rows("SELECT Id FROM Account") == []


def test_without_the_lag_again(org):
    """When the lag is over, changes made before appear at their time, and changes made from then on at once."""
    org.set(read_lag_seconds=30)
    org.create("Account", Name="Before")
    org.set(read_lag_seconds=0)
    org.create("Account", Name="After")
    seen = [org.rows(SOQL)]
    org.advance(seconds=30)
    assert [*seen, org.rows(SOQL)] == [[("After",)], [("After",), ("Before",)]]


def test_write_without_effect(org):
    """A change is answered as made; nothing has changed, for readers or in the log of changes."""
    identifier = org.create("Account", Name="A")
    org.simulator.faults.add(Fault(action="no_effect", method="PATCH"))
    assert org.call("PATCH", f"/sobjects/Account/{identifier}", json={"Name": "B"}).status_code == 204
    assert org.rows(SOQL) == [("A",)]


def test_clock_that_jumps(book):
    """Sessions, open results, the use of the limit and what is held back count spans, not the time of day."""
    book.simulator.save_record("Account", {"Id": book.ids[0], "Name": "Z"})
    book.control("hold", object="Account", id=book.ids[0], visible_after_seconds=60)
    address = book.query(SOQL).json()["nextRecordsUrl"]
    used = book.simulator.org.usage.used()
    book.advance(days=-400)
    assert book.http.get(address, headers=book.headers).status_code == 200
    assert book.simulator.org.usage.used() == used + 1
    book.advance(seconds=59)
    assert pages(book) == ["AB", "CD", "E"]
    book.advance(seconds=1)
    assert pages(book) == ["BC", "DE", "Z"]
    book.advance(days=4000)
    assert book.error(book.http.get(address, headers=book.headers)) == (401, "INVALID_SESSION_ID")
    book.log_in()
    assert book.error(book.http.get(address, headers=book.headers)) == (400, "INVALID_QUERY_LOCATOR")
    assert book.simulator.org.usage.used() == 1
