"""Records made, changed, deleted, brought back, merged. Source: reference sections 3, 6 and 7."""

import pytest

from taskforce_simulators.salesforce import organization

USER = organization.USER_ID
NOWHERE = "001Hn000000zzzzIAA"
TEN, ELEVEN = "2026-11-23T10:00:00.000+0000", "2026-11-23T11:00:00.000+0000"


def state(org, name, identifier):
    """SystemModstamp, LastModifiedDate and IsDeleted of a record, deleted or not."""
    soql = f"SELECT SystemModstamp, LastModifiedDate, IsDeleted FROM {name} WHERE Id = '{identifier}'"  # noqa: S608 - SOQL
    return org.rows(soql, "queryAll")[0]


def value(org, name, identifier, field):
    """One value of a record, deleted or not."""
    row = org.simulator.records(name, identifier)[0]
    return row[field]


def patch(org, name, identifier, **body):
    """Change a record."""
    return org.call("PATCH", f"/sobjects/{name}/{identifier}", json=body)


def delete(org, name, identifier):
    """Delete a record."""
    return org.call("DELETE", f"/sobjects/{name}/{identifier}")


def error(answer):
    """Status and the whole first error."""
    return answer.status_code, *answer.json()[0].values()


def test_a_created_record_has_its_system_fields(org):
    """Stamps in whole seconds, the user as creator and owner, whole ids."""
    answer = org.call("POST", "/sobjects/Account/", json={"Name": " Acme ", "Phone": "", "AnnualRevenue": 12.6})
    identifier = answer.json()["id"]
    assert answer.json() == {"id": identifier, "success": True, "errors": []}
    assert (answer.status_code, answer.headers["location"]) == (201, f"{org.base}/sobjects/Account/{identifier}")
    fields = "Id,Name,Phone,AnnualRevenue,OwnerId,CreatedById,CreatedDate,LastModifiedDate,SystemModstamp,IsDeleted"
    assert org.get(f"/sobjects/Account/{identifier}", fields=fields).json() == {
        "attributes": {"type": "Account", "url": f"{org.base}/sobjects/Account/{identifier}"},
        "Id": identifier,
        "Name": "Acme",
        "Phone": None,
        "AnnualRevenue": 13.0,
        "OwnerId": USER,
        "CreatedById": USER,
        "CreatedDate": TEN,
        "LastModifiedDate": TEN,
        "SystemModstamp": TEN,
        "IsDeleted": False,
    }


def test_a_contact_has_the_name_of_its_parts(org):
    """The salutation is not part of it; a change of a part changes it."""
    identifier = org.create("Contact", Salutation="Dr.", FirstName="Ann", LastName="Reed")
    assert value(org, "Contact", identifier, "Name") == "Ann Reed"
    assert patch(org, "Contact", identifier, FirstName=None).status_code == 204
    assert value(org, "Contact", identifier, "Name") == "Reed"


def test_a_change_moves_the_stamps(org):
    """Also one that changes nothing; an empty string empties a field."""
    identifier = org.create("Account", Name="A", Phone="1")
    org.advance(hours=1)
    assert patch(org, "Account", identifier, phone="").status_code == 204
    assert state(org, "Account", identifier) == (ELEVEN, ELEVEN, False)
    assert value(org, "Account", identifier, "Phone") is None


def test_a_record_is_found_by_15_characters_too(org):
    """It answers with 18."""
    identifier = org.create("Account", Name="A")
    assert org.get(f"/sobjects/account/{identifier[:15]}").json()["Id"] == identifier
    assert patch(org, "Account", identifier[:15], Name="B").status_code == 204


