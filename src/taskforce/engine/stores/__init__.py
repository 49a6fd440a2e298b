"""What the engine keeps, and the guarantees it needs of the store: one object, bound to one connection.

Everything written inside one `transaction` is kept together or not at all, and only while the run holds its lease.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from taskforce.domain.records import SourceId
from taskforce.engine.stores.history import CarriedOut, Intended, Notices, Plan, Planned, Runs
from taskforce.engine.stores.knowledge import Index, Schemas, SoughtContact
from taskforce.engine.stores.pairs import Intent, Intents, IntentState, Links, Watches
from taskforce.engine.stores.reading import Cursors, Inbox, Merges, Sightings, Standing

__all__ = [
    "CarriedOut",
    "Cursors",
    "Inbox",
    "Index",
    "Intended",
    "Intent",
    "IntentState",
    "Intents",
    "Links",
    "Merges",
    "Notices",
    "Plan",
    "Planned",
    "Runs",
    "Schemas",
    "Sightings",
    "SoughtContact",
    "Standing",
    "Stores",
    "Watches",
    "slices",
]


class Stores(Protocol):
    """Everything kept for one connection."""

    @property
    def cursors(self) -> Cursors: ...

    @property
    def inbox(self) -> Inbox: ...

    @property
    def links(self) -> Links: ...

    @property
    def intents(self) -> Intents: ...

    @property
    def index(self) -> Index: ...

    @property
    def schemas(self) -> Schemas: ...

    @property
    def watches(self) -> Watches: ...

    @property
    def merges(self) -> Merges: ...

    @property
    def sightings(self) -> Sightings: ...

    @property
    def notices(self) -> Notices: ...

    @property
    def runs(self) -> Runs: ...

    def plan(self, run_id: int) -> Plan: ...

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing. Raises LeaseLost, with nothing written, when another worker has taken over."""
        ...

    def check_lease(self) -> None:
        """Raises LeaseLost when another worker has taken over."""
        ...

    def is_lease_live(self) -> bool:
        """Whether the lease has not run out, as far as can be told without a look at the store: asked by any thread
        before each request that writes, so that a worker that was asleep for long sends nothing more."""
        ...

    def scratch(self) -> AbstractContextManager["Stores"]:
        """A copy in which a dry run may write as it likes; runs and their plans go to the real one."""
        ...


def slices(ids: Sequence[SourceId], size: int) -> Iterator[Sequence[SourceId]]:
    """Consecutive pieces of at most `size`."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
