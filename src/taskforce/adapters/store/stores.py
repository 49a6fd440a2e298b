"""Everything kept for one connection, with its transactions (protocol 7) and the scratch copy of dry runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from taskforce.adapters.store.history import DjangoRuns
from taskforce.adapters.store.inbox import DjangoCursors, DjangoInbox
from taskforce.adapters.store.index import DjangoIndex
from taskforce.adapters.store.leases import Lease
from taskforce.adapters.store.links import DjangoIntents, DjangoLinks
from taskforce.adapters.store.merges import DjangoMerges, DjangoSightings
from taskforce.adapters.store.models import Connection
from taskforce.adapters.store.notices import DjangoNotices, DjangoWatches
from taskforce.adapters.store.plans import DjangoPlan
from taskforce.adapters.store.schemas import DjangoSchemas
from taskforce.adapters.store.scope import Scope
from taskforce.adapters.store.scratch import scratch_copy
from taskforce.adapters.store.trouble import telling_trouble
from taskforce.engine import stores as port


class DjangoStores:
    """Implements `engine.stores.Stores`. `lease` may be absent where nothing is run, only looked at or edited.

    `state` is the database of what a dry run may not change; runs, their plans and the lease stand in `using`.
    """

    def __init__(
        self,
        connection: Connection,
        now: Callable[[], datetime],
        *,
        lease: Lease | None = None,
        using: str = "default",
        state: str | None = None,
    ) -> None:
        self._connection = connection
        self._now = now
        self._lease = lease
        self._using = using
        self._scope = scope = Scope(connection_id=connection.pk, using=state or using)
        self.cursors = DjangoCursors(scope)
        self.inbox = DjangoInbox(scope)
        self.links = DjangoLinks(scope)
        self.intents = DjangoIntents(scope)
        self.watches = DjangoWatches(scope)
        self.merges = DjangoMerges(scope)
        self.sightings = DjangoSightings(scope)
        self.notices = DjangoNotices(scope)
        self.index = DjangoIndex(scope)
        self.schemas = DjangoSchemas(scope)
        self.runs = DjangoRuns(connection.pk, connection.name, using=using)

    def plan(self, run_id: int) -> port.Plan:
        """The changes of one run."""
        return DjangoPlan(run_id, self._now, using=self._using)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and only while the lease is ours."""
        with telling_trouble(), transaction.atomic(using=self._scope.using):
            self.check_lease()
            yield

    def check_lease(self) -> None:
        """Raises LeaseLost when another worker has taken over."""
        if self._lease is not None:
            with telling_trouble():
                self._lease.check(self._now())

    def is_lease_live(self) -> bool:
        """Whether the lease has not run out, by the clocks here; the store is not asked."""
        return self._lease is None or self._lease.is_live(self._now())

    @contextmanager
    def scratch(self) -> Iterator[port.Stores]:
        """A copy of this connection's state in a temporary database, which is gone in the end."""
        with scratch_copy(self._scope) as state:
            yield DjangoStores(self._connection, self._now, lease=self._lease, using=self._using, state=state)
