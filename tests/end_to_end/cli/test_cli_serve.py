"""`taskforce serve`: active connections are imported on time, until somebody asks it to stop."""

import re
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from taskforce import serving
from taskforce.adapters.store.holders import Holder
from taskforce.adapters.store.leases import DURATION, acquire, release
from taskforce.adapters.store.models import Connection, IntentRow, LeaseRow
from taskforce.bootstrap import open_installation
from taskforce.connection_config import ConnectionConfig
from taskforce.domain.records import Entity
from taskforce.domain.run import RunKind, RunStatus
from taskforce.engine.stores import IntentState
from taskforce.installation import Installation
from taskforce.serving import Imports
from taskforce.testing.clock import FrozenClock
from taskforce.testing.notifier import RecordedNotifier
from taskforce.testing.workers import on_the_spot
from taskforce_simulators.serving import RunningPair
from tests.end_to_end.cli.desk import Desk, ending, next_line
from tests.end_to_end.cli.gate import Gate, send_through
from tests.end_to_end.office import COMPANY_ID_FIELD, NAME, Office, SilentProgress, udf
from tests.support.store import new_connection

BEGIN = FrozenClock().now()
ONE_MINUTE = {"active": True, "interval_minutes": 1}
LONGEST = 60
"""Seconds after which a test has failed."""


@pytest.fixture
def clock() -> FrozenClock:
    """Moves on by the waits of `serve` only."""
    return FrozenClock()


@pytest.fixture
def served(clock: FrozenClock, installation: Installation) -> Iterator[Installation]:
    """An installation whose time is the frozen clock's; `installation` forgets what it stores."""
    del installation
    with open_installation(clock) as opened:
        yield opened


