"""The control API of this system, bulk loading, the lag of reads, and the pages."""

import pytest


def entered(tenant, company: int) -> dict[str, str]:
    """What a browser sends for a company's form when nothing is changed: boxes that are not ticked are left out."""
    tabs = tenant.simulator.pages().form("Companies", str(company)).tabs
    fields = [field for tab in tabs for field in tab.fields if field.kind != "readonly"]
    return {field.name: field.value for field in fields if field.kind != "checkbox" or field.value}


def test_a_picklist_can_be_replaced(tenant) -> None:
    """In the metadata and for writes."""
    values = [{"value": 9, "label": "Client", "sortOrder": 1, "isDefaultValue": True}]
    answer = tenant.control("picklist", {"entity": "Companies", "field": "companyType", "values": values})
    shown = {
        "value": "9",
        "label": "Client",
        "isDefaultValue": True,
        "sortOrder": 1,
        "parentValue": "",
        "isActive": True,
        "isSystem": False,
    }
    assert answer.json() == {"values": [shown]}
    fields = tenant.get("Companies/entityInformation/fields").json()["fields"]
    assert next(field["picklistValues"] for field in fields if field["name"] == "companyType") == [shown]
    assert tenant.company(companyType=9)


def test_a_field_can_be_shortened_and_made_required(tenant) -> None:
    """Tenants and years differ."""
    body = {"entity": "Companies", "field": "city", "length": 5, "isRequired": True}
    assert tenant.control("field", body).json() == {
        "name": "city",
        "length": 5,
        "isRequired": True,
        "isReadOnly": False,
        "isQueryable": True,
    }
    company = {"companyName": "Acme", "companyType": 1, "phone": "1", "ownerResourceID": tenant.owner}
    assert tenant.errors(tenant.post("Companies", company)) == ["Value does not exist for the required field city"]
    assert tenant.errors(tenant.post("Companies", {**company, "city": "Boston"})) == [
        "String value exceeds maximum length (field:city)."
    ]


def test_a_user_defined_field_can_be_added_switched_off_and_removed(tenant) -> None:
    """Removed for good, unlike in the API."""

    def names() -> list[str]:
        fields = tenant.get("Companies/entityInformation/userDefinedFields").json()["fields"]
        return [field["name"] for field in fields]

    body = {"entity": "Companies", "name": "Region"}
    number = tenant.control("udf", {**body, "active": True, "description": "Where"}).json()["id"]
    assert names() == ["Region"]
    assert tenant.control("udf", {**body, "active": False}).json() == {"id": number}
    assert names() == []
    tenant.control("udf", {**body, "active": True})
    assert tenant.control("udf", {**body, "active": None}).json() == {"removed": True}
    assert (names(), tenant.item(f"UserDefinedFieldDefinitions/{number}")) == ([], None)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("picklist", {"entity": "Companies", "field": "city", "values": []}, 400),
        ("picklist", {"entity": "Nothing", "field": "city", "values": []}, 400),
        ("picklist", {"entity": "Companies", "field": "companyType", "values": 1}, 400),
        ("picklist", {"entity": "Companies", "field": "companyType", "values": [{"label": "x"}]}, 400),
        ("field", {"entity": "Companies", "field": "nothing", "length": 1}, 404),
        ("field", {"entity": "Companies", "field": "city", "colour": 1}, 400),
        ("udf", {"name": "x"}, 404),
        ("settings", {"nothing": 1}, 400),
        ("settings", {"request_limit": "1"}, 400),
        ("settings", {"auth_errors": "2024"}, 400),
        ("settings", {"permissions": {"Nothing": {}}}, 400),
        ("settings", {"permissions": {"Companies": {"fly": True}}}, 400),
        ("records/Nothing", {}, 404),
        ("records/Companies", {"nothing": 1}, 400),
        ("records/Companies", {"userDefinedFields": [{"name": "x", "value": "y"}]}, 400),
    ],
)
def test_what_the_control_api_does_not_understand_is_refused(tenant, path, body, status) -> None:
    """With a text that says what is wrong."""
    answer = tenant.control(path, body)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


def test_a_record_can_be_put_in_and_changed_past_every_rule(tenant) -> None:
    """Modification times are stamped all the same."""
    tenant.user_defined_field("Region")
    made = tenant.control("records/Companies", {"id": 50, "companyName": "x" * 200, "ownerResourceID": 1}).json()
    assert (made["companyName"], made["createDate"], made["isActive"]) == ("x" * 200, tenant.stamp, True)
    tenant.advance(hours=1)
    changed = {"id": 50, "userDefinedFields": [{"name": "Region", "value": "North"}]}
    assert tenant.control("records/Companies", changed).json() == {
        **made,
        "lastTrackedModifiedDateTime": "2026-11-23T11:00:00.7Z",
        "userDefinedFields": [{"name": "Region", "value": "North"}],
    }
    cleared = {"id": 50, "userDefinedFields": [{"name": "Region", "value": ""}]}
    assert "userDefinedFields" not in tenant.control("records/Companies", cleared).json()
    assert (
        tenant.http.get(f"{tenant.url}/__sim__/records/Companies", params={"id": 50}).json()["records"][0]["id"] == 50
    )
    assert tenant.http.delete(f"{tenant.url}/__sim__/records/Companies/50").json() == {"removed": True}
    assert tenant.item("Companies/50") is None


