"""Failed attempts to sign in, shared by every process that serves the pages."""

import hashlib
from datetime import datetime, timedelta

from taskforce.adapters.store.models import FailureRow
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.throttling import FORGOTTEN_AFTER, FREE, FREE_OF_ADDRESS, wait_for


@tells_trouble
class Failures:
    """Remembers failures for as long as they count; a name that was typed is kept as its digest only."""

    def wait(self, username: str, address: str, now: datetime) -> timedelta:
        """How long this name has to wait at this address."""
        return max(
            wait_for(self._of(_both(username, address), now), now, free=FREE),
            wait_for(self._of(_digest(address), now), now, free=FREE_OF_ADDRESS),
        )

    def add(self, username: str, address: str, now: datetime) -> None:
        """One more; those that count no longer are forgotten."""
        FailureRow.objects.filter(at__lt=now - FORGOTTEN_AFTER).delete()
        FailureRow.objects.bulk_create(
            [FailureRow(subject=each, at=now) for each in (_both(username, address), _digest(address))]
        )

    def forget(self, username: str, address: str) -> None:
        """Whoever it was has signed in."""
        FailureRow.objects.filter(subject=_both(username, address)).delete()

    def _of(self, subject: str, now: datetime) -> list[datetime]:
        rows = FailureRow.objects.filter(subject=subject, at__gte=now - FORGOTTEN_AFTER)
        return list(rows.values_list("at", flat=True))


def _both(username: str, address: str) -> str:
    return _digest(f"{username.strip()}\n{address}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