LONG = "x" * 256
UNWRITEABLE = (
    "Unable to create/update fields: CreatedDate, Id. Please check the security settings of this field and "
    "verify that it is read/write for your profile or permission set."
)


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("Account", {}, ("Required fields are missing: [Name]", "REQUIRED_FIELD_MISSING", ["Name"])),
        ("Account", {"Name": ""}, ("Required fields are missing: [Name]", "REQUIRED_FIELD_MISSING", ["Name"])),
        (
            "Contact",
            {"FirstName": "A"},
            ("Required fields are missing: [LastName]", "REQUIRED_FIELD_MISSING", ["LastName"]),
        ),
        ("Account", {"Name": "A", "Nme": 1}, ("No such column 'Nme' on sobject of type Account", "INVALID_FIELD")),
        (
            "Account",
            {"Name": LONG},
            (f"Account Name: data value too large: {LONG} (max length=255)", "STRING_TOO_LONG", ["Name"]),
        ),
        (
            "Account",
            {"Name": "A", "CreatedDate": TEN, "Id": NOWHERE},
            (
                UNWRITEABLE,
                "INVALID_FIELD_FOR_INSERT_UPDATE",
                ["CreatedDate", "Id"],
            ),
        ),
        (
            "Account",
            {"Name": "A", "ParentId": "x"},
            ("Parent Account ID: id value of incorrect type: x", "MALFORMED_ID", ["ParentId"]),
        ),
        (
            "Account",
            {"Name": "A", "ParentId": NOWHERE[:15]},
            ("invalid cross reference id", "INVALID_CROSS_REFERENCE_KEY", ["ParentId"]),
        ),
        (
            "Contact",
            {"LastName": "A", "Email": "a@b"},
            ("Email: invalid email address: a@b", "INVALID_EMAIL_ADDRESS", ["Email"]),
        ),
        (
            "Account",
            {"Name": "A", "CleanStatus": "Odd"},
            (
                "Clean Status: bad value for restricted picklist field: Odd",
                "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                ["CleanStatus"],
            ),
        ),
        (
            "Account",
            {"Name": "A", "NumberOfEmployees": 10**8},
            (
                "Employees: value outside of valid range on numeric field: 100000000",
                "NUMBER_OUTSIDE_VALID_RANGE",
                ["NumberOfEmployees"],
            ),
        ),
    ],
)
def test_a_body_with_something_wrong_is_refused(org, name, body, expected):
    """With the field it is about; nothing is created."""
    assert error(org.call("POST", f"/sobjects/{name}", json=body)) == (400, *expected)
    assert org.simulator.records(name) == []


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("AnnualRevenue", "much"),
        ("AnnualRevenue", True),
        ("NumberOfEmployees", {"a": 1}),
        ("Name", ["A"]),
        ("BillingLatitude", "north"),
    ],
)
def test_a_value_of_another_type_is_refused(org, field, given):
    """By the parser."""
    assert org.error(org.call("POST", "/sobjects/Account", json={"Name": "A", field: given})) == (
        400,
        "JSON_PARSER_ERROR",
    )


@pytest.mark.parametrize(
    ("given", "kept"),
    [({"Birthdate": "1990-05-17"}, "1990-05-17"), ({"Birthdate": "1990-05-17T00:00:00Z"}, "1990-05-17")],
)
def test_dates_are_taken(org, given, kept):
    """And what is none is refused."""
    identifier = org.create("Contact", LastName="A", **given)
    assert value(org, "Contact", identifier, "Birthdate") == kept
    assert org.error(patch(org, "Contact", identifier, Birthdate="May")) == (400, "JSON_PARSER_ERROR")
    stamp = patch(org, "Contact", identifier, EmailBouncedDate="2026-01-01T00:00:00+01:00")
    assert (stamp.status_code, value(org, "Contact", identifier, "EmailBouncedDate")) == (
        204,
        "2025-12-31T23:00:00.000+0000",
    )


def test_a_picklist_takes_values_of_its_own(org):
    """Unless it is restricted."""
    identifier = org.create("Account", Name="A", Type="Managed Services", Rating="Lukewarm")
    assert value(org, "Account", identifier, "Type") == "Managed Services"


def test_a_check_box_takes_true_and_false_only(org):
    """In a body and as text."""
    user = organization.users()[1]["Id"]
    assert patch(org, "User", user, IsActive="false").status_code == 204
    assert value(org, "User", user, "IsActive") is False
    assert org.error(patch(org, "User", user, IsActive="maybe")) == (400, "JSON_PARSER_ERROR")


def test_an_inactive_user_can_own_nothing_new(org):
    """Though what they own stays theirs."""
    user = organization.users()[1]["Id"]
    identifier = org.create("Account", Name="A", OwnerId=user)
    patch(org, "User", user, IsActive=False)
    message = f"operation performed with inactive user [{user}] as owner of account"
    answer = org.call("POST", "/sobjects/Account", json={"Name": "B", "OwnerId": user})
    assert error(answer) == (400, message, "INACTIVE_OWNER_OR_USER", ["OwnerId"])
    assert patch(org, "Account", identifier, Phone="1").status_code == 204


