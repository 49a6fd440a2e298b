"""The filter in imports: what fits comes, what does not is left, and what changes sides is noticed (B10)."""

from dataclasses import replace

import pytest

from taskforce.domain.filtering import RecordFilter, Unfit, conditions_of
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity
from taskforce.domain.run import RunStatus
from taskforce.domain.settings import BrakeLimits
from taskforce.editing import SOLVED_BY_SETTINGS, read_anew
from taskforce.testing.trouble import Fault
from tests.builders import account_id
from tests.unit.engine.deciding_office import an_office, approve, asked, set_brake
from tests.unit.engine.office import AN_HOUR, COMPANY, SETTINGS, Office

CUSTOMERS = RecordFilter(accounts=(conditions_of("Type = Customer"),))
PROSPECTS = RecordFilter(accounts=(conditions_of("Type = Prospect"),))
ACCOUNT_UNFIT = (OutcomeKind.SKIPPED, Reason.ACCOUNT_UNFIT)
UNFIT = (OutcomeKind.SKIPPED, Reason.UNFIT)


def office(wanted: RecordFilter = CUSTOMERS) -> Office:
    """A pair of systems whose connection has a filter."""
    return Office(settings=replace(SETTINGS, record_filter=wanted))


def names(office: Office) -> list[object]:
    """The companies, and the last names of the contacts."""
    companies = [each.fields["companyName"] for each in office.companies()]
    return [*companies, *(each.fields["lastName"] for each in office.contacts())]


def test_only_what_fits_comes() -> None:
    """Contacts with their account."""
    here = office()
    customer, prospect = here.account(1, Name="Ash", Type="Customer"), here.account(2, Name="Birch", Type="Prospect")
    here.person(1, LastName="Ames")
    other = here.person(2, at=prospect, LastName="Bell")

    run = here.run()

    assert names(here) == ["Ash", "Ames"]
    outcomes = here.outcomes(run)
    assert (outcomes[prospect], outcomes[other]) == (UNFIT, ACCOUNT_UNFIT)
    assert outcomes[customer] == (OutcomeKind.CREATED, Reason.NO_CANDIDATE)
    assert run.held == 0


def test_an_account_that_comes_to_fit_brings_its_contacts() -> None:
    """They did not change, so the next import reads them by their ids."""
    here = office()
    prospect = here.account(1, Type="Prospect")
    person = here.person(1)
    here.run()
    here.save(prospect, Type="Customer")
    here.run()

    run = here.run()

    assert names(here) == ["Acme", "Doe"]
    assert here.outcomes(run)[person] == (OutcomeKind.CREATED, Reason.NO_CANDIDATE)


def test_what_was_read_before_its_account_came_to_fit_is_not_lost() -> None:
    """A linked contact that changed while its account did not fit gets the change when it does again."""
    here = office()
    account = here.account(1, Type="Customer")
    person = here.person(1)
    here.run()
    here.save(account, Type="Prospect")
    here.run()
    here.save(person, Title="Head")
    here.run()
    assert "title" not in here.contacts()[0].fields
    here.save(account, Type="Customer")
    here.run()

    here.run()

    assert here.contacts()[0].fields["title"] == "Head"


def test_a_lost_create_keeps_its_record_while_its_account_does_not_fit() -> None:
    """Only the id was kept of what waits for its account, and the end of the doubt brought that id back alone."""
    here = office()
    here.settings = replace(here.settings, settle_time=AN_HOUR)
    account = here.account(1, Type="Customer")
    here.run()
    person = here.person(1)
    here.trouble(Fault.LOST_BEFORE, "create contact")
    here.run()
    here.save(account, Type="Prospect")
    here.save(person, Title="Head")
    here.run()
    here.run(later=AN_HOUR)
    here.save(account, Type="Customer")
    here.run()

    run = here.run()

    assert (run.status, names(here)) == (RunStatus.DONE, ["Acme", "Doe"])


def test_what_does_not_fit_any_more_is_not_updated() -> None:
    """By default it stays as it is; it is kept current again as soon as it fits."""
    here = office()
    account = here.account(1, Type="Customer")
    here.run()
    here.save(account, Type="Prospect", Phone="217-555-0111")

    run = here.run()
    left = here.companies()[0].fields["phone"]
    here.save(account, Type="Customer")
    here.run()

    assert here.outcomes(run) == {account: UNFIT}
    assert left == "217-555-0100"
    assert here.companies()[0].fields["phone"] == "217-555-0111"


def test_what_does_not_fit_any_more_may_be_set_inactive() -> None:
    """And active again when it fits again; its contacts stay."""
    here = office(replace(CUSTOMERS, unfit=Unfit.DEACTIVATE))
    account = here.account(1, Type="Customer")
    here.person(1)
    here.run()
    here.save(account, Type="Prospect")

    run = here.run()
    active = [each.is_active for each in (*here.companies(), *here.contacts())]
    again = here.run()
    here.save(account, Type="Customer")
    back = here.run()

    assert here.outcomes(run)[account] == (OutcomeKind.DEACTIVATED, Reason.UNFIT)
    assert active == [False, True]
    assert here.outcomes(again).get(account) in (None, UNFIT)
    assert here.outcomes(back)[account] == (OutcomeKind.UPDATED, Reason.REACTIVATED)
    assert [each.is_active for each in here.companies()] == [True]


