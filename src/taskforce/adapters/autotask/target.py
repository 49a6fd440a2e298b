"""Autotask as the Target of an import."""

from collections.abc import Generator, Mapping, Sequence
from datetime import datetime, timedelta

from taskforce.adapters.autotask.attached import count_attached
from taskforce.adapters.autotask.client import AutotaskClient
from taskforce.adapters.autotask.fields import CHANGED, CREATED, ENDPOINTS
from taskforce.adapters.autotask.id_fields import create_id_fields
from taskforce.adapters.autotask.metadata import read_schema
from taskforce.adapters.autotask.query import (
    Condition,
    Op,
    Query,
    any_of,
    is_one_of,
    is_since,
    is_user_defined,
    pages,
)
from taskforce.adapters.autotask.records import RecordReader, private_texts, record_body
from taskforce.adapters.autotask.wire import RecordWire, ThresholdWire, decode, whole_number
from taskforce.adapters.autotask.wording import SYSTEM
from taskforce.domain.budget import Budget, TenantUse
from taskforce.domain.records import OWN_COMPANY_ID, Entity, SourceId, TargetId, TargetRecord, Value
from taskforce.domain.schema import TargetSchema
from taskforce.engine.ports import Clock
from taskforce.errors import ProtocolError

_EVERYTHING = Condition(op=Op.GTE, field="id", value=OWN_COMPANY_ID)
"""A filter is mandatory. Company 0, the tenant itself, is asked for too: an answer without it is no answer."""


