"""A worker dies or falls asleep in the middle of an import, and another one takes over: nothing twice, nothing lost."""

import os
import signal
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from django.db import transaction

from taskforce.adapters.store.models import IntentRow
from taskforce.bootstrap import open_installation
from taskforce.domain.records import Entity
from taskforce.domain.run import RunStatus
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

WAITING = 5
"""Requests sent or ready to be sent when the worker can do nothing but wait for those that are held up."""

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