class Listener(SilentProgress):
    """Keeps what is said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, sentence: str) -> None:
        """Something to know."""
        self.said.append(sentence)


def serve(installation: Installation, clock: FrozenClock, *, seconds: int) -> list[str]:
    """Serve for so long; what was said meanwhile."""
    end, listener = clock.now() + timedelta(seconds=seconds), Listener()
    serving.serve(installation, progress=listener, should_stop=lambda: clock.now() >= end, start=on_the_spot)
    return listener.said


def starts(installation: Installation, name: str = NAME) -> list[float]:
    """When the runs of a connection began, in seconds after the beginning."""
    return sorted((run.started_at - BEGIN).total_seconds() for run in installation.history.runs(name, limit=99))


def another_connection(pair: RunningPair) -> ConnectionConfig:
    """One that cannot sign in to Autotask."""
    autotask = {**pair.autotask.credentials(), "url": pair.autotask_url, "username": "another@northlight.example"}
    return ConnectionConfig.of({**pair.connection(), "autotask": autotask, "settings": ONE_MINUTE})


def test_an_active_connection_is_imported_at_its_interval(
    served: Installation, clock: FrozenClock, pair: RunningPair
) -> None:
    """The first import comes an interval after it became active, the others an interval after the one before."""
    office = Office(pair, served)
    office.settings(**ONE_MINUTE)
    account = office.account()

    said = serve(served, clock, seconds=150)

    assert (said, starts(served)) == ([], [60, 120])
    assert office.company_of(account)["companyName"] == "Birch Dental"


def test_a_reconciliation_takes_the_place_of_an_import_when_it_is_due(
    served: Installation, clock: FrozenClock, pair: RunningPair
) -> None:
    """A day after the connection became active, then a day after the last one; imports go on in between."""
    office = Office(pair, served)
    office.settings(**ONE_MINUTE, reconcile_days=1)
    clock.advance(timedelta(days=1))
    serve(served, clock, seconds=90)
    clock.advance(timedelta(days=1))
    serve(served, clock, seconds=30)

    kinds = [run.kind for run in reversed(served.history.runs(NAME, limit=9))]
    assert kinds == [RunKind.RECONCILIATION, RunKind.IMPORT, RunKind.RECONCILIATION]


def test_an_inactive_connection_is_left_alone(served: Installation, clock: FrozenClock, pair: RunningPair) -> None:
    """Nothing is imported until it is active, and then an interval later."""
    office = Office(pair, served)
    office.settings(interval_minutes=1)
    serve(served, clock, seconds=150)
    before = starts(served)

    office.settings(active=True)
    serve(served, clock, seconds=100)

    assert (before, starts(served)) == ([], [210])


def test_an_import_by_hand_puts_the_next_one_off(served: Installation, clock: FrozenClock, pair: RunningPair) -> None:
    """An interval lies between any two imports."""
    office = Office(pair, served)
    office.settings(**ONE_MINUTE)
    clock.advance(timedelta(seconds=40))
    office.run()

    serve(served, clock, seconds=70)

    assert starts(served) == [40, 100]


def test_a_connection_that_cannot_run_stops_no_other(
    served: Installation, clock: FrozenClock, pair: RunningPair
) -> None:
    """Each is imported at its own time, and what is wrong is in the history."""
    office = Office(pair, served)
    office.settings(**ONE_MINUTE)
    served.book.add("another", another_connection(pair))
    office.account()

    serve(served, clock, seconds=70)

    runs = {name: served.history.runs(name, limit=9) for name in ("another", NAME)}
    assert {name: [run.status for run in found] for name, found in runs.items()} == {
        "another": [RunStatus.COULD_NOT_RUN],
        NAME: [RunStatus.DONE],
    }


@pytest.mark.parametrize(("at_once", "is_sign"), [(0, False), (1, True)])
def test_pages_without_a_worker_do_not_pass_for_one(
    served: Installation, clock: FrozenClock, at_once: int, is_sign: bool
) -> None:
    """With `--no-worker` alone imports were called looked after, and nobody heard of workers that had gone."""
    signs: list[datetime | None] = []

    def should_stop() -> bool:
        signs.append(served.health.beaten_at())
        return len(signs) > 2

    serving.serve(served, progress=Listener(), should_stop=should_stop, start=on_the_spot, at_once=at_once)

    assert [sign is not None for sign in signs] == [False, is_sign, is_sign]
    assert served.health.beaten_at() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(desk: Desk, number: signal.Signals) -> None:
    """Status 0, and lines at the beginning that say what it does, where the pages are, and how to get in."""
    with desk.start("serve") as process:
        lines = [next_line(process.stderr) for _ in range(4)]
        process.send_signal(number)
        said = ending(process)

    first, second, third, fourth = lines
    assert first == "Taskforce is serving. Active connections are imported at their interval; Ctrl-C ends it."
    assert second.startswith("The pages: http://127.0.0.1:")
    assert re.fullmatch(r"Nobody can sign in yet: open them and give the code [A-Z2-7]{4}(-[A-Z2-7]{4}){3}", third)
    no_mail = "No mail server is set, so nobody is told anything by mail."
    assert fourth == f"{no_mail} Set one under Admin › Mail, or by taskforce mail set."
    assert (said.status, said.out, said.told) == (0, "", [])


def test_a_signal_in_the_middle_of_an_import(desk: Desk, served: Installation, pair: RunningPair, gate: Gate) -> None:
    """What was due long ago is imported at once; the import ends in order, and `serve` with status 0."""
    office = Office(pair, served)
    send_through(gate, office)
    office.settings(**ONE_MINUTE)
    names = [f"Company {number:02}" for number in range(30)]
    for name in names:
        office.account(Name=name)
    gate.shut(b"Company 03")

    with desk.start("serve") as process:
        gate.wait()
        process.send_signal(signal.SIGTERM)
        gate.open()
        said = ending(process)

    (run,) = served.history.runs(NAME, limit=9)
    assert (said.status, said.is_tidy, run.status) == (0, True, RunStatus.CANCELLED)
    assert run.counts[Entity.COMPANY].created == len(office.companies()) < len(names)
    assert desk.run("import", NAME, "--json").document["status"] == "done"
    assert sorted(str(each["companyName"]) for each in office.companies()) == names


def test_a_vendor_that_does_not_answer_does_not_keep_it(
    desk: Desk, served: Installation, pair: RunningPair, gate: Gate
) -> None:
    """It ends within seconds; what was on its way is in doubt, and the next import finds that it was carried out."""
    office = Office(pair, served)
    send_through(gate, office)
    office.settings(**ONE_MINUTE)
    accounts = [office.account(Name=f"Company {number:02}") for number in range(4)]
    gate.shut(b"Company 01", holds_answer=True)

    with desk.start("serve") as process:
        gate.wait()
        asked_at = time.monotonic()
        process.send_signal(signal.SIGTERM)
        said = ending(process)
        took = time.monotonic() - asked_at

    (run,) = served.history.runs(NAME, limit=9)
    states = set(IntentRow.objects.values_list("state", flat=True))
    assert (said.status, said.is_tidy, took < 30) == (0, True, True)
    assert f"{NAME}: an answer was waited for in vain; the next import looks what became of it." in said.told
    assert (run.status, run.finished_at, states) == (RunStatus.TO_BE_CONTINUED, None, {IntentState.IN_DOUBT})
    gate.open()
    assert desk.run("import", NAME, "--json").document["status"] == "done"
    assert sorted(str(udf(each, COMPANY_ID_FIELD)) for each in office.companies()) == sorted(accounts)


def test_one_that_is_imported_elsewhere_holds_up_no_other(desk: Desk, served: Installation, pair: RunningPair) -> None:
    """Somebody imports the first connection elsewhere: that is left alone, and the second is imported."""
    office = Office(pair, served)
    office.settings(**ONE_MINUTE)
    office.account()
    served.book.add("another", another_connection(pair))
    elsewhere = replace(Holder.this_process(), host="elsewhere")
    acquire(Connection.objects.get(name="another").pk, elsewhere, datetime.now(UTC))

    with desk.start("serve") as process:
        for _ in range(LONGEST * 100):
            if [run.status for run in served.history.runs(NAME, limit=9)] == [RunStatus.DONE]:
                break
            Event().wait(0.01)
        process.send_signal(signal.SIGTERM)
        said = ending(process)

    assert (said.status, said.is_tidy, "another:" in said.told) == (0, True, False)
    assert [run.status for run in served.history.runs(NAME, limit=9)] == [RunStatus.DONE]
    assert served.history.runs("another", limit=9) == []


def test_two_that_serve_import_once(served: Installation, clock: FrozenClock, pair: RunningPair) -> None:
    """Both see that an import is due; whoever gets the lease after the other looks again."""
    Office(pair, served).settings(**ONE_MINUTE)
    clock.advance(timedelta(minutes=1))
    workers = [Imports(served, Listener()) for _ in range(2)]

    both = [worker.due(without=(), limit=8) for worker in workers]
    for worker in workers:
        worker.run(NAME, lambda: False)
    after = [worker.due(without=(), limit=8) for worker in workers]

    assert (both, after, starts(served)) == ([[NAME], [NAME]], [[], []], [60])


def test_an_import_that_is_under_way_elsewhere_is_not_waited_for(
    served: Installation, clock: FrozenClock, pair: RunningPair
) -> None:
    """Another worker was quicker by a moment."""
    Office(pair, served).settings(**ONE_MINUTE)
    clock.advance(timedelta(minutes=1))
    listener = Listener()
    late = Imports(served, listener)
    found = late.due(without=(), limit=8)
    other = acquire(Connection.objects.get().pk, replace(Holder.this_process(), host="elsewhere"), clock.now())

    late.run(NAME, lambda: False)

    assert (found, late.due(without=(), limit=8), listener.said, starts(served)) == ([NAME], [], [], [])
    release(other)
    assert late.due(without=(), limit=8) == [NAME]


def test_those_that_take_long_elsewhere_make_room_for_others(
    served: Installation, clock: FrozenClock, pair: RunningPair
) -> None:
    """Where one import is allowed in all workers, a first load of hours keeps nobody waiting; four of them do."""
    Office(pair, served).settings(**ONE_MINUTE)
    served.imports_in_all = 1
    worker, elsewhere = Imports(served, Listener()), replace(Holder.this_process(), host="elsewhere")
    clock.advance(timedelta(minutes=1))
    found = []

    for number in range(4):
        found.append([*worker.due(without=(), limit=8)])
        load = new_connection(f"load-{number}", clock=clock)
        served.stores(load.name).runs.start(RunKind.IMPORT, is_dry_run=False, now=clock.now())
        lease = acquire(load.pk, elsewhere, clock.now())
        found.append([*worker.due(without=(), limit=8)])
        clock.advance(timedelta(minutes=5))
        LeaseRow.objects.filter(expires_at__lte=clock.now()).update(expires_at=clock.now() + DURATION)

    assert found == [[NAME], [], [NAME], [], [NAME], [], [NAME], []]
    assert not worker.due(without=(), limit=8)
    release(lease)
    assert worker.due(without=(), limit=8) == ["load-3"]


def test_another_looks_after_alarms_when_nothing_is_heard_of_the_one_that_does(served: Installation) -> None:
    """Whoever was the first, until it was silent for a minute, or has ended in order; no third one besides."""
    health, begin = served.health, BEGIN

    def leads(holder: str, seconds: int) -> bool:
        return health.beat(holder, begin + timedelta(seconds=seconds))

    first = [leads("first", 0), leads("second", 1), leads("first", 10), leads("second", 69)]
    after_it_died = [leads("second", 70), leads("first", 71), leads("third", 72), leads("second", 80)]
    health.end("second")
    after_the_end = [leads("third", 81), leads("first", 82)]

    assert (first, after_it_died, after_the_end) == (
        [True, False, True, False],
        [True, False, False, True],
        [True, False],
    )


@pytest.mark.parametrize(("deaths", "goes_on"), [(1, [1260.0]), (2, [])])
def test_an_import_whose_worker_died_goes_on(
    served: Installation, clock: FrozenClock, pair: RunningPair, deaths: int, goes_on: list[float]
) -> None:
    """As soon as its lease is over, not an interval later; unless the one before died as well."""
    office = Office(pair, served)
    office.settings(active=True, interval_minutes=20)
    clock.advance(timedelta(minutes=20))
    acquire(served.number(NAME), replace(Holder.this_process(), host="elsewhere"), clock.now())
    for _ in range(deaths):
        served.stores(NAME).runs.start(RunKind.IMPORT, is_dry_run=False, now=clock.now())

    serve(served, clock, seconds=65)

    assert starts(served) == [1200.0] * deaths + goes_on


def test_people_are_told_when_no_import_succeeds(
    desk: Desk, served: Installation, clock: FrozenClock, pair: RunningPair
) -> None:
    """Once, with since when and the mend at the top of the history; and that it is over when one succeeds."""
    office = Office(pair, served)
    office.settings(**ONE_MINUTE, alarm_hours=0.05)
    right = {"autotask": {"secret": pair.connection()["autotask"]["secret"]}}  # type: ignore[index]
    served.book.edit(NAME, {"autotask": {"secret": "wrong"}})
    served.notifier = RecordedNotifier()
    office.account()

    serve(served, clock, seconds=250)
    during = desk.run("notices", NAME, "--json").document
    top = desk.run("runs", NAME).out.splitlines()[0]
    served.book.edit(NAME, right)
    serve(served, clock, seconds=120)
    after = desk.run("notices", NAME, "--json").document

    text, told_at = "No import has succeeded since 2026-03-02 09:00 UTC.", "2026-03-02T09:03:00+00:00"
    assert [(each["kind"], each["text"], each["told_at"], each["over_at"]) for each in during] == [
        ("no_import", text, told_at, None)
    ]
    assert top.startswith(f"! {text} taskforce runs shows how the latest import ended;")
    assert top.endswith("(told 2026-03-02 09:03 UTC)")
    assert [each["over_at"] is None for each in after] == [False]
    assert [notice.over_at is None for _, notice in served.notifier.heard] == [True, False]
    assert "No import has succeeded" not in desk.run("runs", NAME).out
    assert isinstance(desk.run("runs", NAME, "--json").document, list)


def test_notices_of_a_connection_that_nobody_heard_of(desk: Desk, office: Office) -> None:
    """Nothing was told, and an unknown name is refused."""
    assert desk.run("notices", NAME).out.strip() == "Nobody had to be told anything yet."
    assert desk.run("notices", NAME, "--json").document == []
    assert (desk.run("notices", "nobody").status, desk.run("notices", "nobody").is_tidy) == (2, True)
