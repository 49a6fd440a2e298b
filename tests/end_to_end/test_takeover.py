"""A worker dies or falls asleep in the middle of an import, and another one takes over: nothing twice, nothing lost."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from django.db import transaction

from taskforce.adapters.store.models import IntentRow, LeaseRow
from taskforce.bootstrap import open_installation
from taskforce.domain.records import Entity
from taskforce.domain.run import Run, RunStatus
from taskforce.engine.applying import BUNCH
from taskforce.engine.stores import IntentState
from taskforce.installation import Installation
from taskforce_simulators.serving import RunningPair
from tests.end_to_end.cli.gate import Gate, gate_before, send_through
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.shifted_clock import VARIABLE, ShiftedClock
from tests.support.child import start_child

NAMES = [f"Company {number:02}" for number in range(12)]
HELD_UP = tuple(b'"companyName":"Company 0%d"' % number for number in (3, 4))
"""As many creates as are under way at once."""

WAITING = BUNCH
"""Intents whose end is not stored when the worker can do nothing but wait for those that are held up."""

LONGEST = 60
"""Seconds after which a test has failed."""

IMPORTS = f"""
from taskforce.bootstrap import open_installation
from taskforce.testing.progress import SilentProgress
from tests.end_to_end.shifted_clock import VARIABLE, ShiftedClock
with open_installation(ShiftedClock(Path(os.environ[VARIABLE]))) as installation:
    run = installation.run_import({NAME!r}, progress=SilentProgress(), should_stop=lambda: False)
    print(run.status.value, run.message, sep=": ")
"""

WORKS = """
import socket
from taskforce.bootstrap import open_installation
from taskforce.serving import serve
from taskforce.testing.progress import SilentProgress
from tests.end_to_end.shifted_clock import VARIABLE, ShiftedClock
socket.gethostname = lambda: os.environ["HOST"]
with open_installation(ShiftedClock(Path(os.environ[VARIABLE]))) as installation:
    serve(installation, progress=SilentProgress(), should_stop=Path(os.environ["STOP"]).exists)
"""
"""A worker on a machine of its own, as far as anybody can tell."""


@pytest.fixture
def clock(tmp_path: Path) -> ShiftedClock:
    """What time it is for all workers."""
    return ShiftedClock(tmp_path / "clock")


@pytest.fixture
def office(installation: Installation, pair: RunningPair, clock: ShiftedClock) -> Iterator[Office]:
    """A dozen accounts to be created; `installation` forgets what is stored."""
    del installation
    with open_installation(clock) as here:
        office = Office(pair, here)
        for name in NAMES:
            office.account(Name=name)
        yield office


@pytest.fixture
def gate(pair: RunningPair, office: Office) -> Iterator[Gate]:
    """The way to Autotask, where the answers to some creates are held up."""
    with gate_before(int(pair.autotask_url.rpartition(":")[2])) as gate:
        send_through(gate, office)
        gate.shut(*HELD_UP, holds_answer=True)
        yield gate


@pytest.fixture
def worker(clock: ShiftedClock, gate: Gate) -> "Iterator[subprocess.Popen[str]]":
    """Another process in the middle of an import: Autotask made companies, the answers are on their way."""
    with start_child(IMPORTS, **{VARIABLE: clock.file}) as child:
        for _ in HELD_UP:
            gate.wait()
        wait_until_it_only_waits()
        yield child
        child.kill()


def wait_until_it_only_waits() -> None:
    """A process that is stopped while it writes keeps everybody else from writing: SQLite has one writer."""
    for _ in range(LONGEST * 100):
        if IntentRow.objects.filter(state=IntentState.SENT).count() == WAITING:
            with transaction.atomic():  # its last write has ended when somebody else may write
                return
        Event().wait(0.01)
    raise AssertionError("it never had so much on its way")


def test_a_worker_that_was_asleep_sends_nothing_more(
    office: Office, gate: Gate, worker: "subprocess.Popen[str]", clock: ShiftedClock
) -> None:
    """It wakes up after another one took over, with requests of its own still waiting to be sent."""
    worker.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, worker.pid, os.WSTOPPED | os.WNOWAIT)
    clock.let_pass(timedelta(seconds=61))

    run = office.run()
    before = (office.mark(), sorted(str(each["companyName"]) for each in office.companies()))
    gate.open()
    worker.send_signal(signal.SIGCONT)
    said, _ = worker.communicate()

    assert run.status is RunStatus.DONE
    assert before == (office.mark(), NAMES)
    assert said.startswith("could_not_run: Another worker has taken over this connection, so this one stopped.")
    assert (office.run().counts[Entity.COMPANY].created, IntentRow.objects.count()) == (0, 0)


def test_a_worker_that_died_is_followed_at_once(office: Office, gate: Gate, worker: "subprocess.Popen[str]") -> None:
    """Nobody waits for its lease; what it had done is counted, and what it had on its way is found."""
    worker.kill()
    worker.wait()
    gate.open()

    run = office.run()

    dead = office.installation.history.runs(NAME, limit=9)[1]
    assert run.status is RunStatus.DONE
    assert (dead.status, dead.counts[Entity.COMPANY].created) == (RunStatus.TO_BE_CONTINUED, 5)
    assert sorted(str(each["companyName"]) for each in office.companies()) == NAMES
    assert not IntentRow.objects.filter(state=IntentState.SENT).exists()


def test_several_workers_and_one_of_them_dies(office: Office, gate: Gate, clock: ShiftedClock, tmp_path: Path) -> None:
    """On machines of their own: one imports, and when its lease is over another one goes on; nothing twice."""
    stop, hosts = tmp_path / "stop", ("north", "south", "west")
    office.settings(active=True, interval_minutes=20)
    clock.let_pass(timedelta(minutes=20))
    with ExitStack() as closing:
        workers = {
            host: closing.enter_context(start_child(WORKS, HOST=host, STOP=stop, **{VARIABLE: clock.file}))
            for host in hosts
        }
        closing.callback(stop.touch)
        for _ in HELD_UP:
            gate.wait()
        wait_until_it_only_waits()
        first = LeaseRow.objects.get().host
        workers[first].kill()
        workers[first].wait()
        gate.open()
        killed_at = clock.now()
        clock.let_pass(timedelta(seconds=30))
        before = [run.status for run in office.installation.history.runs(NAME, limit=9)]
        clock.let_pass(timedelta(seconds=30))
        done = wait_for_a_run_that_is_done(office.installation)

    second = LeaseRow.objects.get().host
    assert before == [RunStatus.RUNNING]
    assert [run.status for run in office.installation.history.runs(NAME, limit=9)] == [
        RunStatus.DONE,
        RunStatus.TO_BE_CONTINUED,
    ]
    assert second in hosts
    assert second != first
    assert done.started_at - killed_at <= timedelta(seconds=65)
    assert sorted(str(each["companyName"]) for each in office.companies()) == NAMES


def wait_for_a_run_that_is_done(installation: Installation) -> Run:
    """The latest, when it is."""
    for _ in range(LONGEST * 20):
        (latest, *_) = installation.history.runs(NAME, limit=1)
        if latest.status is RunStatus.DONE:
            return latest
        Event().wait(0.05)
    raise AssertionError("no import was done")
