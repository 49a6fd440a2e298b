"""Reading Salesforce: nothing lost, nothing twice."""

from dataclasses import replace
from datetime import timedelta

from taskforce.domain.cursor import Cursor
from taskforce.domain.field_map import FieldMap
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.run import RunStatus
from taskforce.domain.standard_mapping import STANDARD
from taskforce.errors import ProtocolError, TransientError
from taskforce.testing.clock import FrozenClock
from taskforce.testing.source import MemorySource
from tests.builders import account_id
from tests.unit.engine.office import COMPANY, SETTINGS, Office, company, without_times

CREATED = (OutcomeKind.CREATED, Reason.NO_CANDIDATE)


def no_answer() -> TransientError:
    """Salesforce is out of reach."""
    return TransientError("No answer.", system="Salesforce", operation="query")


def test_row_that_becomes_visible_late_is_read() -> None:
    """A record with a stamp from before the last reading, seen only now, is found within the overlap."""
    office = Office()
    office.account(1)
    office.run()
    office.clock.advance(-timedelta(minutes=9))
    late = office.account(2, Name="Late")
    office.clock.advance(timedelta(minutes=9))

    run = office.run()

    assert office.outcomes(run) == {late: CREATED}


def test_clock_of_salesforce_counts() -> None:
    """When the local clock is hours ahead nothing is missed: the cursor is in Salesforce's time."""
    office = Office()
    slow = FrozenClock(office.clock.now() - timedelta(hours=3))
    office.source = MemorySource(clock=slow)
    office.account(1)
    office.run()
    slow.advance(timedelta(minutes=30))
    second = office.account(2, Name="Second")

    run = office.run()

    assert office.outcomes(run)[second] == CREATED
    assert office.stores.cursors.get(COMPANY) == Cursor(read_through=slow.now())


def test_reading_that_was_interrupted_goes_on_behind_its_last_page() -> None:
    """The next run asks for what follows the last stored record, and reads no page twice."""
    office = Office()
    office.source.page_size = 2
    for number in range(1, 6):
        office.account(number, Name=f"Company {number}")
        office.clock.advance(timedelta(minutes=1))
    office.source.fail(no_answer(), page=3)
    office.run()
    interrupted = office.stores.cursors.get(COMPANY)
    office.progress.done.clear()
    office.progress.phases.clear()

    run = office.run()

    assert interrupted.read_through is None
    assert interrupted.position is not None
    assert interrupted.position.id == account_id(4)
    assert office.progress.done[0] == 1
    assert set(office.outcomes(run)) == {account_id(n) for n in range(1, 6)}


def test_bulk_reading_that_was_interrupted_begins_anew_behind_its_first_page() -> None:
    """Its pages come in no order, so the cursor stands where order ended, and nothing behind it is lost."""
    office = Office()
    office.source.page_size = 2
    office.source.reads_in_bulk = True
    for number in range(1, 9):
        office.account(number, Name=f"Company {number}")
        office.clock.advance(timedelta(minutes=1))
    office.source.fail(no_answer(), page=4)
    office.run()
    interrupted = office.stores.cursors.get(COMPANY)

    run = office.run()

    assert interrupted.read_through is None
    assert interrupted.position is not None
    assert interrupted.position.id == account_id(2)
    assert set(office.outcomes(run)) == {account_id(n) for n in range(1, 9)}
    assert office.stores.cursors.get(COMPANY).position is None


def test_what_is_to_be_said_of_a_page_is_said_of_the_run() -> None:
    """A reading that had to take the longer way tells why."""
    office = Office()
    office.source.remark = "A bulk job could not be used."
    office.account(1)

    run = office.run()

    assert run.status is RunStatus.DONE
    assert "A bulk job could not be used." in run.message


