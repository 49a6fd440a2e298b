"""Runs that end early: everything is kept, and the next one goes on."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Counts, TargetId
from taskforce.domain.run import RunStatus
from taskforce.domain.schema import Resource
from taskforce.domain.settings import ConnectionSettings
from taskforce.errors import AccessError, BudgetExhausted, TransientError
from taskforce.testing.trouble import Fault
from tests.builders import account_id, contact_id
from tests.unit.engine.office import COMPANY, CONTACT, Office, company, without_times

CREATED = (OutcomeKind.CREATED, Reason.NO_CANDIDATE)


def small_book(office: Office) -> None:
    """Two accounts, parent and child, and a contact for each."""
    office.account(1, Name="Child", ParentId=account_id(2))
    office.account(2, Name="Parent")
    office.person(1, at=account_id(1))
    office.person(2, at=account_id(2))


def is_complete(office: Office) -> bool:
    """Both companies and both contacts stand in Autotask once, where they belong."""
    companies = {record.source_id: record for record in office.companies()}
    contacts = {record.source_id: record.company_id for record in office.contacts()}
    return (
        len(office.companies()) == len(office.contacts()) == 2
        and companies[account_id(1)].fields["parentCompanyID"] == companies[account_id(2)].id
        and contacts == {contact_id(n): companies[account_id(n)].id for n in (1, 2)}
    )


@pytest.mark.parametrize("operation", ["create company", "create contact", "list", "describe"])
def test_spent_budget_is_no_error(operation: str) -> None:
    """Out of budget the run ends as to be continued, says so, and the next one completes it."""
    office = Office()
    small_book(office)
    office.trouble(Fault.NO_BUDGET, operation)

    first = office.run()
    second = office.run()

    assert (first.status, first.message) == (
        RunStatus.TO_BE_CONTINUED,
        "The share of Autotask's requests is used up. Look into the fault script.",
    )
    assert second.status is RunStatus.DONE
    assert is_complete(office)


def test_spent_budget_keeps_what_was_done() -> None:
    """What was created before the budget ended is not created again."""
    office = Office()
    small_book(office)
    office.trouble(Fault.NO_BUDGET, "create company", skip=1)
    first = office.run()

    second = office.run()

    assert first.counts == {COMPANY: Counts(created=1, postponed=1), CONTACT: Counts(postponed=2)}
    assert second.counts == {COMPANY: Counts(created=1), CONTACT: Counts(created=2)}
    assert is_complete(office)


def test_spent_budget_of_salesforce_is_no_error_either() -> None:
    """The daily limit of Salesforce ends a run in the same way."""
    office = Office()
    small_book(office)
    office.source.fail(BudgetExhausted("Enough for today.", system="Salesforce", operation="query"))

    run = office.run()

    assert (run.status, run.message) == (RunStatus.TO_BE_CONTINUED, "Enough for today.")


def test_refused_credentials_stop_the_run_with_the_mend() -> None:
    """A person has to mend the access; then the next run completes the work."""
    office = Office()
    small_book(office)
    office.trouble(Fault.DENIED, "create company")

    first = office.run()
    office.run()

    assert (first.status, first.message) == (
        RunStatus.COULD_NOT_RUN,
        "Autotask refused the credentials. Look into the fault script.",
    )
    assert is_complete(office)


def test_salesforce_that_refuses_stops_the_run() -> None:
    """Nothing is read, nothing is planned, and the message says why."""
    office = Office()
    small_book(office)
    office.source.fail(AccessError("The password has expired.", system="Salesforce", operation="login"))

    run = office.run()

    assert (run.status, run.message) == (RunStatus.COULD_NOT_RUN, "The password has expired.")
    assert office.target.calls == 0


def test_salesforce_out_of_reach_stops_the_run() -> None:
    """What cannot be read cannot be imported; the next run goes on."""
    office = Office()
    small_book(office)
    office.source.fail(TransientError("No answer.", system="Salesforce", operation="query"), page=2)

    first = office.run()
    office.run()

    assert (first.status, first.message) == (RunStatus.COULD_NOT_RUN, "No answer.")
    assert is_complete(office)


def test_five_failures_in_a_row_end_the_run() -> None:
    """When Autotask cannot be reached five times running the rest is not tried."""
    office = Office()
    for number in range(1, 11):
        office.account(number, Name=f"Company {number}")
    office.trouble(Fault.UNREACHABLE, "create", times=None)

    run = office.run()

    assert run.status is RunStatus.COULD_NOT_RUN
    assert run.message == (
        "Autotask could not be reached 5 times in a row. "
        "Look whether Autotask is up; everything is kept, and the next import goes on."
    )
    assert (run.counts[COMPANY], run.failing) == (Counts(failed=5, postponed=5), 5)


def test_failures_between_successes_end_nothing() -> None:
    """Only failures in a row count."""
    office = Office()
    for number in range(1, 11):
        office.account(number, Name=f"Company {number}")
    office.trouble(Fault.UNREACHABLE, "create", times=4)
    office.trouble(Fault.UNREACHABLE, "create", times=4, skip=1)

    run = office.run()

    assert (run.status, run.counts[COMPANY]) == (RunStatus.DONE_WITH_FAILURES, Counts(created=2, failed=8))


def test_stopping_at_each_checkpoint_keeps_everything() -> None:
    """Wherever a person stops a run, it ends as cancelled, and the next one completes the work."""
    for checkpoint in count(1):
        office = Office(stop_at=checkpoint)
        small_book(office)
        first = office.run()
        office.stop_at = None

        second = office.run()

        assert is_complete(office)
        assert second.status is RunStatus.DONE
        if first.status is RunStatus.DONE:
            break
        assert (first.status, first.message) == (
            RunStatus.CANCELLED,
            "Stopped on request; everything is kept, and the next import goes on.",
        )
    assert checkpoint == 10


def test_lost_lease_writes_nothing() -> None:
    """Whenever another worker takes over, nothing is stored or sent from then on.

    A request straight after a transaction that still had the lease is the one that cannot be called back.
    """
    for step in count(1):
        office = Office()
        small_book(office)
        places: list[str] = []

        def take_over(place: str, office: Office = office, places: list[str] = places, step: int = step) -> None:
            places.append(place)
            if len(places) - places.count("committed") == step and place != "committed":
                office.stores.lose_lease()
                places.append("lost")

        office.stores.tripwire = office.target.tripwire = take_over
        run = office.run()
        if "lost" not in places:
            break

        after = places[places.index("lost") + 1 :]
        assert (run.status, run.message) == (
            RunStatus.COULD_NOT_RUN,
            "Another worker has taken over this connection.",
        )
        assert [place for place in after if place == "committed" or place.startswith("create c")] == []
    assert step > 20


def test_refusal_for_metadata_reads_it_anew() -> None:
    """A picklist value that went away since metadata was read: the next run reads it and maps accordingly."""
    office = Office()
    account = office.account()
    office.run()
    schema = office.target.tenant
    types = schema.fields[COMPANY]["companyType"]
    without_prospect = replace(types, picklist=tuple(v for v in types.picklist or () if v.label != "Prospect"))
    changed = {**schema.fields, COMPANY: {**schema.fields[COMPANY], "companyType": without_prospect}}
    office.target.tenant = replace(schema, fields=changed)
    other = office.account(2, Name="Other")
    refused = office.run()

    accepted = office.run()

    assert office.outcomes(refused) == {other: (OutcomeKind.FAILED, Reason.METADATA_OUTDATED)}
    assert office.outcomes(accepted) == {other: CREATED}
    assert [record.fields["companyType"] for record in office.companies()] == [3, 1]
    assert account == office.companies()[0].source_id


def test_metadata_is_read_once_a_day() -> None:
    """Both systems describe themselves once a day, however many runs there are."""
    office = Office()
    described = []
    for number in range(1, 5):
        office.account(number, Name=f"Company {number}")
        office.run(later=timedelta(hours=10))
        described.append((office.source.described, office.target.described))

    assert described == [(1, 1), (1, 1), (1, 1), (2, 2)]


def test_new_resource_releases_what_was_held_for_its_owner() -> None:
    """Metadata read anew brings back the accounts whose owner was not found."""
    office = Office(settings=ConnectionSettings())
    account = office.account(1, **{"Owner.LastName": "Newcomer"})
    office.run()
    hired = Resource(id=TargetId(504), first_name="Ada", last_name="Newcomer")
    office.target.tenant = replace(office.target.tenant, resources=(*office.target.tenant.resources, hired))
    office.account(2, Name="Reason to look")

    run = office.run(later=timedelta(days=1))

    assert office.outcomes(run)[account] == CREATED
    assert without_times(office.companies())[0].fields["ownerResourceID"] == 504
    assert company(office.companies()[0].id, account, ownerResourceID=504) == without_times(office.companies())[0]


def test_five_lost_creates_in_a_row_end_the_run() -> None:
    """When the answers to five creates running are lost the rest is not sent into the same hole."""
    office = Office()
    for number in range(1, 11):
        office.account(number, Name=f"Company {number}")
    office.trouble(Fault.LOST_BEFORE, "create", times=None)

    office.run()

    assert len(office.stores.intents.unsettled()) == 5
