"""Every row of S25 and S26, and what is asked of Salesforce for them."""

from decimal import Decimal

import pytest

from taskforce.domain.field_map import FieldMap, Mapping, Transform
from taskforce.domain.mapping import Desired, desired_state, fields_to_read
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, Value
from taskforce.domain.settings import Overflow
from taskforce.domain.standard_mapping import COMPANY_MAPPING, CONTACT_MAPPING, STANDARD
from tests.builders import (
    CANADA,
    COLD,
    COMPANY_CONTACT_FIELDS,
    COMPANY_FIELDS,
    LEAD,
    MAX,
    OLIVIA,
    RETAIL,
    account,
    account_id,
    contact,
    context,
    settings,
    source_schema,
)


def test_each_entity_has_its_mapping() -> None:
    """S25 for companies, S26 for contacts."""
    assert [STANDARD.of(entity) for entity in Entity] == [COMPANY_MAPPING, CONTACT_MAPPING]
    assert [STANDARD.of(entity).entity for entity in Entity] == [Entity.COMPANY, Entity.CONTACT]


def test_an_account_becomes_a_company() -> None:
    """All rows of S25 at once."""
    desired = desired_state(account(), COMPANY_MAPPING, context())

    assert desired == Desired(values=COMPANY_FIELDS)


def test_a_contact_becomes_a_contact() -> None:
    """All rows of S26 at once."""
    desired = desired_state(contact(), CONTACT_MAPPING, context())

    assert desired == Desired(values=COMPANY_CONTACT_FIELDS)


@pytest.mark.parametrize(
    ("source", "value", "target", "wanted"),
    [
        ("AccountNumber", "C-2", "companyNumber", "C-2"),
        ("Name", "Oak Clinic", "companyName", "Oak Clinic"),
        ("AnnualRevenue", Decimal("0.10"), "assetValue", Decimal("0.1")),
        ("BillingStreet", "1 Oak\nFloor 2\nRear", "address1", "1 Oak"),
        ("BillingStreet", "1 Oak\nFloor 2\nRear", "address2", "Floor 2, Rear"),
        ("BillingStreet", "1 Oak", "address2", None),
        ("BillingCity", "Evanston", "city", "Evanston"),
        ("BillingCountry", "ca", "countryID", CANADA),
        ("BillingPostalCode", "60202", "postalCode", "60202"),
        ("BillingState", "WI", "state", "WI"),
        ("Fax", "1", "fax", "1"),
        ("Phone", "2", "phone", "2"),
        ("Sic", "3", "sicCode", "3"),
        ("TickerSymbol", "OAK", "stockSymbol", "OAK"),
        ("Type", "Lead", "companyType", LEAD),
        ("Website", "oak.example", "webAddress", "oak.example"),
        ("Rating", "Cold", "classification", COLD),
        ("Industry", "Retail", "marketSegmentID", RETAIL),
    ],
)
def test_each_row_of_s25_maps_its_field(source: str, value: Value, target: str, wanted: Value) -> None:
    """One account field, one company field."""
    desired = desired_state(account(**{source: value}), COMPANY_MAPPING, context())

    assert desired.values[target] == wanted


def test_the_owner_becomes_account_manager() -> None:
    """OwnerId goes to ownerResourceID by the owner's name (S19)."""
    desired = desired_state(account(owner=("Max", "Weber")), COMPANY_MAPPING, context())

    assert desired.values["ownerResourceID"] == MAX


def test_the_parent_becomes_a_reference() -> None:
    """ParentId goes to parentCompanyID by way of the parent's link, which mapping does not know."""
    desired = desired_state(account(ParentId=account_id(7)), COMPANY_MAPPING, context())

    assert desired.references == {"parentCompanyID": account_id(7)}
    assert "parentCompanyID" not in desired.values


@pytest.mark.parametrize(
    ("source", "value", "target", "wanted"),
    [
        ("Email", "r@oak.example", "emailAddress", "r@oak.example"),
        ("Fax", "1", "faxNumber", "1"),
        ("FirstName", "Ros", "firstName", "Ros"),
        ("OtherPhone", "2", "alternatePhone", "2"),
        ("LastName", "Oak", "lastName", "Oak"),
        ("MailingCity", "Evanston", "city", "Evanston"),
        ("MailingCountry", "Canada", "countryID", CANADA),
        ("MailingPostalCode", "60202", "zipCode", "60202"),
        ("MailingState", "WI", "state", "WI"),
        ("MailingStreet", "1 Oak\nFloor 2\nRear", "addressLine", "1 Oak"),
        ("MailingStreet", "1 Oak\nFloor 2\nRear", "addressLine1", "Floor 2, Rear"),
        ("MobilePhone", "3", "mobilePhone", "3"),
        ("Phone", "4", "phone", "4"),
        ("Title", "Owner", "title", "Owner"),
    ],
)
def test_each_row_of_s26_maps_its_field(source: str, value: Value, target: str, wanted: Value) -> None:
    """One contact field of Salesforce, one of Autotask."""
    desired = desired_state(contact(**{source: value}), CONTACT_MAPPING, context())

    assert desired.values[target] == wanted


def test_blanks_are_wanted_as_blanks() -> None:
    """A blank clears the field, because the extension kept records current; required ones get their stand-in."""
    blank = dict.fromkeys(("Title", "Email", "MailingStreet", "MailingCountry", "FirstName"))

    desired = desired_state(contact(**blank), CONTACT_MAPPING, context())

    cleared = dict.fromkeys(("title", "emailAddress", "addressLine", "addressLine1", "countryID"))
    kept = {name: value for name, value in COMPANY_CONTACT_FIELDS.items() if name not in {*cleared, "firstName"}}
    assert desired == Desired(
        values={**kept, **cleared},
        fallbacks={"firstName": "-"},
        notes=(Note(reason=Reason.STAND_IN, field="firstName", evidence={"stand_in": "-"}),),
    )


