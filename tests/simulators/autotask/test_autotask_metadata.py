"""Metadata, and user-defined fields that are made by the API (reference section 5)."""

import pytest

PATH = "UserDefinedFieldDefinitions"


def test_entity_information_says_what_can_be_done_and_what_this_user_may_do(tenant) -> None:
    """0 is no access, 1 is all."""
    tenant.set(permissions={"Companies": {"update": False}})
    assert tenant.get("Companies/entityInformation").json() == {
        "info": {
            "name": "Company",
            "canCreate": True,
            "canDelete": False,
            "canQuery": True,
            "canUpdate": True,
            "userAccessForCreate": 1,
            "userAccessForDelete": 0,
            "userAccessForQuery": 1,
            "userAccessForUpdate": 0,
            "hasUserDefinedFields": True,
            "supportsWebhookCallouts": True,
        }
    }


def test_fields_have_the_recorded_shape(tenant) -> None:
    """Text, reference and picklist; values of a picklist are texts."""
    fields = {field["name"]: field for field in tenant.get("Contacts/entityInformation/fields").json()["fields"]}
    common = {"isReadOnly": False, "isQueryable": True, "picklistParentValueField": "", "isSupportedWebhookField": True}
    assert fields["firstName"] == {
        **common,
        "name": "firstName",
        "dataType": "string",
        "length": 50,
        "isRequired": True,
        "isReference": False,
        "referenceEntityType": "",
        "isPickList": False,
        "picklistValues": None,
    }
    assert fields["countryID"] == {
        **common,
        "name": "countryID",
        "dataType": "integer",
        "length": 0,
        "isRequired": False,
        "isReference": True,
        "referenceEntityType": "Country",
        "isPickList": False,
        "picklistValues": None,
    }
    values = fields["namePrefix"].pop("picklistValues")
    assert values[0] == {
        "value": "1",
        "label": "Mr.",
        "isDefaultValue": False,
        "sortOrder": 1,
        "parentValue": "",
        "isActive": True,
        "isSystem": True,
    }
    assert (fields["namePrefix"]["isPickList"], len(values)) == (True, 3)


def test_metadata_under_a_company_is_that_of_contacts(tenant) -> None:
    """The child path has the same three."""
    for section in ("", "/fields", "/userDefinedFields"):
        child = tenant.get(f"Companies/0/Contacts/entityInformation{section}").json()
        assert child == tenant.get(f"Contacts/entityInformation{section}").json()


def test_a_user_defined_field_made_by_the_api_is_in_the_metadata_at_once(tenant) -> None:
    """With the codes of the metadata; text is a string of 8,000, a date has no length."""
    assert tenant.get("Companies/entityInformation/userDefinedFields").json() == {"fields": []}
    tenant.user_defined_field("Salesforce Company ID", description="Id of the account")
    tenant.user_defined_field("Renewal", kind="Date")
    common = {
        "isRequired": False,
        "isReadOnly": False,
        "isQueryable": True,
        "isReference": False,
        "referenceEntityType": "",
        "isPickList": False,
        "picklistValues": None,
        "picklistParentValueField": "",
        "defaultValue": None,
        "isSupportedWebhookField": False,
    }
    text = {"name": "Salesforce Company ID", "label": "Salesforce Company ID", "type": "string", "length": 8000}
    date = {"name": "Renewal", "label": "Renewal", "type": "datetime", "length": 0}
    assert tenant.get("Companies/entityInformation/userDefinedFields").json() == {
        "fields": [
            {**common, **text, "description": "Id of the account"},
            {**common, **date, "description": None},
        ]
    }
    assert tenant.get("Contacts/entityInformation/userDefinedFields").json() == {"fields": []}


def test_a_list_shows_its_items_as_picklist_values(tenant) -> None:
    """Their parent value is null (recorded)."""
    number = tenant.user_defined_field("Tier", kind="List")
    for text in ("Gold", "Silver"):
        item = {"valueForDisplay": text, "valueForExport": text[0]}
        assert tenant.post(f"UserDefinedFields/{number}/ListItems", item).status_code == 200
    field = tenant.get("Companies/entityInformation/userDefinedFields").json()["fields"][0]
    assert (field["type"], field["length"], field["isPickList"]) == ("string", 8000, True)
    assert [(value["value"], value["label"], value["parentValue"]) for value in field["picklistValues"]] == [
        ("G", "Gold", None),
        ("S", "Silver", None),
    ]