def test_users_are_changed_but_not_deleted(org):
    """Deactivation is a change like any other."""
    org.advance(hours=1)
    user = organization.users()[1]["Id"]
    assert patch(org, "User", user, LastName="Berg").status_code == 204
    assert (value(org, "User", user, "Name"), value(org, "User", user, "SystemModstamp")) == ("Ada Berg", ELEVEN)
    assert org.error(delete(org, "User", user)) == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("identifier", "expected"), [("abc", (400, "MALFORMED_ID")), (NOWHERE[:15], (404, "NOT_FOUND"))]
)
def test_a_record_that_is_not_there(org, method, identifier, expected):
    """And an id that is none."""
    assert org.error(org.call(method, f"/sobjects/Account/{identifier}", json={})) == expected


def test_a_field_that_is_not_there_cannot_be_retrieved(org):
    """The others can."""
    identifier = org.create("Account", Name="A")
    assert org.error(org.get(f"/sobjects/Account/{identifier}", fields="Name,Nme")) == (400, "INVALID_FIELD")
    assert list(org.get(f"/sobjects/Account/{identifier}", fields="name").json()) == ["attributes", "Name", "Id"]


def test_an_account_cannot_stand_below_itself(org):
    """Not even by way of others; the control API can make such a ring."""
    top = org.create("Account", Name="Top")
    middle = org.create("Account", Name="Middle", ParentId=top)
    bottom = org.create("Account", Name="Bottom", ParentId=middle)
    for parent in (top, middle, bottom):
        assert org.error(patch(org, "Account", top, ParentId=parent)) == (400, "CIRCULAR_DEPENDENCY")
    assert org.control("parent_loop", ids=[top, bottom]).status_code == 200
    parents = [value(org, "Account", identifier, "ParentId") for identifier in (top, middle, bottom)]
    assert parents == [bottom, top, top]
    assert patch(org, "Account", middle, ParentId=bottom).status_code == 204


def test_a_contact_cannot_report_to_itself(org):
    """As with accounts."""
    boss = org.create("Contact", LastName="Boss")
    clerk = org.create("Contact", LastName="Clerk", ReportsToId=boss)
    assert org.error(patch(org, "Contact", boss, ReportsToId=clerk)) == (400, "CIRCULAR_DEPENDENCY")


@pytest.fixture
def family(org):
    """An account with a contact and a child account, all an hour old."""
    org.account = org.create("Account", Name="A")
    org.contact = org.create("Contact", LastName="C", AccountId=org.account)
    org.clerk = org.create("Contact", LastName="D", ReportsToId=org.contact)
    org.child = org.create("Account", Name="Child", ParentId=org.account)
    org.advance(hours=1)
    return org


def test_a_deleted_account_takes_its_contacts_along(family):
    """All stamps move; child accounts lose their parent, which moves their SystemModstamp only."""
    assert delete(family, "Account", family.account).status_code == 204
    assert state(family, "Account", family.account) == (ELEVEN, ELEVEN, True)
    assert state(family, "Contact", family.contact) == (ELEVEN, ELEVEN, True)
    assert state(family, "Account", family.child) == (ELEVEN, TEN, False)
    assert value(family, "Account", family.child, "ParentId") is None
    assert family.error(family.get(f"/sobjects/Account/{family.account}")) == (404, "ENTITY_IS_DELETED")
    assert family.error(patch(family, "Contact", family.contact, Phone="1")) == (404, "ENTITY_IS_DELETED")
    assert family.error(delete(family, "Account", family.account)) == (404, "ENTITY_IS_DELETED")
    refused = patch(family, "Contact", family.clerk, AccountId=family.account)
    assert error(refused) == (400, "entity is deleted", "ENTITY_IS_DELETED", ["AccountId"])


def test_undelete_brings_back_what_went_along(family):
    """Contacts and parents, unless they have changed since."""
    other = family.create("Account", Name="Child 2", ParentId=family.account)
    delete(family, "Account", family.account)
    patch(family, "Account", other, ParentId=family.child)
    family.advance(hours=1)
    assert family.control("undelete", object="Account", id=family.account).status_code == 200
    noon = "2026-11-23T12:00:00.000+0000"
    assert state(family, "Account", family.account) == (noon, noon, False)
    assert state(family, "Contact", family.contact) == (noon, noon, False)
    assert value(family, "Account", family.child, "ParentId") == family.account
    assert value(family, "Account", other, "ParentId") == family.child
    assert family.control("undelete", object="Account", id=family.account).status_code == 400
    assert family.control("undelete", object="Account", id=NOWHERE).status_code == 404


def test_a_contact_that_was_deleted_before_its_account_stays_deleted(family):
    """Only what went along comes back; those who reported to it do again when it does."""
    delete(family, "Contact", family.contact)
    assert value(family, "Contact", family.clerk, "ReportsToId") is None
    delete(family, "Account", family.account)
    family.control("undelete", object="Account", id=family.account)
    assert state(family, "Contact", family.contact)[2] is True
    family.control("undelete", object="Contact", id=family.contact)
    assert value(family, "Contact", family.clerk, "ReportsToId") == family.contact


