"""What a review found, each as the shortest story of it."""

from taskforce.domain.records import Counts, Entity
from taskforce.domain.run import RunStatus
from tests.end_to_end.office import COMPANY_ID_FIELD, NAME, Office
from tests.end_to_end.test_real_data_rules import ending

LONG_AGO = "2020-01-01T00:00:00Z"


def test_a_hidden_account_id_stops_the_import_and_loses_no_contact(office: Office) -> None:
    """Contacts whose account may not be seen are not taken for contacts without one."""
    office.pair.salesforce.change_settings({"hidden_fields": {"Contact": ["AccountId"]}})
    contact = office.contact(office.account())
    stopped = office.run()
    office.pair.salesforce.change_settings({"hidden_fields": {}})
    office.run()

    assert stopped.status is RunStatus.COULD_NOT_RUN
    assert "AccountId" in stopped.message
    assert office.person_of(contact)["lastName"] == "Lind"


def test_a_hidden_city_makes_no_duplicate(office: Office) -> None:
    """A field of the match rule that may not be seen is not a blank: the account waits."""
    office.company(city="Chicago")
    office.pair.salesforce.change_settings({"hidden_fields": {"Account": ["BillingCity"]}})
    account = office.account(BillingCity="Chicago")
    run = office.run()

    assert ending(office, run, account) == ("held", "field_not_visible")
    assert len(office.companies()) == 1


def test_metadata_without_content_is_not_believed(office: Office) -> None:
    """A hollow answer to the question for fields stops the run, empties nothing, and is asked again."""
    path = "Companies/entityInformation/fields"
    office.control("autotask", "faults", path=path, action="status", status=200, body={"fields": []})
    account = office.account(Industry="Healthcare")
    stopped = office.run()
    office.run()

    assert (stopped.status, stopped.counts[Entity.COMPANY]) == (RunStatus.COULD_NOT_RUN, Counts())
    assert office.labels("marketSegmentID")[office.company_of(account)["marketSegmentID"]] == "Healthcare"


def test_an_empty_answer_is_no_empty_database(office: Office) -> None:
    """Autotask always holds the tenant itself: companies that seem to be none are not created anew."""
    body = {"items": [], "pageDetails": {"count": 0, "requestCount": 500, "prevPageUrl": None, "nextPageUrl": None}}
    office.company()
    office.control("autotask", "faults", path="Companies/query", action="status", status=200, body=body)
    account = office.account()
    stopped = office.run()
    linked = office.run()

    assert stopped.status is RunStatus.COULD_NOT_RUN
    assert ending(office, linked, account) == ("linked", "exact_match")
    assert len(office.companies()) == 1


def test_no_contact_is_created_under_a_company_that_was_separated(office: Office) -> None:
    """New contacts of an account whose company lost its id are left alone, even before the account changes."""
    account = office.account()
    office.run()
    company = office.company_of(account)["id"]
    office.edit("Companies", company, userDefinedFields=[{"name": COMPANY_ID_FIELD, "value": None}])
    contact = office.contact(account)
    run = office.run()

    assert ending(office, run, contact) == ("held", "company_not_linked")
    assert office.people() == []


def test_without_the_fallback_type_a_company_waits(office: Office) -> None:
    """No create is sent that Autotask must refuse; with the type there, the next import by new settings takes it."""
    office.settings(fallback_company_type="Client")
    account = office.account(Type=None)
    held = office.run()
    office.settings(fallback_company_type="Customer")
    office.run()

    assert ending(office, held, account) == ("held", "company_type_not_found")
    assert office.labels("companyType")[office.company_of(account)["companyType"]] == "Customer"


def test_a_mended_candidate_is_found_without_any_change_in_salesforce(office: Office) -> None:
    """What is held for Autotask's sake is looked at again after half an hour, and not before."""
    office.company()
    other = office.company()
    account = office.account()
    office.run()
    office.edit("Companies", other, companyName="Something Else")
    soon = office.run()
    office.forget_the_look()
    later = office.run()

    assert (soon.calls.autotask, soon.counts[Entity.COMPANY]) == (0, Counts())
    assert ending(office, later, account) == ("linked", "exact_match")


def test_another_api_user_has_all_of_autotask_looked_at_anew(office: Office) -> None:
    """What the one did not see, or another database has held for long, is found instead of created twice."""
    office.account(Name="Known")
    office.run()
    hidden = office.company(companyName="Birch Dental", createDate=LONG_AGO, lastTrackedModifiedDateTime=LONG_AGO)
    office.pair.autotask.change_settings({"username": "second@northlight.example"})
    office.installation.book.edit(NAME, {"autotask": {"username": "second@northlight.example"}})
    account = office.account(Name="Birch Dental")

    run = office.run()

    assert ending(office, run, account) == ("linked", "exact_match")
    assert [each["id"] for each in office.companies() if each["companyName"] == "Birch Dental"] == [hidden]