def test_row_visible_late_behind_an_interrupted_reading_is_read() -> None:
    """The reading after a resumed one begins where the interrupted one did, so that late rows behind it are found."""
    office = Office()
    office.source.page_size = 1
    office.account(1, Name="One")
    office.clock.advance(timedelta(minutes=1))
    office.account(2, Name="Two")
    office.source.fail(no_answer(), page=2)
    office.run(later=timedelta())
    office.clock.advance(-timedelta(minutes=5))
    late = office.account(3, Name="Became visible late")
    office.clock.advance(timedelta(minutes=5))

    resumed = office.run()
    after = office.run()

    assert office.outcomes(resumed) == {account_id(1): CREATED, account_id(2): CREATED}
    assert office.outcomes(after)[late] == CREATED


def test_equal_stamps_at_the_border_of_a_page_are_all_read() -> None:
    """Records of one second that fall on two pages are told apart by their ids."""
    office = Office()
    office.source.page_size = 2
    for number in (3, 1, 5, 2, 4):
        office.account(number, Name=f"Company {number}")
    office.source.fail(no_answer(), page=2)
    office.run()

    run = office.run()

    assert set(office.outcomes(run)) == {account_id(n) for n in range(1, 6)}


def test_field_that_is_no_longer_visible_is_described_anew() -> None:
    """One INVALID_FIELD: the fields are described again and the reading goes on without it; it is not cleared."""
    office = Office()
    account = office.account(Fax="217-555-0111")
    office.run()
    office.source.visible[COMPANY] -= {"Fax"}
    office.save(account, Phone="217-555-0199")

    run = office.run()

    assert (run.status, office.source.described) == (RunStatus.DONE, 2)
    [made] = office.companies()
    assert without_times([made]) == [company(made.id, account, phone="217-555-0199", fax="217-555-0111")]


def test_field_of_a_related_record_that_is_no_longer_visible_is_left_out_until_it_is() -> None:
    """Its row rests, the others go on; when it is seen again, all records are read for it."""
    row = FieldMap(source="Owner.Email", target="fax")
    mappings = STANDARD.replaced(STANDARD.companies.with_row(row))
    office = Office(settings=replace(SETTINGS, mappings=mappings))
    account = office.account(**{"Owner.Email": "one@example.com"})
    office.run()
    office.source.hidden = frozenset({"Owner.Email"})
    office.save(account, Phone="217-555-0199", **{"Owner.Email": "two@example.com"})

    hidden = office.run()

    [made] = office.companies()
    kept = company(made.id, account, phone="217-555-0199", fax="one@example.com")
    assert (hidden.status, office.source.described, without_times([made])) == (RunStatus.DONE, 2, [kept])

    office.source.hidden = frozenset()
    seen = office.run(later=timedelta(days=1))

    followed = company(made.id, account, phone="217-555-0199", fax="two@example.com")
    assert (seen.status, office.source.described) == (RunStatus.DONE, 3)
    assert without_times(office.companies()) == [followed]


def test_field_that_stays_unknown_stops_the_run() -> None:
    """A second refusal is not described once more."""
    office = Office()
    office.account()
    unknown = ProtocolError("No such column.", system="Salesforce", operation="query", code="INVALID_FIELD")
    office.source.fail(unknown, page=1)
    office.source.fail(unknown, page=2)

    run = office.run()

    assert (run.status, run.message, office.source.described) == (RunStatus.COULD_NOT_RUN, "No such column.", 2)


def test_answer_that_is_not_understood_stops_the_run() -> None:
    """Other answers that are not understood are not taken for a field that went away."""
    office = Office()
    office.account()
    office.source.fail(ProtocolError("Not JSON.", system="Salesforce", operation="query"))

    run = office.run()

    assert (run.status, run.message, office.source.described) == (RunStatus.COULD_NOT_RUN, "Not JSON.", 1)


def test_record_that_changes_while_it_is_read_arrives_in_its_last_version() -> None:
    """A record changed between two pages is read again by the next run."""
    office = Office()
    office.source.page_size = 1
    account = office.account(1)
    office.account(2, Name="Two")
    seen: list[str] = []

    def somebody_saves(place: str) -> None:
        seen.append(place)
        if len(seen) == 3:
            office.save(account, Phone="217-555-0199")

    office.source.tripwire = somebody_saves
    office.run()

    office.run()

    [made] = [record for record in office.companies() if record.source_id == account]
    assert made.fields["phone"] == "217-555-0199"
