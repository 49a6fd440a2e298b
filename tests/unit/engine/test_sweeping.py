"""Salesforce ids that stand on two Autotask records: found, told, and left to a person (protocol 2, step 6)."""

from datetime import timedelta

from taskforce.domain.links import LinkState
from taskforce.domain.notices import Notice, NoticeKind
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import ApiCalls, SourceId, TargetId
from taskforce.domain.run import Run, RunStatus
from taskforce.testing.trouble import Fault
from tests.builders import account_id
from tests.unit.engine.office import COMPANY, Office

DOUBLED = (OutcomeKind.HELD, Reason.DUPLICATE_ID)
UPDATED = (OutcomeKind.UPDATED, Reason.CHANGED)
UNCHANGED = (OutcomeKind.UNCHANGED, Reason.UNCHANGED)
A_DAY = timedelta(days=1, minutes=1)


def with_twins() -> tuple[Office, TargetId, TargetId]:
    """A linked company, and another one into which somebody has copied its Salesforce id."""
    office = Office()
    office.account(1)
    office.account(2, Name="Unconcerned")
    office.run()
    first = min(record.id for record in office.companies() if record.source_id == account_id(1))
    return office, first, office.company(companyName="Copied by hand", carries=account_id(1))


def open_notices(office: Office) -> list[Notice]:
    """What a person has been told, and is not over."""
    return list(office.stores.notices.open(NoticeKind.DUPLICATE_ID))


def evidence(office: Office, run: Run, source_id: SourceId) -> object:
    """What was told of a record's decision."""
    entries = office.stores.plan(run.id).entries()
    return next(entry.decision.evidence for entry in entries if entry.decision.subject.source_id == source_id)


def test_reconciliation_finds_ids_that_stand_twice() -> None:
    """Nothing is deleted or written; a person is told, with the lower id proposed, and the record waits."""
    office, first, second = with_twins()
    before = office.companies()

    run = office.reconcile()

    assert office.outcomes(run) == {account_id(1): DOUBLED, account_id(2): UNCHANGED}
    assert evidence(office, run, account_id(1)) == {
        "candidates": [first, second],
        "names": ["Acme", "Copied by hand"],
        "linked_to": first,
    }
    assert open_notices(office) == [
        Notice(
            kind=NoticeKind.DUPLICATE_ID,
            subject=account_id(1),
            text=f"The Autotask companies {first}, {second} carry the same Salesforce id {account_id(1)}. "
            f"Clear the user-defined field on all but one; {first} was there first.",
            told_at=office.clock.now(),
        )
    ]
    assert office.companies() == before
    assert office.stores.links.by_source(COMPANY, [account_id(1)])[account_id(1)].state is LinkState.LINKED


def test_updates_of_a_doubled_record_wait() -> None:
    """What changes in Salesforce meanwhile is not written, and nobody is told twice; cleared, it goes on by itself."""
    office, first, second = with_twins()
    office.reconcile()
    office.save(account_id(1), Phone="217-555-0199")
    waiting = office.run()
    told = open_notices(office)
    office.target.set_id(COMPANY, second, None)

    resumed = office.run()

    assert office.outcomes(waiting) == {account_id(1): DOUBLED}
    assert len(told) == 1
    assert office.outcomes(resumed) == {account_id(1): UPDATED}
    phones = {record.id: record.fields["phone"] for record in office.companies()}
    assert (phones[first], phones[second]) == ("217-555-0199", "217-555-0100")
    assert open_notices(office) == []


def test_a_doubled_record_that_comes_again_as_it_was_still_waits() -> None:
    """A change that was taken back makes nothing right: the id stands twice all the same."""
    office, _, _ = with_twins()
    office.reconcile()
    office.save(account_id(1), Description="not mapped")

    run = office.run()

    assert office.outcomes(run) == {account_id(1): DOUBLED}
    assert office.stores.inbox.standing().held == 1


def test_a_twin_that_was_deleted_ends_the_notice() -> None:
    """A record that is gone leaves no trace in what changed: the next reconciliation notices."""
    office, _, second = with_twins()
    office.reconcile()
    office.target.remove(COMPANY, second)

    run = office.reconcile()

    assert office.outcomes(run) == {account_id(1): UNCHANGED, account_id(2): UNCHANGED}
    assert open_notices(office) == []
    assert office.stores.inbox.standing().held == 0


