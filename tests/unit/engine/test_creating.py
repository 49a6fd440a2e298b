"""The create protocol: nothing twice, whatever becomes of the answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Counts
from taskforce.domain.run import RunStatus
from taskforce.engine.stores import Intent, IntentState
from taskforce.errors import ProtocolError
from taskforce.testing.tripwire import Tripwire
from taskforce.testing.trouble import Fault
from tests.builders import account_id
from tests.unit.engine.office import COMPANY, CONTACT, SETTINGS, Office, company, contact, without_times

CREATED = (OutcomeKind.CREATED, Reason.NO_CANDIDATE)
IN_DOUBT = (OutcomeKind.HELD, Reason.WRITE_IN_DOUBT)
WAITS_FOR_COMPANY = (OutcomeKind.HELD, Reason.COMPANY_NOT_LINKED)
SOON = replace(SETTINGS, settle_time=timedelta(seconds=20))
LOST_WORDS = "The answer to 1 write was lost; a later import looks what became of it."


def intents(office: Office) -> list[Intent]:
    """Creates whose end is not known."""
    return list(office.stores.intents.unsettled())


def test_intent_is_on_disk_before_the_request_and_gone_after_it() -> None:
    """While the POST is under way the intent says so; with the answer it is closed."""
    office = Office()
    account = office.account()
    seen: list[Intent] = []

    def look(place: str) -> None:
        if place == "create company":
            seen.extend(intents(office))

    office.target.tripwire = look

    office.run()

    assert seen == [
        Intent(
            entity=COMPANY, source_id=account, state=IntentState.SENT, attempt=1, sent_at=office.clock.now(), number=1
        )
    ]
    assert intents(office) == []


@pytest.mark.parametrize("fault", [Fault.REJECTED, Fault.UNREACHABLE])
def test_definite_no_is_kept_and_tried_again(fault: Fault) -> None:
    """Nothing was created for certain: the record is kept, and created at its next attempt (here: by hand)."""
    office = Office()
    account = office.account()
    office.trouble(fault, "create company")

    first = office.run()
    second = office.run(by_hand=True)

    reason = Reason.REJECTED if fault is Fault.REJECTED else Reason.UNREACHABLE
    assert office.outcomes(first) == {account: (OutcomeKind.FAILED, reason)}
    assert (first.status, first.failing) == (RunStatus.DONE_WITH_FAILURES, 1)
    assert first.message == "Autotask did not take 1 record; nothing of it is lost."
    assert office.outcomes(second) == {account: CREATED}
    assert (second.status, second.failing) == (RunStatus.DONE, 0)
    assert without_times(office.companies()) == [company(office.companies()[0].id, account)]


def test_doubt_that_settles_in_the_run_and_was_carried_out_is_linked() -> None:
    """With a short settle time the run waits, asks by value, and links what it finds."""
    office = Office(settings=SOON)
    account, person = office.account(), office.person()
    office.trouble(Fault.LOST_AFTER, "create company")

    run = office.run()

    [made] = office.companies()
    assert without_times([made]) == [company(made.id, account)]
    assert [record.source_id for record in office.contacts()] == [person]
    assert office.outcomes(run) == {account: CREATED, person: CREATED}
    assert (run.status, office.clock.slept, intents(office)) == (RunStatus.DONE, timedelta(seconds=20), [])
    assert office.progress.said == ["Waiting 20 s to learn whether a lost write was carried out."]


def test_doubt_that_settles_in_the_run_and_came_to_nothing_is_created_once() -> None:
    """Nothing is found after the settle time, so the create is sent again."""
    office = Office(settings=SOON)
    account = office.account()
    office.trouble(Fault.LOST_BEFORE, "create company")

    run = office.run()

    [made] = office.companies()
    assert without_times([made]) == [company(made.id, account)]
    assert (run.status, run.counts[COMPANY]) == (RunStatus.DONE, Counts(created=1))


def test_second_create_that_is_lost_as_well_is_left_to_the_next_run() -> None:
    """One attempt after another: a second doubt is not waited for in the same run."""
    office = Office(settings=SOON)
    account = office.account()
    office.trouble(Fault.LOST_BEFORE, "create company")
    office.trouble(Fault.LOST_AFTER, "create company")

    first = office.run()
    left = office.outcomes(first)
    second = office.run()

    assert (first.status, left) == (RunStatus.TO_BE_CONTINUED, {account: IN_DOUBT})
    assert (second.status, intents(office)) == (RunStatus.DONE, [])
    [made] = office.companies()
    assert without_times([made]) == [company(made.id, account)]


def test_second_create_that_is_refused_fails_its_record_alone() -> None:
    """A record that Autotask refuses after a doubt is kept as refused, and the others go on."""
    office = Office(settings=SOON)
    account, other = office.account(1), office.account(2, Name="Other")
    person = office.person(at=other)
    office.trouble(Fault.LOST_BEFORE, "create company")
    office.trouble(Fault.REJECTED, "create company", skip=1)

    run = office.run()

    assert run.status is RunStatus.DONE_WITH_FAILURES
    assert office.outcomes(run) == {account: (OutcomeKind.FAILED, Reason.REJECTED), other: CREATED, person: CREATED}


def test_doubt_longer_than_the_run_is_settled_by_a_later_one() -> None:
    """A lost create that was carried out: nothing is sent until the settle time is over, then it is linked.

    The run that sent it tells in the end that it was created.
    """
    office = Office()
    account = office.account()
    office.trouble(Fault.LOST_AFTER, "create company")

    first = office.run()
    left = office.outcomes(first)
    early = office.run(later=timedelta(minutes=9))
    second = office.run(later=timedelta(minutes=1))

    assert (first.status, first.message) == (RunStatus.TO_BE_CONTINUED, LOST_WORDS)
    assert (early.status, early.message) == (RunStatus.TO_BE_CONTINUED, LOST_WORDS)
    assert left == office.outcomes(early) == {account: IN_DOUBT}
    assert (office.outcomes(first), office.stores.state.runs[first.id].counts[COMPANY]) == (
        {account: CREATED},
        Counts(created=1),
    )
    assert office.outcomes(second) == {account: (OutcomeKind.UNCHANGED, Reason.UNCHANGED)}
    assert (second.status, intents(office)) == (RunStatus.DONE, [])
    [made] = office.companies()
    assert without_times([made]) == [company(made.id, account)]


def test_contacts_of_a_company_in_doubt_go_when_the_doubt_is_settled() -> None:
    """What waited for the company is created in the run that finds it, and the child gets its parent."""
    office = Office()
    account, person = office.account(1), office.person()
    child = office.account(2, Name="Child", ParentId=account)
    office.trouble(Fault.LOST_AFTER, "create company")
    first = office.run()

    office.run()

    made = {record.source_id: record for record in office.companies()}
    assert office.outcomes(first)[person] == WAITS_FOR_COMPANY
    assert [(record.source_id, record.company_id) for record in office.contacts()] == [(person, made[account].id)]
    assert made[child].fields["parentCompanyID"] == made[account].id


def test_late_create_is_not_repeated() -> None:
    """A create that is carried out minutes after it was given up is found, not repeated."""
    office = Office()
    account = office.account()
    office.trouble(Fault.LATE, "create company", delay=timedelta(minutes=8))
    office.run()

    office.run(later=timedelta(minutes=7))
    office.run(later=timedelta(minutes=4))

    [made] = office.companies()
    assert without_times([made]) == [company(made.id, account)]


def test_doubt_that_came_to_nothing_is_created_by_a_later_run() -> None:
    """Nothing found after the settle time: the next run plans the record anew."""
    office = Office()
    account = office.account()
    office.trouble(Fault.LOST_BEFORE, "create company")
    office.run()
    office.save(account, Phone="217-555-0199")

    run = office.run()

    assert office.outcomes(run) == {account: CREATED}
    [made] = office.companies()
    assert without_times([made]) == [company(made.id, account, phone="217-555-0199")]


def test_change_made_while_in_doubt_arrives() -> None:
    """A value that changed after the lost create was sent is written once it is settled."""
    office = Office()
    account = office.account()
    office.trouble(Fault.LOST_AFTER, "create company")
    office.run()
    office.save(account, Phone="217-555-0199")

    office.run()

    [made] = office.companies()
    assert without_times([made]) == [company(made.id, account, phone="217-555-0199")]


def test_create_found_sent_is_in_doubt_from_then_on() -> None:
    """A create whose run died is not repeated before the settle time, counted from when it was found, is over."""
    office = Office()
    account = office.account()
    with office.stores.transaction():
        office.stores.intents.send(COMPANY, [(account, 99, "digest")], office.clock.now())
    office.clock.advance(timedelta(hours=5))

    found = office.run(later=timedelta())
    early = office.run(later=timedelta(minutes=9))
    late = office.run(later=timedelta(minutes=1))

    assert office.outcomes(found) == office.outcomes(early) == {account: IN_DOUBT}
    assert office.outcomes(late) == {account: CREATED}


def test_two_carriers_after_a_doubt_wait_for_a_person() -> None:
    """An id that is found on two records after a doubt of this run is held."""
    office = Office(settings=SOON)
    account = office.account()
    office.trouble(Fault.LOST_AFTER, "create company")
    office.target.tripwire = _typed_in_while_waiting(office)

    run = office.run()

    assert office.outcomes(run) == {account: (OutcomeKind.HELD, Reason.DUPLICATE_ID)}
    assert (run.status, run.held, intents(office)) == (RunStatus.DONE, 1, [])


def _typed_in_while_waiting(office: Office) -> Tripwire:
    def somebody_types(place: str) -> None:
        if place == "find companies":
            office.company(carries=account_id(1))

    return somebody_types


def test_two_carriers_after_an_earlier_doubt_wait_for_a_person() -> None:
    """An id that is found on two records after a doubt of an earlier run is held."""
    office = Office()
    account = office.account()
    office.trouble(Fault.LOST_AFTER, "create company")
    office.run()
    office.company(carries=account)

    run = office.run()

    assert office.outcomes(run) == {account: (OutcomeKind.HELD, Reason.DUPLICATE_ID)}
    assert len(office.companies()) == 2
    assert intents(office) == []


def test_answer_that_is_not_understood_is_a_doubt() -> None:
    """An answer that says neither yes nor no leaves the intent open, so that nothing is sent before it is settled."""
    office = Office()
    account = office.account()

    def not_understood(place: str) -> None:
        if place == "create company":
            raise ProtocolError("Not JSON.", system="Autotask", operation="create company", status=200)

    office.target.tripwire = not_understood

    office.run()

    assert [intent.source_id for intent in intents(office)] == [account]


def test_doubt_about_a_contact_is_settled_likewise() -> None:
    """Contacts follow the same protocol, under their company."""
    office = Office(settings=SOON)
    office.account()
    first, second = office.person(1), office.person(2, FirstName="Al")
    office.trouble(Fault.LOST_AFTER, "create contact")
    office.trouble(Fault.LOST_BEFORE, "create contact")

    office.run()

    [there] = office.companies()
    one, two = office.contacts()
    assert without_times([one, two]) == [
        contact(one.id, first, there.id),
        contact(two.id, second, there.id, firstName="Al"),
    ]


def test_deleted_account_in_doubt_is_not_created_again() -> None:
    """An account deleted in Salesforce while its create is in doubt is left alone."""
    office = Office()
    account = office.account()
    office.trouble(Fault.LOST_BEFORE, "create company")
    office.run()
    office.source.delete(COMPANY, account)

    run = office.run()

    assert office.outcomes(run) == {account: (OutcomeKind.SKIPPED, Reason.DELETED)}
    assert (office.companies(), intents(office)) == ([], [])


def test_one_create_in_doubt_does_not_hold_up_the_others() -> None:
    """The rest of the plan is applied."""
    office = Office()
    accounts = [office.account(n, Name=f"Company {n}") for n in range(1, 5)]
    office.trouble(Fault.LOST_BEFORE, "create company", skip=1)

    run = office.run()

    assert office.outcomes(run) == dict.fromkeys(accounts, CREATED) | {accounts[1]: IN_DOUBT}


# --- updates whose answer is lost ---


@pytest.mark.parametrize(
    ("fault", "told", "known"),
    [
        (Fault.LOST_BEFORE, IN_DOUBT, (OutcomeKind.POSTPONED, Reason.NOT_REACHED)),
        (Fault.LOST_AFTER, IN_DOUBT, (OutcomeKind.UPDATED, Reason.CHANGED)),
        (Fault.UNREACHABLE, (OutcomeKind.FAILED, Reason.UNREACHABLE), (OutcomeKind.FAILED, Reason.UNREACHABLE)),
    ],
)
def test_update_whose_answer_was_lost_is_read_back(
    fault: Fault, told: tuple[OutcomeKind, Reason], known: tuple[OutcomeKind, Reason]
) -> None:
    """A later run looks whether it was carried out, and the record ends as it is wanted."""
    office = Office()
    account = office.account()
    office.run()
    office.save(account, Phone="217-555-0199")
    office.trouble(fault, "update company")

    run = office.run()
    left = office.outcomes(run)
    office.run()

    assert (left, office.outcomes(run)) == ({account: told}, {account: known})
    [made] = office.companies()
    assert without_times([made]) == [company(made.id, account, phone="217-555-0199")]


def test_late_update_does_not_undo_a_newer_one() -> None:
    """Nothing newer is sent for a record until a lost update can no longer arrive (invariant 5)."""
    office = Office()
    account = office.account()
    office.run()
    office.save(account, Phone="217-555-0199")
    office.trouble(Fault.LATE, "update company", delay=timedelta(minutes=9))
    office.run()
    office.save(account, Phone="217-555-0111")

    early = office.run(later=timedelta(minutes=1))
    office.run(later=timedelta(minutes=10))

    assert office.outcomes(early) == {account: IN_DOUBT}
    [made] = office.companies()
    assert without_times([made]) == [company(made.id, account, phone="217-555-0111")]


def test_value_put_back_after_a_lost_update_is_put_back_in_autotask() -> None:
    """A lost update may have been carried out: a value taken back in Salesforce meanwhile is compared, not assumed."""
    office = Office()
    account = office.account()
    office.run()
    office.save(account, Phone="217-555-0199")
    office.trouble(Fault.LOST_AFTER, "update company")
    office.run()
    office.save(account, Phone="217-555-0100")

    office.run()

    [made] = office.companies()
    assert without_times([made]) == [company(made.id, account)]


def test_link_whose_answer_was_lost_is_found_by_its_id() -> None:
    """A link that was carried out all the same is known to be so after the settle time."""
    office = Office()
    there = office.company(phone="217-555-9999")
    account = office.account()
    office.trouble(Fault.LOST_AFTER, "update company")
    first = office.run()
    left = office.outcomes(first)

    second = office.run()

    assert (left, office.outcomes(first)) == ({account: IN_DOUBT}, {account: (OutcomeKind.LINKED, Reason.EXACT_MATCH)})
    assert office.outcomes(second) == {account: (OutcomeKind.UNCHANGED, Reason.UNCHANGED)}
    assert without_times(office.companies()) == [company(there, account)]


def test_contacts_know_their_entity_apart() -> None:
    """A doubt about a contact is not taken for one about a company."""
    office = Office(settings=SOON)
    account, person = office.account(), office.person()
    office.trouble(Fault.LOST_AFTER, "create")
    office.trouble(Fault.LOST_AFTER, "create contact")

    run = office.run()

    assert run.counts == {COMPANY: Counts(created=1), CONTACT: Counts(created=1)}
    assert office.outcomes(run) == {account: CREATED, person: CREATED}