def test_a_hidden_field_is_not_a_blank() -> None:
    """What the user may not see is left as it is in Autotask: neither written nor cleared."""
    desired = desired_state(contact(hidden=["Title", "MailingStreet"]), CONTACT_MAPPING, context())

    hidden = {"title", "addressLine", "addressLine1"}
    assert desired.values == {name: value for name, value in COMPANY_CONTACT_FIELDS.items() if name not in hidden}


def test_values_that_cannot_be_mapped_are_left_out_and_told() -> None:
    """A value that is left out is neither wanted nor blank."""
    record = account(BillingCountry="Ruritania", Fax="3" * 26)

    desired = desired_state(record, COMPANY_MAPPING, context())

    assert desired.values == {k: v for k, v in COMPANY_FIELDS.items() if k not in {"countryID", "fax"}}
    assert [(note.field, note.reason) for note in desired.notes] == [
        ("countryID", Reason.COUNTRY_UNKNOWN),
        ("fax", Reason.VALUE_LEFT_OUT),
    ]


def test_a_record_with_a_text_too_long_is_held_when_the_settings_say_so() -> None:
    """The first text that is too long is the reason; without the setting nothing is held."""
    record = account(Name="N" * 101, BillingCity="C" * 31)

    refused = desired_state(record, COMPANY_MAPPING, context(overflow=Overflow.REFUSE))
    cut = desired_state(record, COMPANY_MAPPING, context())

    assert refused.hold == Note(
        reason=Reason.TOO_LONG, field="companyName", evidence={"original": "N" * 101, "limit": 100}
    )
    assert cut.hold is None


def test_salesforce_is_asked_for_what_the_company_mapping_needs() -> None:
    """Every source field of S25 once, the owner's names, and the parent."""
    fields = fields_to_read(Entity.COMPANY, source_schema(), settings())

    assert fields == (
        "Name",
        "AccountNumber",
        "AnnualRevenue",
        "BillingStreet",
        "BillingCity",
        "BillingState",
        "BillingPostalCode",
        "BillingCountry",
        "Phone",
        "Fax",
        "Sic",
        "TickerSymbol",
        "Website",
        "Type",
        "Industry",
        "Rating",
        "OwnerId",
        "Owner.FirstName",
        "Owner.LastName",
        "ParentId",
    )


def test_salesforce_is_asked_for_what_the_contact_mapping_needs() -> None:
    """Every source field of S26 once, and the account."""
    fields = fields_to_read(Entity.CONTACT, source_schema(), settings())

    assert fields == (
        "FirstName",
        "LastName",
        "Title",
        "Email",
        "Phone",
        "MobilePhone",
        "OtherPhone",
        "Fax",
        "MailingStreet",
        "MailingCity",
        "MailingState",
        "MailingPostalCode",
        "MailingCountry",
        "AccountId",
    )


def test_fields_that_an_org_has_switched_on_are_asked_for_as_well() -> None:
    """Person accounts, currencies and country codes decide about the import where the org has them."""
    schema = source_schema(extra=["IsPersonAccount", "CurrencyIsoCode", "BillingCountryCode"])

    fields = fields_to_read(Entity.COMPANY, schema, settings())

    assert fields[-3:] == ("IsPersonAccount", "CurrencyIsoCode", "BillingCountryCode")


def test_hidden_fields_are_not_asked_for() -> None:
    """A field that vanished stops nothing (protocol 9)."""
    schema = source_schema(hidden=["Fax", "ParentId"])

    assert set(fields_to_read(Entity.COMPANY, schema, settings())).isdisjoint({"Fax", "ParentId"})


def test_related_fields_of_a_hidden_relation_are_not_asked_for() -> None:
    """Without OwnerId Salesforce knows no Owner, and would refuse the whole query."""
    schema = source_schema(hidden=["OwnerId"])

    assert not [field for field in fields_to_read(Entity.COMPANY, schema, settings()) if field.startswith("Owner")]


def test_hidden_field_of_a_contacts_account_is_not_asked_for() -> None:
    """Accounts are described anyway, so it is known what of them can be seen."""
    rows = [FieldMap(source=f"Account.{name}", target=f"udf:{name}") for name in ("Fax", "Website")]
    mapping = Mapping(entity=Entity.CONTACT, fields=tuple(rows))
    schema = source_schema(hidden=["Fax"])

    fields = fields_to_read(Entity.CONTACT, schema, settings(mappings=STANDARD.replaced(mapping)))

    assert (fields, mapping.related) == (("Account.Website", "FirstName", "LastName", "AccountId"), ())


def test_country_code_of_a_related_record_is_not_guessed() -> None:
    """Whether a field of that name stands beside the country's is known of accounts and contacts only."""
    row = FieldMap(source="Region__r.Country__c", target="countryID", transform=Transform.COUNTRY)
    mapping = Mapping(entity=Entity.COMPANY, fields=(row,))

    fields = fields_to_read(
        Entity.COMPANY, source_schema(extra=["Region__c"]), settings(mappings=STANDARD.replaced(mapping))
    )

    assert fields == ("Region__r.Country__c", "Name", "ParentId")


def test_required_fields_have_a_fallback_even_if_their_source_is_hidden() -> None:
    """Autotask requires them on create, whether or not the user may see Phone, Type and OwnerId."""
    record = account(hidden=["Phone", "Type", "OwnerId", "Owner.FirstName", "Owner.LastName"])

    desired = desired_state(record, COMPANY_MAPPING, context(default_account_manager="Olivia Grant"))

    assert desired.fallbacks == {"phone": "000-000-0000", "companyType": 1, "ownerResourceID": OLIVIA}