def test_a_linked_record_whose_id_was_moved_by_hand_is_no_twin() -> None:
    """The id was cleared on the one and written on the other: separated, with the other one named."""
    office, first, second = with_twins()
    office.target.set_id(COMPANY, first, None)

    run = office.reconcile()

    assert office.outcomes(run)[account_id(1)] == (OutcomeKind.SKIPPED, Reason.UNMAPPED)
    assert evidence(office, run, account_id(1)) == {"target": first, "carries": None, "carried_by": second}
    assert open_notices(office) == []


def test_an_update_looks_at_what_stands_there_now() -> None:
    """The index may still think that the linked record carries the id: what was just read counts."""
    office, first, _ = with_twins()
    office.reconcile()
    office.target.set_id(COMPANY, first, None)
    office.save(account_id(1), Phone="217-555-0199")

    run = office.run(later=timedelta(minutes=1))

    assert office.outcomes(run)[account_id(1)] == (OutcomeKind.SKIPPED, Reason.UNMAPPED)


def test_ids_that_no_account_has_are_told_as_well() -> None:
    """Ids that an older program left behind may stand twice, too."""
    office = Office()
    office.company(companyName="One", carries=account_id(77))
    office.company(companyName="Two", carries=account_id(77))

    office.reconcile()

    assert [notice.subject for notice in open_notices(office)] == [account_id(77)]


def test_dry_reconciliation_tells_nobody() -> None:
    """It shows that the record would wait, and stores no notice."""
    office, _, _ = with_twins()

    run = office.reconcile(dry=True)

    assert office.outcomes(run)[account_id(1)] == DOUBLED
    assert open_notices(office) == []


# --- a day after a doubt ---


def doubtful() -> Office:
    """A create whose answer was lost, and which was found carried out."""
    office = Office()
    office.account(1)
    office.trouble(Fault.LOST_AFTER, "create company")
    office.run()
    office.run()
    assert list(office.stores.state.watches) == [(COMPANY, account_id(1))]
    return office


def test_a_day_after_a_doubt_the_id_is_looked_for() -> None:
    """Once it is found to stand once, there is nothing more to look for; the look is work of its own, and counted."""
    office = doubtful()
    early = office.spent(later=timedelta(hours=20))

    run = office.run(later=A_DAY)

    assert early == ApiCalls(salesforce=2)
    assert run.calls == run.lower_bound
    assert office.stores.state.watches == {}
    assert office.spent() == ApiCalls(salesforce=2)


def test_a_late_twin_is_found_a_day_after_the_doubt() -> None:
    """The request that was given up was carried out after all: a person is told, and the record read to be held."""
    office = doubtful()
    [first] = office.companies()
    second = office.company(companyName="Late", carries=account_id(1))

    run = office.run(later=A_DAY)

    [notice] = open_notices(office)
    assert run.status is RunStatus.DONE
    assert (notice.subject, str(first.id) in notice.text, str(second) in notice.text) == (account_id(1), True, True)
    assert office.stores.inbox.wanted(COMPANY) == [account_id(1)]
    assert office.stores.state.watches == {}


def test_a_reconciliation_answers_what_was_to_be_looked_for() -> None:
    """All ids were seen, so nothing needs to be asked for by its value."""
    office = doubtful()

    run = office.reconcile(later=A_DAY)

    assert office.stores.state.watches == {}
    assert run.calls == run.lower_bound == ApiCalls(salesforce=2 + 2, autotask=1 + 6 + 2)


def test_a_field_that_is_yet_to_be_created_is_not_asked_for() -> None:
    """A dry run that finds the user-defined field missing has nothing to look for."""
    office = doubtful()
    office.target.drop_id_field(COMPANY)
    office.stores.schemas.expire()

    run = office.run(later=A_DAY, dry=True)

    assert run.status is RunStatus.DONE
    assert list(office.stores.state.watches) == [(COMPANY, account_id(1))]
