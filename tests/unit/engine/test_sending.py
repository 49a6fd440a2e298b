"""Intents are stored in bunches and their requests wait ready: what ends a run keeps those from being sent."""

from dataclasses import replace
from threading import Barrier, Event

import pytest

from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Counts
from taskforce.domain.run import RunStatus
from taskforce.engine import sending
from taskforce.engine.applying import BUNCH
from taskforce.engine.runs import run_import
from taskforce.engine.sending import GIVE_UP_AFTER, WAITING_THEIR_TURN
from taskforce.errors import TaskforceError
from taskforce.testing.stores import MemoryStores
from taskforce.testing.trouble import Fault
from tests.builders import account_id
from tests.unit.engine.office import COMPANY, Office

LONGEST = 30
"""Seconds after which a test has failed."""


def accounts(office: Office, number: int) -> None:
    """So many, to be created."""
    for each in range(1, number + 1):
        office.account(each, Name=f"Company {each:02}")


def test_requests_that_wait_are_not_sent_once_the_right_to_run_is_lost() -> None:
    """Two are on their way when another worker takes over; those behind them, announced already, stay here."""
    office = Office()
    office.target.writes_at_once = 2
    accounts(office, 2 * BUNCH)
    arrived: list[str] = []
    both_are_there = Barrier(2, action=office.stores.lose_lease)

    def hold_up(place: str) -> None:
        if place == "create company":
            arrived.append(place)
            both_are_there.wait(LONGEST)

    office.target.tripwire = hold_up
    run = office.run()

    assert run.status is RunStatus.COULD_NOT_RUN
    assert len(arrived) == len(office.target.records(COMPANY)) == 2
    assert len(office.stores.intents.unsettled()) == BUNCH


class WatchedStores(MemoryStores):
    """Tell when somebody looks after the right to run while an answer is awaited."""

    def __init__(self) -> None:
        super().__init__()
        self.is_awaited = False
        self.renewed = Event()

    def check_lease(self) -> None:
        """Somebody does."""
        super().check_lease()
        if self.is_awaited:
            self.renewed.set()


