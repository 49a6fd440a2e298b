"""Creating and changing companies (reference section 4)."""

import pytest

REFERENCE = "Reference value on field: {} of type: {} does not exist or is invalid."
NO_MATCH = (
    "No message. No matching records found. The logged in Resource may not have the required permissions to update "
    "the data."
)
NEW = {"companyName": "Acme", "companyType": 1, "phone": "555-0100", "ownerResourceID": 4001}


def test_a_company_is_created_with_defaults_and_stamps(tenant) -> None:
    """200 with the id, not 201; the answer has nothing else."""
    answer = tenant.post("Companies", {**NEW, "id": 0, "assetValue": 1_000_000, "city": "Boston", "countryID": 237})
    assert (answer.status_code, list(answer.json())) == (200, ["itemId"])
    company = tenant.item(f"Companies/{answer.json()['itemId']}")
    filled = {name: value for name, value in company.items() if value not in (None, "", False)}
    assert filled == {
        **NEW,
        "id": answer.json()["itemId"],
        "assetValue": 1_000_000.0,
        "billToAddressToUse": 1,
        "city": "Boston",
        "countryID": 237,
        "createDate": tenant.stamp,
        "createdByResourceID": 29_682_800,
        "isActive": True,
        "lastActivityDate": tenant.stamp,
        "lastTrackedModifiedDateTime": tenant.stamp,
    }


@pytest.mark.parametrize("missing", ["companyName", "companyType", "phone", "ownerResourceID"])
@pytest.mark.parametrize("blank", ["absent", None, ""])
def test_a_required_field_must_have_a_value(tenant, missing, blank) -> None:
    """On creation; the text is the recorded one."""
    body = {name: value for name, value in NEW.items() if name != missing}
    if blank != "absent":
        body[missing] = blank
    answer = tenant.post("Companies", body)
    assert tenant.errors(answer) == [f"Value does not exist for the required field {missing}"]


def test_a_required_field_cannot_be_cleared(tenant) -> None:
    """On update."""
    answer = tenant.patch("Companies", {"id": tenant.company(), "phone": ""})
    assert tenant.errors(answer) == ["Value does not exist for the required field phone"]


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("companyType", 5, "Picklist value [5] does not exist for companyType"),
        ("marketSegmentID", 1, "Picklist value [1] does not exist for marketSegmentID"),
        ("countryID", 9999, REFERENCE.format("countryID", "Country")),
        ("parentCompanyID", 77, REFERENCE.format("parentCompanyID", "Company")),
        ("ownerResourceID", 1, REFERENCE.format("ownerResourceID", "Resource")),
        ("ownerResourceID", 4002, REFERENCE.format("ownerResourceID", "Resource")),
        ("countryID", "x", "Could not convert string to integer: x. Path 'countryID'."),
        ("countryID", 1.5, "Could not convert string to integer: 1.5. Path 'countryID'."),
        ("countryID", 2**31, "Could not convert string to integer: 2147483648. Path 'countryID'."),
        ("assetValue", "inf", "Could not convert string to decimal: inf. Path 'assetValue'."),
        ("assetValue", "much", "Could not convert string to decimal: much. Path 'assetValue'."),
        ("isActive", "perhaps", "Could not convert string to boolean: perhaps. Path 'isActive'."),
        ("city", {"name": "x"}, "Unexpected character encountered while parsing value: {. Path 'city'."),
        ("postalCode", "x" * 11, "String value exceeds maximum length (field:postalCode)."),
    ],
    ids=lambda case: str(case)[:20],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_and_nothing_is_written(tenant, field, value, text) -> None:
    """On creation and on update alike; an inactive resource is no account manager."""
    assert tenant.errors(tenant.post("Companies", {**NEW, field: value})) == [text]
    company = tenant.company()
    before = tenant.item(f"Companies/{company}")
    assert tenant.errors(tenant.patch("Companies", {"id": company, "city": "Boston", field: value})) == [text]
    assert tenant.item(f"Companies/{company}") == before


def test_long_values_can_be_cut_instead(tenant) -> None:
    """Which of both the real API does is unknown."""
    tenant.set(long_values="cut")
    company = tenant.company(postalCode="12345-67890")
    assert tenant.item(f"Companies/{company}")["postalCode"] == "12345-6789"


def test_a_patch_changes_what_it_names_and_the_date_of_the_last_change(tenant) -> None:
    """Everything else stays."""
    company = tenant.company(city="Boston", fax="555-0101")
    before = tenant.item(f"Companies/{company}")
    tenant.advance(seconds=61)
    answer = tenant.patch("Companies/", {"id": company, "city": "", "COMPANYNAME": "Acme Inc", "isActive": False})
    assert (answer.status_code, answer.json()) == (200, {"itemId": company})
    assert tenant.item(f"Companies/{company}") == {
        **before,
        "city": "",
        "companyName": "Acme Inc",
        "isActive": False,
        "lastTrackedModifiedDateTime": "2026-11-23T10:01:01.7Z",
    }


