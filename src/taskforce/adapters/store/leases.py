"""The right to run one connection: one holder at a time, with a fencing number that only grows (protocol 2)."""

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psutil
from django.db import transaction

from taskforce.adapters.store.models import LeaseRow
from taskforce.errors import LeaseHeld, LeaseLost

DURATION = timedelta(seconds=60)
RENEW_AFTER = DURATION / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A process, told apart from a later one with the same number by its start and the machine's boot."""

    host: str
    boot_id: str
    process_id: int
    process_started: float

    @classmethod
    def this_process(cls) -> "Holder":
        """Whoever asks."""
        process = psutil.Process()
        return cls(
            host=socket.gethostname(),
            boot_id=_boot_id(),
            process_id=os.getpid(),
            process_started=process.create_time(),
        )


@dataclass(slots=True, kw_only=True)
class Lease:
    """Held until `expires_at`, and renewed by whatever the run stores."""

    connection_id: int
    fencing: int
    expires_at: datetime

    def check(self, now: datetime) -> None:
        """Inside a transaction: still ours? Raises LeaseLost if another worker has taken over. Renews in time."""
        rows = LeaseRow.objects.filter(connection_id=self.connection_id, fencing=self.fencing)
        if self.expires_at - now < DURATION - RENEW_AFTER:
            is_ours = rows.update(expires_at=now + DURATION) == 1
            self.expires_at = now + DURATION
        else:
            is_ours = rows.exists()
        if not is_ours:
            raise LeaseLost(
                "Another worker has taken over this connection, so this one stopped.",
                mend="Nothing to do: the other one goes on.",
            )


def acquire(connection_id: int, holder: Holder, now: datetime) -> Lease:
    """Take the lease, if nobody holds it, its time is over, or its holder on this machine has died.

    Raises LeaseHeld otherwise.
    """
    with transaction.atomic():
        LeaseRow.objects.get_or_create(connection_id=connection_id)
        row = LeaseRow.objects.select_for_update().get(connection_id=connection_id)
        if row.expires_at is not None and row.expires_at > now and not _is_dead(row, holder):
            raise LeaseHeld(
                "Another import of this connection is under way.",
                mend="Wait until it has ended; taskforce runs shows it.",
            )
        row.fencing += 1
        row.host, row.boot_id = holder.host, holder.boot_id
        row.process_id, row.process_started = holder.process_id, holder.process_started
        row.expires_at = now + DURATION
        row.save()
    return Lease(connection_id=connection_id, fencing=row.fencing, expires_at=now + DURATION)


def release(lease: Lease) -> None:
    """Give it back; nothing happens if another worker holds it by now."""
    LeaseRow.objects.filter(connection_id=lease.connection_id, fencing=lease.fencing).update(expires_at=None)


def _is_dead(row: LeaseRow, asking: Holder) -> bool:
    """The holder ran on this machine, since or before its last boot, and does not run any more."""
    if row.host != asking.host:
        return False
    if row.boot_id != asking.boot_id:
        return True
    try:
        started = psutil.Process(row.process_id).create_time()
    except psutil.NoSuchProcess:
        return True
    return abs(started - row.process_started) > 1


def _boot_id() -> str:
    """Names this boot of the machine; where the system does not tell, the time of the boot does."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return str(int(psutil.boot_time()))