def test_the_right_to_run_is_renewed_while_an_answer_is_awaited(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a vendor takes for one request, no other worker takes over meanwhile."""
    monkeypatch.setattr(sending, "PATIENCE", sending.PATIENCE / 1000)
    stores = WatchedStores()
    office = Office(stores=stores)
    office.target.writes_at_once = 2
    office.account()

    def hold_up(place: str) -> None:
        if place == "create company":
            stores.is_awaited = True
            assert stores.renewed.wait(LONGEST)

    office.target.tripwire = hold_up

    assert office.run().status is RunStatus.DONE


@pytest.mark.parametrize("at_once", [1, 2])
def test_intents_are_stored_in_bunches_before_anything_of_them_is_sent(at_once: int) -> None:
    """One commit for a whole bunch, and never more announced than one bunch and what still waits before it."""
    office = Office()
    office.target.writes_at_once = at_once
    accounts(office, 10 * BUNCH)
    announced: list[int] = []
    unknown: list[str] = []
    sent_before = iter(range(1, 10 * BUNCH + 1))

    def look(place: str) -> None:
        if place == "create company":
            intents = office.stores.intents.unsettled()
            announced.append(len(intents))
            if at_once == 1 and account_id(next(sent_before)) not in {each.source_id for each in intents}:
                unknown.append(place)

    commits: list[str] = []
    office.target.tripwire = look
    office.stores.tripwire = lambda place: commits.append(place) if announced else None
    run = office.run()

    most_before = 0 if at_once == 1 else at_once + WAITING_THEIR_TURN
    assert (run.status, run.counts[COMPANY], unknown) == (RunStatus.DONE, Counts(created=10 * BUNCH), [])
    assert min(announced) > 0
    assert max(announced) <= BUNCH + most_before
    assert commits.count("committed") <= 10 + 1


def test_what_stands_there_already_is_stored_at_once_and_never_in_doubt() -> None:
    """Pairs that agree, with a few between them that do not: only those are announced, and sent."""
    office = Office()
    number = 10 * BUNCH
    accounts(office, number)
    for each in range(1, number + 1):
        office.company(companyName=f"Company {each:02}" if each % BUNCH else "Older", carries=account_id(each))
    announced: set[str] = set()
    commits: list[str] = []
    office.target.tripwire = lambda _: announced.update(each.source_id for each in office.stores.intents.unsettled())
    office.stores.tripwire = lambda place: commits.append(place) if announced else None

    run = office.run()

    assert (run.status, run.counts[COMPANY]) == (RunStatus.DONE, Counts(linked=number))
    assert announced == {account_id(each) for each in range(BUNCH, number + 1, BUNCH)}
    assert run.calls == run.lower_bound
    assert commits.count("committed") <= 2 + 1
    assert [each.fields["companyName"] for each in office.companies()] == [
        f"Company {each:02}" for each in range(1, number + 1)
    ]


def test_pairs_that_the_store_did_not_take_are_stored_by_the_next_import() -> None:
    """They agree with Autotask already, so nothing else would ever tell that they are not stored."""
    office = Office()
    accounts(office, 2)
    for each in (1, 2):
        office.company(companyName=f"Company {each:02}", carries=account_id(each))
    refusals = iter([TaskforceError("The database refused a step.")])

    def refuse_once(place: str) -> None:
        if place == "transaction" and office.stores.state.links and (refusal := next(refusals, None)):
            raise refusal

    office.stores.tripwire = refuse_once

    first, second = office.run(), office.run()

    assert (first.status, first.counts[COMPANY]) == (RunStatus.COULD_NOT_RUN, Counts(postponed=2))
    assert (second.status, second.counts[COMPANY]) == (RunStatus.DONE, Counts(linked=2))


@pytest.mark.parametrize("at_once", [1, 2])
@pytest.mark.parametrize(
    ("fault", "status"),
    [(Fault.DENIED, RunStatus.COULD_NOT_RUN), (Fault.NO_BUDGET, RunStatus.TO_BE_CONTINUED)],
)
def test_what_was_announced_and_not_sent_is_in_no_doubt(fault: Fault, status: RunStatus, at_once: int) -> None:
    """In the middle of a bunch Autotask takes nothing more: the rest of it is not sent, and the next run sends it."""
    office = Office()
    office.target.writes_at_once = at_once
    accounts(office, 2 * BUNCH)
    office.trouble(fault, "create company", skip=3, times=None)
    first = office.run()
    left = office.stores.intents.unsettled()
    tries = office.target.calls
    office.target.script.troubles.clear()

    second = office.run()

    assert (first.status, first.counts[COMPANY]) == (status, Counts(created=3, postponed=2 * BUNCH - 3))
    assert left == []
    assert tries <= 12 + 3 + at_once
    assert (second.status, second.counts[COMPANY]) == (RunStatus.DONE, Counts(created=2 * BUNCH - 3))
    assert [each.fields["companyName"] for each in office.companies()] == [
        f"Company {each:02}" for each in range(1, 2 * BUNCH + 1)
    ]


def test_lost_answers_in_a_row_keep_the_rest_of_the_bunch_here() -> None:
    """Five are in doubt; the other three, announced with them, are not."""
    office = Office()
    accounts(office, BUNCH)
    office.trouble(Fault.LOST_BEFORE, "create company", times=None)

    run = office.run()

    lost, postponed = (OutcomeKind.HELD, Reason.WRITE_IN_DOUBT), (OutcomeKind.POSTPONED, Reason.NOT_REACHED)
    assert office.outcomes(run) == {
        account_id(each): lost if each <= GIVE_UP_AFTER else postponed for each in range(1, BUNCH + 1)
    }
    assert [each.source_id for each in office.stores.intents.unsettled()] == [
        account_id(each) for each in range(1, GIVE_UP_AFTER + 1)
    ]


def test_a_person_who_stops_waits_for_what_is_on_its_way_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two requests are answered; those that were announced behind them are neither sent nor in doubt."""
    monkeypatch.setattr(sending, "PATIENCE", sending.PATIENCE / 1000)
    stores = WatchedStores()
    office = Office(stores=stores)
    office.target.writes_at_once = 2
    accounts(office, 2 * BUNCH)
    arrived: list[str] = []
    both_are_there = Event()

    def hold_up(place: str) -> None:
        if place == "create company":
            arrived.append(place)
            if len(arrived) == 2:
                both_are_there.set()
            assert stores.renewed.wait(LONGEST)

    def stops_behind_the_first_bunch() -> bool:
        if not stores.intents.unsettled():
            return False
        assert both_are_there.wait(LONGEST)
        stores.is_awaited = True
        return True

    office.target.tripwire = hold_up
    run = run_import(replace(office.world(), should_stop=stops_behind_the_first_bunch))

    assert run.status is RunStatus.CANCELLED
    assert run.counts[COMPANY] == Counts(created=2, postponed=2 * BUNCH - 2)
    assert len(arrived) == len(office.companies()) == 2
    assert office.stores.intents.unsettled() == []
