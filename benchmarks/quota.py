"""A first load below Autotask's request limit, in simulated time: when it ends, beside the earliest it could.

    python -m benchmarks.quota ACCOUNTS CONTACTS [LIMIT] [OTHERS] [THREADS]

Real adapters, real store, both simulators in this process. Autotask takes 0.4 s for an answer; LIMIT requests an hour
(10,000), of which other integrations have made OTHERS (3,000) in every hour; Taskforce keeps all together below the
half. Nobody waits: time moves to the next answer once THREADS (2) await one, or nobody else has come in a little while;
4 are right as long as companies are written, and slow after that. What computing takes is not counted. Prints one line
of JSON.
"""

import json
import os
import re
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from taskforce.adapters.autotask.client import AutotaskClient
from taskforce.adapters.autotask.credentials import AutotaskCredentials
from taskforce.adapters.autotask.error_map import Effect
from taskforce.adapters.http.addresses import Addresses
from taskforce.adapters.http.client import HttpClient
from taskforce.adapters.salesforce.client import SalesforceClient
from taskforce.adapters.salesforce.credentials import SalesforceCredentials
from taskforce_simulators.core.clock import SimulatedClock
from taskforce_simulators.serving import InProcessPair, in_process_pair

NAME = "bench"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SERVICE = timedelta(seconds=0.4)
SHARE = 0.5
THREADS_AN_ENDPOINT, ENDPOINTS = 3, 2
BESIDE = 12
"""Requests that any first load needs beside its creations: metadata 6, the user-defined fields 3, what is there 2, and
one look at the use."""

GRACE = 0.03
"""Real seconds after which nobody else is going to wait as well."""

HERE = Addresses(("*.example",))


class Together:
    """The time of all, which stands still while anybody computes; implements `engine.ports.Clock`."""

    def __init__(self, vendors: Sequence[SimulatedClock]) -> None:
        self._now, self._vendors = START, vendors
        self._changed = threading.Condition()
        self._waiting: list[datetime] = []
        self.at_once = 1
        for clock in vendors:
            clock.freeze(START)

    def now(self) -> datetime:
        """The same everywhere."""
        return self._now

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return self._now.timestamp()

    def sleep(self, duration: timedelta) -> None:
        """Nobody waits."""
        with self._changed:
            self._move(self._now + duration)

    def answer_after(self, duration: timedelta) -> None:
        """An answer takes so long; until then the other threads may send."""
        with self._changed:
            until = self._now + duration
            self._waiting.append(until)
            self._changed.notify_all()
            while self._now < until:
                if self._is_alone() or not self._changed.wait(GRACE):
                    self._move(min((each for each in self._waiting if each > self._now), default=self._now))
            self._waiting.remove(until)

    def _is_alone(self) -> bool:
        """Nobody computes: every thread that sends waits for an answer."""
        return sum(each > self._now for each in self._waiting) >= self.at_once

    def _move(self, moment: datetime) -> None:
        for clock in self._vendors:
            clock.advance(moment - self._now)
        self._now = moment
        self._changed.notify_all()


class Foreseen:
    """What runs say of the end of all, and when; implements `engine.job.Progress`."""

    def __init__(self, clock: Together) -> None:
        self._clock = clock
        self._said: list[tuple[datetime, datetime]] = []

    def phase(self, name: str, total: int | None = None) -> None:
        """Nothing."""

    def advance(self, count: int) -> None:
        """Nothing."""

    def say(self, sentence: str) -> None:
        """Keep what is a forecast."""
        found = re.search(r"written at about (.{16}) UTC", sentence)
        if found:
            at = datetime.strptime(f"{found[1]} +0000", "%Y-%m-%d %H:%M %z")
            self._said.append((self._clock.now(), at))

    def most_off(self, end: datetime) -> float | None:
        """The most by which it was off from the first tenth on, as a share of all the time; None if nothing was said.

        What was said last counts until the next is said.
        """
        tenth = START + (end - START) / 10
        standing = [said for said in self._said if said[0] <= tenth][-1:] + [s for s in self._said if s[0] > tenth]
        return max((abs(foreseen - end) / (end - START) for _, foreseen in standing), default=None)


def earliest_end(calls: int, an_hour: int) -> timedelta:
    """When so many requests can be done: as fast as six threads are answered, and no more than that in any hour."""
    full, rest = divmod(calls - 1, an_hour)
    return full * HOUR + (rest + 1) * SERVICE / (THREADS_AN_ENDPOINT * ENDPOINTS)


