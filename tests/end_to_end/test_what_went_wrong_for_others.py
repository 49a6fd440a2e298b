"""What went wrong for others (design/protocols.md section 9), each as the shortest story of it, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from taskforce.domain.records import Counts, Entity
from taskforce.domain.run import RunKind, RunStatus
from taskforce_simulators.core.faults import Fault
from tests.end_to_end.office import COMPANY_ID_FIELD, NAME, Office, SilentProgress, udf
from tests.end_to_end.test_real_data_rules import ending

CREATE = {"method": "POST", "path": "/Companies/?$"}
NEXT_PAGE = "/query/"


def goes_wrong(office: Office, action: Any, **details: Any) -> None:
    """The next request to Autotask that fits goes wrong."""
    office.pair.autotask.faults.add(Fault(action=action, **details))


def salesforce_goes_wrong(office: Office, action: Any, **details: Any) -> None:
    """The next request to Salesforce that fits goes wrong."""
    office.pair.salesforce.faults.add(Fault(action=action, **details))


def later(office: Office, **time: float) -> None:
    """Time goes by for both vendors."""
    for simulator in (office.pair.salesforce, office.pair.autotask):
        simulator.clock.advance(timedelta(**time))


def names(office: Office) -> list[str]:
    """The names of all companies."""
    return sorted(str(company["companyName"]) for company in office.companies())


# --- reading ---


def test_a_record_that_becomes_visible_behind_the_cursor(office: Office) -> None:
    """A transaction that commits late shows a stamp from before the last reading (airbyte #27146, estuary #2678)."""
    office.account(Name="Early")
    late = office.account(Name="Late")
    office.control("salesforce", "hold", object="Account", id=late, visible_after_seconds=120)
    office.run()
    before = names(office)
    later(office, minutes=3)

    office.run()

    assert (before, names(office)) == (["Early"], ["Early", "Late"])


def test_equal_stamps_at_the_border_of_two_pages(office: Office) -> None:
    """A mass change gives hundreds of records one stamp, and pages end among them (airbyte #42537, supaglue #532)."""
    office.pair.salesforce.change_settings({"page_size": 200})
    office.pair.salesforce.clock.freeze(office.pair.salesforce.clock.now())
    for number in range(205):
        office.account(Name=f"Company {number:03}")
    salesforce_goes_wrong(office, "status", path=NEXT_PAGE, status=400, body=[{"errorCode": "INVALID_QUERY_LOCATOR"}])

    run = office.run()

    assert run.counts[Entity.COMPANY] == Counts(created=205)
    assert len(set(names(office))) == len(office.companies()) == 205


def test_a_change_made_while_an_import_runs(office: Office) -> None:
    """The cursor ends where the reading began, not where the run ended (object-sync #137, n8n #19377)."""
    account = office.account(Phone="312-555-0100")
    call = {"object": "Account", "Id": account, "Phone": "312-555-0142"}
    office.run()
    asked = {"path": "/queryAll", "query": "FROM Contact"}
    salesforce_goes_wrong(office, "meanwhile", call="POST records/Account", body=call, **asked)

    office.run()
    office.run()

    assert office.company_of(account)["phone"] == "312-555-0142"


def test_polls_right_after_each_other_miss_nothing(office: Office) -> None:
    """Two imports within the same second, with a change between them (n8n #19377)."""
    office.pair.salesforce.clock.freeze(office.pair.salesforce.clock.now())
    first = office.account(Name="First")
    office.run()
    second = office.account(Name="Second")
    office.change("Account", first, Name="First again")

    office.run()

    assert names(office) == ["First again", "Second"]
    assert office.company_of(second)["companyName"] == "Second"


@pytest.mark.parametrize("action", ["repeat_page", "repeat_records", "truncated", "cut_midway", "garbled"])
def test_a_page_that_is_not_what_was_asked_for(office: Office, action: str) -> None:
    """Repeated, cut or garbled in the middle: the run says so, and the next one has everything."""
    office.pair.salesforce.change_settings({"page_size": 200})
    for number in range(201):
        office.account(Name=f"Company {number:03}")
    salesforce_goes_wrong(office, action, path=NEXT_PAGE, times=9)

    spoilt = office.run()
    office.pair.salesforce.faults.clear()
    office.run()

    assert spoilt.status in (RunStatus.COULD_NOT_RUN, RunStatus.TO_BE_CONTINUED)
    assert len(set(names(office))) == len(office.companies()) == 201


@pytest.mark.parametrize("action", ["expire_session", "expire_pages"])
def test_a_session_or_a_place_lost_on_the_second_page(office: Office, action: str) -> None:
    """The reading goes on where it was, in the same run."""
    office.pair.salesforce.change_settings({"page_size": 200})
    for number in range(201):
        office.account(Name=f"Company {number:03}")
    salesforce_goes_wrong(office, action, path=NEXT_PAGE)

    run = office.run()

    assert (run.status, run.counts[Entity.COMPANY]) == (RunStatus.DONE, Counts(created=201))


# --- nothing twice ---


@pytest.mark.parametrize("action", ["cut_after", "half_close_after", "cut_before"])
def test_an_answer_that_is_lost_makes_no_duplicate(office: Office, action: str) -> None:
    """Others send the create again (segment-docs #3459, code-dot-org #13918)."""
    office.settings(create_settle_seconds=0)
    account = office.account()
    goes_wrong(office, action, **CREATE)

    office.run()
    office.run()

    assert [udf(company, COMPANY_ID_FIELD) for company in office.companies()] == [account]


def test_a_create_that_is_carried_out_minutes_later(office: Office) -> None:
    """Nothing is sent again before the settle time is over, by Autotask's clock."""
    account = office.account()
    goes_wrong(office, "late_commit", delay_seconds=540, **CREATE)

    lost = office.run()
    later(office, minutes=5)
    waiting = office.run()
    later(office, minutes=6)
    office.run()

    assert (ending(office, waiting, account), lost.status) == (("held", "write_in_doubt"), RunStatus.TO_BE_CONTINUED)
    assert [udf(company, COMPANY_ID_FIELD) for company in office.companies()] == [account]


def test_one_account_and_two_companies(office: Office) -> None:
    """An account is linked to one company, whatever else carries its id (object-sync #359)."""
    account = office.account()
    office.run()
    field = [{"name": COMPANY_ID_FIELD, "value": account}]
    twin = office.company(companyName="Twin", userDefinedFields=field)
    office.change("Account", account, Phone="312-555-0142")
    office.forget_the_look()

    office.run()
    run = office.installation.run_import(
        NAME, kind=RunKind.RECONCILIATION, progress=SilentProgress(), should_stop=lambda: False
    )

    [second] = [company for company in office.companies() if company["id"] == twin]
    assert ending(office, run, account) == ("held", "duplicate_id")
    assert second["companyName"] == "Twin"


def test_ids_that_differ_only_in_case(office: Office) -> None:
    """Salesforce ids of 15 characters are case-sensitive, and Autotask compares without case (object-sync #131)."""
    ids = ["001Hs00000AbCdE", "001Hs00000aBcDe"]
    saved = [{"Id": each, "Name": f"Company {n}", "Phone": "312-555-0100"} for n, each in enumerate(ids)]
    records = [office.pair.salesforce.save_record("Account", each) for each in saved]

    office.run()

    assert {udf(company, COMPANY_ID_FIELD) for company in office.companies()} == {record["Id"] for record in records}
    assert len(office.companies()) == 2


# --- records that wait or fail ---


def test_an_orphaned_link_blocks_nobody(office: Office) -> None:
    """A company that people deleted in Autotask is told, and others are imported (object-sync #261)."""
    lost, other = office.account(Name="Lost"), office.account(Name="Other")
    office.run()
    office.pair.autotask.remove_record("Companies", str(office.company_of(lost)["id"]))
    office.change("Account", lost, Phone="312-555-0142")
    office.change("Account", other, Phone="312-555-0142")

    run = office.run()

    assert ending(office, run, lost) == ("held", "orphaned")
    assert office.company_of(other)["phone"] == "312-555-0142"
    assert names(office) == ["Other"]


def test_a_run_in_which_every_record_failed_is_no_success(office: Office) -> None:
    """It says so, and the records are tried again rather than skipped for ever (Multiwoven #910)."""
    accounts = [office.account(Name=f"Company {number}") for number in range(3)]
    body = {"errors": ["Picklist value [7] does not exist for companyType"]}
    goes_wrong(office, "status", status=500, body=body, times=3, **CREATE)

    failed = office.run()
    office.run()

    assert (failed.status, failed.counts[Entity.COMPANY]) == (RunStatus.DONE_WITH_FAILURES, Counts(failed=3))
    assert {udf(company, COMPANY_ID_FIELD) for company in office.companies()} == set(accounts)


def test_a_hidden_field_is_no_blank_that_overwrites(office: Office) -> None:
    """What the user may not see is left alone in Autotask (mautic PR 3925)."""
    account = office.account(Website="https://birch.example", Phone="312-555-0100")
    office.run()
    office.pair.salesforce.change_settings({"hidden_fields": {"Account": ["Website"]}})
    office.change("Account", account, Phone="312-555-0142")

    office.run()

    company = office.company_of(account)
    assert (company["webAddress"], company["phone"]) == ("https://birch.example", "312-555-0142")


def test_a_blank_clears_no_required_field(office: Office) -> None:
    """A phone that was emptied in Salesforce stays in Autotask, where it is required (mautic PR 3925)."""
    account = office.account(Fax="312-555-0177", Phone="312-555-0100")
    office.run()
    office.change("Account", account, Fax=None, Phone=None)

    office.run()

    company = office.company_of(account)
    assert (company["phone"], company["fax"] or None) == ("312-555-0100", None)


def test_one_value_too_long_fails_no_record(office: Office) -> None:
    """It is cut or left out, and reported; the rest arrives (mautic #4976)."""
    account = office.account(Name="N" * 140, Fax="9" * 30, BillingCity="C" * 39)

    run = office.run()

    company = office.company_of(account)
    assert ending(office, run, account) == ("created", "no_candidate")
    assert (company["companyName"], company["city"], company["fax"] or None) == ("N" * 100, "C" * 30, None)


def test_a_state_is_not_taken_for_a_country(office: Office) -> None:
    """CA is California in the state and Canada in the country (NPSP #6405)."""
    account = office.account(BillingState="CA", BillingCountry="United States")

    office.run()

    company = office.company_of(account)
    assert (company["state"], company["countryID"]) == ("CA", office.country("US"))


# --- surprises ---


def test_many_deletions_at_once_ask_first(office: Office) -> None:
    """A cleaned-up Salesforce does not empty Autotask overnight (nautobot-app-ssot #787)."""
    office.settings(deletion="deactivate")
    accounts = [office.account(Name=f"Company {number:02}") for number in range(21)]
    office.run()
    for account in accounts:
        office.control("salesforce", "delete", object="Account", id=account)

    run = office.run()

    assert run.status is RunStatus.AWAITING_APPROVAL
    assert all(company["isActive"] for company in office.companies())


def test_a_salesforce_that_shows_nothing_deletes_nothing(office: Office) -> None:
    """Permissions that were lost look like an empty org (nautobot-app-ssot #787)."""
    office.settings(deletion="deactivate")
    accounts = [office.account(Name=f"Company {number}") for number in range(3)]
    office.run()
    office.pair.salesforce.change_settings({"hidden_records": accounts})

    run = office.installation.run_import(
        NAME, kind=RunKind.RECONCILIATION, progress=SilentProgress(), should_stop=lambda: False
    )

    assert run.status in (RunStatus.AWAITING_APPROVAL, RunStatus.COULD_NOT_RUN)
    assert all(company["isActive"] for company in office.companies())


def test_a_field_that_vanishes_in_salesforce_stops_nothing(office: Office) -> None:
    """Metadata is read anew, and everything else is imported (boston.gov-d7 #847)."""
    account = office.account(Phone="312-555-0100")
    office.run()
    office.pair.salesforce.change_settings({"hidden_fields": {"Account": ["TickerSymbol"]}})
    office.change("Account", account, Phone="312-555-0142")

    run = office.run()

    assert (run.status, office.company_of(account)["phone"]) == (RunStatus.DONE, "312-555-0142")


def test_a_user_defined_field_that_vanishes_separates_nobody(office: Office) -> None:
    """The run stops with a clear error, and with the field made anew every pair gets its id again."""
    account = office.account()
    office.run()
    company = office.company_of(account)["id"]
    office.control("autotask", "udf", entity="Companies", name=COMPANY_ID_FIELD, active=None)
    office.change("Account", account, Phone="312-555-0142")

    stopped = office.run()
    office.run()

    assert stopped.status is RunStatus.COULD_NOT_RUN
    assert (office.company_of(account)["id"], office.company_of(account)["phone"]) == (company, "312-555-0142")


def test_a_required_user_defined_field_cannot_be_cleared(office: Office) -> None:
    """Fields outside the mapping are never written, so nothing of theirs can be refused."""
    office.control("autotask", "udf", entity="Companies", name="Region", active=True, isRequired=True)
    company = office.company(companyName="Birch Dental", userDefinedFields=[{"name": "Region", "value": "North"}])
    account = office.account(Phone="312-555-0142")

    run = office.run()

    linked = office.company_of(account)
    assert ending(office, run, account) == ("linked", "exact_match")
    assert (linked["id"], udf(linked, "Region")) == (company, "North")
