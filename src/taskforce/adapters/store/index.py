"""What is known of Autotask's records, so that matching costs no request."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from taskforce.adapters.store import codec
from taskforce.adapters.store.models import IndexRow, IndexState, LinkRow
from taskforce.adapters.store.scope import Scope, chunks
from taskforce.domain.links import LinkState
from taskforce.domain.match_rules import Candidate, Keys
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord

BLOCK = 5
"""Names are compared with those that begin with the same letters."""

_KEY_COLUMNS = ("target_id", "match", "name_key", "domain", "phone", "similar")
_CANDIDATE_COLUMNS = (*_KEY_COLUMNS, "source_id", "is_active", "company_id", "document")


class DjangoIndex:
    """Implements `engine.stores.Index`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def refreshed_through(self, entity: Entity) -> datetime | None:
        """How far, by Autotask's clock; None before the first time."""
        rows = self._scope.rows(IndexState).filter(entity=entity)
        return rows.values_list("refreshed_through", flat=True).first()

    def set_refreshed_through(self, entity: Entity, moment: datetime) -> None:
        """Remember how far."""
        row = IndexState(connection_id=self._scope.connection_id, entity=entity, refreshed_through=moment)
        self._scope.upsert([row], unique=("entity",))

    def put(self, entity: Entity, records: Mapping[TargetId, tuple[TargetRecord, Keys]]) -> None:  # noqa: ARG002 - said by the records, too
        """Store records as they stand in Autotask."""
        rows = [self._row(record, keys) for record, keys in records.values()]
        self._scope.upsert(rows, unique=("entity", "target_id"))

    def _row(self, record: TargetRecord, keys: Keys) -> IndexRow:
        parent = record.fields.get("parentCompanyID")
        return IndexRow(
            connection_id=self._scope.connection_id,
            entity=record.entity,
            target_id=record.id,
            company_id=record.company_id,
            parent_id=int(parent) if parent is not None else None,
            source_id=record.source_id or "",
            is_active=record.is_active,
            match=keys.match,
            name_key=keys.name,
            domain=(keys.domain or "")[:255],
            phone=keys.phone or "",
            similar=keys.similar[:255],
            block=keys.similar[:BLOCK],
            document=codec.encode_target(record),
        )

    def keys(self, entity: Entity, ids: Iterable[TargetId]) -> Mapping[TargetId, Keys]:
        """The keys of records as they were last seen."""
        found = {}
        for piece in chunks(ids):
            for row in self._rows(entity).filter(target_id__in=piece).values(*_KEY_COLUMNS):
                found[TargetId(row["target_id"])] = _keys(row)
        return found

    def records(self, entity: Entity, ids: Iterable[TargetId]) -> Mapping[TargetId, TargetRecord]:
        """The records as they were last seen."""
        found = {}
        for piece in chunks(ids):
            for row in self._rows(entity).filter(target_id__in=piece).values(*_CANDIDATE_COLUMNS):
                found[TargetId(row["target_id"])] = codec.decode_target(row, entity)
        return found

    def carriers(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Sequence[Candidate]]:
        """The records whose user-defined field holds one of these ids."""
        found: dict[SourceId, list[Candidate]] = defaultdict(list)
        for piece in chunks(ids):
            for candidate, row in self._candidates(entity, self._rows(entity).filter(source_id__in=piece)):
                found[SourceId(row["source_id"])].append(candidate)
        return found

    def fitting(self, entity: Entity, match_keys: Iterable[str]) -> Mapping[str, Sequence[Candidate]]:
        """The records with one of these exact keys."""
        found: dict[str, list[Candidate]] = defaultdict(list)
        for piece in chunks(match_keys):
            for candidate, row in self._candidates(entity, self._rows(entity).filter(match__in=piece)):
                found[row["match"]].append(candidate)
        return found

    def alike(self, entity: Entity, keys: Sequence[Keys]) -> Sequence[Candidate]:
        """The records that share a domain, a phone or the beginning of the simple name with one of these."""
        found: dict[TargetId, Candidate] = {}
        for piece in chunks(keys, 150):
            alike = Q(domain__in=[each.domain for each in piece if each.domain])
            alike |= Q(phone__in=[each.phone for each in piece if each.phone])
            alike |= Q(block__in=[each.similar[:BLOCK] for each in piece if each.similar])
            found.update((each.id, each) for each, _ in self._candidates(entity, self._rows(entity).filter(alike)))
        return list(found.values())

    def parent(self, company_id: TargetId) -> TargetId | None:
        """The parent company as last seen."""
        rows = self._rows(Entity.COMPANY).filter(target_id=company_id)
        parent = rows.values_list("parent_id", flat=True).first()
        return None if parent is None else TargetId(parent)

    def _rows(self, entity: Entity) -> "QuerySet[IndexRow]":
        return self._scope.rows(IndexRow).filter(entity=entity)

    def _candidates(self, entity: Entity, rows: "QuerySet[IndexRow]") -> Iterable[tuple[Candidate, Mapping[str, Any]]]:
        """Candidates of these rows, each with whom it belongs to and, for contacts, its company's name."""
        found = list(rows.order_by("target_id").values(*_CANDIDATE_COLUMNS))
        owners = self._owners(entity, [row["target_id"] for row in found])
        companies = {row["company_id"] for row in found if row["company_id"] is not None}
        names = {target: keys.name for target, keys in self.keys(Entity.COMPANY, companies).items()}
        for row in found:
            fields = codec.decode(row["document"])["fields"]
            yield (
                Candidate(
                    id=TargetId(row["target_id"]),
                    keys=_keys(row),
                    name=_name(entity, fields),
                    is_active=row["is_active"],
                    linked_to=owners.get(row["target_id"]) or row["source_id"] or None,
                    company_id=row["company_id"],
                    company_name_key=names.get(row["company_id"]),
                ),
                row,
            )

    def _owners(self, entity: Entity, ids: Iterable[int]) -> dict[int, str]:
        owners: dict[int, str] = {}
        for piece in chunks(ids):
            rows = self._scope.rows(LinkRow).filter(entity=entity, target_id__in=piece, state=LinkState.LINKED)
            owners.update(rows.annotate(owner=F("source_id")).values_list("target_id", "owner"))
        return owners


def _keys(row: Mapping[str, Any]) -> Keys:
    return Keys(
        match=row["match"],
        name=row["name_key"],
        domain=row["domain"] or None,
        phone=row["phone"] or None,
        similar=row["similar"],
    )


def _name(entity: Entity, fields: Mapping[str, Any]) -> str:
    parts = ("companyName",) if entity is Entity.COMPANY else ("firstName", "lastName")
    return " ".join(str(fields[part]) for part in parts if fields.get(part))
