"""Failed attempts to sign in, shared by every process that serves the pages."""

import hashlib
from datetime import datetime, timedelta

from taskforce.adapters.store.models import AuditRow, FailureRow
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.audit import Deed
from taskforce.domain.throttling import (
    FORGOTTEN_AFTER,
    FREE,
    FREE_OF_ADDRESS,
    FREE_OF_NAME,
    LONGEST_WAIT_OF_NAME,
    wait_for,
)


@tells_trouble
class Failures:
    """Remembers failures for as long as they count; a name that was typed is kept as its digest only."""

    def wait(self, username: str, address: str, now: datetime) -> timedelta:
        """How long this name has to wait at this address."""
        waits = [
            wait_for(self._of(_both(username, address), now), now, free=FREE),
            wait_for(self._of(_digest(address), now), now, free=FREE_OF_ADDRESS),
        ]
        everywhere = self._of(_name(username), now)
        if len(everywhere) >= FREE_OF_NAME and not _is_known_at(username, address):
            waits.append(wait_for(everywhere, now, free=FREE_OF_NAME, longest=LONGEST_WAIT_OF_NAME))
        return max(waits)

    def add(self, username: str, address: str, now: datetime) -> None:
        """One more; those that count no longer are forgotten."""
        FailureRow.objects.filter(at__lt=now - FORGOTTEN_AFTER).delete()
        FailureRow.objects.bulk_create(
            [FailureRow(subject=each, at=now) for each in (_both(username, address), _digest(address), _name(username))]
        )

    def forget(self, username: str, address: str) -> None:
        """Whoever it was has signed in."""
        FailureRow.objects.filter(subject=_both(username, address)).delete()

    def _of(self, subject: str, now: datetime) -> list[datetime]:
        rows = FailureRow.objects.filter(subject=subject, at__gte=now - FORGOTTEN_AFTER)
        return list(rows.values_list("at", flat=True))


def _is_known_at(username: str, address: str) -> bool:
    """Whether this name has signed in from there before, as the audit tells."""
    return AuditRow.objects.filter(deed=Deed.SIGNED_IN, who=username.strip(), origin=address).exists()


def _name(username: str) -> str:
    return _digest(f"{username.strip()}\n")


def _both(username: str, address: str) -> str:
    return _digest(f"{username.strip()}\n{address}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
