"""Contacts are written under their company alone (reference section 4)."""

import pytest

NO_MATCH = (
    "No message. No matching records found. The logged in Resource may not have the required permissions to "
    "{} the data."
)


@pytest.fixture
def company(tenant) -> int:
    return tenant.company()


def test_a_contact_is_created_under_its_company_with_stamps(tenant, company) -> None:
    """The company comes from the path."""
    contact = tenant.contact(company, emailAddress="ann@example.com", companyID=999)
    filled = {name: value for name, value in tenant.item(f"Contacts/{contact}").items() if value not in (None, False)}
    assert filled == {
        "id": contact,
        "companyID": company,
        "firstName": "Ann",
        "lastName": "Lee",
        "emailAddress": "ann@example.com",
        "isActive": 1,
        "createDate": tenant.stamp,
        "lastActivityDate": tenant.stamp,
        "lastModifiedDate": tenant.stamp,
    }


def test_is_active_is_a_number_here_and_true_is_refused(tenant, company) -> None:
    """Recorded; companies have a boolean of the same name."""
    body = {"firstName": "Ann", "lastName": "Lee", "isActive": True}
    refused = tenant.post(f"Companies/{company}/Contacts", body)
    text = "Unexpected character encountered while parsing value: t. Path 'isActive'."
    assert tenant.errors(refused) == [text]
    assert tenant.errors(tenant.post(f"Companies/{company}/Contacts", {**body, "isActive": 2})) == [
        "Picklist value [2] does not exist for isActive"
    ]


@pytest.mark.parametrize("missing", ["firstName", "lastName", "isActive"])
def test_a_required_field_must_have_a_value(tenant, company, missing) -> None:
    """isActive among them."""
    body = {"firstName": "Ann", "lastName": "Lee", "isActive": 1, missing: None}
    refused = tenant.post(f"Companies/{company}/Contacts", body)
    assert tenant.errors(refused) == [f"Value does not exist for the required field {missing}"]


def test_a_contact_of_no_company_is_refused(tenant) -> None:
    """As any reference to nothing."""
    refused = tenant.post("Companies/999/Contacts", {"firstName": "Ann", "lastName": "Lee", "isActive": 1})
    assert tenant.errors(refused) == [
        "Reference value on field: companyID of type: Company does not exist or is invalid."
    ]


def test_a_change_moves_the_date_of_the_last_change(tenant, company) -> None:
    """And nothing but what it names."""
    contact = tenant.contact(company, title="Clerk")
    before = tenant.item(f"Contacts/{contact}")
    tenant.advance(seconds=1)
    answer = tenant.patch(f"Companies/{company}/Contacts", {"id": contact, "title": None, "isActive": 0})
    assert answer.json() == {"itemId": contact}
    assert tenant.item(f"Contacts/{contact}") == {
        **before,
        "title": None,
        "isActive": 0,
        "lastModifiedDate": "2026-11-23T10:00:01.7Z",
    }


def test_a_contact_cannot_be_moved(tenant, company) -> None:
    """companyID is read-only, and under another company the contact is not found."""
    contact, other = tenant.contact(company), tenant.company()
    tenant.patch(f"Companies/{company}/Contacts", {"id": contact, "companyID": other})
    assert tenant.item(f"Contacts/{contact}")["companyID"] == company
    refused = tenant.patch(f"Companies/{other}/Contacts", {"id": contact, "title": "Boss"})
    assert tenant.errors(refused) == [NO_MATCH.format("update")]


def test_a_company_has_one_primary_contact(tenant, company) -> None:
    """Making another the primary one takes it from the first."""
    first = tenant.contact(company, primaryContact=True)
    second = tenant.contact(company)
    tenant.patch(f"Companies/{company}/Contacts", {"id": second, "primaryContact": True})
    assert tenant.ids("Contacts", {"op": "eq", "field": "primaryContact", "value": True}) == [second]
    assert tenant.item(f"Contacts/{first}")["primaryContact"] is False


def test_a_contact_is_deleted_under_its_company(tenant, company) -> None:
    """The answer is its id; a second time there is nothing to delete."""
    contact = tenant.contact(company)
    path = f"Companies/{company}/Contacts/{contact}"
    assert tenant.call("DELETE", path).json() == {"itemId": contact}
    assert tenant.item(f"Contacts/{contact}") is None
    assert tenant.errors(tenant.call("DELETE", path)) == [NO_MATCH.format("delete")]


def test_a_contact_that_is_needed_is_not_deleted(tenant, company) -> None:
    """The primary one, and that of a ticket (documented; the texts are inferred)."""
    primary, of_ticket = tenant.contact(company, primaryContact=True), tenant.contact(company)
    tenant.load(Tickets=[{"id": 1, "companyID": company, "contactID": of_ticket}])
    refused = [tenant.call("DELETE", f"Companies/{company}/Contacts/{contact}") for contact in (primary, of_ticket)]
    assert [tenant.errors(answer) for answer in refused] == [
        ["The contact cannot be deleted: it is the primary or billing contact of its company."],
        ["The contact cannot be deleted: tickets refer to it."],
    ]


def test_user_defined_fields_of_contacts_are_their_own(tenant, company) -> None:
    """A company's field is unknown on a contact."""
    tenant.user_defined_field("Region", entity="Company")
    tenant.user_defined_field("Badge", entity="Contact")
    contact = tenant.contact(company, userDefinedFields=[{"name": "Badge", "value": "A"}])
    assert tenant.item(f"Contacts/{contact}")["userDefinedFields"] == [{"name": "Badge", "value": "A"}]
    body = {"id": contact, "userDefinedFields": [{"name": "Region", "value": "North"}]}
    refused = tenant.patch(f"Companies/{company}/Contacts", body)
    assert tenant.errors(refused) == ["Unable to find Region in the Contact Entity"]