def test_a_separated_company_is_not_set_inactive() -> None:
    """It belongs to somebody else's decision now."""
    here = office(replace(CUSTOMERS, unfit=Unfit.DEACTIVATE))
    account = here.account(1, Type="Customer")
    here.run()
    [company] = here.companies()
    here.target.set_id(COMPANY, company.id, None)
    here.save(account, Type="Prospect")

    run = here.run()

    assert here.outcomes(run) == {account: (OutcomeKind.SKIPPED, Reason.UNMAPPED)}
    assert here.companies()[0].is_active


def test_a_hidden_field_holds_rather_than_decides() -> None:
    """Nothing is imported, and nothing set inactive, by a field that the user may not see."""
    here = office(RecordFilter(accounts=(conditions_of("Segment__c = A"),), unfit=Unfit.DEACTIVATE))
    account = here.account(1)

    run = here.run()
    here.source.visible[COMPANY] |= {"Segment__c"}
    here.save(account, Segment__c="A")
    here.clock.advance(AN_HOUR * 24)
    seen = here.run()

    assert here.outcomes(run) == {account: (OutcomeKind.HELD, Reason.FIELD_NOT_VISIBLE)}
    assert here.outcomes(seen) == {account: (OutcomeKind.CREATED, Reason.NO_CANDIDATE)}


@pytest.mark.parametrize("wanted", [CUSTOMERS, RecordFilter()])
def test_another_filter_is_one_for_all(wanted: RecordFilter) -> None:
    """Once Salesforce is read from the beginning, as an edit has it done, what fits now comes with its contacts."""
    here = office(RecordFilter(accounts=(conditions_of("Type = Partner"),)))
    here.account(1, Type="Customer")
    here.person(1)
    here.run()
    here.settings = replace(here.settings, record_filter=wanted)
    read_anew(here.stores)

    here.run()

    assert names(here) == ["Acme", "Doe"]


def test_a_reconciliation_leaves_out_what_does_not_fit() -> None:
    """What is left out is no difference."""
    here = office()
    here.account(1, Type="Customer")
    other = here.account(2, Name="Birch", Type="Prospect")
    here.person(2, at=other)
    here.run()

    run = here.reconcile()

    assert names(here) == ["Acme"]
    assert here.outcomes(run)[other] == UNFIT


def test_an_import_with_nothing_to_do_asks_nothing() -> None:
    """What waits for its account costs no request."""
    here = office()
    here.account(1, Type="Customer")
    other = here.account(2, Name="Birch", Type="Prospect")
    here.person(2, at=other)
    here.run()
    here.run()

    spent = here.spent()

    assert (spent.salesforce, spent.autotask) == (len(Entity), 0)


def test_a_filter_that_does_without_the_hidden_field_ends_the_waiting() -> None:
    """What was held for it is looked at again with the next filter, though nothing about the record is new."""
    here = office(RecordFilter(accounts=(conditions_of("Segment__c = A"),)))
    account = here.account(1, Type="Customer")
    held = here.run()
    here.settings = replace(here.settings, record_filter=CUSTOMERS)
    here.stores.inbox.release_reasons(SOLVED_BY_SETTINGS)
    read_anew(here.stores)

    run = here.run()

    assert here.outcomes(held) == {account: (OutcomeKind.HELD, Reason.FIELD_NOT_VISIBLE)}
    assert here.outcomes(run) == {account: (OutcomeKind.CREATED, Reason.NO_CANDIDATE)}


@pytest.mark.parametrize(("kind", "outcomes"), [("Customer", 1), ("Prospect", 0)])
def test_an_approved_plan_obeys_the_filter_of_today(kind: str, outcomes: int) -> None:
    """What was planned before the filter came is created only if it fits."""
    here = an_office(1)
    here.account(2, Name="Later", Type=kind)
    waiting = asked(here)
    here.settings = replace(here.settings, record_filter=CUSTOMERS)

    run = approve(here, waiting)

    assert (run.counts[COMPANY].created, len(here.companies())) == (outcomes, 1 + outcomes)


@pytest.mark.parametrize("kind", ["Prospect", "Customer"])
def test_an_approved_deactivation_too(kind: str) -> None:
    """A company whose account came to fit meanwhile stays active."""
    here = an_office(1)
    here.save(account_id(1), Type="Prospect")
    here.run()
    here.settings = replace(here.settings, record_filter=replace(CUSTOMERS, unfit=Unfit.DEACTIVATE))
    set_brake(here, BrakeLimits(deactivations=0))
    read_anew(here.stores)
    waiting = asked(here)
    if kind == "Customer":
        here.settings = replace(here.settings, record_filter=replace(PROSPECTS, unfit=Unfit.DEACTIVATE))

    approve(here, waiting)

    assert here.companies()[0].is_active is (kind == "Customer")
