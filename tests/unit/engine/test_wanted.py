"""Records that people want looked at though they did not change: read by their ids, with the changes."""

from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import ApiCalls
from taskforce.errors import ProtocolError
from tests.builders import account_id, contact_id
from tests.unit.engine.office import COMPANY, CONTACT, Office

UNCHANGED = (OutcomeKind.UNCHANGED, Reason.UNCHANGED)
DELETED = (OutcomeKind.SKIPPED, Reason.DELETED)
VANISHED = (OutcomeKind.SKIPPED, Reason.VANISHED)


def imported(accounts: int) -> Office:
    """Accounts that are imported and at rest: one more import looks at none of them."""
    office = Office()
    for number in range(1, accounts + 1):
        office.account(number, Name=f"Company {number}")
    office.run()
    office.run()
    return office


def test_nothing_wanted_costs_nothing_more() -> None:
    """One request per object, and none to Autotask."""
    office = imported(1)

    assert office.spent() == ApiCalls(salesforce=2, autotask=0)


def test_wanted_records_are_read_by_their_ids() -> None:
    """One request more, counted in the lower bound; what stands as it should costs Autotask nothing."""
    office = imported(2)
    office.stores.inbox.want(COMPANY, [account_id(2)])

    run = office.run()

    assert office.outcomes(run) == {account_id(2): UNCHANGED}
    assert run.calls == run.lower_bound == ApiCalls(salesforce=3, autotask=0)
    assert office.stores.inbox.wanted(COMPANY) == []


def test_many_are_read_in_pieces_of_two_hundred() -> None:
    """As many as fit one request."""
    office = imported(401)
    office.stores.inbox.want(COMPANY, [account_id(number) for number in range(1, 402)])

    run = office.run()

    assert len(office.outcomes(run)) == 401
    assert run.calls == run.lower_bound == ApiCalls(salesforce=5, autotask=0)


def test_what_changed_anyway_is_read_once() -> None:
    """The changes bring it, and then it is not wanted any more."""
    office = imported(1)
    office.stores.inbox.want(COMPANY, [account_id(1)])
    office.save(account_id(1), Phone="217-555-0199")

    run = office.run()

    assert office.outcomes(run) == {account_id(1): (OutcomeKind.UPDATED, Reason.CHANGED)}
    assert run.calls.salesforce == 2


def test_a_record_that_is_not_there_counts_as_gone() -> None:
    """Salesforce does not show it: hidden or gone for good, and nothing is written."""
    office = imported(1)
    office.stores.inbox.want(COMPANY, [account_id(7)])
    office.stores.inbox.want(CONTACT, [contact_id(7)])

    run = office.run()

    assert office.outcomes(run) == {account_id(7): VANISHED, contact_id(7): VANISHED}
    assert office.spent() == ApiCalls(salesforce=2, autotask=0)


def test_a_deleted_record_is_read_as_such() -> None:
    """It is in the recycle bin: Salesforce shows it among all rows."""
    office = imported(1)
    office.source.delete(COMPANY, account_id(1))
    office.run()
    office.run()
    office.stores.inbox.want(COMPANY, [account_id(1)])

    run = office.run()

    assert office.outcomes(run) == {account_id(1): DELETED}


def test_a_dry_run_leaves_the_wish_for_the_import() -> None:
    """It shows what would become of the record, and the next import looks at it all the same."""
    office = imported(1)
    office.stores.inbox.want(COMPANY, [account_id(1)])

    dry, real = office.run(dry=True), office.run()

    assert office.outcomes(dry) == office.outcomes(real) == {account_id(1): UNCHANGED}


def test_a_reading_that_fails_leaves_the_wish() -> None:
    """The next import reads it."""
    office = imported(1)
    office.stores.inbox.want(COMPANY, [account_id(1)])
    office.source.fail(ProtocolError("A cut answer.", system="Salesforce", operation="query"), page=2)

    failed, run = office.run(), office.run()

    assert office.outcomes(failed) == {}
    assert office.outcomes(run) == {account_id(1): UNCHANGED}


def test_a_person_may_stop_in_between() -> None:
    """What was read is kept, the rest stays wanted."""
    office = imported(201)
    office.stores.inbox.want(COMPANY, [account_id(number) for number in range(1, 202)])
    office.stop_at = 2

    office.run()

    assert len(office.stores.inbox.wanted(COMPANY)) == 1
    office.stop_at = None
    assert len(office.outcomes(office.run())) == 201
