"""Requests wait ready on threads: whoever loses the right to run sends none of them, and whoever waits keeps it."""

from threading import Event

import pytest

from taskforce.domain.run import RunStatus
from taskforce.engine import sending
from taskforce.testing.stores import MemoryStores
from tests.unit.engine.office import COMPANY, Office

LONGEST = 30
"""Seconds after which a test has failed."""


def test_requests_that_wait_are_not_sent_once_the_right_to_run_is_lost() -> None:
    """Two are on their way when another worker takes over; the two behind them stay here."""
    office = Office()
    office.target.writes_at_once = 2
    for number in range(1, 9):
        office.account(number, Name=f"Company {number}")
    arrived: list[str] = []
    all_wait = Event()

    def hold_up(place: str) -> None:
        if place == "create company":
            arrived.append(place)
            assert all_wait.wait(LONGEST)

    def take_over(place: str) -> None:
        sent = len(office.stores.intents.unsettled())
        if place == "committed" and sent == 4:
            office.stores.lose_lease()
            all_wait.set()

    office.target.tripwire, office.stores.tripwire = hold_up, take_over
    run = office.run()

    assert run.status is RunStatus.COULD_NOT_RUN
    assert len(arrived) == len(office.target.records(COMPANY)) <= 2


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
