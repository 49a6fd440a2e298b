"""Autotask in memory."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from taskforce.domain.budget import Budget, TenantUse
from taskforce.domain.records import OWN_COMPANY_ID, Entity, SourceId, TargetId, TargetRecord, Value
from taskforce.domain.schema import TargetSchema
from taskforce.domain.values import salesforce_id
from taskforce.engine.ports import Clock
from taskforce.errors import AccessError, RecordRejected
from taskforce.testing.budget import MemoryGate
from taskforce.testing.target_records import Records, Stored, refusal
from taskforce.testing.tenant import ID_FIELDS, small_tenant
from taskforce.testing.tenant_use import RollingUse
from taskforce.testing.tripwire import Tripwire, untouched
from taskforce.testing.trouble import LOST, Fault, Script, Trouble

PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Late:
    due_at: datetime
    write: Callable[[], object]


@dataclass(slots=True, kw_only=True)
class MemoryTarget:
    """Companies and contacts with user-defined fields; people edit by `put`, `edit` and the like, at no call.

    `tenant` is the metadata as it stands now, its `id_fields` the user-defined fields that exist. An answer in which no
    row has a user-defined value leaves them out (protocol 1); with `omits_user_defined` all do but those by value.
    A lost write may be carried out when its time has come. `use` counts requests as Autotask does; `takes` is how long
    an answer takes. With `repeats_pages` every page is shown twice.
    `own_carries` is the text in the id field of company 0.
    """

    clock: Clock
    tenant: TargetSchema = field(default_factory=small_tenant)
    may_create_fields: bool = True
    omits_user_defined: bool = False
    repeats_pages: bool = False
    own_carries: str = ""
    tripwire: Tripwire = untouched
    calls: int = 0
    usage_reads: int = 0
    use: RollingUse = field(init=False)
    takes: timedelta = timedelta(0)
    writes_at_once: int = 1
    described: int = 0
    server_time: datetime | None = None
    script: Script = field(default_factory=Script)
    _records: Records = field(init=False)
    _late: list[_Late] = field(default_factory=list)
    _gate: MemoryGate = field(init=False)
    _answered_before: int = 0

    def __post_init__(self) -> None:
        self._records = Records(clock=self.clock)
        self.use = RollingUse(clock=self.clock)
        self._gate = MemoryGate(clock=self.clock)

    # --- what people do in Autotask, and look at ---

    def put(
        self,
        entity: Entity,
        fields: Mapping[str, Value],
        *,
        carries: str | None = None,
        company_id: TargetId | None = None,
        is_active: bool = True,
    ) -> TargetId:
        """A person types a record in, perhaps with a Salesforce id."""
        id_values = {ID_FIELDS[entity]: carries} if carries else {}
        stored = self._records.add(entity, fields, id_values, company_id)
        stored.is_active = is_active
        return stored.id

    def edit(self, entity: Entity, target_id: TargetId, fields: Mapping[str, Value]) -> None:
        """A person changes fields."""
        stored = self._records.here[entity, target_id]
        stored.change(fields, self.clock.now())

    def set_id(self, entity: Entity, target_id: TargetId, text: str | None, *, field: str = "") -> None:
        """A person writes or clears the user-defined field (S23)."""
        stored = self._records.here[entity, target_id]
        stored.user_defined[field or ID_FIELDS[entity]] = text or ""
        stored.changed_at = self.clock.now()

    def activate(self, entity: Entity, target_id: TargetId, *, is_active: bool = True) -> None:
        """A person sets the record active or inactive."""
        stored = self._records.here[entity, target_id]
        stored.is_active = is_active
        stored.changed_at = self.clock.now()

    def remove(self, entity: Entity, target_id: TargetId) -> None:
        """A person deletes a record."""
        del self._records.here[entity, target_id]

    def drop_id_field(self, entity: Entity) -> None:
        """An administrator removes the user-defined field, and its values with it."""
        kept = {kind: name for kind, name in self.tenant.id_fields.items() if kind is not entity}
        self.tenant = replace(self.tenant, id_fields=kept)
        for stored in self._records.of(entity):
            stored.user_defined.pop(ID_FIELDS[entity], None)

    def trouble(self, trouble: Trouble) -> None:
        """Something will go wrong."""
        self.script.troubles.append(trouble)

    def records(self, entity: Entity) -> list[TargetRecord]:
        """Everything that stands there now, by id, as a person sees it: fields without a value are left out."""
        self._catch_up()
        return [stored.as_read(stored.fields, ID_FIELDS[entity]) for stored in self._records.of(entity)]

    # --- the port ---

    def describe(self) -> TargetSchema:
        """Six requests: fields and user-defined fields of both entities, resources, countries."""
        for part in ("companies", "contacts", "company fields", "contact fields", "resources", "countries"):
            self._request(f"describe {part}")
        self.described += 1
        return replace(self.tenant, read_at=self.clock.now())

    def create_id_fields(self, missing: Sequence[Entity]) -> None:
        """One request for the codes, one per field."""
        self._request("describe definitions")
        if not self.may_create_fields:
            raise AccessError(
                "Autotask does not let this user create user-defined fields.",
                system="Autotask",
                operation="create user-defined field",
                mend="Create them by hand: " + ", ".join(ID_FIELDS[entity] for entity in missing) + ".",
            )
        for entity in missing:
            self._request("create field")
            fields = {**self.tenant.id_fields, entity: ID_FIELDS[entity]}
            self.tenant = replace(self.tenant, id_fields=fields)

    def read_all(self, entity: Entity, schema: TargetSchema) -> Generator[Sequence[TargetRecord]]:
        """Pages of 500 in the order of ids."""
        return self._pages(entity, schema, lambda _: True)

    def own_company(self, schema: TargetSchema) -> TargetRecord | None:
        """One request."""
        self._request("read company 0")
        own = Stored(
            entity=Entity.COMPANY, id=OWN_COMPANY_ID, fields={"companyName": "Us"}, changed_at=self.clock.now()
        )
        own.user_defined[ID_FIELDS[Entity.COMPANY]] = self.own_carries
        return own.as_read(schema.fields[Entity.COMPANY], schema.id_fields.get(Entity.COMPANY, ""))

    def read_changed(self, entity: Entity, schema: TargetSchema, since: datetime) -> Generator[Sequence[TargetRecord]]:
        """What was created or changed at or after that moment."""
        return self._pages(entity, schema, lambda stored: stored.changed_at >= since)

    def read(self, entity: Entity, schema: TargetSchema, ids: Sequence[TargetId]) -> Mapping[TargetId, TargetRecord]:
        """One request for up to 500."""
        if not 0 < len(ids) <= PAGE:
            raise refusal("too_many", "Queries are limited to 500 or fewer 'OR' conditions.")
        self._request(f"read {entity.plural}")
        wanted = set(ids)
        return {each.id: each for each in self._answer(entity, schema, lambda stored: stored.id in wanted)}

    def find_by_source_id(self, entity: Entity, schema: TargetSchema, source_id: SourceId) -> Sequence[TargetRecord]:
        """Two requests per field that may carry the id, for its form with 18 and with 15 characters."""
        for _ in schema.carrying_fields(entity):
            self._request(f"find {entity.plural}")
            self._request(f"find {entity.plural}")
        return self._answer(entity, schema, _carries(source_id), is_by_value=True)

    def create(
        self,
        entity: Entity,
        schema: TargetSchema,
        fields: Mapping[str, Value],
        *,
        source_id: SourceId,
        company_id: TargetId | None = None,
    ) -> TargetId:
        """One POST; its answer may be lost."""
        _refuse_homeless(entity, company_id)
        id_values = {schema.id_fields[entity]: source_id}
        return self._write(
            f"create {entity}",
            lambda: self._records.create(self.tenant, entity, fields, id_values=id_values, company_id=company_id),
        )

    def update(
        self,
        entity: Entity,
        schema: TargetSchema,
        target_id: TargetId,
        fields: Mapping[str, Value],
        *,
        source_id: SourceId | None = None,
        clears_id: bool = False,
        company_id: TargetId | None = None,
    ) -> None:
        """One PATCH; its answer may be lost."""
        _refuse_homeless(entity, company_id)
        id_values = dict.fromkeys(schema.carrying_fields(entity), "") if clears_id else {}
        if source_id:
            id_values[schema.id_fields[entity]] = source_id
        self._write(
            f"update {entity}",
            lambda: self._records.update(
                self.tenant, entity, target_id, fields, id_values=id_values, company_id=company_id
            ),
        )

    def usage(self) -> TenantUse | None:
        """One request, counted itself."""
        self._request("read usage", is_look=True)
        use = self.use.count()
        self._gate.looked(use)
        return use

    def spend_within(self, budget: Budget) -> None:
        """As the adapter does: nothing is asked before the first request."""
        self._gate.budget, self._answered_before = budget, self.calls

    @property
    def use_seen(self) -> TenantUse | None:
        """As the last look of this run saw it."""
        return self._gate.budget.use if self._gate.budget is not None else None

    @property
    def budget(self) -> Budget | None:
        """As it stands now."""
        return self._gate.budget

    @property
    def seconds_per_call(self) -> float | None:
        """Each answer takes the same time, by nobody's clock."""
        return self.takes.total_seconds() if self.calls > self._answered_before else None

    def attached(self, company_id: TargetId) -> Mapping[str, int]:
        """Two requests: there is nothing but companies and contacts here."""
        self._request("count contacts")
        self._request("count companies")
        contacts = sum(each.company_id == company_id for each in self._records.of(Entity.CONTACT))
        children = sum(each.fields.get("parentCompanyID") == company_id for each in self._records.of(Entity.COMPANY))
        return {"contacts": contacts, "child companies": children}

    # --- inside ---

    def _write(self, operation: str, write: Callable[[], TargetId]) -> TargetId:
        trouble = self._request(operation, may_be_lost=True)
        if trouble is not None and trouble.fault is Fault.LATE:
            self._late.append(_Late(due_at=self.clock.now() + trouble.delay, write=write))
        elif trouble is None or trouble.fault is Fault.LOST_AFTER:
            target_id = write()
            self.tripwire(f"carried out {operation}")
            if trouble is None:
                return target_id
        raise trouble.error(operation)

    def _request(self, operation: str, *, may_be_lost: bool = False, is_look: bool = False) -> Trouble | None:
        """Count a request; raise its trouble, unless it is a write whose answer gets lost."""
        self._catch_up()
        self._gate.admit(operation, self.usage, is_look=is_look)
        self.tripwire(operation)
        trouble = self.script.strike(operation)
        if trouble is None or trouble.fault is not Fault.UNREACHABLE:
            self.calls += 1
            self.usage_reads += is_look
            if not self.use.take():
                raise self._gate.refused(operation)
        if trouble is not None and not (may_be_lost and trouble.fault in LOST):
            raise trouble.error(operation)
        self.server_time = self.clock.now()
        return trouble

    def _catch_up(self) -> None:
        """Carry out the late writes whose time has come; one that is refused by then comes to nothing."""
        due = [late for late in self._late if late.due_at <= self.clock.now()]
        self._late = [late for late in self._late if late not in due]
        for late in due:
            try:
                late.write()
            except RecordRejected:
                continue

    def _pages(
        self, entity: Entity, schema: TargetSchema, is_wanted: Callable[[Stored], bool]
    ) -> Generator[Sequence[TargetRecord]]:
        """Pages by "id greater than the last one", each as things stand when it is asked for."""
        last = OWN_COMPANY_ID
        while True:
            self._request(f"list {entity.plural}")
            page = self._answer(entity, schema, is_wanted, after=last)
            yield page
            if self.repeats_pages:
                yield page
            if len(page) < PAGE:
                return
            last = page[-1].id

    def _answer(
        self,
        entity: Entity,
        schema: TargetSchema,
        is_wanted: Callable[[Stored], bool],
        *,
        after: TargetId = OWN_COMPANY_ID,
        is_by_value: bool = False,
    ) -> list[TargetRecord]:
        """Up to 500 rows; all of them leave out user-defined fields when none has a value."""
        rows = [stored for stored in self._records.of(entity) if stored.id > after and is_wanted(stored)][:PAGE]
        has_values = any(value for stored in rows for value in stored.user_defined.values())
        is_listed = has_values and (is_by_value or not self.omits_user_defined) and entity in self.tenant.id_fields
        own, adopted = schema.id_fields.get(entity, ""), schema.adopted_id_fields.get(entity, ())
        return [stored.as_read(schema.fields[entity], own, adopted, id_field_seen=is_listed) for stored in rows]


def _carries(source_id: SourceId) -> Callable[[Stored], bool]:
    """Whether one of a record's user-defined fields holds the id, in whichever form."""
    return lambda stored: any(salesforce_id(text) == source_id for text in stored.user_defined.values())


def _refuse_homeless(entity: Entity, company_id: TargetId | None) -> None:
    if entity is Entity.CONTACT and company_id is None:
        raise ValueError("a contact is written under its company")
