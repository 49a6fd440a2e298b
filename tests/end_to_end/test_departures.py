"""Merges, deletions and restorations in Salesforce, over HTTP (B6)."""

from typing import Any

import pytest

from taskforce.domain.records import Counts, Entity
from taskforce.domain.run import Run
from tests.end_to_end.office import COMPANY_ID_FIELD, Office, udf
from tests.end_to_end.test_real_data_rules import ending


def merge(office: Office, kind: str, master: str, *losers: str) -> None:
    """Somebody merges records in Salesforce."""
    office.control("salesforce", "merge", object=kind, master=master, losers=list(losers))


def delete(office: Office, kind: str, record_id: str) -> None:
    """Somebody deletes a record in Salesforce, through its own API's rules."""
    office.pair.salesforce.org.records.delete(kind, record_id, office.user("Olivia Grant"))


def restore(office: Office, kind: str, record_id: str) -> None:
    """Somebody takes a record out of the recycle bin."""
    office.control("salesforce", "undelete", object=kind, id=record_id)


def attach(office: Office, kind: str, company: int, **fields: object) -> None:
    """Something hangs on a company in Autotask."""
    office.pair.autotask.save_record(kind, {"companyID": company, **fields})


def evidence(office: Office, run: Run, source_id: str) -> dict[str, Any]:
    """The figures behind a record's decision."""
    return dict(office.outcomes(run)[source_id].evidence)


def test_the_link_follows_a_merge(office: Office) -> None:
    """The survivor that had no company gets the loser's, with one write; contacts stay where they are."""
    loser = office.account(Name="Alder Dental")
    contact = office.contact(loser)
    office.run()
    company = office.company_of(loser)["id"]
    survivor = office.account(Name="Alder Dental Group")
    merge(office, "Account", survivor, loser)
    mark = office.mark()

    run = office.run()

    assert ending(office, run, survivor) == ("updated", "link_moved")
    assert ending(office, run, loser) == ("skipped", "merged")
    assert (office.company_of(survivor)["id"], office.company_of(survivor)["companyName"]) == (
        company,
        "Alder Dental Group",
    )
    assert office.person_of(contact)["companyID"] == company
    assert office.writes(mark) == ["patch /companies"]


def test_a_chain_of_merges_in_one_import(office: Office) -> None:
    """Whoever is left in the end has the company."""
    first = office.account(Name="Alder One")
    office.run()
    company = office.company_of(first)["id"]
    second, third = office.account(Name="Alder Two"), office.account(Name="Alder Three")
    merge(office, "Account", second, first)
    merge(office, "Account", third, second)

    office.run()

    assert office.company_of(third)["id"] == company
    assert len(office.companies()) == 1


def test_two_linked_accounts_that_merge_ask_a_person(office: Office) -> None:
    """Nothing is deleted or changed; what hangs on the company without a counterpart is counted, open tickets alone."""
    kept, lost = office.account(Name="Alder Dental"), office.account(Name="Birch Dental")
    office.contact(lost)
    office.run()
    here, there = office.company_of(kept)["id"], office.company_of(lost)["id"]
    office.company(companyName="Birch Annex", parentCompanyID=there)
    for completed in (None, "2026-03-01T10:00:00Z"):
        attach(office, "Tickets", there, title="Printer", completedDate=completed)
    attach(office, "Contracts", there, contractName="Care")
    attach(office, "Opportunities", there, title="Renewal")
    merge(office, "Account", kept, lost)
    before = office.company_of(lost)

    run = office.run()

    assert ending(office, run, lost) == ("held", "merged_both_linked")
    assert evidence(office, run, lost) == {
        "target": there,
        "survivor": kept,
        "target_of_survivor": here,
        "contacts": 1,
        "child companies": 1,
        "open tickets": 1,
        "contracts": 1,
        "opportunities": 1,
        "projects": 0,
    }
    assert office.company_of(lost) == before


def test_contacts_that_merge(office: Office) -> None:
    """The link of a contact follows, too."""
    account = office.account()
    loser = office.contact(account, FirstName="Rosa")
    office.run()
    person = office.person_of(loser)["id"]
    survivor = office.contact(account, FirstName="Rosalind")
    merge(office, "Contact", survivor, loser)

    office.run()

    assert (office.person_of(survivor)["id"], office.person_of(survivor)["firstName"]) == (person, "Rosalind")
    assert len(office.people()) == 1


def test_a_deletion_deactivates_by_setting(office: Office) -> None:
    """The account's contacts go with it in Salesforce, so both are set inactive; restoring brings both back."""
    office.settings(deletion="deactivate")
    account = office.account()
    contact = office.contact(account)
    office.run()
    delete(office, "Account", account)
    deleted = office.run()
    inactive = (office.company_of(account)["isActive"], office.person_of(contact)["isActive"])
    restore(office, "Account", account)
    restored = office.run()

    assert [deleted.counts[entity] for entity in Entity] == [Counts(deactivated=1)] * 2
    assert inactive == (False, 0)
    assert [restored.counts[entity] for entity in Entity] == [Counts(updated=1)] * 2
    assert (office.company_of(account)["isActive"], office.person_of(contact)["isActive"]) == (True, 1)


@pytest.mark.parametrize("policy", ["keep", "deactivate"])
def test_a_deletion_leaves_a_separated_company_alone(office: Office, policy: str) -> None:
    """A company whose id was cleared is no business of Taskforce any more."""
    office.settings(deletion=policy)
    account = office.account()
    office.run()
    company = office.company_of(account)["id"]
    office.edit("Companies", company, userDefinedFields=[{"name": COMPANY_ID_FIELD, "value": None}])
    delete(office, "Account", account)

    office.run()

    [left] = office.companies()
    assert (left["isActive"], udf(left, COMPANY_ID_FIELD)) == (True, None)


def test_kept_deletions_cost_no_autotask_call(office: Office) -> None:
    """By default nothing is asked there."""
    account = office.account()
    office.run()
    delete(office, "Account", account)

    run = office.run()

    assert ending(office, run, account) == ("skipped", "deleted_in_salesforce")
    assert run.calls.autotask == 0