def most_in_an_hour(times: Sequence[datetime]) -> int:
    """Of any rolling hour."""
    window: deque[datetime] = deque()
    most = 0
    for at in times:
        window.append(at)
        while window[0] <= at - HOUR:
            window.popleft()
        most = max(most, len(window))
    return most


@contextmanager
def opened(pair: InProcessPair, clock: Together) -> Iterator[Any]:
    """An installation that reaches the simulators without sockets, and sends as many requests at once as usual."""
    from taskforce.bootstrap import open_installation

    with open_installation(clock) as here:
        here._systems = _near(pair, here._box, clock)  # noqa: SLF001 - as the tests' trial installation does
        yield here


def _near(pair: InProcessPair, box: Any, clock: Together) -> Any:
    """Its clients; models can be imported only now that the database is open."""
    from taskforce.systems import Pair, Systems, only_reads

    class Near(Systems):
        @contextmanager
        def clients(
            self, config: Any, *, connection_id: int | None, may_send: Callable[[Effect], bool] = only_reads
        ) -> Iterator[Pair]:
            near = HttpClient(system="Salesforce", addresses=HERE, transport=pair.salesforce_transport)
            far = HttpClient(system="Autotask", addresses=HERE, transport=pair.autotask_transport)
            with near, far:
                login = SalesforceCredentials(**config.salesforce.model_dump(mode="json"))
                key = AutotaskCredentials(**config.autotask.model_dump(mode="json"))
                tokens = self._tokens(connection_id, "salesforce")
                yield Pair(
                    salesforce=SalesforceClient(login, near, tokens),
                    autotask=AutotaskClient(key, far, at_once=config.settings.autotask_at_once, may_send=may_send),
                )

    return Near(box, clock, ())


def load(accounts: int, contacts: int, limit: int, others: int, threads: int) -> dict[str, object]:
    """Import until all is done, going on whenever it was said, and look when that was."""
    waiting: list[Callable[[timedelta], None]] = []
    with in_process_pair("empty", accounts=accounts, contacts=contacts, wait=lambda span: waiting[0](span)) as pair:
        clock = Together([pair.salesforce.clock, pair.autotask.clock])
        waiting.append(clock.answer_after)
        pair.autotask.change_settings(
            {"request_limit": limit, "other_use": others, "service_time_seconds": SERVICE.total_seconds()}
        )
        with opened(pair, clock) as here:
            runs = _run_to_the_end(pair, clock, here, foreseen := Foreseen(clock), threads)
        entries = [each for each in pair.autotask.journal.entries() if each.counted]
    creations = accounts + contacts
    took, bound = clock.now() - START, earliest_end(creations + BESIDE, int(SHARE * limit) - others)
    return {
        "creations": creations,
        "created": sum(each.operation == "create" for each in entries),
        "hours": took / HOUR,
        "bound_hours": bound / HOUR,
        "ratio": took / bound,
        "forecast_off": foreseen.most_off(clock.now()),
        "runs": len(runs),
        "calls": len(entries),
        "looks": sum(each.operation == "threshold" for each in entries),
        "mark": int(SHARE * limit),
        "peak_use": most_in_an_hour([each.at for each in entries]) + others,
    }


def _run_to_the_end(pair: InProcessPair, clock: Together, here: Any, foreseen: Any, threads: int) -> Sequence[Any]:
    from taskforce.connection_config import ConnectionConfig
    from taskforce.domain.run import RunStatus

    here.book.add(NAME, ConnectionConfig.parse(json.dumps(pair.connection())), by_operator=True)
    runs: list[Any] = []
    while not runs or runs[-1].status is RunStatus.TO_BE_CONTINUED:
        if runs:
            clock.sleep(runs[-1].resume_at - clock.now())
        clock.at_once = threads
        runs.append(here.run_import(NAME, progress=foreseen, should_stop=lambda: False))
    if runs[-1].status is not RunStatus.DONE:
        raise SystemExit(f"{runs[-1].status}: {runs[-1].message}")
    return runs


def main() -> None:
    """One load."""
    given = [int(each) for each in sys.argv[1:]]
    accounts, contacts = given[:2]
    limit, others, threads = (*given[2:], *(10_000, 3_000, 2)[len(given) - 2 :])
    with tempfile.TemporaryDirectory(prefix="taskforce-benchmark-") as home:
        os.environ.update(TASKFORCE_HOME=home, TASKFORCE_LOG_LEVEL="WARNING")
        print(json.dumps(load(accounts, contacts, limit, others, threads)), flush=True)


if __name__ == "__main__":
    main()
