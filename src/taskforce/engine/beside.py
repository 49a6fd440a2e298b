"""Contacts that are created while companies are still being written: Autotask counts its endpoints apart (protocol 5).

A contact may go ahead of the plan's order when everything that the order is for has happened already: its company is
linked, and nothing is left to be done in this run about any account that it refers to. Whoever has to wait is looked at
again, a slice at a time and from the first once the last was seen; in the end the contacts' own turn comes.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

from taskforce.domain.records import Entity, SourceId
from taskforce.engine.job import Job
from taskforce.engine.preparing import Surroundings, prepared
from taskforce.engine.sending import Request
from taskforce.engine.stores import Intended

SLICE = 200
"""Creations looked through at once."""


class Beside:
    """Hands out creations of contacts that nothing stands in the way of; `those_that_stand` looks at them again."""

    def __init__(
        self, job: Job, those_that_stand: Callable[[Sequence[Intended]], Sequence[Intended]] = lambda intended: intended
    ) -> None:
        self._job = job
        self._those_that_stand = those_that_stand
        self._ready: Sequence[Intended] = ()
        self._known = Surroundings(job, ())
        self._after = 0
        self._is_over = False

    def take(self, most: int, under_way: AbstractSet[SourceId]) -> Sequence[Request]:
        """So many at the most, none of them under way; looks through one slice if none is known to be ready.

        One whose company was not linked after all is left to its own turn.
        """
        if not self._ready and not self._is_over:
            self._look(under_way)
        taken, self._ready = self._ready[:most], self._ready[most:]
        requests = [prepared(self._job, number, change, self._known) for number, change in taken]
        return [request for request in requests if request is not None]

    def _look(self, under_way: AbstractSet[SourceId]) -> None:
        free = self._waiting_for_nothing(self._next_slice(), under_way)
        self._ready = self._those_that_stand(free) if free else ()
        self._known = Surroundings(self._job, self._ready)

    def _next_slice(self) -> Sequence[Intended]:
        for after in dict.fromkeys([self._after, 0]):
            if intended := self._job.plan.next_creations(Entity.CONTACT, after=after, limit=SLICE):
                self._after = intended[-1][0]
                return intended
        self._is_over = True
        return ()

    def _waiting_for_nothing(self, intended: Sequence[Intended], under_way: AbstractSet[SourceId]) -> list[Intended]:
        """Those whose accounts are all as this run leaves them; one that follows another change keeps its place."""
        accounts = frozenset().union(*(change.accounts for _, change in intended))
        unsettled = self._job.plan.pending_among(Entity.COMPANY, accounts)
        return [
            (number, change)
            for number, change in intended
            if change.follows is None
            and change.subject.source_id not in under_way
            and unsettled.isdisjoint(change.accounts)
        ]
