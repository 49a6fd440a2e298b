"""The right to run one connection: one holder at a time, with a fencing number that only grows (protocol 2).

The time of day may jump, here and on other machines. Nothing is lost by that, for the fencing number is looked at with
every write to the store; and nobody waits long for it: what a holder believes of its lease also rests on a clock that
cannot be set, and a lease that was watched for a minute without being renewed is taken, whatever its end says.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from django.db import connections, transaction
from django.db.models import F

from taskforce.adapters.store.holders import Holder, is_dead
from taskforce.adapters.store.models import Connection, LeaseRow
from taskforce.adapters.store.trouble import telling_trouble
from taskforce.engine.ports import Clock
from taskforce.errors import LeaseHeld, LeaseLost

DURATION = timedelta(seconds=60)
RENEW_AFTER = DURATION / 3

LONGEST_WAIT = timedelta(seconds=60)
POLL = timedelta(seconds=1)

NOBODY = 0
"""Instead of a process id: the lease is kept from everybody until it ends, by a restore (see `restoring`)."""


class LeaseHeldUntil(LeaseHeld):
    """Another run of the same connection is under way; its lease ends at `until` unless it is renewed.

    Two of these with the same `until` and `fencing` mean that nothing was renewed between them.
    """

    def __init__(
        self,
        until: datetime,
        *,
        fencing: int = 0,
        message: str = "Another import of this connection is under way.",
        mend: str = "Wait until it has ended; taskforce runs shows it.",
    ) -> None:
        super().__init__(message, mend=mend)
        self.until = until
        self.fencing = fencing


class RestingUntil(LeaseHeldUntil):
    """The connection was restored, and what was sent for it before is not known: it rests for the settle time."""

    def __init__(self, until: datetime) -> None:
        super().__init__(
            until,
            message="This connection was restored from a backup, and a create of before may still be carried out until "
            f"{until:%Y-%m-%d %H:%M:%S} UTC.",
            mend="Import again after that; taskforce serve does so by itself.",
        )


class Observer:
    """Tells by a clock that cannot be set whether the holder of a lease has renewed it within the last DURATION."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._since = monotonic()
        self._seen: LeaseHeldUntil | None = None

    def see(self, held: LeaseHeldUntil) -> None:
        """So it stands now."""
        if self._seen is not None and (held.until, held.fencing) != (self._seen.until, self._seen.fencing):
            self._since = self._monotonic()
        self._seen = held

    @property
    def abandoned(self) -> LeaseHeldUntil | None:
        """How the lease stood all the time; None while it may be that its holder lives."""
        return self._seen if self._monotonic() - self._since >= DURATION.total_seconds() else None


@dataclass(slots=True, kw_only=True)
class Lease:
    """Held until `expires_at`, and renewed by whatever the run stores. `monotonic` counts seconds that only grow."""

    connection_id: int
    fencing: int
    expires_at: datetime
    using: str = "default"
    monotonic: Callable[[], float] = field(default=time.monotonic, repr=False)
    _renewed_at: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._renewed_at = self.monotonic()

    def is_live(self, now: datetime) -> bool:
        """Whether it has run out by neither clock: one may be set back, the other rests while the machine sleeps."""
        return now < self.expires_at and self._age < DURATION.total_seconds()

    def give_up(self) -> None:
        """As if it had run out long ago: nothing is sent under it any more."""
        self._renewed_at = -math.inf

    def check(self, now: datetime) -> None:
        """Raises LeaseLost if another worker has taken over. Renews in time.

        Inside a transaction nobody can take over before its end: SQLite has one writer, and PostgreSQL keeps the row.
        """
        if not self._is_ours():
            raise LeaseLost(
                "Another worker has taken over this connection, so this one stopped.",
                mend="Nothing to do: the other one goes on.",
            )
        if self._is_to_be_renewed(now):
            expires_at, renewed_at = now + DURATION, self.monotonic()
            LeaseRow.objects.using(self.using).filter(connection_id=self.connection_id).update(expires_at=expires_at)
            transaction.on_commit(lambda: self._is_renewed(expires_at, renewed_at), using=self.using)

    def _is_to_be_renewed(self, now: datetime) -> bool:
        """A third is over by either clock, or its end is so far away that the clock must have been set back."""
        rest = self.expires_at - now
        return not DURATION - RENEW_AFTER <= rest <= DURATION or self._age >= RENEW_AFTER.total_seconds()

    @property
    def _age(self) -> float:
        return self.monotonic() - self._renewed_at

    def _is_renewed(self, expires_at: datetime, renewed_at: float) -> None:
        self.expires_at, self._renewed_at = expires_at, renewed_at

    def _is_ours(self) -> bool:
        connection = connections[self.using]
        keeping = " FOR SHARE" if connection.vendor == "postgresql" else ""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT 1 FROM {LeaseRow._meta.db_table} WHERE connection_id = %s AND fencing = %s{keeping}",  # noqa: S608  # nosec B608
                (self.connection_id, self.fencing),
            )
            return cursor.fetchone() is not None