def test_merge_keeps_the_master_and_gives_it_the_children(family):
    """Losers are deleted and name their master; children's SystemModstamp moves."""
    master = family.create("Account", Name="Master", ParentId=family.account)
    family.advance(hours=1)
    noon = "2026-11-23T12:00:00.000+0000"
    answer = family.control("merge", object="Account", master=master, losers=[family.account])
    assert answer.status_code == 200, answer.text
    assert state(family, "Account", family.account) == (noon, noon, True)
    assert state(family, "Account", master) == (noon, noon, False)
    assert state(family, "Contact", family.contact) == (noon, TEN, False)
    assert value(family, "Contact", family.contact, "AccountId") == master
    assert value(family, "Account", family.child, "ParentId") == master
    assert value(family, "Account", master, "ParentId") is None
    found = "SELECT Id, MasterRecord.Name FROM Account WHERE MasterRecordId != null AND IsDeleted = true"
    assert family.query(found).json()["records"] == []
    record = family.query(found, "queryAll").json()["records"][0]
    assert (record["Id"], record["MasterRecord"]["Name"]) == (family.account, "Master")


def test_contacts_merge_too(family):
    """Those who reported to the loser report to the master."""
    answer = family.control("merge", object="Contact", master=family.clerk, losers=[family.contact])
    assert answer.status_code == 200
    assert value(family, "Contact", family.contact, "MasterRecordId") == family.clerk
    assert value(family, "Contact", family.clerk, "ReportsToId") is None


@pytest.mark.parametrize("count", [0, 3])
def test_a_merge_takes_three_records_at_most(family, count):
    """And needs a loser."""
    losers = [family.create("Account", Name=str(number)) for number in range(count)]
    assert family.control("merge", object="Account", master=family.account, losers=losers).status_code == 400
    assert family.control("merge", object="Account", master=family.account, losers=family.account).status_code == 400


def test_a_hard_deleted_record_is_gone_for_every_query(family):
    """Whether it was in the recycle bin or not."""
    assert family.control("hard_delete", object="Account", id=family.account).status_code == 200
    assert family.rows("SELECT Name FROM Account", "queryAll") == [("Child",)]
    assert state(family, "Contact", family.contact)[2] is True
    assert family.error(family.get(f"/sobjects/Account/{family.account}")) == (404, "NOT_FOUND")
    assert family.control("hard_delete", object="Account", id=family.account).status_code == 404


def test_a_change_can_be_seen_later_than_it_is_stamped(family):
    """Until then the record is as before, or not there if it is new."""
    patch(family, "Account", family.account, Name="B")
    new = family.create("Account", Name="New")
    for identifier in (family.account, new):
        assert family.control("hold", object="Account", id=identifier, visible_after_seconds=30).status_code == 200
    names = "SELECT Name, SystemModstamp FROM Account WHERE ParentId = null ORDER BY Name"
    assert family.rows(names) == [("A", TEN)]
    family.advance(seconds=29)
    assert family.rows(names) == [("A", TEN)]
    family.advance(seconds=1)
    assert family.rows(names) == [("B", ELEVEN), ("New", ELEVEN)]
    assert family.error(family.get(f"/sobjects/Account/{NOWHERE}")) == (404, "NOT_FOUND")
    assert family.control("hold", object="Account", id=NOWHERE, visible_after_seconds=30).status_code == 400


def test_a_later_change_lets_a_held_one_through_first(family):
    """Two transactions cannot hold one record."""
    patch(family, "Account", family.account, Name="B")
    family.control("hold", object="Account", id=family.account, visible_after_seconds=3600)
    patch(family, "Account", family.account, Phone="1")
    assert family.rows("SELECT Name, Phone FROM Account WHERE Phone != null") == [("B", "1")]


def test_a_record_out_of_sight_is_as_if_it_were_not_there(family):
    """For queries, as the target of a reference, by its id, and in what was updated; until it is shared again."""
    family.set(hidden_records=[family.account[:15]])
    assert family.rows("SELECT Name FROM Account", "queryAll") == [("Child",)]
    assert family.rows("SELECT Account.Name, AccountId FROM Contact WHERE AccountId != null") == [
        (None, family.account)
    ]
    assert family.error(family.get(f"/sobjects/Account/{family.account}")) == (404, "NOT_FOUND")
    span = {"start": "2026-11-23T09:00:00Z", "end": "2026-11-23T12:00:00Z"}
    assert family.get("/sobjects/Account/updated", **span).json()["ids"] == [family.child]
    family.set(hidden_records=[])
    assert family.get(f"/sobjects/Account/{family.account}").status_code == 200


