"""The shared limit over HTTP: Autotask's own count stays below the mark, run after run, until everything is done."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from taskforce.bootstrap import open_installation
from taskforce.domain.run import Run, RunStatus
from taskforce.installation import Installation
from taskforce.testing.clock import FrozenClock
from taskforce_simulators.serving import RunningPair
from tests.end_to_end.office import COMPANY_ID_FIELD, CONTACT_ID_FIELD, NAME, Office, SilentProgress

HOUR = timedelta(hours=1)
CREATED = 200 + 200 + 2


@pytest.fixture
def clock(pair: RunningPair) -> Iterator[FrozenClock]:
    """The time on both sides, which stands still during a run."""
    clock = FrozenClock()
    pair.autotask.clock.freeze(clock.now())
    yield clock
    pair.autotask.clock.reset()


@pytest.fixture
def office(pair: RunningPair, installation: Installation, clock: FrozenClock) -> Iterator[Office]:
    """A connection whose time is the frozen clock's; `installation` forgets what it stores."""
    del installation
    with open_installation(clock) as opened:
        yield Office(pair, opened)


def fill(office: Office, records: int) -> dict[str, str]:
    """So many accounts with a contact each: the contact of each account."""
    accounts = [office.account(Name=f"Company {number:03}") for number in range(records)]
    return {account: office.contact(account, LastName=f"Lind {account}") for account in accounts}


def allow(office: Office, limit: int) -> None:
    """So many requests an hour, without the delays that Autotask adds from the half of them on."""
    office.pair.autotask.change_settings({"request_limit": limit, "added_delays": False})


def wait(office: Office, clock: FrozenClock, until: datetime | None) -> None:
    """Time goes by on both sides."""
    assert until is not None
    office.pair.autotask.clock.advance(until - clock.now())
    clock.advance(until - clock.now())


def run_to_the_end(office: Office, clock: FrozenClock) -> list[Run]:
    """Import, and go on each time when it was said."""
    runs = [office.run()]
    while runs[-1].status is RunStatus.TO_BE_CONTINUED:
        wait(office, clock, runs[-1].resume_at)
        runs.append(office.run())
    return runs


def most_in_an_hour(office: Office) -> int:
    """The most requests that Autotask counted in any rolling hour."""
    times = [entry.at for entry in office.pair.autotask.journal.entries() if entry.counted]
    return max(sum(begin <= at < begin + HOUR for at in times) for begin in sorted(set(times)))


def arrived(office: Office) -> dict[str, str]:
    """The Salesforce ids that Autotask's records carry: the contact of each company, by its company's."""
    companies = {each["id"]: carried(each, COMPANY_ID_FIELD) for each in office.companies()}
    people = {companies[each["companyID"]]: carried(each, CONTACT_ID_FIELD) for each in office.people()}
    assert len(office.companies()) == len(office.people()) == len(people)
    return people


def carried(record: dict[str, object], field: str) -> str:
    """What stands in a user-defined field."""
    values = record["userDefinedFields"]
    assert isinstance(values, list)
    return next(str(each["value"]) for each in values if each["name"] == field)


@pytest.mark.parametrize(("limit", "runs", "requests", "most_asked"), [(300, 4, 427, 32), (140, 8, 435, 60)])
def test_first_load_by_a_low_limit(
    office: Office, clock: FrozenClock, limit: int, runs: int, requests: int, most_asked: int
) -> None:
    """200 accounts and 200 contacts: nothing twice, nothing lost, and never more in an hour than the half.

    Beside the requests that do the work (one POST for each record and for each user-defined field, the metadata, and
    what is new in Autotask at the beginning of each run) only the tenant's use is asked for.
    """
    book = fill(office, 200)
    allow(office, limit)

    done = run_to_the_end(office, clock)

    assert arrived(office) == book
    assert most_in_an_hour(office) <= limit // 2
    operations = Counter(each.operation for each in office.pair.autotask.journal.entries() if each.counted)
    assert sum(run.calls.autotask for run in done) == operations.total()
    assert operations.pop("threshold") <= most_asked
    assert (len(done), operations.total(), operations["create"]) == (runs, requests, CREATED)
    assert all(run.calls == run.lower_bound for run in done)


@dataclass(slots=True)
class OthersBegin(SilentProgress):
    """Another integration makes a burst of requests when so many companies are written."""

    office: Office
    after: int
    requests: int
    written: int | None = None

    def phase(self, name: str, total: int | None = None) -> None:  # noqa: ARG002 - as the engine calls it
        """Counting begins with the writing."""
        self.written = 0 if name.startswith("Writing") else None

    def advance(self, count: int) -> None:
        """The burst comes once."""
        if self.written is not None:
            self.written += count
            if self.written >= self.after:
                self.office.control("autotask", "other_use", requests=self.requests)
                self.written = None


def run_with_others(office: Office, *, after: int, requests: int) -> Run:
    """Import once, others beginning in the middle."""
    progress = OthersBegin(office=office, after=after, requests=requests)
    return office.installation.run_import(NAME, progress=progress, should_stop=lambda: False)


def test_others_that_begin_during_a_run_are_respected(office: Office, clock: FrozenClock) -> None:
    """The run yields at the next look, and goes on when they have stopped.

    The other request that is under way while the use is asked for may be counted in it already, or not yet.
    """
    book = fill(office, 100)
    allow(office, 1_000)

    first = run_with_others(office, after=20, requests=700)
    again = office.run()
    office.control("autotask", "other_use", requests=0)
    rest = run_to_the_end(office, clock)

    assert first.message in [
        f"{used} of 1,000 requests of this hour are used, all integrations together; Taskforce stays below 500. "
        "It goes on at 09:15 UTC."
        for used in (824, 825)
    ]
    assert (first.calls.autotask, again.calls.autotask) == (125, 1)
    assert [run.status for run in rest] == [RunStatus.DONE]
    assert arrived(office) == book


def test_autotask_s_own_refusal_is_no_error(office: Office, clock: FrozenClock) -> None:
    """The whole limit is ours to spend, and others use it up: the run goes on later, and no write is in doubt."""
    book = fill(office, 40)
    office.settings(autotask_share_percent=100)
    allow(office, 1_000)

    first = run_with_others(office, after=20, requests=1_000)
    office.control("autotask", "other_use", requests=0)
    wait(office, clock, first.resume_at)
    second = office.run()

    assert (first.status, first.message.split(". ")[:2]) == (
        RunStatus.TO_BE_CONTINUED,
        [
            "The hourly request limit of the Autotask tenant is used up, by all integrations together",
            "It goes on at 09:15 UTC",
        ],
    )
    assert second.status is RunStatus.DONE
    assert arrived(office) == book


@pytest.mark.parametrize("minutes", [5, 1_440])
def test_import_goes_on_when_it_was_said(office: Office, clock: FrozenClock, minutes: int) -> None:
    """Be that later than the next interval, or earlier."""
    fill(office, 40)
    allow(office, 60)
    office.settings(active=True, interval_minutes=minutes)

    run = office.run()

    assert run.resume_at == clock.now() + HOUR
    assert office.installation.timetable.next_import_at(NAME) == run.resume_at
