"""Query results page by page. Source: reference section 3, Query and queryMore."""

from concurrent.futures import ThreadPoolExecutor

import pytest

SOQL = "SELECT Name FROM Account ORDER BY Name"


@pytest.fixture
def book(org):
    """Five accounts, two to a page."""
    org.set(page_size=2)
    org.ids = [org.create("Account", Name=name) for name in "ABCDE"]
    return org


def page(org, answer):
    """What matters of a page."""
    body = answer.json()
    return body["totalSize"], body["done"], [record["Name"] for record in body["records"]], body.get("nextRecordsUrl")


def follow(org, address):
    """Get the page at an address."""
    return org.http.get(address, headers=org.headers)


def test_pages_follow_each_other_by_their_addresses(book):
    """Locator and offset; every page tells the whole size."""
    first = page(book, book.query(SOQL))
    assert first == (5, False, ["A", "B"], f"{book.base}/query/0r8Hn0000000001IAA-2")
    second = page(book, follow(book, first[3]))
    assert second == (5, False, ["C", "D"], f"{book.base}/query/0r8Hn0000000001IAA-4")
    assert page(book, follow(book, second[3])) == (5, True, ["E"], None)


@pytest.mark.parametrize("path", ["/query", "/query/"])
def test_a_slash_before_the_question_mark_is_the_same(book, path):
    """The documentation uses both."""
    assert page(book, book.get(path, q=SOQL + " LIMIT 1")) == (1, True, ["A"], None)


def test_a_page_can_be_asked_for_again(book):
    """Its address stays good after the last page."""
    address = page(book, book.query(SOQL))[3]
    assert page(book, follow(book, address)) == page(book, follow(book, address))


def test_query_all_shows_deleted_records_and_goes_on_below_query(book):
    """The deleted one stands among the others."""
    book.call("DELETE", f"/sobjects/Account/{book.ids[1]}")
    assert page(book, book.query(SOQL))[2] == ["A", "C"]
    first = page(book, book.query(SOQL, "queryAll"))
    assert first[:3] == (5, False, ["A", "B"])
    assert "/query/0r8" in first[3]
    assert page(book, follow(book, first[3]))[2] == ["C", "D"]


def test_a_page_shows_the_record_as_it_is_when_it_is_read(book):
    """But which records, and in what order, was settled at the beginning; a record that is gone is missing."""
    address = page(book, book.query(SOQL))[3]
    book.call("PATCH", f"/sobjects/Account/{book.ids[2]}", json={"Name": "Z"})
    book.create("Account", Name="AA")
    assert page(book, follow(book, address))[2] == ["Z", "D"]
    book.control("hard_delete", object="Account", id=book.ids[3])
    assert page(book, follow(book, address))[2] == ["Z"]


def test_the_caller_may_ask_for_smaller_pages(org):
    """From 200 on; tests make the org's own pages smaller."""
    org.simulator.load({"Account": [{"Name": f"Account {number:03d}"} for number in range(450)]})
    sizes = []
    for header in ("batchSize=250", "batchSize=3", "batchSize=5000", "batchSize=x", "other=1; batchSize=300"):
        answer = org.call("GET", "/query", params={"q": SOQL}, headers={"Sforce-Query-Options": header})
        sizes.append(len(answer.json()["records"]))
    assert sizes == [250, 200, 450, 450, 300]


def test_a_locator_is_lost_after_its_time(book):
    """Two days by default, here a minute; every use puts the end off."""
    book.set(locator_seconds=60)
    address = page(book, book.query(SOQL))[3]
    book.advance(seconds=60)
    assert follow(book, address).status_code == 200
    book.advance(seconds=61)
    answer = follow(book, address)
    expected = [{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}]
    assert (answer.status_code, answer.json()) == (400, expected)


def test_too_many_open_results_close_the_oldest(book):
    """Ten by default, here one."""
    book.set(most_locators=1)
    first, second = (page(book, book.query(SOQL))[3] for _ in range(2))
    assert book.error(follow(book, first)) == (400, "INVALID_QUERY_LOCATOR")
    assert follow(book, second).status_code == 200


@pytest.mark.parametrize("name", ["0r8Hn0000000001IAA-5", "0r8Hn0000000001IAA-x", "0r8Hn0000000001IAA", "-2"])
def test_a_locator_that_was_not_given_is_refused(book, name):
    """Also one beyond the end."""
    book.query(SOQL)
    assert book.error(book.get(f"/query/{name}")) == (400, "INVALID_QUERY_LOCATOR")


def test_40_000_contacts_go_quickly_in_the_order_of_their_stamps(org):
    """The keyset that readers use: no record twice, none left out."""
    accounts = [{"Id": "001Hn0000000001IAA", "Name": "A"}]
    contacts = [
        {
            "LastName": f"C{number}",
            "AccountId": accounts[0]["Id"],
            "SystemModstamp": f"2025-01-{1 + number % 28:02d}T00:00:00Z",
        }
        for number in range(40_000)
    ]
    org.simulator.load({"Account": accounts, "Contact": contacts})
    condition = "SystemModstamp >= 2025-01-01T00:00:00Z ORDER BY SystemModstamp, Id"
    body = org.query(f"SELECT Id, SystemModstamp, Account.Name FROM Contact WHERE {condition}").json()  # noqa: S608 - SOQL
    seen = []
    while True:
        seen += [(record["SystemModstamp"], record["Id"]) for record in body["records"]]
        if body["done"]:
            break
        body = follow(org, body["nextRecordsUrl"]).json()
    assert (len(seen), len(set(seen)), seen == sorted(seen), body["totalSize"]) == (40_000, 40_000, True, 40_000)


def test_many_readers_at_once_do_not_disturb_each_other(book):
    """Each gets its own pages, and every request is counted."""
    book.set(most_locators=50)

    def read(_number: int) -> list[str]:
        first = page(book, book.query(SOQL))
        second = page(book, follow(book, first[3]))
        return [*first[2], *second[2], *page(book, follow(book, second[3]))[2]]

    with ThreadPoolExecutor(8) as readers:
        assert list(readers.map(read, range(40))) == [list("ABCDE")] * 40
    assert book.get("/limits").headers["sforce-limit-info"] == "api-usage=126/100000"
