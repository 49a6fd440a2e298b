"""Applying: each change of the plan becomes one request to Autotask, in order, and its outcome is stored.

    Create → POST with the Salesforce id in it
    Link   → one PATCH with the Salesforce id and the differences
    Update, Deactivate → one PATCH with the differences

Companies come before contacts; while they are written, contacts that wait for none of them go along (`beside`).
What stands there already needs no request, and is settled with the next bunch. One transaction stores the outcomes of
the requests answered so far and the intents of a few more writes, a bunch; then these are sent (protocol 2):

    intents `sent`, on disk ──────▶  yes (200 with an id)   → link stored, intent closed
                                     no  (nothing written)  → intent closed, the record waits or fails
                                     neither                → intent `in doubt`: wait the settle time, then look
                                     (not sent after all)   → intent closed, the change stays to be planned anew

A write that was given up can still be carried out minutes later: a create tried again would be there twice, an update
tried again could be overtaken by the one before. So neither trying again nor looking at once is safe; `doubts` looks
when the time has come. A record that Autotask refuses is kept and never holds up the others. What stops
everything (credentials, budget, a lost lease, a person) is raised once the store says what became of all that was sent;
what was still to leave does not.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest

from taskforce.domain import changes
from taskforce.domain.links import LinkState
from taskforce.domain.match_rules import digest
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId
from taskforce.engine.answers import file_away, settle_answers, settle_not_reached, settle_waiting
from taskforce.engine.beside import Beside
from taskforce.engine.forecasting import Pace, note_written
from taskforce.engine.job import Job
from taskforce.engine.preparing import Surroundings, prepared
from taskforce.engine.sending import Answer, Request, Sender
from taskforce.engine.stopping import Stopped, stop_if_asked
from taskforce.engine.stores import Intended
from taskforce.errors import TaskforceError

SLICE = 200
"""Changes fetched from the plan, and looked up, at once."""

BUNCH = 8
"""Intents of one entity stored together: each commit waits for the disk. After a kill those of a bunch are in doubt,
and of what was still to be sent before it."""

FILED_AT_ONCE = 50
"""Records written before they are taken into the index and out of the inbox together."""


def apply_plan(job: Job, entity: Entity, pace: Pace) -> None:
    """Apply the pending changes of one entity, and beside those of companies what can go along."""
    apply_changes(job, _pending(job, entity), pace, Beside(job) if entity is Entity.COMPANY else None)


def _pending(job: Job, entity: Entity) -> Iterator[Sequence[Intended]]:
    after = 0
    while intended := job.plan.next_pending(entity, after=after, limit=SLICE):
        yield intended
        after = intended[-1][0]


def apply_changes(
    job: Job, pieces: Iterable[Sequence[Intended]], pace: Pace | None = None, beside: Beside | None = None
) -> None:
    """Apply slices of changes in order, each with its number in the plan, and others that may go along.

    `pace` counts them, for the forecast.
    """
    with Sender(job) as sender:
        applying = _Applying(job, sender, pace, beside)
        try:
            for intended in pieces:
                applying.look_up(intended)
                for number, change in intended:
                    stop_if_asked(job)
                    applying.apply(number, change)
            applying.finish()
        except (Stopped, TaskforceError):
            sender.stop()
            applying.settle_rest()
            raise


@dataclass(slots=True, kw_only=True)
class _Bunch:
    """Changes that are ready, by the records they are about: requests to be sent, others that go along, those that find
    everything as they want it, and those that have to wait for their company."""

    to_send: list[Request] = field(default_factory=list)
    going_along: Sequence[Request] = ()
    needless: list[Request] = field(default_factory=list)
    waiting: list[Intended] = field(default_factory=list)
    subjects: set[SourceId] = field(default_factory=set)

    @property
    def requests(self) -> list[Request]:
        """All that are to be sent, by turns: answers are awaited in this order."""
        by_turns = zip_longest(self.to_send, self.going_along)
        return [request for pair in by_turns for request in pair if request is not None]

    @property
    def is_full(self) -> bool:
        """Only what is sent is in doubt after a kill; of the rest as many as are fetched at once."""
        return len(self.to_send) >= BUNCH or len(self.needless) + len(self.waiting) >= SLICE

    def add(self, intended: Intended, request: Request | None) -> None:
        """One change more."""
        self.subjects.add(intended[1].subject.source_id)
        if request is None:
            self.waiting.append(intended)
        else:
            (self.to_send if request.is_needed else self.needless).append(request)


class _Applying:
    """The loop's state: the next bunch, and what is on its way."""

    def __init__(self, job: Job, sender: Sender, pace: Pace | None, beside: Beside | None) -> None:
        self._job = job
        self._sender = sender
        self._pace = pace
        self._beside = beside
        self._known = Surroundings(job, ())
        self._bunch = _Bunch()

    def look_up(self, intended: Sequence[Intended]) -> None:
        """The changes that follow next."""
        self._known = Surroundings(self._job, intended)

    def apply(self, number: int, change: changes.Applicable) -> None:
        """Make a change ready, and send the bunch as soon as it is full."""
        if change.follows is not None and not self._has_given_up(change):
            settle_not_reached(self._job, number)
            self._count(1)
            return
        if not self._under_way.isdisjoint(change.accounts - self._known.companies(change).keys()):
            self.finish()
        self._bunch.add((number, change), prepared(self._job, number, change, self._known))
        if self._bunch.is_full:
            self._send_bunch()

    def finish(self) -> None:
        """Send what is ready, wait for everything on its way, and store what became of it."""
        if self._bunch.subjects:
            self._send_bunch()
        self.settle_rest()
        if self._sender.obstacle is not None:
            raise self._sender.obstacle

    def settle_rest(self) -> None:
        """Wait for everything on its way, and store what became of it."""
        answers = self._sender.answers(make_room=False)
        if answers or self._job.written:
            with self._storing():
                self._settle(answers)
                file_away(self._job)

    @property
    def _under_way(self) -> AbstractSet[SourceId]:
        """The records whose links may be about to be stored."""
        return self._sender.under_way | self._bunch.subjects

    def _send_bunch(self) -> None:
        """Store what has been answered and the intents of the bunch, once little else is to be sent; then send it."""
        if self._beside is not None and self._sender.obstacle is None:
            self._bunch.going_along = self._beside.take(BUNCH, self._under_way)
        answers = self._sender.answers(make_room=True)
        bunch, self._bunch = self._bunch, _Bunch()
        obstacle = self._sender.obstacle
        with self._storing():
            self._settle(answers)
            if obstacle is None:
                self._settle([Answer(request=each, target_id=each.record.id) for each in bunch.needless])
                _announce(self._job, bunch)
                self._count(len(bunch.waiting))
        if obstacle is not None:
            raise obstacle
        self._sender.send(bunch.requests)

    @contextmanager
    def _storing(self) -> Iterator[None]:
        """A transaction: what it takes back is not filed away later, as if it had been stored."""
        written = list(self._job.written)
        try:
            with self._job.stores.transaction():
                yield
        except BaseException:
            self._job.written = written
            raise

    def _has_given_up(self, change: changes.Write) -> bool:
        """Whether the record that this one replaces is known to carry the id no more: never do two carry it."""
        self.finish()
        subject = change.subject
        link = self._job.stores.links.by_source(subject.entity, [subject.source_id]).get(subject.source_id)
        return link is not None and link.state is LinkState.REPLACED

    def _settle(self, answers: Sequence[Answer]) -> None:
        settle_answers(self._job, answers)
        self._count(len(answers))
        if len(self._job.written) >= FILED_AT_ONCE:
            file_away(self._job)

    def _count(self, ended: int) -> None:
        """So many changes more need no work any more."""
        self._job.progress.advance(ended)
        if self._pace is not None:
            note_written(self._job, self._pace, ended)


def _announce(job: Job, bunch: _Bunch) -> None:
    """Store that writes are about to be sent, and which contacts have to wait for their company."""
    for entity in Entity:
        those = [each for each in bunch.requests if each.change.subject.entity is entity]
        writes = [(each.change.subject.source_id, each.number, _body_digest(each)) for each in those]
        job.stores.intents.send(entity, writes, job.clock.now())
    for number, change in bunch.waiting:
        settle_waiting(job, number, change, Reason.COMPANY_NOT_LINKED, change.company)


def _body_digest(request: Request) -> str:
    return digest(*(f"{name}={value}" for name, value in sorted(request.fields.items())))
