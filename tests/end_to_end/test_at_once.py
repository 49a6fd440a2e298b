"""How many requests are on their way to Autotask at once: two to each endpoint, unless an administrator wants more."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import pytest

from taskforce.domain.records import Entity
from taskforce.domain.run import RunStatus
from taskforce_simulators.autotask.limits import Threads
from taskforce_simulators.autotask.settings import Settings
from tests.end_to_end.office import Office

RECORDS = 24


@pytest.fixture
def most(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """The most requests that were under way at once, by endpoint."""
    most: Counter[str] = Counter()
    under_way: Counter[str] = Counter()
    lock, one = Lock(), Threads.one

    @contextmanager
    def watched(threads: Threads, code: str, endpoint: str, settings: Settings) -> Iterator[None]:
        with one(threads, code, endpoint, settings):
            with lock:
                under_way[endpoint] += 1
                most[endpoint] = max(most[endpoint], under_way[endpoint])
            try:
                yield
            finally:
                with lock:
                    under_way[endpoint] -= 1

    monkeypatch.setattr(Threads, "one", watched)
    return most


@pytest.mark.parametrize(("settings", "at_once"), [({}, 2), ({"autotask_at_once": 1}, 1), ({"autotask_at_once": 3}, 3)])
def test_as_many_as_are_wanted(office: Office, most: Counter[str], settings: dict[str, int], at_once: int) -> None:
    """To each endpoint, and no request is refused for it; whatever it is, everything arrives once."""
    office.settings(**settings)
    filled(office)
    office.pair.autotask.change_settings({"service_time_seconds": 0.05})

    run = office.run()

    assert (run.status, run.calls) == (RunStatus.DONE, run.lower_bound)
    assert (most["Companies"], most["Contacts"]) == (at_once, at_once)
    assert stands_whole(office)


def test_contacts_that_count_for_companies(office: Office, most: Counter[str]) -> None:
    """Whose threads they take is not documented: the first refusal is the last, and everything arrives once."""
    filled(office)
    office.pair.autotask.change_settings({"service_time_seconds": 0.05, "children_count_for": "parent"})

    run = office.run()

    refused = [number for number, each in enumerate(office.pair.autotask.journal.entries()) if each.status == 429]
    assert run.status is RunStatus.DONE
    assert refused[-1] - refused[0] < 2 * 4
    assert most["Companies"] == 3
    assert stands_whole(office)


def filled(office: Office) -> None:
    """So many accounts with a contact each."""
    for number in range(RECORDS):
        office.contact(office.account(Name=f"Company {number:03}"), LastName=f"Lind {number:03}")


def stands_whole(office: Office) -> bool:
    """A company for each account, a contact under each company."""
    standing = {entity: office.companies() if entity is Entity.COMPANY else office.people() for entity in Entity}
    homes = {each["companyID"] for each in standing[Entity.CONTACT]}
    return {len(homes), *(len(records) for records in standing.values())} == {RECORDS}