def test_a_put_empties_what_it_does_not_name(tenant) -> None:
    """Documented; what is read-only stays, what is required must be there."""
    tenant.user_defined_field("Region")
    company = tenant.company(city="Boston", userDefinedFields=[{"name": "Region", "value": "North"}])
    refused = tenant.call("PUT", "Companies", json={"id": company, "companyName": "Acme"})
    assert tenant.errors(refused) == ["Value does not exist for the required field companyType"]
    assert tenant.call("PUT", "Companies", json={**NEW, "id": company, "fax": "1"}).json() == {"itemId": company}
    item = tenant.item(f"Companies/{company}")
    assert {name: item.get(name) for name in ("city", "fax", "isActive", "createDate", "userDefinedFields")} == {
        "city": "",
        "fax": "1",
        "isActive": False,
        "createDate": tenant.stamp,
        "userDefinedFields": None,
    }


def test_unknown_properties_and_read_only_fields_are_ignored(tenant) -> None:
    """Recorded for the unknown ones; what happens to read-only ones is unknown, so it is a setting."""
    company = tenant.company(workType=7, createDate="2020-01-01T00:00:00Z", billToCity="Elsewhere")
    item = tenant.item(f"Companies/{company}")
    assert (item["createDate"], item["billToCity"]) == (tenant.stamp, "")
    tenant.set(read_only_fields="refused")
    answer = tenant.patch("Companies", {"id": company, "billToCity": "Elsewhere"})
    assert tenant.errors(answer) == ["The field billToCity is read-only."]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"city": "Boston"}, "Value does not exist for the required field id"),
        ({"id": 99, "city": "Boston"}, NO_MATCH),
    ],
)
def test_an_update_needs_the_id_of_a_record_that_is_there(tenant, body, text) -> None:
    """The texts are inferred."""
    assert tenant.errors(tenant.patch("Companies", body)) == [text]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"1"])
def test_a_body_that_is_no_json_object_is_500(tenant, content) -> None:
    """And changes nothing."""
    assert tenant.call("POST", "Companies", content=content).status_code == 500


def test_companies_of_the_same_name_are_no_conflict(tenant) -> None:
    """No uniqueness rule is known, and there is no idempotency key: the same request twice makes two."""
    first, second = tenant.company(), tenant.company()
    assert tenant.ids("Companies", {"op": "eq", "field": "companyName", "value": "Acme"}) == [first, second]


def test_user_defined_values_are_part_of_the_same_write(tenant) -> None:
    """By name; only those that a PATCH names change; null and "" clear."""
    tenant.user_defined_field("Region")
    tenant.user_defined_field("Tier")
    both = [{"name": "Region", "value": "North"}, {"name": "tier", "value": 2}]
    company = tenant.company(userDefinedFields=both)
    tenant.advance(minutes=1)
    tenant.patch("Companies", {"id": company, "userDefinedFields": [{"name": "Region", "value": ""}]})
    item = tenant.item(f"Companies/{company}")
    assert item["userDefinedFields"] == [{"name": "Region", "value": None}, {"name": "Tier", "value": "2"}]
    assert item["lastTrackedModifiedDateTime"] == "2026-11-23T10:01:00.7Z"
    tenant.patch("Companies", {"id": company, "userDefinedFields": [{"name": "Tier", "value": None}]})
    assert "userDefinedFields" not in tenant.item(f"Companies/{company}")


def test_an_unknown_user_defined_field_is_refused(tenant) -> None:
    """Inferred: the real answer is unknown."""
    body = {**NEW, "userDefinedFields": [{"name": "Nothing", "value": "x"}]}
    assert tenant.errors(tenant.post("Companies", body)) == ["Unable to find Nothing in the Company Entity"]


def test_a_required_user_defined_field_is_not_required_here_but_its_default_is_filled_in(tenant) -> None:
    """Documented: required is a matter of the user interface."""
    tenant.user_defined_field("Region", isRequired=True)
    tenant.user_defined_field("Tier", isRequired=True, defaultValue="C")
    item = tenant.item(f"Companies/{tenant.company()}")
    assert item["userDefinedFields"] == [{"name": "Region", "value": None}, {"name": "Tier", "value": "C"}]


def test_a_list_takes_only_its_items(tenant) -> None:
    """Items are made under the field."""
    field = tenant.user_defined_field("Tier", kind="List")
    item = {"valueForDisplay": "Gold", "valueForExport": "G", "isActive": True}
    assert tenant.post(f"UserDefinedFields/{field}/ListItems", item).status_code == 200
    company = tenant.company(userDefinedFields=[{"name": "Tier", "value": "G"}])
    refused = tenant.patch("Companies", {"id": company, "userDefinedFields": [{"name": "Tier", "value": "S"}]})
    assert tenant.errors(refused) == ["Picklist value [S] does not exist for Tier"]


def test_an_inactive_picklist_value_is_refused(tenant) -> None:
    """Inferred: it is no longer offered."""
    values = [{"value": "1", "label": "Customer", "isActive": False}, {"value": "3", "label": "Prospect"}]
    tenant.control("picklist", {"entity": "Companies", "field": "companyType", "values": values})
    refused = tenant.post("Companies", NEW)
    assert tenant.errors(refused) == ["Picklist value [1] does not exist for companyType"]
    assert tenant.company(companyType=3)
