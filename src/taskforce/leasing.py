"""The right to run a connection, as one process holds and gives it back (protocol 2)."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager

from taskforce.adapters.store.connections import Connections
from taskforce.adapters.store.holders import Holder
from taskforce.adapters.store.leases import LONGEST_WAIT, Lease, acquire, acquire_in_time, release, take_back
from taskforce.adapters.store.models import Connection
from taskforce.adapters.store.stores import DjangoStores
from taskforce.engine.doubts import doubt_sent
from taskforce.engine.job import Progress
from taskforce.engine.ports import Clock
from taskforce.errors import LeaseLost


class Leasing:
    """Takes leases for this process, and knows those under which its runs work."""

    def __init__(self, connections: Connections, clock: Clock) -> None:
        self._connections = connections
        self._clock = clock
        self._held: dict[str, Lease] = {}

    @contextmanager
    def at_once(self, name: str) -> Iterator[Lease]:
        """Keep imports away meanwhile. Raises LeaseHeld while one is under way."""
        lease = acquire(self._connections.row(name).pk, Holder.this_process(), self._clock.now())
        try:
            yield lease
        finally:
            release(lease)

    @contextmanager
    def of_all(self, names: Iterable[str]) -> Iterator[Callable[[], None]]:
        """Keep imports of these connections away meanwhile. Raises LeaseHeld while one is under way.

        What is given raises LeaseLost if this took so long that one could begin; called first in a transaction, none
        begins before its end.
        """
        with ExitStack() as held:
            leases = [held.enter_context(self.at_once(name)) for name in names]

            def check() -> None:
                for lease in leases:
                    lease.check(self._clock.now())

            yield check

    @contextmanager
    def for_a_run(
        self, name: str, progress: Progress, should_stop: Callable[[], bool], *, waits: bool
    ) -> Iterator[tuple[Lease, Connection]]:
        """Hold the right to run this connection, which is looked up again: a restore may have replaced everything.

        Raises LeaseHeld after a minute's wait, or at once.
        """
        lease = acquire_in_time(
            self._connections.row(name).pk,
            self._clock,
            give_up_at=self._clock.monotonic() + LONGEST_WAIT.total_seconds(),
            waits=waits,
            tell=progress.say,
            should_stop=should_stop,
        )
        try:
            row = self._connections.row(name)
            if row.pk != lease.connection_id:
                raise LeaseLost("The database was replaced by a backup.", mend="Start the import again.")
            self._held[name] = lease
            yield lease, row
        finally:
            self._held.pop(name, None)
            release(lease)

    def leave(self, name: str) -> None:
        """A run of this process comes to no end: it sends and stores nothing more, what it had sent is in doubt."""
        held, now = self._held.get(name), self._clock.now()
        if held is None:
            return
        lease = take_back(held, now)
        stores = DjangoStores(self._connections.row(name), self._clock.now, lease=lease)
        with stores.transaction():
            doubt_sent(stores)
            stores.runs.bury(now)
        release(lease)
