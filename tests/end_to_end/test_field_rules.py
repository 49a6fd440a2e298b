"""Every row of S25 and S26, over HTTP: the value after the first import, and after a change in Salesforce."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from taskforce.domain.run import RunStatus
from tests.end_to_end.office import COMPANY_ID_FIELD, CONTACT_ID_FIELD, Office, udf

Expected = object | Callable[[Office], object]

COMPANY_ROWS: list[tuple[str, object, object, str, Expected, Expected]] = [
    ("AccountNumber", "A-17", "A-18", "companyNumber", "A-17", "A-18"),
    ("Name", "Birch Dental", "Birch Dental Care", "companyName", "Birch Dental", "Birch Dental Care"),
    ("AnnualRevenue", 1250000, 990000.5, "assetValue", Decimal(1250000), Decimal("990000.5")),
    ("BillingStreet", "1 Elm St", "2 Oak Ave", "address1", "1 Elm St", "2 Oak Ave"),
    ("BillingStreet", "1 Elm St\nSuite 5\nRear", "1 Elm St", "address2", "Suite 5, Rear", None),
    ("BillingCity", "Chicago", "Evanston", "city", "Chicago", "Evanston"),
    ("BillingCountry", "Canada", "us", "countryID", lambda o: o.country("CA"), lambda o: o.country("US")),
    ("BillingPostalCode", "60601", "60202", "postalCode", "60601", "60202"),
    ("BillingState", "IL", "WI", "state", "IL", "WI"),
    ("Fax", "312-555-0111", None, "fax", "312-555-0111", None),
    ("Phone", "312-555-0112", "312-555-0113", "phone", "312-555-0112", "312-555-0113"),
    ("Sic", "8021", "8022", "sicCode", "8021", "8022"),
    ("TickerSymbol", "BRCH", "BDC", "stockSymbol", "BRCH", "BDC"),
    ("Type", "Prospect", "Partner", "companyType", 3, 8),
    (
        "Website",
        "https://birch.example",
        "https://bdc.example",
        "webAddress",
        "https://birch.example",
        "https://bdc.example",
    ),
]

CONTACT_ROWS: list[tuple[str, object, object, str, Expected, Expected]] = [
    (
        "Email",
        "rosa@birch.example",
        "r.lind@birch.example",
        "emailAddress",
        "rosa@birch.example",
        "r.lind@birch.example",
    ),
    ("Fax", "312-555-0121", None, "faxNumber", "312-555-0121", None),
    ("FirstName", "Rosa", "Rosalind", "firstName", "Rosa", "Rosalind"),
    ("OtherPhone", "312-555-0122", "312-555-0123", "alternatePhone", "312-555-0122", "312-555-0123"),
    ("LastName", "Lind", "Lind-Moss", "lastName", "Lind", "Lind-Moss"),
    ("MailingCity", "Chicago", "Evanston", "city", "Chicago", "Evanston"),
    ("MailingCountry", "Canada", "US", "countryID", lambda o: o.country("CA"), lambda o: o.country("US")),
    ("MailingPostalCode", "60601", "60202", "zipCode", "60601", "60202"),
    ("MailingState", "IL", "WI", "state", "IL", "WI"),
    ("MailingStreet", "1 Elm St", "2 Oak Ave", "addressLine", "1 Elm St", "2 Oak Ave"),
    ("MailingStreet", "1 Elm St\nSuite 5", "1 Elm St", "addressLine1", "Suite 5", None),
    ("MobilePhone", "312-555-0124", "312-555-0125", "mobilePhone", "312-555-0124", "312-555-0125"),
    ("Phone", "312-555-0126", "312-555-0127", "phone", "312-555-0126", "312-555-0127"),
    ("Title", "Office Manager", "Director", "title", "Office Manager", "Director"),
]


def _resolved(expected: Expected, office: Office) -> object:
    return expected(office) if callable(expected) else expected


def _stored(value: object) -> object:
    """Numbers compare as numbers, blank texts as nothing."""
    if isinstance(value, float):
        return Decimal(str(value))
    return None if value == "" else value


@pytest.mark.parametrize(("source", "first", "second", "target", "before", "after"), COMPANY_ROWS)
def test_a_company_field_follows_its_account(
    office: Office, source: str, first: object, second: object, target: str, before: Expected, after: Expected
) -> None:
    """Each row of S25 is written on create, and again after a change."""
    account = office.account(**{source: first})
    office.run()
    created = _stored(office.company_of(account)[target])
    office.change("Account", account, **{source: second})
    run = office.run()

    changed = _stored(office.company_of(account)[target])
    assert (run.status, created, changed) == (RunStatus.DONE, _resolved(before, office), _resolved(after, office))


@pytest.mark.parametrize(("source", "first", "second", "target", "before", "after"), CONTACT_ROWS)
def test_a_contact_field_follows_its_contact(
    office: Office, source: str, first: object, second: object, target: str, before: Expected, after: Expected
) -> None:
    """Each row of S26 is written on create, and again after a change."""
    contact = office.contact(office.account(), **{source: first})
    office.run()
    created = _stored(office.person_of(contact)[target])
    office.change("Contact", contact, **{source: second})
    run = office.run()

    changed = _stored(office.person_of(contact)[target])
    assert (run.status, created, changed) == (RunStatus.DONE, _resolved(before, office), _resolved(after, office))


def test_both_ids_stand_in_the_user_defined_fields_with_18_characters(office: Office) -> None:
    """S25, S26: Id goes to the user-defined field, and AccountId decides under which company a contact stands."""
    account = office.account()
    contact = office.contact(account)
    office.run()

    company, person = office.company_of(account), office.person_of(contact)
    assert (udf(company, COMPANY_ID_FIELD), udf(person, CONTACT_ID_FIELD)) == (account, contact)
    assert (len(account), len(contact), person["companyID"]) == (18, 18, company["id"])


def test_a_rating_becomes_the_classification_of_the_same_label(office: Office) -> None:
    """S22: Rating goes to classification, by label; a rating without counterpart leaves what is there."""
    account = office.account(Rating="Hot")
    office.run()
    first = office.company_of(account)["classification"]
    office.change("Account", account, Rating="Warm")
    office.run()
    second = office.company_of(account)["classification"]
    office.change("Account", account, Rating="Cold")
    run = office.run()

    labels = office.labels("classification")
    kept = office.company_of(account)["classification"]
    assert (labels[first], labels[second], labels[kept]) == ("Hot", "Warm", "Warm")
    assert [note.reason.value for note in office.outcomes(run)[account].notes] == ["rating_unknown"]


def test_an_industry_becomes_the_market_segment_of_the_same_name_or_empties_it(office: Office) -> None:
    """S21: Industry goes to the market segment of the same name, otherwise it is emptied."""
    account = office.account(Industry="Healthcare")
    office.run()
    first = office.company_of(account)["marketSegmentID"]
    office.change("Account", account, Industry="Beekeeping")
    run = office.run()

    assert office.labels("marketSegmentID")[first] == "Healthcare"
    assert office.company_of(account)["marketSegmentID"] is None
    assert [note.reason.value for note in office.outcomes(run)[account].notes] == ["industry_unknown"]


def test_the_owner_becomes_the_account_manager_of_exactly_the_same_name(office: Office) -> None:
    """S19: the resource with exactly the owner's first and last name is account manager, before and after."""
    account = office.account(OwnerId=office.user("Olivia Grant"))
    office.run()
    before = office.company_of(account)["ownerResourceID"]
    office.change("Account", account, OwnerId=office.user("Marcus Webb"))
    office.run()

    after = office.company_of(account)["ownerResourceID"]
    assert (before, after) == (office.resource("Olivia Grant"), office.resource("Marcus Webb"))


def test_the_parent_account_becomes_the_parent_company(office: Office) -> None:
    """S22: ParentId goes to the linked company of the parent account, created in the same run, and is cleared again."""
    child = office.account(Name="Acorn Child")
    parent = office.account(Name="Birch Parent")
    office.change("Account", child, ParentId=parent)
    office.run()
    before = office.company_of(child)["parentCompanyID"]
    office.change("Account", child, ParentId=None)
    office.run()

    assert (before, office.company_of(child)["parentCompanyID"]) == (office.company_of(parent)["id"], None)
