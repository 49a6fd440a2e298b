"""Applying: each change of the plan becomes one request to Autotask, in order, and its outcome is stored.

    Create → POST with the Salesforce id in it
    Link   → one PATCH with the Salesforce id and the differences
    Update, Deactivate → one PATCH with the differences

One transaction stores the outcomes of the requests answered so far and the intent of the next write; then that one is
sent (protocol 2):

    intent `sent`, on disk  ──────▶  yes (200 with an id)   → link stored, intent closed
                                     no  (nothing written)  → intent closed, the record waits or fails
                                     neither                → intent `in doubt`: wait the settle time, then look

A write that was given up can still be carried out minutes later: a create tried again would be there twice, an update
tried again could be overtaken by the one before. So neither trying again nor looking at once is safe; `doubts` looks
when the time has come. A record that Autotask refuses is kept and never holds up the others. What stops
everything (credentials, budget, a lost lease, a person) is raised once the store says what became of all that was sent.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from taskforce.domain import changes
from taskforce.domain.links import LinkState
from taskforce.domain.match_rules import digest
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord, Value
from taskforce.engine.job import Job
from taskforce.engine.sending import Answer, Request, Sender
from taskforce.engine.settling import file_away, settle_answer, settle_not_reached, settle_waiting
from taskforce.engine.stopping import Stopped, stop_if_asked
from taskforce.errors import AccessError, BudgetExhausted, LeaseLost, TaskforceError, TransientError, WriteInDoubt

Intended = tuple[int, changes.Create | changes.Patch]

SLICE = 200
"""Changes fetched from the plan at once."""

FILED_AT_ONCE = 50
"""Records written before they are taken into the index and out of the inbox together."""

GIVE_UP_AFTER = 5
"""Failures to reach Autotask in a row that end the run."""


def apply_plan(job: Job, entity: Entity) -> None:
    """Apply the pending changes of one entity."""
    job.progress.phase(f"Writing {entity.plural} to Autotask", job.plan.pending(entity))
    apply_changes(job, _pending(job, entity))


def _pending(job: Job, entity: Entity) -> Iterator[Intended]:
    after = 0
    while batch := job.plan.next_pending(entity, after=after, limit=SLICE):
        yield from batch
        after = batch[-1][0]


def apply_changes(job: Job, intended: Iterable[Intended]) -> None:
    """Apply changes in order, each with its number in the plan."""
    with Sender(job) as sender:
        applying = _Applying(job, sender)
        try:
            for number, change in intended:
                stop_if_asked(job)
                applying.apply(number, change)
        except (Stopped, TaskforceError):
            applying.finish()
            raise
        applying.finish()


class _Companies:
    """The Autotask ids of accounts that are linked, looked up once; accounts do not lose their link while applying."""

    MOST_KEPT = 1000

    def __init__(self, job: Job) -> None:
        self._job = job
        self._known: dict[SourceId, TargetId] = {}

    def of(self, change: changes.Write) -> dict[SourceId, TargetId]:
        """Those of the accounts that a change refers to; one that is not linked yet is absent."""
        unknown = change.accounts - self._known.keys()
        if unknown:
            if len(self._known) > self.MOST_KEPT:
                self._known.clear()
                unknown = change.accounts
            links = self._job.stores.links.by_source(Entity.COMPANY, unknown)
            linked = [link for link in links.values() if link.state is LinkState.LINKED]
            self._known.update((link.source_id, link.target_id) for link in linked)
        return {account: self._known[account] for account in change.accounts if account in self._known}


class _Applying:
    """The loop's state: what is on its way, and how many requests in a row did not reach Autotask."""

    def __init__(self, job: Job, sender: Sender) -> None:
        self._job = job
        self._sender = sender
        self._companies = _Companies(job)
        self._unreached = 0

    def apply(self, number: int, change: changes.Create | changes.Patch) -> None:
        """Store what has been answered, then send this change as soon as there is room."""
        if change.follows is not None and not self._has_given_up(change):
            settle_not_reached(self._job, number)
            return
        companies = self._companies.of(change)
        if companies.keys() != change.accounts and self._sender.is_busy:
            self.finish()
            companies = self._companies.of(change)
        request = _prepared(self._job, number, change, companies)
        answers = self._sender.answers(make_room=True)
        obstacle = self._obstacle(answers)
        with self._job.stores.transaction():
            self._settle(answers)
            if obstacle is None:
                self._announce(number, change, request)
        if obstacle is not None:
            raise obstacle
        if request is not None:
            self._sender.send(request)

    def finish(self) -> None:
        """Wait for everything on its way, and store what became of it."""
        answers = self._sender.answers(make_room=False)
        obstacle = self._obstacle(answers)
        if answers or self._job.written:
            with self._job.stores.transaction():
                self._settle(answers)
                file_away(self._job)
        if obstacle is not None:
            raise obstacle

    def _has_given_up(self, change: changes.Write) -> bool:
        """Whether the record that this one replaces is known to carry the id no more: never do two carry it."""
        self.finish()
        subject = change.subject
        link = self._job.stores.links.by_source(subject.entity, [subject.source_id]).get(subject.source_id)
        return link is not None and link.state is LinkState.REPLACED

    def _announce(self, number: int, change: changes.Create | changes.Patch, request: Request | None) -> None:
        """Store that a write is about to be sent, or that a contact has to wait for its company."""
        subject = change.subject
        if request is None:
            settle_waiting(self._job, number, change, Reason.COMPANY_NOT_LINKED, change.company)
        else:
            body_digest = digest(*(f"{name}={value}" for name, value in sorted(request.fields.items())))
            now = self._job.clock.now()
            self._job.stores.intents.send(subject.entity, subject.source_id, number, body_digest, now)

    def _settle(self, answers: Iterable[Answer]) -> None:
        for answer in answers:
            settle_answer(self._job, answer)
            self._job.progress.advance(1)
        if len(self._job.written) >= FILED_AT_ONCE:
            file_away(self._job)

    def _obstacle(self, answers: Iterable[Answer]) -> TaskforceError | None:
        """Why the run must not go on after these answers, if it must not."""
        for answer in answers:
            if isinstance(answer.error, AccessError | BudgetExhausted | LeaseLost):
                return answer.error
            is_unreached = isinstance(answer.error, TransientError | WriteInDoubt)
            self._unreached = self._unreached + 1 if is_unreached else 0
            if self._unreached >= GIVE_UP_AFTER:
                return _unreachable(self._unreached)
        return None