def acquire(
    connection_id: int,
    holder: Holder,
    now: datetime,
    *,
    abandoned: LeaseHeldUntil | None = None,
    using: str = "default",
    monotonic: Callable[[], float] = time.monotonic,
) -> Lease:
    """Take the lease, if nobody holds it, its time is over, its holder on this machine has died, or it is `abandoned`.

    That is how it stood when whoever asks began to watch, longer ago than DURATION. Raises LeaseHeldUntil otherwise,
    RestingUntil where a restore keeps it from everybody.
    """
    rows = LeaseRow.objects.using(using)
    with telling_trouble(), transaction.atomic(using=using):
        rows.get_or_create(connection_id=connection_id)
        row = rows.select_for_update().get(connection_id=connection_id)
        if row.expires_at is not None and row.expires_at > now and not is_dead(row, holder):
            if row.process_id == NOBODY:
                raise RestingUntil(row.expires_at)
            held = LeaseHeldUntil(row.expires_at, fencing=row.fencing)
            if abandoned is None or (abandoned.until, abandoned.fencing) != (held.until, held.fencing):
                raise held
        row.fencing += 1
        row.host, row.boot_id = holder.host, holder.boot_id
        row.process_id, row.process_started = holder.process_id, holder.process_started
        row.expires_at = now + DURATION
        row.save(using=using)
    return Lease(
        connection_id=connection_id, fencing=row.fencing, expires_at=now + DURATION, using=using, monotonic=monotonic
    )


def take_back(lease: Lease, now: datetime) -> Lease:
    """Take a lease from a thread of this process that comes to no end: it sends and stores nothing more.

    Raises LeaseLost when it is no longer that thread's.
    """
    lease.give_up()
    rows = LeaseRow.objects.using(lease.using).filter(connection_id=lease.connection_id, fencing=lease.fencing)
    with telling_trouble():
        taken = rows.update(fencing=F("fencing") + 1, expires_at=now + DURATION)
    if not taken:
        raise LeaseLost("This connection is no longer run by this process.")
    return Lease(
        connection_id=lease.connection_id, fencing=lease.fencing + 1, expires_at=now + DURATION, using=lease.using
    )


def acquire_in_time(
    connection_id: int,
    clock: Clock,
    *,
    give_up_at: float,
    tell: Callable[[str], None],
    should_stop: Callable[[], bool] = lambda: False,
    waits: bool = True,
) -> Lease:
    """Take the lease for this process, waiting for whoever holds it; `tell` hears that it does.

    Who does not wait does so all the same for a lease that ends later than any does: a clock that was ahead wrote that,
    and only watching tells whether its holder lives.

    `give_up_at` is a moment of the clock that only grows. Raises LeaseHeldUntil when that has come or somebody asks to
    stop, RestingUntil at once.
    """
    holder, monotonic, observer = Holder.this_process(), clock.monotonic, Observer(clock.monotonic)
    has_told = False
    while True:
        is_over = monotonic() >= give_up_at
        try:
            return acquire(connection_id, holder, clock.now(), abandoned=observer.abandoned, monotonic=monotonic)
        except RestingUntil:
            raise
        except LeaseHeldUntil as held:
            if is_over or should_stop() or not (waits or held.until - clock.now() > DURATION):
                raise
            observer.see(held)
            if not has_told:
                tell(f"{held.message} Waiting for it to end, at most 60 seconds.")
            has_told = True
            clock.sleep(POLL)


def is_abandoned(connection_id: int, now: datetime) -> bool:
    """Whether whoever had the lease is gone without having given it back."""
    row = LeaseRow.objects.filter(connection_id=connection_id).first()
    if row is None or row.expires_at is None or row.process_id == NOBODY:
        return False
    return row.expires_at <= now or is_dead(row, Holder.this_process())


def release(lease: Lease) -> None:
    """Give it back; nothing happens if another worker holds it by now."""
    rows = LeaseRow.objects.using(lease.using).filter(connection_id=lease.connection_id, fencing=lease.fencing)
    with telling_trouble():
        rows.update(expires_at=None)


class AllLeases:
    """The leases of every connection, so that no import is under way; given back at the end of a `with`."""

    def __init__(self, clock: Clock, tell: Callable[[str], None]) -> None:
        self._clock = clock
        self._tell = tell
        self._held: dict[int, Lease] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for lease in self._held.values():
            release(lease)

    def take(self) -> None:
        """Take those that are not held yet. Raises LeaseHeld when an import does not end within 60 seconds.

        Where a restore keeps a connection from everybody there is no import to wait for.
        """
        give_up_at = self._clock.monotonic() + LONGEST_WAIT.total_seconds()
        with telling_trouble():
            missing = list(Connection.objects.order_by("name").exclude(pk__in=self._held).values_list("pk", flat=True))
        for connection_id in missing:
            try:
                lease = acquire_in_time(connection_id, self._clock, give_up_at=give_up_at, tell=self._tell)
                self._held[connection_id] = lease
            except RestingUntil:
                continue
        self.renew()

    def renew(self) -> None:
        """Keep them. Raises LeaseLost if this took so long that another worker could take over."""
        for lease in self._held.values():
            with telling_trouble():
                lease.check(self._clock.now())
