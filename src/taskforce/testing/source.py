"""Salesforce in memory."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from taskforce.domain.budget import TenantUse
from taskforce.domain.cursor import Position
from taskforce.domain.filtering import RecordFilter, why_unfit
from taskforce.domain.records import Entity, SourceId, SourceRecord, Value
from taskforce.domain.schema import SourceSchema
from taskforce.domain.standard_mapping import STANDARD, Mappings
from taskforce.engine.ports import Clock, SourcePage
from taskforce.errors import ApiError, ProtocolError
from taskforce.testing.tripwire import Tripwire, untouched


def visible_fields() -> dict[Entity, frozenset[str]]:
    """What a user sees of an org without person accounts, currencies and country codes."""
    always = {Entity.COMPANY: frozenset(), Entity.CONTACT: frozenset({"AccountId"})}
    return {entity: always[entity].union(each.source for each in STANDARD.of(entity).fields) for entity in Entity}


@dataclass(slots=True, kw_only=True)
class MemorySource:
    """Accounts and contacts with SystemModstamp in whole seconds of its own clock; deleted ones stay to be seen.

    `visible` are the fields that the user sees now, `hidden` those of related records that it does not; asking for
    one that is not seen is refused as Salesforce refuses it.
    `overlooked` are records that pages leave out, and that are shown to whoever asks for them by their ids. With
    `reads_in_bulk` what follows a first page comes in no order, as from a bulk job; the last page carries `remark`.
    """

    clock: Clock
    page_size: int = 2000
    visible: dict[Entity, frozenset[str]] = field(default_factory=visible_fields)
    hidden: frozenset[str] = frozenset()
    organization_id: str = "00D000000000001EAA"
    tripwire: Tripwire = untouched
    calls: int = 0
    use_seen: TenantUse | None = None
    described: int = 0
    overlooked: set[SourceId] = field(default_factory=set)
    reads_in_bulk: bool = False
    remark: str = ""
    _records: dict[tuple[Entity, SourceId], SourceRecord] = field(default_factory=dict)
    _failures: dict[int, ApiError] = field(default_factory=dict)

    def put(self, entity: Entity, source_id: SourceId, fields: Mapping[str, Value]) -> None:
        """A person saves a record; fields that are not given keep their value."""
        known = self._records.get((entity, source_id))
        before = known.fields if known is not None else {}
        self._stamp(
            SourceRecord(entity=entity, id=source_id, modified_at=self._now(), fields={**before, **fields}),
        )

    def delete(self, entity: Entity, source_id: SourceId, *, survivor: SourceId | None = None) -> None:
        """A person deletes a record, or merges it into a survivor."""
        self._stamp(replace(self._records[entity, source_id], is_deleted=True, master_id=survivor))

    def change_without_trace(self, entity: Entity, source_id: SourceId, fields: Mapping[str, Value]) -> None:
        """Values change, and SystemModstamp does not, as those of formulas do."""
        known = self._records[entity, source_id]
        self._records[entity, source_id] = replace(known, fields={**known.fields, **fields})

    def undelete(self, entity: Entity, source_id: SourceId) -> None:
        """A person takes a record out of the recycle bin."""
        self._stamp(replace(self._records[entity, source_id], is_deleted=False, master_id=None))

    def record(self, entity: Entity, source_id: SourceId) -> SourceRecord:
        """A record with all its fields."""
        return self._records[entity, source_id]

    def fail(self, error: ApiError, *, page: int = 1) -> None:
        """Answer the n-th page asked for from now on with an error, once."""
        self._failures[page] = error

    def describe(self, mappings: Mappings = STANDARD) -> SourceSchema:
        """One request per object; related ones are known without."""
        self.tripwire("describe source")
        self.calls += len(Entity)
        self.described += 1
        related = {entity: self.hidden.intersection(mappings.of(entity).related) for entity in Entity}
        hidden = {entity: names for entity, names in related.items() if names}
        return SourceSchema(fields=dict(self.visible), organization_id=self.organization_id, hidden=hidden)

    def changes(
        self, entity: Entity, fields: Sequence[str], *, since: datetime | None, after: Position | None
    ) -> Generator[SourcePage]:
        """The records as they are when the first page is asked for, in the order (SystemModstamp, Id)."""
        self._request(entity, fields)
        asked_at = self._now()
        found = self._following(entity, since, after)
        size = self.page_size
        if self.reads_in_bulk:
            found[size:] = found[: size - 1 : -1]
        for start in range(0, max(len(found), 1), size):
            if start:
                self._request(entity, fields)
            page = [self._selected(record, fields) for record in found[start : start + size]]
            if page and not (start and self.reads_in_bulk):
                after = _position(page[-1])
            remark = self.remark if start + size >= len(found) else ""
            yield SourcePage(records=page, position=after if page else None, asked_at=asked_at, remark=remark)

    def read(self, entity: Entity, fields: Sequence[str], ids: Sequence[SourceId]) -> Sequence[SourceRecord]:
        """One request for up to 200."""
        self._request(entity, fields)
        found = (self._records.get((entity, each)) for each in ids)
        return [self._selected(record, fields) for record in found if record is not None]

    def count(self, entity: Entity, record_filter: RecordFilter) -> int:
        """Those that stand, judged as the engine judges them."""
        fields = record_filter.fields(entity)
        self._request(entity, [each for each in fields if "." not in each])
        standing = [each for (kind, _), each in self._records.items() if kind is entity and not each.is_deleted]
        found = [self._selected(each, [*each.fields, *fields]) for each in standing]
        return sum(why_unfit(each, record_filter) is None for each in found)

    def remove(self, entity: Entity, source_id: SourceId) -> None:
        """A person deletes a record for good, or hides it from the user."""
        del self._records[entity, source_id]

    def _following(self, entity: Entity, since: datetime | None, after: Position | None) -> list[SourceRecord]:
        found = [
            record for (kind, each), record in self._records.items() if kind is entity and each not in self.overlooked
        ]
        if since is not None:
            found = [record for record in found if record.modified_at >= since]
        if after is not None:
            found = [record for record in found if _position(record) > after]
        return sorted(found, key=_position)

    def _request(self, entity: Entity, fields: Sequence[str]) -> None:
        self.tripwire("read source")
        self.calls += 1
        self._failures = {page - 1: error for page, error in self._failures.items()}
        failure = self._failures.pop(0, None)
        if failure is not None:
            raise failure
        unknown = [
            name for name in fields if name in self.hidden or ("." not in name and name not in self.visible[entity])
        ]
        if unknown:
            raise ProtocolError(
                f"No such column '{unknown[0]}' on entity '{entity.source_object}'.",
                system="Salesforce",
                operation="query",
                status=400,
                code="INVALID_FIELD",
            )

    def _now(self) -> datetime:
        return self.clock.now().replace(microsecond=0)

    def _selected(self, record: SourceRecord, fields: Sequence[str]) -> SourceRecord:
        account = self._records.get((Entity.COMPANY, record.account_id)) if record.account_id else None
        related = {f"Account.{name}": value for name, value in account.fields.items()} if account else {}
        return replace(record, fields={name: {**related, **record.fields}.get(name) for name in fields})

    def _stamp(self, record: SourceRecord) -> None:
        self._records[record.entity, record.id] = replace(record, modified_at=self._now())


def _position(record: SourceRecord) -> Position:
    return Position(modified_at=record.modified_at, id=record.id)