def _prepared(
    job: Job, number: int, change: changes.Create | changes.Patch, companies: Mapping[SourceId, TargetId]
) -> Request | None:
    """The request of a change; None when the company that a contact belongs to was not linked after all.

    A reference whose account was not linked is left out, and looked at again when that is linked.
    """
    references = {name: companies[each] for name, each in change.basis.references.items() if each in companies}
    company_id = companies.get(change.company) if change.company is not None else _own_company(change)
    if change.company is not None and company_id is None:
        return None
    missing = [account for name, account in change.basis.references.items() if name not in references]
    if missing:
        change = replace(change, basis=replace(change.basis, revisit_after=missing[0]))
    known = _known(job, change)
    before = known.fields if known is not None else {}
    fields = _fields(change, references, before)
    carried = _carried(change, known)
    record = TargetRecord(
        entity=change.subject.entity,
        id=change.target_id if isinstance(change, changes.Patch) else TargetId(-1),
        fields={**before, **fields},
        is_active=_is_active(change, fields, known),
        source_id=carried,
        source_id_as_written=carried,
        company_id=company_id,
    )
    return Request(
        number=number,
        change=change,
        references=references,
        company_id=company_id,
        fields=fields,
        record=record,
        server_time=job.target.server_time,
    )


def _own_company(change: changes.Create | changes.Patch) -> TargetId | None:
    """Where a contact stands whose account no longer matters."""
    is_on_its_own = isinstance(change, changes.Deactivate) or change.is_undo
    return change.company_id if isinstance(change, changes.Patch) and is_on_its_own else None


def _known(job: Job, change: changes.Create | changes.Patch) -> TargetRecord | None:
    """The record as the index knows it; nothing, for one to be created."""
    if isinstance(change, changes.Create):
        return None
    return job.stores.index.records(change.subject.entity, [change.target_id]).get(change.target_id)


def _carried(change: changes.Create | changes.Patch, known: TargetRecord | None) -> SourceId | None:
    """The Salesforce id that stands there afterwards; an undo leaves it as it is."""
    if isinstance(change, changes.Patch) and change.clears_id:
        return None
    return known.source_id if change.is_undo and known is not None else change.subject.source_id


def _is_active(change: changes.Create | changes.Patch, fields: Mapping[str, Value], known: TargetRecord | None) -> bool:
    """Whether the record is active afterwards; an undo may put values back of one that is not."""
    if change.is_undo and known is not None and "isActive" not in fields:
        return known.is_active
    return fields.get("isActive") is not False


def _fields(
    change: changes.Create | changes.Patch, references: Mapping[str, TargetId], before: Mapping[str, Value]
) -> Mapping[str, Value]:
    """What is sent; a reference that got its company in this run is among it."""
    if isinstance(change, changes.Create):
        return {**change.values, **references}
    differing = {each.field: each.after for each in change.field_changes}
    return {**differing, **{name: target for name, target in references.items() if before.get(name) != target}}


def _unreachable(failures: int) -> TransientError:
    return TransientError(
        f"Autotask could not be reached {failures} times in a row.",
        system="Autotask",
        operation="write",
        code="unreachable",
        mend="Look whether Autotask is up; everything is kept, and the next import goes on.",
    )