def test_a_reset_leaves_an_empty_tenant(tenant) -> None:
    """With its own company, countries and the API user, default settings and picklists."""
    tenant.company()
    tenant.set(request_limit=7)
    tenant.control("picklist", {"entity": "Companies", "field": "companyType", "values": []})
    tenant.control("reset", {})
    everything = {"op": "exist", "field": "id"}
    assert tenant.ids("Companies", everything) == [0]
    assert tenant.ids("Resources", everything) == [29_682_800]
    assert tenant.simulator.settings()["request_limit"] == 10_000
    assert len(tenant.simulator.tenant.picklist("Companies", "companyType")) == 7


@pytest.mark.parametrize("data", [{"Nothing": []}, {"Companies": [{"nothing": 1}]}, {"settings": {"nothing": 1}}])
def test_a_scenario_with_an_unknown_name_is_refused_whole(tenant, data) -> None:
    """Nothing of it stays."""
    with pytest.raises(ValueError, match=r"nothing|Nothing"):
        tenant.simulator.load({"Countries": [{"id": 1, "name": "Nowhere"}], **data})
    assert tenant.item("Countries/237")["name"] == "United States"


def test_a_large_book_is_loaded_at_once(tenant) -> None:
    """10,000 companies and 40,000 contacts."""
    companies = [{"id": 10**6 + number, "companyName": f"C{number}", "isActive": True} for number in range(10_000)]
    contacts = [{"id": 10**7 + number, "companyID": 10**6 + number // 4, "isActive": 1} for number in range(40_000)]
    tenant.load(Companies=companies, Contacts=contacts)
    everything = {"filter": [{"op": "exist", "field": "id"}]}
    assert tenant.post("Contacts/query/count", everything).json() == {"queryCount": 40_000}


def test_queries_can_lag_behind_writes(tenant) -> None:
    """By the simulated clock; a record asked for by its id is seen at once."""
    old = tenant.company(city="Boston")
    tenant.set(read_lag_seconds=5)
    new = tenant.company()
    tenant.patch("Companies", {"id": old, "city": "Salem"})
    everything, in_boston = {"op": "gt", "field": "id", "value": 0}, {"op": "eq", "field": "city", "value": "Boston"}
    assert (tenant.ids("Companies", everything), tenant.ids("Companies", in_boston)) == ([old], [old])
    assert tenant.item(f"Companies/{new}")["id"] == new
    tenant.set(other_use=1)  # another setting does not end the wait
    tenant.advance(seconds=4)
    assert tenant.ids("Companies", everything) == [old]
    tenant.advance(seconds=1)
    assert (tenant.ids("Companies", everything), tenant.ids("Companies", in_boston)) == ([old, new], [])


def test_the_user_defined_field_can_be_cleared_on_the_edit_page(tenant) -> None:
    """On the tab User-Defined, by the ordinary update."""
    number = tenant.user_defined_field("Salesforce Company ID")
    company = tenant.company(userDefinedFields=[{"name": "Salesforce Company ID", "value": "001"}])
    tenant.advance(minutes=1)
    pages = tenant.simulator.pages()
    tab = next(tab for tab in pages.form("Companies", str(company)).tabs if tab.label == "User-Defined")
    assert [(field.label, field.value) for field in tab.fields] == [("Salesforce Company ID", "001")]
    page = f"{tenant.url}/__page__/Companies/{company}"
    assert "Salesforce Company ID" in tenant.http.get(page).text
    assert tenant.http.post(page, data={**entered(tenant, company), f"udf:{number}": ""}).status_code == 303
    item = tenant.item(f"Companies/{company}")
    assert item["lastTrackedModifiedDateTime"] == "2026-11-23T10:01:00.7Z"
    assert tenant.ids("Companies", {"op": "exist", "field": "Salesforce Company ID", "udf": True}) == []


def test_pages_list_and_search_records(tenant) -> None:
    """By any of their columns."""
    company = tenant.company(companyName="Harbor Dental", city="Portland")
    tenant.company(companyName="Acme")
    found = tenant.simulator.pages().listing("Companies", search="portland", offset=0, limit=10)
    assert (found.total, found.rows) == (
        1,
        [
            {
                "id": str(company),
                "companyName": "Harbor Dental",
                "companyType": "Customer",
                "phone": "555-0100",
                "address1": "",
                "city": "Portland",
                "state": "",
                "isActive": "true",
            }
        ],
    )


def test_a_page_refuses_what_the_api_refuses(tenant) -> None:
    """With the same text; a contact can be added and changed."""
    pages, company = tenant.simulator.pages(), tenant.company()
    made = pages.submit(
        "Contacts", None, {"companyID": str(company), "firstName": "Ann", "lastName": "Lee", "isActive": "true"}
    )
    assert pages.submit("Contacts", made, {"title": "Clerk"}) == made
    assert tenant.item(f"Contacts/{made}")["title"] == "Clerk"
    page = f"{tenant.url}/__page__/Companies/{company}"
    answer = tenant.http.post(page, data={**entered(tenant, company), "phone": ""})
    assert (answer.status_code, "Value does not exist for the required field phone" in answer.text) == (422, True)