class AutotaskTarget:
    """Implements the port; `clock` dates the metadata."""

    def __init__(self, client: AutotaskClient, clock: Clock) -> None:
        self.client = client
        self._clock = clock

    @property
    def calls(self) -> int:
        """Requests so far that Autotask counts."""
        return self.client.calls

    @property
    def usage_reads(self) -> int:
        """How many of them asked for the tenant's use of its limit."""
        return self.client.usage_reads

    @property
    def use_seen(self) -> TenantUse | None:
        """The tenant's use of its limit as the last look of this run saw it."""
        return self.client.budget.use

    @property
    def budget(self) -> Budget | None:
        """What this run may still spend, as it stands now."""
        return self.client.budget.budget

    @property
    def seconds_per_call(self) -> float | None:
        """The mean time of an answer since a budget was set, the vendor's delays and the way there included."""
        return self.client.seconds_per_call

    @property
    def writes_at_once(self) -> int:
        """Two on one endpoint by default; three is the vendor's limit, and refused at times (protocol 5)."""
        return self.client.at_once

    @property
    def server_time(self) -> datetime | None:
        """Autotask's clock in its latest answer, if it told."""
        return self.client.server_time

    def spend_within(self, budget: Budget) -> None:
        """From now on no request is sent beyond the budget."""
        self.client.spend_within(budget, self._read_usage, self._clock.now)

    def describe(self) -> TargetSchema:
        """Fields, picklists, user-defined fields, resources and countries: six requests, more in very large tenants."""
        return read_schema(self.client, self._clock.now())

    def create_id_fields(self, missing: Sequence[Entity]) -> None:
        """Create the user-defined fields that carry Salesforce ids (S10)."""
        create_id_fields(self.client, missing)

    def usage(self) -> TenantUse | None:
        """What is used of the tenant's limit; None when Autotask does not say. The budget goes by it as well."""
        use = self._read_usage()
        self.client.budget.looked(use)
        return use

    def _read_usage(self) -> TenantUse | None:
        """ThresholdInformation, which counts as a request itself (reference section 7)."""
        operation = "read ThresholdInformation"
        answer = self.client.look("ThresholdInformation", operation=operation)
        told = decode(answer, ThresholdWire, operation)
        used = whole_number(told.current_timeframe_request_count)
        limit = whole_number(told.external_request_threshold)
        if used is None or limit is None:
            return None
        minutes = whole_number(told.request_threshold_timeframe) or 60
        return TenantUse(used=used, limit=limit, window=timedelta(minutes=minutes))

    def read_all(self, entity: Entity, schema: TargetSchema) -> Generator[Sequence[TargetRecord]]:
        """Every record, in pages of up to 500 ordered by id; company 0 is left out."""
        return self._pages(entity, schema, _EVERYTHING, must_have=entity is Entity.COMPANY)

    def own_company(self, schema: TargetSchema) -> TargetRecord | None:
        """Company 0, by its id."""
        entity, condition = Entity.COMPANY, is_one_of("id", [OWN_COMPANY_ID])
        reader = RecordReader(entity, schema)
        query = Query(entity=ENDPOINTS[entity], conditions=(condition,), row=reader.row_type)
        found = (reader.record(row) for page in pages(self.client, query) for row in page)
        return next((each for each in found if each.id == OWN_COMPANY_ID), None)

    def read_changed(self, entity: Entity, schema: TargetSchema, since: datetime) -> Generator[Sequence[TargetRecord]]:
        """Records created or changed at or after `since`, in one query (protocol 1)."""
        return self._pages(entity, schema, any_of(is_since(CREATED, since), is_since(CHANGED[entity], since)))

    def read(self, entity: Entity, schema: TargetSchema, ids: Sequence[TargetId]) -> Mapping[TargetId, TargetRecord]:
        """The present state of up to 500 records; those that are gone are absent."""
        if not ids:
            return {}
        found = {each.id: each for page in self._pages(entity, schema, is_one_of("id", ids)) for each in page}
        if found.keys() - set(ids):
            raise _not_asked_for(entity)
        return found

    def find_by_source_id(self, entity: Entity, schema: TargetSchema, source_id: SourceId) -> Sequence[TargetRecord]:
        """The records that carry this Salesforce id, ordered by id.

        Asked for each field that may carry it, and for its form with 18 and with 15 characters; one query each, since
        Autotask takes one user-defined field per query. It may compare without letter case, so the answer is compared
        again; a row that comes without its user-defined fields contradicts the question and stops everything.
        """
        names = schema.carrying_fields(entity)
        found: dict[TargetId, TargetRecord] = {}
        for condition in (is_user_defined(name, text) for name in names for text in (source_id, source_id[:15])):
            for page in self._pages(entity, schema, condition, must_list=names):
                found.update({record.id: record for record in page if record.source_id == source_id})
        return [found[target_id] for target_id in sorted(found)]

    def create(
        self,
        entity: Entity,
        schema: TargetSchema,
        fields: Mapping[str, Value],
        *,
        source_id: SourceId,
        company_id: TargetId | None = None,
    ) -> TargetId:
        """One POST with the Salesforce id in it, active; a contact goes under its company (see the port)."""
        body = record_body(
            entity,
            {**_belonging(entity, company_id), "isActive": True, **fields},
            id_values={schema.id_fields[entity]: source_id},
        )
        return TargetId(
            self.client.create(
                _collection(entity, company_id),
                body,
                entity=ENDPOINTS[entity],
                operation=f"create {entity}",
                private=(*private_texts(fields), source_id),
            )
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
        """One PATCH with absolute values; None clears a field; `source_id` is written into the user-defined field."""
        written = {schema.id_fields[entity]: source_id} if source_id is not None else {}
        cleared = dict.fromkeys(schema.carrying_fields(entity)) if clears_id else {}
        body = record_body(entity, fields, id_values={**cleared, **written}, target_id=target_id)
        self.client.update(
            _collection(entity, company_id),
            body,
            entity=ENDPOINTS[entity],
            operation=f"update {entity}",
            private=(*private_texts(fields), source_id or ""),
        )

    def attached(self, company_id: TargetId) -> Mapping[str, int]:
        """How much hangs on a company."""
        return count_attached(self.client, company_id)

    def _pages(
        self,
        entity: Entity,
        schema: TargetSchema,
        condition: Condition,
        *,
        must_list: Sequence[str] = (),
        must_have: bool = False,
    ) -> Generator[Sequence[TargetRecord]]:
        """Pages of records; rows must list user-defined fields, or there must be rows at all, where that is certain."""
        is_empty = True
        reader = RecordReader(entity, schema)
        query = Query(entity=ENDPOINTS[entity], conditions=(condition,), row=reader.row_type)
        for page in pages(self.client, query):
            if must_list and any(not _lists(row, must_list) for row in page):
                raise _not_asked_for(entity)
            rows = sorted(page, key=lambda row: row.id)
            is_empty = is_empty and not rows
            yield [reader.record(row) for row in rows if entity is Entity.CONTACT or row.id != OWN_COMPANY_ID]
        if must_have and is_empty:
            raise _nothing_at_all()


def _lists(row: RecordWire, names: Sequence[str]) -> bool:
    return any(each.name in names for each in row.user_defined or ())


def _belonging(entity: Entity, company_id: TargetId | None) -> Mapping[str, Value]:
    return {"companyID": company_id} if entity is Entity.CONTACT else {}


def _collection(entity: Entity, company_id: TargetId | None) -> str:
    """Where records are written: contacts only under their company (reference section 4)."""
    if entity is Entity.COMPANY:
        return ENDPOINTS[entity]
    if company_id is None:
        raise ValueError("a contact is written under its company")
    return f"Companies/{company_id}/Contacts"


def _nothing_at_all() -> ProtocolError:
    return ProtocolError(
        "Autotask answered that there are no companies at all, not even the tenant's own.",
        system=SYSTEM,
        operation="query Companies",
        code="nothing_at_all",
        mend="Nothing was created; the next import asks again. Check what the API user may see if it goes on.",
    )


def _not_asked_for(entity: Entity) -> ProtocolError:
    return ProtocolError(
        f"Autotask answered with {entity.plural} that were not asked for; nothing was concluded from it.",
        system=SYSTEM,
        operation=f"query {ENDPOINTS[entity]}",
        code="not_asked_for",
        mend="Start the import again; report it if it goes on.",
    )
