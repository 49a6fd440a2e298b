"""What goes wrong in the middle of reading and writing."""

import httpx2
import pytest

from taskforce_simulators.core.faults import Fault

ALL = {"filter": [{"op": "gte", "field": "id", "value": 0}], "maxRecords": 4}
GONE = ["The paging information is invalid."]


@pytest.fixture
def ten(tenant):
    """Ten companies, with the numbers from 0."""
    tenant.load(Companies=[{"id": number, "companyName": f"C{number}"} for number in range(10)])
    return tenant


def pages(tenant, most=5):
    """The ids on each page that is read by following the addresses, at most so many pages."""
    answer = tenant.post("Companies/query", ALL)
    read = []
    while answer.status_code == 200 and len(read) < most:
        read.append([item["id"] for item in answer.json()["items"]])
        url = answer.json()["pageDetails"]["nextPageUrl"]
        if url is None:
            return read
        answer = tenant.http.post(url, json=ALL, headers=tenant.headers)
    return read if answer.status_code == 200 else [*read, tenant.errors(answer)]


FIRST, SECOND, THIRD = [0, 1, 2, 3], [4, 5, 6, 7], [8, 9]


def test_pages_that_vanish(ten) -> None:
    """The page that is asked for next is an error each time, and a query that begins anew is read whole."""
    url = ten.post("Companies/query", ALL).json()["pageDetails"]["nextPageUrl"]
    ten.simulator.expire_pages()
    assert [ten.errors(ten.http.post(url, json=ALL, headers=ten.headers)) for _ in range(2)] == [GONE, GONE]
    assert pages(ten) == [FIRST, SECOND, THIRD]


def test_pages_that_vanish_in_the_middle(ten) -> None:
    """A fault lets them vanish before a chosen page."""
    ten.simulator.faults.add(Fault(action="expire_pages", path="/query/next", skip=1))
    assert pages(ten) == [FIRST, SECOND, GONE]


def test_page_that_repeats(ten) -> None:
    """The page before comes once more, word for word, and the reader gets on; for ever, it does not."""
    ten.simulator.faults.add(Fault(action="repeat_page", path="/query/next", skip=1))
    assert pages(ten) == [FIRST, SECOND, SECOND, THIRD]
    ten.simulator.faults.add(Fault(action="repeat_page", path="/query/next", times=None))
    assert pages(ten) == [FIRST] * 5


def test_records_that_repeat(ten) -> None:
    """The records of the page before come in the place of others, with the right address of the page after."""
    ten.simulator.faults.add(Fault(action="repeat_records", path="/query/next"))
    assert pages(ten) == [FIRST, FIRST, THIRD]


def test_user_defined_field_that_vanishes_in_the_middle(tenant) -> None:
    """A definition that is switched off between two pages is in no item of the second, and not in the metadata."""
    tenant.user_defined_field("Region")
    values = [{"name": "Region", "value": "North"}]
    tenant.load(Companies=[{"id": n, "companyName": f"C{n}", "userDefinedFields": values} for n in range(10)])
    off = {"entity": "Companies", "name": "Region", "active": False}
    tenant.simulator.faults.add(Fault(action="meanwhile", path="/query/next", call="POST udf", body=off))
    first = tenant.post("Companies/query", ALL).json()
    second = tenant.http.post(first["pageDetails"]["nextPageUrl"], json=ALL, headers=tenant.headers).json()
    carried = [{name for item in page["items"] for name in item} & {"userDefinedFields"} for page in (first, second)]
    assert carried == [{"userDefinedFields"}, set()]
    assert tenant.get("Companies/entityInformation/userDefinedFields").json() == {"fields": []}


def test_picklist_value_that_is_switched_off(tenant) -> None:
    """It is refused from then on, until it is switched on again."""
    tenant.simulator.control("picklist_value", entity="Companies", field="companyType", value=3, isActive=False)
    body = {"companyName": "Acme", "companyType": 3, "phone": "555-0100", "ownerResourceID": tenant.owner}
    assert tenant.errors(tenant.post("Companies", body)) == ["Picklist value [3] does not exist for companyType"]
    answer = tenant.control(
        "picklist_value", {"entity": "Companies", "field": "companyType", "value": "3", "isActive": True}
    )
    assert answer.status_code == 200
    assert tenant.post("Companies", body).status_code == 200


def test_picklist_value_that_is_not_there(tenant) -> None:
    """Nothing can be switched off that is not there."""
    answer = tenant.control(
        "picklist_value", {"entity": "Companies", "field": "companyType", "value": 99, "isActive": False}
    )
    assert (answer.status_code, answer.json()) == (400, {"error": "Companies has no companyType 99"})


def test_create_without_effect(tenant) -> None:
    """It is answered with an id that no record has, and none will have."""
    tenant.simulator.faults.add(Fault(action="no_effect", method="POST", path="Companies$"))
    promised, made = tenant.company(), tenant.company()
    assert tenant.item(f"Companies/{promised}") is None
    assert (made - promised, tenant.item(f"Companies/{made}")["companyName"]) == (1, "Acme")


def test_update_without_effect(tenant) -> None:
    """It is answered with the record's id; neither the record nor its times have changed, for lagging readers too."""
    company = tenant.company()
    before = tenant.item(f"Companies/{company}")
    tenant.set(read_lag_seconds=5)
    tenant.advance(minutes=1)
    tenant.simulator.faults.add(Fault(action="no_effect", method="PATCH"))
    answer = tenant.patch("Companies", {"id": company, "companyName": "B"})
    tenant.advance(minutes=1)
    assert (answer.status_code, answer.json()) == (200, {"itemId": company})
    assert tenant.item(f"Companies/{company}") == before
    by_id = {"op": "eq", "field": "id", "value": company}
    assert [item["companyName"] for item in tenant.query("Companies", by_id).json()["items"]] == ["Acme"]


def test_ids_are_given_once(tenant) -> None:
    """The id of a record that is gone is not given to another."""
    first = tenant.company()
    tenant.simulator.remove_record("Companies", str(first))
    assert tenant.company() == first + 1


def test_clock_that_jumps(tenant) -> None:
    """The rolling hour, lagging reads and late commits count spans, not the time of day."""
    tenant.set(read_lag_seconds=60)
    company = tenant.company(companyName="Lagging")
    tenant.simulator.faults.add(Fault(action="late_commit", delay_seconds=120, method="POST", path="Companies$"))
    with pytest.raises((httpx2.NetworkError, httpx2.RemoteProtocolError)):
        tenant.company(companyName="Late")
    tenant.advance(days=-400)
    lagging = {"op": "contains", "field": "companyName", "value": "La"}
    seen = [tenant.ids("Companies", lagging)]
    for _ in range(3):
        tenant.advance(seconds=60)
        seen.append(tenant.ids("Companies", lagging))
    assert seen == [[], [company], [company], [company, company + 1]]
    assert tenant.get("ThresholdInformation").json()["currentTimeframeRequestCount"] == 7
    tenant.advance(days=4000)
    assert tenant.get("ThresholdInformation").json()["currentTimeframeRequestCount"] == 1
