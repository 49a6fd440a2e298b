"""The Inbox in memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord
from taskforce.domain.retry import next_attempt
from taskforce.engine.stores import Standing
from taskforce.testing.store_state import Entry, State, Waiting

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MemoryInbox:
    """Changed Salesforce records that are not settled yet."""

    state: State

    def put(self, entity: Entity, records: Sequence[SourceRecord]) -> None:
        """Due, unless the same version waits or fails already."""
        for record in records:
            known = self.state.inbox.get((entity, record.id))
            is_same = known is not None and known.record.modified_at == record.modified_at
            self._set(entity, replace(known, record=record) if known and is_same else Entry(record=record))

    def due(self, entity: Entity, now: datetime) -> int:
        """How many are due."""
        return len(self._due(entity, now))

    def due_parents(self, now: datetime) -> Mapping[SourceId, SourceId | None]:
        """Due accounts with their parents."""
        due = self._due(Entity.COMPANY, now)
        return {record.id: record.parent_id for record in due if not record.has_departed}

    def due_ids(
        self, entity: Entity, now: datetime, *, after: SourceId | None, limit: int, departed: bool = False
    ) -> Sequence[SourceId]:
        """A piece of what is due, by id."""
        ids = [record.id for record in self._due(entity, now) if record.has_departed is departed]
        return [each for each in ids if after is None or each > after][:limit]

    def load(self, entity: Entity, ids: Sequence[SourceId]) -> Sequence[SourceRecord]:
        """The records in the order of `ids`."""
        return [self.state.inbox[entity, each].record for each in ids if (entity, each) in self.state.inbox]

    def settle(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """Take records out."""
        for source_id in ids:
            self.state.inbox.pop((entity, source_id), None)
            self.state.new.pop((entity, source_id), None)

    def revisit(self, entity: Entity, source_id: SourceId, *, after: SourceId) -> None:
        """Settled, but to be looked at once more."""
        record = self.state.inbox[entity, source_id].record
        self._set(entity, Entry(record=record, waiting=Waiting.SETTLED, waits_for=after))
        self.state.new.pop((entity, source_id), None)

    def await_account(self, entity: Entity, source_id: SourceId, reason: Reason, *, account: SourceId) -> None:
        """Only the id is kept."""
        bare = SourceRecord(entity=entity, id=source_id, modified_at=_NEVER, fields={})
        self._set(entity, Entry(record=bare, waiting=Waiting.SETTLED, reason=reason, waits_for=account))
        self.state.new.pop((entity, source_id), None)

    def hold(
        self,
        entity: Entity,
        source_id: SourceId,
        reason: Reason,
        *,
        waits_for: SourceId | None,
        match_key: str,
        rule_key: str = "",
    ) -> None:
        """Wait until something brings it back."""
        record = self.state.inbox[entity, source_id].record
        held = Entry(record=record, waiting=Waiting.HELD, reason=reason, waits_for=waits_for, match_key=match_key)
        self._set(entity, replace(held, rule_key=rule_key))

    def fail(self, entity: Entity, source_id: SourceId, reason: Reason, now: datetime) -> None:
        """Wait for the next attempt, if there is one."""
        known = self.state.inbox.get((entity, source_id))
        if known is None:
            return
        attempts = known.attempts + 1
        failing = Entry(
            record=known.record,
            waiting=Waiting.FAILING,
            reason=reason,
            attempts=attempts,
            next_attempt_at=next_attempt(reason, source_id, attempt=attempts, now=now),
        )
        self._set(entity, failing)

    def release(self, entity: Entity, ids: Iterable[SourceId], *, unless: Reason | None = None) -> None:
        """Make these due."""
        for place in ((entity, each) for each in ids):
            entry = self.state.inbox.get(place)
            if entry is not None and entry.waiting is not Waiting.WANTED and (entry.reason or "") != unless:
                self.state.inbox[place] = _fresh(entry)

    def want(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """Due if they are here, else to be read."""
        for source_id in ids:
            self.release(entity, [source_id])
            unread = SourceRecord(entity=entity, id=source_id, modified_at=_NEVER, fields={})
            self.state.inbox.setdefault((entity, source_id), Entry(record=unread, waiting=Waiting.WANTED))

    def bring(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """Imported whether they fit or not; new ones are wanted."""
        new = sorted({each for each in ids if (entity, each) not in self.state.brought})
        self.state.brought.update(((entity, each), True) for each in new)
        self.want(entity, new)

    def brought(self, entity: Entity, ids: Iterable[SourceId]) -> AbstractSet[SourceId]:
        """Those of these."""
        return {each for each in ids if (entity, each) in self.state.brought}

    def bring_no_more(self) -> None:
        """None is."""
        self.state.brought.clear()

    def wanted(self, entity: Entity) -> Sequence[SourceId]:
        """Those to be read."""
        entries = sorted(self.state.inbox.items(), key=lambda item: item[0])
        return [each for (kind, each), entry in entries if kind is entity and entry.waiting is Waiting.WANTED]

    def mark_new(self, entity: Entity, source_id: SourceId, *, is_new: bool) -> None:
        """A person decided that it is none of those in Autotask."""
        if is_new and (entity, source_id) in self.state.inbox:
            self.state.new[entity, source_id] = True
        else:
            self.state.new.pop((entity, source_id), None)

    def marked_new(self, entity: Entity, ids: Iterable[SourceId]) -> AbstractSet[SourceId]:
        """Those of which a person decided so."""
        return {each for each in ids if (entity, each) in self.state.new}

    def release_waiting(self, accounts: Iterable[SourceId]) -> None:
        """Make due what waits for these accounts."""
        wanted = set(accounts)
        self._release(lambda entry: entry.waits_for in wanted)

    def release_keys(self, entity: Entity, match_keys: Iterable[str]) -> None:
        """Make due what is held with one of these keys."""
        wanted = set(match_keys) - {""}
        self._release(lambda entry: entry.record.entity is entity and {entry.match_key, entry.rule_key} & wanted)

    def release_carried(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """Make due those of these that are held, unless a person rejected the plan."""
        for place in ((entity, each) for each in ids):
            entry = self.state.inbox.get(place)
            is_held = entry is not None and entry.waiting is Waiting.HELD and entry.reason is not Reason.PLAN_REJECTED
            if entry is not None and is_held:
                self.state.inbox[place] = _fresh(entry)

    def release_reasons(self, reasons: Iterable[Reason]) -> None:
        """Make due what is held or failing for one of these reasons."""
        wanted = set(reasons)
        self._release(lambda entry: entry.reason in wanted)

    def retry_failing(self, now: datetime) -> None:
        """The next attempt of everything that fails is now."""
        for place, entry in self.state.inbox.items():
            if entry.waiting is Waiting.FAILING:
                self.state.inbox[place] = replace(entry, next_attempt_at=now)

    def standing(self) -> Standing:
        """All that is held, all that fails."""
        waiting = [entry.waiting for entry in self.state.inbox.values()]
        return Standing(held=waiting.count(Waiting.HELD), failing=waiting.count(Waiting.FAILING))

    def _due(self, entity: Entity, now: datetime) -> list[SourceRecord]:
        entries = sorted(self.state.inbox.items(), key=lambda item: item[0])
        return [entry.record for (kind, _), entry in entries if kind is entity and entry.is_due(now)]

    def _set(self, entity: Entity, entry: Entry) -> None:
        self.state.inbox[entity, entry.record.id] = entry

    def _release(self, is_meant: Callable[[Entry], object]) -> None:
        for place, entry in self.state.inbox.items():
            if is_meant(entry) and entry.waiting is not Waiting.WANTED:
                self.state.inbox[place] = _fresh(entry)


def _fresh(entry: Entry) -> Entry:
    """Due, or wanted where only the id is kept."""
    is_bare = entry.record.modified_at == _NEVER
    return Entry(record=entry.record, waiting=Waiting.WANTED if is_bare else Waiting.DUE)