def test_person_accounts_are_an_account_and_a_contact(org):
    """A last name makes one; changes go to both."""
    org.set(person_accounts=True)
    identifier = org.create("Account", FirstName="Pat", LastName="Doe", PersonEmail="pat@doe.example", Phone="1")
    company = org.create("Account", Name="Acme")
    account = org.simulator.records("Account", identifier)[0]
    assert (account["Name"], account["IsPersonAccount"]) == ("Pat Doe", True)
    patch(org, "Account", identifier, PersonEmail="p@doe.example", LastName="Dough")
    fields = "Name, Email, Phone, AccountId, IsPersonAccount, Account.PersonContactId, Id"
    row = org.rows(f"SELECT {fields} FROM Contact")[0]  # noqa: S608 - SOQL
    assert row[:5] == ("Pat Dough", "p@doe.example", "1", identifier, True)
    assert row[5]["PersonContactId"] == row[6]
    assert org.rows("SELECT IsPersonAccount FROM Account WHERE Id = '" + company + "'") == [(False,)]  # noqa: S608 - SOQL


def test_a_loaded_person_account_gets_its_contact(org):
    """Unless it brings it along."""
    org.simulator.load(
        {"Account": [{"Name": "Pat Doe", "FirstName": "Pat", "LastName": "Doe", "IsPersonAccount": True}]}
    )
    assert org.rows("SELECT Name FROM Contact") == [("Pat Doe",)]


def test_countries_and_states_have_codes_where_they_are_picklists(org):
    """A code brings its label, a label its code; what is not in the list is refused."""
    org.set(state_country_picklists=True)
    one = org.create("Account", Name="A", BillingCountryCode="US", BillingStateCode="NY")
    two = org.create("Account", Name="B", BillingCountry="germany", ShippingCountry="SE")
    shown = org.get(f"/sobjects/Account/{one}", fields="BillingAddress").json()["BillingAddress"]
    assert (shown["country"], shown["countryCode"], shown["state"], shown["stateCode"]) == (
        "United States",
        "US",
        "New York",
        "NY",
    )
    row = org.simulator.records("Account", two)[0]
    assert (row["BillingCountry"], row["BillingCountryCode"], row["ShippingCountry"]) == ("Germany", "DE", "Sweden")
    refused = org.call("POST", "/sobjects/Account", json={"Name": "C", "BillingCountry": "Atlantis"})
    assert org.error(refused) == (400, "FIELD_INTEGRITY_EXCEPTION")


def test_an_org_of_many_currencies_shows_them(org):
    """The org's own unless another is given."""
    org.set(multi_currency=True, currency="EUR")
    org.create("Account", Name="A")
    org.create("Account", Name="B", CurrencyIsoCode="SEK")
    assert org.rows("SELECT CurrencyIsoCode FROM Account ORDER BY Name") == [("EUR",), ("SEK",)]


def test_the_control_api_saves_past_every_validation(org):
    """Times that are given stay, others are stamped; unknown fields are an error."""
    long = "x" * 300
    saved = org.control("records/Account", Name=long, SystemModstamp="2020-01-01T00:00:00Z", OwnerId=USER).json()
    assert (saved["Name"], saved["SystemModstamp"], saved["IsDeleted"]) == (long, "2020-01-01T00:00:00.000+0000", False)
    org.advance(hours=1)
    changed = org.control("records/Account", Id=saved["Id"], Phone="1").json()
    assert (changed["Phone"], changed["SystemModstamp"], changed["Name"]) == ("1", ELEVEN, long)
    assert org.control("records/Account", Nme="A").status_code == 400
    assert org.control("records/Nothing", Name="A").status_code == 404
    contact = org.control("records/Contact", LastName="A", FirstName="B").json()
    assert contact["Name"] == "B A"
    assert org.http.delete(f"/__sim__/records/Account/{saved['Id']}").json() == {"removed": True}
    assert org.simulator.records("Account") == []


@pytest.mark.parametrize("route", ["undelete", "merge", "hard_delete", "parent_loop", "hold"])
def test_a_control_route_says_what_it_lacks(org, route):
    """With status 404 and the name."""
    answer = org.control(route)
    assert (answer.status_code, answer.json()["error"][:12]) == (404, "there is no ")
