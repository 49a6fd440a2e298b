"""Pages of a query, by POST and by GET (reference section 3)."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

ALL = {"filter": [{"op": "gte", "field": "id", "value": 0}], "maxRecords": 4}


@pytest.fixture(autouse=True)
def _ten_companies(tenant) -> None:
    tenant.load(Companies=[{"id": 10 * number, "companyName": f"C{number}"} for number in range(10)])


def follow(tenant, url: str | None, body: object, key: str = "nextPageUrl") -> list[list[int]]:
    """The ids of this page and of all that follow, by POST of the body."""
    pages = []
    while url:
        answer = tenant.http.post(url, json=body, headers=tenant.headers)
        assert answer.status_code == 200, answer.text
        pages.append([item["id"] for item in answer.json()["items"]])
        url = answer.json()["pageDetails"][key]
    return pages


def test_a_query_by_post_goes_on_by_posting_the_same_body(tenant) -> None:
    """The next page's URL is absolute."""
    first = tenant.post("Companies/query", ALL).json()
    assert [item["id"] for item in first["items"]] == [0, 10, 20, 30]
    details = first["pageDetails"]
    assert details["nextPageUrl"].startswith(f"{tenant.base}/Companies/query/next?paging=%7B")
    assert {**details, "nextPageUrl": None} == {
        "count": 4,
        "requestCount": 4,
        "prevPageUrl": None,
        "nextPageUrl": None,
    }
    assert follow(tenant, details["nextPageUrl"], ALL) == [[40, 50, 60, 70], [80, 90]]


def test_after_a_post_the_next_page_cannot_be_had_by_get(tenant) -> None:
    """405, as the query is not in the URL."""
    url = tenant.post("Companies/query", ALL).json()["pageDetails"]["nextPageUrl"]
    answer = tenant.http.get(url, headers=tenant.headers)
    assert (answer.status_code, answer.json()) == (
        405,
        {"Message": "The requested resource does not support http method 'GET'."},
    )


def test_a_query_by_get_goes_on_by_get(tenant) -> None:
    """The search stands in the next page's URL."""
    answer = tenant.get("Companies/query", search=json.dumps(ALL)).json()
    url = answer["pageDetails"]["nextPageUrl"]
    assert parse_qs(urlsplit(url).query)["search"] == [json.dumps(ALL)]
    following = tenant.http.get(url, headers=tenant.headers).json()
    assert [item["id"] for item in following["items"]] == [40, 50, 60, 70]


def test_pages_lead_back_as_well(tenant) -> None:
    """The first page has none before it."""
    second = tenant.post("Companies/query", ALL).json()["pageDetails"]["nextPageUrl"]
    third = tenant.http.post(second, json=ALL, headers=tenant.headers).json()["pageDetails"]["nextPageUrl"]
    assert follow(tenant, third, ALL, "prevPageUrl") == [[80, 90], [40, 50, 60, 70], [0, 10, 20, 30]]


def test_only_the_fifty_most_recent_pages_are_kept(tenant) -> None:
    """Further back there is nothing."""
    tenant.load(Companies=[{"id": 1000 + number} for number in range(60)])
    body = {**ALL, "maxRecords": 1}
    url, steps = tenant.post("Companies/query", body).json()["pageDetails"]["nextPageUrl"], 0
    while url:
        last, steps = url, steps + 1
        url = tenant.http.post(url, json=body, headers=tenant.headers).json()["pageDetails"]["nextPageUrl"]
    assert steps == 69
    assert len(follow(tenant, last, body, "prevPageUrl")) == 51


def test_a_page_that_is_exactly_full_has_none_after_it(tenant) -> None:
    """No empty page at the end."""
    answer = tenant.post("Companies/query", {**ALL, "maxRecords": 10}).json()
    assert (answer["pageDetails"]["count"], answer["pageDetails"]["nextPageUrl"]) == (10, None)


def test_records_that_come_in_between_move_no_page(tenant) -> None:
    """A page begins after an id, not at a number of rows."""
    url = tenant.post("Companies/query", ALL).json()["pageDetails"]["nextPageUrl"]
    tenant.load(Companies=[{"id": 5}, {"id": 45}])
    assert follow(tenant, url, ALL) == [[40, 45, 50, 60], [70, 80, 90]]


def test_more_than_a_page_with_chosen_fields_needs_the_id_among_them(tenant) -> None:
    """Documented."""
    refused = tenant.post("Companies/query", {**ALL, "includeFields": ["companyName"]})
    assert refused.status_code == 500
    assert tenant.post("Companies/query", {**ALL, "includeFields": ["Id", "companyName"]}).status_code == 200


@pytest.mark.parametrize("paging", ["", "{}", '{"pageSize":0,"previousIds":[],"nextIds":[1]}'])
def test_paging_that_cannot_be_read_is_an_error(tenant, paging) -> None:
    """Inferred."""
    answer = tenant.call("POST", "Companies/query/next", params={"paging": paging}, json=ALL)
    assert tenant.errors(answer) == ["The paging information is invalid."]


def test_contacts_are_listed_under_their_company(tenant) -> None:
    """With pages that are those of the equivalent query."""
    tenant.load(Contacts=[{"id": number, "companyID": 10 + 10 * (number % 2)} for number in range(1, 1_003)])
    first = tenant.get("Companies/10/Contacts").json()
    following = tenant.http.get(first["pageDetails"]["nextPageUrl"], headers=tenant.headers).json()
    ids = [item["id"] for page in (first, following) for item in page["items"]]
    assert ids == list(range(2, 1_003, 2))
    assert tenant.item("Companies/10/Contacts/2")["companyID"] == 10
    assert tenant.item("Companies/20/Contacts/2") is None
