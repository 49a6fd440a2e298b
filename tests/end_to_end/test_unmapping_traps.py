"""Reading absence over HTTP: what is not to be seen was cleared only when Autotask confirms it (protocol 1)."""

import httpx2
import pytest

from taskforce.domain.run import Run, RunStatus
from tests.end_to_end.office import COMPANY_ID_FIELD, Office, udf
from tests.end_to_end.test_real_data_rules import ending

GONE = (
    "Autotask's user-defined field for the Salesforce id on companies is gone. "
    "Restore it, or run the import again to create it anew; no pair was separated."
)


def clear(office: Office, company: int, text: str | None = None) -> None:
    """Somebody clears the field on the edit page, or writes something else there."""
    office.edit("Companies", company, userDefinedFields=[{"name": COMPANY_ID_FIELD, "value": text}])


def leave_out(office: Office, company: int) -> None:
    """The next answer about companies holds this one, without its user-defined fields."""
    url = f"{office.pair.autotask_url}/ATServicesRest/V1.0/Companies/query"
    by_id = {"filter": [{"op": "eq", "field": "id", "value": company}]}
    answer = httpx2.post(url, json=by_id, headers=office.headers()).raise_for_status().json()
    del answer["items"][0]["userDefinedFields"]
    office.control("autotask", "faults", action="status", status=200, body=answer, path="Companies/query")


def linked(office: Office, *names: str) -> list[str]:
    """Accounts that are imported already."""
    accounts = [office.account(Name=name) for name in names]
    office.run()
    return accounts


def changed(office: Office, *accounts: str) -> Run:
    """The next import, after their phones were changed."""
    for account in accounts:
        office.change("Account", account, Phone="312-555-0177")
    return office.run()


def test_of_two_in_one_answer_the_cleared_one_is_separated(office: Office) -> None:
    """The answer lists the fields for the sake of the other, so the empty one is a fact."""
    first, second = linked(office, "First", "Second")
    company = office.company_of(first)["id"]
    clear(office, company)

    run = changed(office, first, second)

    assert (ending(office, run, first), ending(office, run, second)) == (
        ("skipped", "unmapped"),
        ("updated", "changed"),
    )
    assert {each["id"]: each["phone"] for each in office.companies()}[company] == "312-555-0199"


def test_answers_that_leave_the_fields_out_separate_nothing(office: Office) -> None:
    """Not even when all rows of an answer have lost them: they are asked for by value."""
    (account,) = linked(office, "First")
    leave_out(office, office.company_of(account)["id"])

    run = changed(office, account)

    assert ending(office, run, account) == ("updated", "changed")


@pytest.mark.parametrize("text", ["do not sync", "001Hs00000012ABIAY"])
def test_something_else_in_the_field_separates_the_pair(office: Office, text: str) -> None:
    """Words, or the id of another account: it is not this account's company any more, and is left as it is."""
    (account,) = linked(office, "First")
    company = office.company_of(account)["id"]
    clear(office, company, text)

    run = changed(office, account)

    assert ending(office, run, account) == ("skipped", "unmapped")
    assert [(each["phone"], udf(each, COMPANY_ID_FIELD)) for each in office.companies()] == [("312-555-0199", text)]


def test_an_id_with_15_characters_separates_nothing(office: Office) -> None:
    """Somebody typed it as the page's address shows it."""
    (account,) = linked(office, "First")
    clear(office, office.company_of(account)["id"], account[:15])

    run = changed(office, account)

    assert ending(office, run, account) == ("updated", "changed")


def test_a_field_that_is_gone_stops_the_import(office: Office) -> None:
    """It looks like every pair being separated, and separates none; switched on again, all goes on."""
    first, second = linked(office, "First", "Second")
    office.control("autotask", "udf", entity="Companies", name=COMPANY_ID_FIELD, active=False)

    stopped = changed(office, first, second)
    office.control("autotask", "udf", entity="Companies", name=COMPANY_ID_FIELD, active=True)
    run = office.run()

    assert (stopped.status, stopped.message) == (RunStatus.COULD_NOT_RUN, GONE)
    assert (ending(office, run, first), ending(office, run, second)) == (("updated", "changed"), ("updated", "changed"))


def test_a_field_that_is_gone_lets_no_contact_through(office: Office) -> None:
    """Nothing tells whether its company was separated."""
    (account,) = linked(office, "First")
    office.control("autotask", "udf", entity="Companies", name=COMPANY_ID_FIELD, active=False)
    office.edit("Companies", office.companies()[0]["id"], city="Chicago")
    office.contact(account)

    run = office.run()

    assert (run.status, run.message, office.people()) == (RunStatus.COULD_NOT_RUN, GONE, [])


def test_a_contact_goes_under_a_company_that_was_read_without_its_fields(office: Office) -> None:
    """The company was edited, and its answer left the fields out: asked by value, it carries its id all the same."""
    (account,) = linked(office, "First")
    company = office.company_of(account)["id"]
    office.edit("Companies", company, city="Chicago")
    leave_out(office, company)
    contact = office.contact(account)

    run = office.run()

    assert ending(office, run, contact) == ("created", "no_candidate")
    assert office.person_of(contact)["companyID"] == company
