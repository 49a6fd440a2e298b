"""One connection, one worker."""

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from taskforce.adapters.store.holders import Holder
from taskforce.adapters.store.leases import DURATION, Lease, LeaseHeldUntil, acquire, release
from taskforce.adapters.store.models import Connection, LeaseRow
from taskforce.adapters.store.stores import DjangoStores
from taskforce.errors import LeaseLost
from taskforce.testing.clock import FrozenClock
from tests.support.child import KILL, run_child, start_child
from tests.support.store import clean, new_connection

NOON = FrozenClock().now()
HERE = Holder.this_process()
ELSEWHERE = Holder(host="other", boot_id="other boot", process_id=1, process_started=1)

TAKES_THE_LEASE = """
from taskforce.adapters.store.holders import Holder
from taskforce.adapters.store.leases import acquire
from taskforce.adapters.store.models import Connection
from taskforce.testing.clock import FrozenClock
acquire(Connection.objects.get().pk, Holder.this_process(), FrozenClock().now())
"""

HIDES_OTHERS = """
import ctypes
from taskforce.adapters.store.holders import Holder, is_dead
from taskforce.adapters.store.models import LeaseRow
here, parent, nobody = Holder.this_process(), os.getppid(), 2**22 + 1
libc, own_mounts, private = ctypes.CDLL(None), 0x20000, 0x44000
if libc.unshare(own_mounts) or libc.mount(b"", b"/", None, private, None):
    raise SystemExit(77)
if libc.mount(b"proc", b"/proc", b"proc", 0, b"hidepid=2"):
    raise SystemExit(77)
os.setgroups([])
os.setgid(54321)
os.setuid(54321)
for number in (parent, nobody):
    row = LeaseRow(host=here.host, boot_id=here.boot_id, process_id=number, process_started=1)
    print(Path(f"/proc/{number}").exists(), is_dead(row, here))
"""


@pytest.fixture
def row() -> Iterator[Connection]:
    """A connection that nobody works on."""
    yield new_connection()
    clean()


def ends_at() -> datetime | None:
    """When the lease ends, by the database."""
    return LeaseRow.objects.get().expires_at


def test_lease_is_held_against_others_until_it_ends(row: Connection) -> None:
    """Whoever comes in between is told when; afterwards it is free, with a higher number."""
    first = acquire(row.pk, ELSEWHERE, NOON)

    with pytest.raises(LeaseHeldUntil) as held:
        acquire(row.pk, HERE, NOON + DURATION - timedelta(seconds=1))
    second = acquire(row.pk, HERE, NOON + DURATION)

    assert held.value.until == NOON + timedelta(seconds=60)
    assert str(held.value) == (
        "Another import of this connection is under way. Wait until it has ended; taskforce runs shows it."
    )
    assert (first.fencing, second.fencing) == (1, 2)


def test_living_process_keeps_its_lease(row: Connection) -> None:
    """Also against another run of the same process."""
    acquire(row.pk, HERE, NOON)

    with pytest.raises(LeaseHeldUntil):
        acquire(row.pk, HERE, NOON)


def test_lease_of_a_killed_process_is_taken_at_once(row: Connection) -> None:
    """Nobody waits a minute for a process that is no more."""
    assert run_child(TAKES_THE_LEASE + KILL) == (-9, "")

    assert acquire(row.pk, HERE, NOON).fencing == 2


def test_process_that_only_awaits_its_burial_is_dead(row: Connection) -> None:
    """A killed process keeps its number until its parent asks for its end."""
    with start_child(TAKES_THE_LEASE + KILL) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

        assert acquire(row.pk, HERE, NOON).fencing == 2


def test_process_that_got_the_number_of_a_dead_one_has_no_lease(row: Connection) -> None:
    """Numbers of processes come again; the start tells them apart."""
    acquire(row.pk, replace(HERE, process_started=HERE.process_started - 1), NOON)

    assert acquire(row.pk, HERE, NOON).fencing == 2


def test_paused_process_keeps_its_lease(row: Connection) -> None:
    """It may wake up: only the end of the lease sets it free."""
    with start_child(TAKES_THE_LEASE + "os.kill(os.getpid(), signal.SIGSTOP)") as child:
        os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WNOWAIT)
        try:
            with pytest.raises(LeaseHeldUntil):
                acquire(row.pk, HERE, NOON)
        finally:
            child.send_signal(signal.SIGKILL)


