"""The records of the in-memory Autotask, and what it accepts of a write."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from taskforce.domain.records import Entity, TargetId, TargetRecord, Value
from taskforce.domain.schema import TargetSchema
from taskforce.domain.values import salesforce_id
from taskforce.engine.ports import Clock
from taskforce.errors import RecordRejected

_REFERENCES = {"ownerResourceID": "Resource", "countryID": "Country", "parentCompanyID": "Company"}


@dataclass(slots=True, kw_only=True)
class Stored:
    """One record as it stands: fields without a value are absent, user-defined fields are apart."""

    entity: Entity
    id: TargetId
    fields: dict[str, Value]
    changed_at: datetime
    is_active: bool = True
    user_defined: dict[str, str] = field(default_factory=dict)
    company_id: TargetId | None = None

    def change(self, fields: Mapping[str, Value], now: datetime) -> None:
        """Set fields, or clear them with None; `isActive` is kept apart."""
        merged = {**self.fields, **fields}
        self.is_active = bool(merged.pop("isActive", self.is_active))
        self.fields = {name: value for name, value in merged.items() if value is not None}
        self.changed_at = now

    def as_read(
        self, names: Iterable[str], written_field: str, adopted: Sequence[str] = (), *, id_field_seen: bool = True
    ) -> TargetRecord:
        """The record as the adapter hands it out; user-defined fields are left out unless `id_field_seen`."""
        listed = self.user_defined if id_field_seen else {}
        texts = [listed.get(name, "") for name in (written_field, *adopted)]
        source_id = next((each for each in map(salesforce_id, texts) if each is not None), None)
        return TargetRecord(
            entity=self.entity,
            id=self.id,
            fields={name: self.fields.get(name) for name in names},
            is_active=self.is_active,
            source_id=source_id,
            source_id_as_written=listed.get(written_field) or None,
            id_field_seen=id_field_seen,
            company_id=self.company_id,
            changed_at=self.changed_at,
            unreadable_id=next(filter(None, texts), None) if source_id is None else None,
        )


@dataclass(slots=True, kw_only=True)
class Records:
    """All that stand `here`; a write of Taskforce's is looked at first, by the metadata as they are when it arrives."""

    clock: Clock
    here: dict[tuple[Entity, TargetId], Stored] = field(default_factory=dict)
    _last_id: int = 1000

    def of(self, entity: Entity) -> list[Stored]:
        """Those of one kind, by id."""
        return [stored for (kind, _), stored in sorted(self.here.items()) if kind is entity]

    def add(
        self, entity: Entity, fields: Mapping[str, Value], id_values: Mapping[str, str], company_id: TargetId | None
    ) -> Stored:
        """One more, whatever it holds."""
        self._last_id += 1
        stored = Stored(
            entity=entity,
            id=TargetId(self._last_id),
            fields={},
            changed_at=self.clock.now(),
            user_defined=dict(id_values),
            company_id=company_id,
        )
        stored.change(fields, self.clock.now())
        self.here[entity, stored.id] = stored
        return stored

    def create(
        self,
        tenant: TargetSchema,
        entity: Entity,
        fields: Mapping[str, Value],
        *,
        id_values: Mapping[str, str],
        company_id: TargetId | None,
    ) -> TargetId:
        """Add one, unless Autotask refuses it."""
        companies = self._companies()
        _check(entity, fields, tenant, companies)
        _check_complete(entity, fields, tenant)
        if entity is Entity.CONTACT and company_id not in companies:
            raise refusal("bad_reference", "Reference value on field: companyID does not exist or is invalid.")
        return self.add(entity, fields, id_values, company_id).id

    def update(
        self,
        tenant: TargetSchema,
        entity: Entity,
        target_id: TargetId,
        fields: Mapping[str, Value],
        *,
        id_values: Mapping[str, str],
        company_id: TargetId | None,
    ) -> TargetId:
        """Change one, unless it is not there or Autotask refuses that."""
        stored = self.here.get((entity, target_id))
        if stored is None or stored.company_id != company_id:
            raise refusal("not_found", "No matching records found.")
        _check(entity, fields, tenant, self._companies())
        stored.change(fields, self.clock.now())
        stored.user_defined.update(id_values)
        return target_id

    def _companies(self) -> set[TargetId]:
        return {target_id for kind, target_id in self.here if kind is Entity.COMPANY}


def _check(entity: Entity, fields: Mapping[str, Value], tenant: TargetSchema, companies: AbstractSet[TargetId]) -> None:
    """Refuse what Autotask refuses of the fields of a write: unknown names, lengths, picklists, references, blanks."""
    for name, value in fields.items():
        if name == "isActive":
            continue
        known = tenant.fields[entity].get(name)
        if known is None:
            raise refusal("unknown_field", f"Unable to find {name}.")
        if known.is_required and value is None:
            raise refusal("required_missing", f"Value does not exist for the required field {name}")
        if known.length and isinstance(value, str) and len(value) > known.length:
            raise refusal("too_long", f"{name} is longer than {known.length} characters.")
        if (
            known.picklist
            and value is not None
            and value not in {each.code for each in known.picklist if each.is_active}
        ):
            raise refusal("bad_picklist", f"Picklist value [{value}] does not exist for {name}")
        if name in _REFERENCES and value is not None and value not in _referable(name, tenant, companies):
            raise refusal("bad_reference", f"Reference value on field: {name} does not exist or is invalid.")


def _referable(name: str, tenant: TargetSchema, companies: AbstractSet[TargetId]) -> AbstractSet[TargetId]:
    if name == "ownerResourceID":
        return {each.id for each in tenant.resources if each.is_active}
    return {each.id for each in tenant.countries} if name == "countryID" else companies


def _check_complete(entity: Entity, fields: Mapping[str, Value], tenant: TargetSchema) -> None:
    """A new record needs every required field."""
    for name, known in tenant.fields[entity].items():
        if known.is_required and fields.get(name) is None:
            raise refusal("required_missing", f"Value does not exist for the required field {name}")


def refusal(code: str, message: str) -> RecordRejected:
    """As Autotask says no to one record."""
    return RecordRejected(message, system="Autotask", operation="write", status=500, code=code)