def test_a_definition_can_be_found_and_switched_off(tenant) -> None:
    """There is no deletion; an inactive field is in no metadata and on no record."""
    number = tenant.user_defined_field("Region")
    company = tenant.company(userDefinedFields=[{"name": "Region", "value": "North"}])
    assert tenant.ids(PATH, {"op": "eq", "field": "name", "value": "Region"}) == [number]
    assert tenant.item(f"{PATH}/{number}")["createDate"] == tenant.stamp
    assert tenant.patch(PATH, {"id": number, "isActive": False}).json() == {"itemId": number}
    assert tenant.get("Companies/entityInformation/userDefinedFields").json() == {"fields": []}
    assert "userDefinedFields" not in tenant.item(f"Companies/{company}")
    tenant.patch(PATH, {"id": number, "isActive": True})
    assert tenant.item(f"Companies/{company}")["userDefinedFields"] == [{"name": "Region", "value": "North"}]


@pytest.mark.parametrize("missing", ["name", "udfType", "dataType"])
def test_a_definition_needs_a_name_an_entity_and_a_type(tenant, missing) -> None:
    """All three are required."""
    body = {"name": "Region", "udfType": tenant.code("udfType", "Company"), "dataType": tenant.code("dataType", "Text")}
    del body[missing]
    assert tenant.errors(tenant.post(PATH, body)) == [f"Value does not exist for the required field {missing}"]


def test_codes_that_are_not_in_the_metadata_are_refused(tenant) -> None:
    """The codes differ on purpose from those that one might guess."""
    body = {"name": "Region", "udfType": 1, "dataType": tenant.code("dataType", "Text")}
    assert tenant.errors(tenant.post(PATH, body)) == ["Picklist value [1] does not exist for udfType"]


def test_a_name_has_45_characters_at_most_and_is_there_once(tenant) -> None:
    """The texts are inferred."""
    tenant.user_defined_field("x" * 45)
    codes = {"udfType": tenant.code("udfType", "Company"), "dataType": tenant.code("dataType", "Text")}
    assert tenant.errors(tenant.post(PATH, {"name": "x" * 46, **codes})) == [
        "String value exceeds maximum length (field:name)."
    ]
    assert tenant.errors(tenant.post(PATH, {"name": "X" * 45, **codes})) == [
        (
            f"A UserDefinedFieldDefinition already exists with Name [{'X' * 45}]. "
            "UserDefinedFieldDefinition names must be unique."
        )
    ]
    assert tenant.user_defined_field("x" * 45, entity="Contact")


def test_creating_fields_can_be_forbidden(tenant) -> None:
    """With the text of a missing permission, and the status of the others."""
    body = {"name": "Region", "udfType": tenant.code("udfType", "Company"), "dataType": tenant.code("dataType", "Text")}
    tenant.set(udf_creation_allowed=False)
    assert tenant.errors(tenant.post(PATH, body)) == [
        "The logged in Resource does not have the adequate permissions to create this entity type."
    ]


def test_contacts_have_a_hundred_active_fields_at_most(tenant) -> None:
    """Companies two hundred; inactive ones do not count."""
    definitions = [{"name": f"Field {number}", "entity": "Contact", "type": "Text"} for number in range(100)]
    tenant.load(UserDefinedFieldDefinitions=definitions)
    codes = {"udfType": tenant.code("udfType", "Contact"), "dataType": tenant.code("dataType", "Text")}
    assert tenant.errors(tenant.post(PATH, {"name": "One more", **codes})) == [
        "The maximum number of 100 active user-defined fields for Contact has been reached."
    ]
    assert tenant.post(PATH, {"name": "One more", "isActive": False, **codes}).status_code == 200
    assert tenant.user_defined_field("On companies")


def test_a_read_only_entity_has_metadata_too(tenant) -> None:
    """Tickets and the like."""
    information = tenant.get("Tickets/entityInformation").json()["info"]
    assert (information["name"], information["canCreate"], information["userAccessForCreate"]) == ("Ticket", False, 0)