@pytest.mark.parametrize(
    "elsewhere", [replace(HERE, host="other"), replace(HERE, boot_id="other boot, or another container")]
)
def test_process_that_cannot_be_seen_from_here_may_live(row: Connection, elsewhere: Holder) -> None:
    """On another machine, before a reboot or in another container its number says nothing."""
    acquire(row.pk, replace(elsewhere, process_started=1), NOON)

    with pytest.raises(LeaseHeldUntil):
        acquire(row.pk, HERE, NOON)


def test_released_lease_is_free(row: Connection) -> None:
    """The next one need not wait; the number grows all the same."""
    release(acquire(row.pk, ELSEWHERE, NOON))

    assert acquire(row.pk, HERE, NOON).fencing == 2


def test_late_release_takes_nothing_from_the_new_holder(row: Connection) -> None:
    """Whoever lost the lease gives nothing back."""
    old = acquire(row.pk, ELSEWHERE, NOON)
    acquire(row.pk, HERE, NOON + DURATION)

    release(old)

    with pytest.raises(LeaseHeldUntil):
        acquire(row.pk, ELSEWHERE, NOON + DURATION)


def stores_of(row: Connection, clock: FrozenClock) -> tuple[DjangoStores, Lease]:
    """Stores with their lease."""
    lease = acquire(row.pk, HERE, clock.now())
    return DjangoStores(row, clock.now, lease=lease), lease


@pytest.mark.parametrize(("seconds", "ends"), [(20, 60), (21, 81)])
def test_lease_is_renewed_when_a_third_of_it_is_over(row: Connection, seconds: int, ends: int) -> None:
    """By whatever the run stores."""
    clock = FrozenClock()
    stores, lease = stores_of(row, clock)
    clock.advance(timedelta(seconds=seconds))

    with stores.transaction():
        pass

    assert ends_at() == lease.expires_at == NOON + timedelta(seconds=ends)


def test_look_before_a_request_renews_too(row: Connection) -> None:
    """A run that only sends keeps its lease."""
    clock = FrozenClock()
    stores, _ = stores_of(row, clock)
    clock.advance(timedelta(seconds=40))

    stores.check_lease()

    assert ends_at() == clock.now() + DURATION


def test_renewal_that_was_taken_back_is_repeated(row: Connection) -> None:
    """A transaction that failed renewed nothing, and the run knows."""
    clock = FrozenClock()
    stores, lease = stores_of(row, clock)
    clock.advance(timedelta(seconds=30))
    with pytest.raises(KeyError), stores.transaction():
        raise KeyError

    after_failure = (ends_at(), lease.expires_at)
    stores.check_lease()

    assert after_failure == (NOON + DURATION, NOON + DURATION)
    assert ends_at() == clock.now() + DURATION


def test_worker_may_go_on_after_its_lease_ended_if_nobody_took_it(row: Connection) -> None:
    """A page that took two minutes is no reason to stop."""
    clock = FrozenClock()
    stores, _ = stores_of(row, clock)
    clock.advance(timedelta(minutes=2))

    stores.check_lease()

    assert ends_at() == clock.now() + DURATION


def test_lost_lease_is_noticed_before_a_request(row: Connection) -> None:
    """Another worker has taken over: nothing is sent."""
    clock = FrozenClock()
    stores, _ = stores_of(row, clock)
    clock.advance(DURATION)
    acquire(row.pk, ELSEWHERE, clock.now())

    with pytest.raises(LeaseLost):
        stores.check_lease()


@pytest.mark.skipif(not sys.platform.startswith("linux") or os.geteuid() != 0, reason="only root can hide processes")
def test_process_that_is_hidden_is_not_taken_for_dead() -> None:
    """Where processes of others are hidden (hidepid, ProtectProc), a living worker's lease was taken once."""
    status, said = run_child(HIDES_OTHERS)
    if status == 77:
        pytest.skip("this machine lets nobody hide processes")

    assert (status, said) == (0, "False False\nFalse True\n")
