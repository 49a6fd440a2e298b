"""What could not be written is tried again by its cause, and holds up nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Counts, TargetId
from taskforce.domain.run import Run, RunStatus
from taskforce.domain.schema import Resource, TargetSchema
from taskforce.testing.trouble import Fault
from tests.unit.engine.office import COMPANY, Office

CREATED = (OutcomeKind.CREATED, Reason.NO_CANDIDATE)
REJECTED = (OutcomeKind.FAILED, Reason.REJECTED)
OUTDATED = (OutcomeKind.FAILED, Reason.METADATA_OUTDATED)
A_DAY = timedelta(days=1)


def settled(office: Office) -> Office:
    """An office whose metadata was read by an earlier run."""
    office.account(99, Name="Was there before")
    office.run()
    return office


def with_another_resource(schema: TargetSchema) -> TargetSchema:
    """Somebody new works there."""
    newcomer = Resource(id=TargetId(599), first_name="Eve", last_name="New")
    return replace(schema, resources=(*schema.resources, newcomer))


def detail_of(office: Office, run: Run) -> list[str]:
    """What was said about each record of a run."""
    return [entry.outcome.detail for entry in office.stores.plan(run.id).entries() if entry.outcome]


def test_refused_record_is_not_tried_again_by_itself() -> None:
    """Neither soon nor later, and it costs no request of Autotask."""
    office = settled(Office())
    account = office.account()
    office.trouble(Fault.REJECTED, "create company")
    first = office.run()

    later = [office.run(later=timedelta(hours=hours)) for hours in (1, 5, 10)]

    assert office.outcomes(first) == {account: REJECTED}
    assert [office.outcomes(run) for run in later] == [{}, {}, {}]
    assert [(run.calls.autotask, run.failing) for run in later] == [(0, 1)] * 3


def test_refused_record_goes_when_it_is_changed_in_salesforce() -> None:
    """A new version may be accepted."""
    office = settled(Office())
    account = office.account()
    office.trouble(Fault.REJECTED, "create company")
    office.run()

    office.save(account, Name="Shorter")

    assert office.outcomes(office.run()) == {account: CREATED}


def test_refused_record_goes_when_a_person_asks() -> None:
    """An import by hand tries what fails."""
    office = settled(Office())
    account = office.account()
    office.trouble(Fault.REJECTED, "create company")
    office.run()

    assert office.outcomes(office.run(by_hand=True)) == {account: CREATED}


def test_refused_record_goes_when_the_metadata_of_autotask_has_changed() -> None:
    """The daily reading finds another resource: what was refused may be accepted now."""
    office = settled(Office())
    account = office.account()
    office.trouble(Fault.REJECTED, "create company")
    office.run()
    office.target.tenant = with_another_resource(office.target.tenant)
    office.account(2, Name="Reason to read metadata")

    run = office.run(later=A_DAY)

    assert office.outcomes(run)[account] == CREATED


def test_refused_record_stays_when_the_metadata_is_as_it_was() -> None:
    """Reading the same once more is no reason for another request."""
    office = settled(Office())
    account = office.account()
    office.trouble(Fault.REJECTED, "create company")
    office.run()
    office.account(2, Name="Reason to read metadata")

    run = office.run(later=A_DAY)

    assert (account in office.outcomes(run), run.failing) == (False, 1)


@pytest.mark.parametrize("code", ["bad_picklist", "required_missing"])
def test_refusal_that_may_come_of_old_metadata_is_tried_once_more(code: str) -> None:
    """The next import reads the metadata anew; a refusal after that is one for good."""
    office = settled(Office())
    account = office.account()
    office.trouble(Fault.REJECTED, "create company", times=2, code=code)

    runs = [office.run() for _ in range(3)]

    assert [office.outcomes(run) for run in runs] == [{account: OUTDATED}, {account: REJECTED}, {}]
    assert office.target.described == 2


def test_detail_of_a_refused_record_says_how_to_mend_it() -> None:
    """Autotask's own words, and what to do about them."""
    office = settled(Office())
    office.account()
    office.trouble(Fault.REJECTED, "create company", code="duplicate")

    assert detail_of(office, office.run()) == ["duplicate: Refused by the script. Look into the fault script."]


def test_what_could_not_be_reached_waits_longer_each_time() -> None:
    """By the next import, then after half an hour, then an hour, each up to a quarter longer."""
    office = settled(Office())
    office.account()
    office.trouble(Fault.UNREACHABLE, "create company", times=3)

    tries = [office.run(later=timedelta(minutes=minutes)).counts[COMPANY] for minutes in (1, 1, 29, 9, 59, 17)]

    failed, created = Counts(failed=1), Counts(created=1)
    assert tries == [failed, failed, Counts(), failed, Counts(), created]


def test_attempts_planned_under_a_clock_that_was_ahead_are_made() -> None:
    """The clock was a year ahead while Autotask could not be reached; set right, it holds up nothing."""
    office = settled(Office())
    account = office.account()
    office.trouble(Fault.UNREACHABLE, "create company", times=2)
    office.run(later=timedelta(days=365))
    office.run()

    run = office.run(later=-timedelta(days=365))

    assert office.outcomes(run) == {account: CREATED}


def test_thousands_of_refused_records_hold_up_nothing() -> None:
    """The others are created in the same run, and the next one does not touch what was refused."""
    office = Office()
    for number in range(1, 2001):
        office.account(number, Name=f"Company {number}")
    office.trouble(Fault.REJECTED, "create company", times=1990)

    first, second = office.run(), office.run()

    assert (first.counts[COMPANY], first.status) == (Counts(failed=1990, created=10), RunStatus.DONE_WITH_FAILURES)
    assert (second.counts[COMPANY], second.calls.autotask, second.failing) == (Counts(), 0, 1990)


def test_write_that_is_lost_again_and_again_waits_longer_each_time() -> None:
    """Found not carried out, it is sent again at once, then after waits, and the others get their turn."""
    office = Office()
    bad = [office.account(number, Name=f"Bad {number}") for number in range(1, 6)]
    good = office.account(6, Name="Good")
    office.trouble(Fault.LOST_BEFORE, "create company", times=5)
    office.trouble(Fault.LOST_BEFORE, "create company", times=5, skip=1)

    told = [office.outcomes(office.run()) for _ in range(7)]

    created, lost = (OutcomeKind.CREATED, Reason.NO_CANDIDATE), (OutcomeKind.HELD, Reason.WRITE_IN_DOUBT)
    in_doubt = dict.fromkeys(bad, lost)
    assert told == [
        {**in_doubt, good: (OutcomeKind.POSTPONED, Reason.NOT_REACHED)},
        {**in_doubt, good: created},
        in_doubt,
        in_doubt,
        {},
        {},
        dict.fromkeys(bad, created),
    ]
