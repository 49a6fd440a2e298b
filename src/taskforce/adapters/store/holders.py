"""The processes that hold leases, told apart, and whether they still live."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

import psutil

from taskforce.adapters.store.models import LeaseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A process, told apart from a later one with the same number by its start.

    Processes can look at each other only with the same `host` and `boot_id`, which names the machine's boot and, where
    there are containers, the space of process numbers.
    """

    host: str
    boot_id: str
    process_id: int
    process_started: float

    @classmethod
    def this_process(cls) -> "Holder":
        """Whoever asks."""
        process_id = os.getpid()
        return cls(
            host=socket.gethostname(),
            boot_id=_boot_id(),
            process_id=process_id,
            process_started=_start_of(process_id) or 0,
        )


def is_dead(row: LeaseRow, asking: Holder) -> bool:
    """Whether its holder ran where `asking` runs, and does not run any more."""
    if (row.host, row.boot_id) != (asking.host, asking.boot_id):
        return False
    return _start_of(row.process_id) != row.process_started and not _is_hidden(row.process_id)


def _is_hidden(process_id: int) -> bool:
    """Whether there is such a process, of which Linux shows this one nothing: hidepid, or systemd's ProtectProc."""
    if not Path("/proc/self").exists() or Path(f"/proc/{process_id}").exists():
        return False
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _start_of(process_id: int) -> float | None:
    """When a process began, in a unit of the system's own; None when there is none, or only its remains.

    Linux tells clock ticks since the boot, which no correction of the clock moves.
    """
    try:
        status = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return _start_by_psutil(process_id)
    fields = status.rpartition(")")[2].split()
    return None if fields[0] in ("Z", "X") else float(fields[19])


def _start_by_psutil(process_id: int) -> float | None:
    try:
        return psutil.Process(process_id).create_time()
    except psutil.NoSuchProcess:
        return None


def _boot_id() -> str:
    """Names this boot of the machine and the space of process numbers; else the time of the boot does."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return str(int(psutil.boot_time()))
