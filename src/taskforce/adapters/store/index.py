"""What is known of Autotask's records, so that matching costs no request."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Self

from django.db.models import Count, OuterRef, Q, Subquery

from taskforce.adapters.store import codec
from taskforce.adapters.store.models import IndexRow, IndexState, LinkRow
from taskforce.adapters.store.scope import Scope, chunks
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.links import LinkState
from taskforce.domain.match_rules import BLOCK, Candidate, Keys
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord
from taskforce.domain.searching import contact_points_of
from taskforce.engine.stores import SoughtContact

_COLUMNS = ("target_id", "is_active", "source_id", "company_id", "document")
"""What makes a record."""


class _Found(NamedTuple):
    """The columns of a row that make a candidate."""

    target_id: int
    match: str
    name_key: str
    domain: str
    phone: str
    similar: str
    number: str
    mobile: str
    source_id: str
    is_active: bool
    company_id: int | None
    name: str


class _Row(NamedTuple):
    """The columns of a row that say how a record stands and what it can be found by."""

    entity: str
    target_id: int
    company_id: int | None
    parent_id: int | None
    source_id: str
    is_active: bool
    name: str
    match: str
    name_key: str
    domain: str
    phone: str
    similar: str
    block: str
    number: str
    mobile: str
    search: str
    document: codec.Document

    @classmethod
    def of(cls, entity: Entity, record: TargetRecord, keys: Keys) -> Self:
        """The row of a record."""
        parent = record.fields.get("parentCompanyID")
        return cls(
            entity=entity,
            target_id=record.id,
            company_id=record.company_id,
            parent_id=None if parent is None else int(parent),
            source_id=record.source_id or "",
            is_active=record.is_active,
            name=codec.fitted(record.name, 400),
            match=keys.match,
            name_key=keys.name,
            domain=codec.fitted(keys.domain or "", 255),
            phone=keys.phone or "",
            similar=codec.fitted(keys.similar, 255),
            block=codec.fitted(keys.block, BLOCK),
            number=codec.fitted(keys.number or "", 64),
            mobile=keys.mobile or "",
            search=codec.searched(record.name, contact_points_of(record)),
            document=codec.encode_target(record),
        )

    def record(self) -> TargetRecord:
        """The record as it was last seen."""
        columns = (self.target_id, self.is_active, self.source_id, self.company_id, self.document)
        return codec.decode_target(Entity(self.entity), *columns)


def _keys(row: "_Row | _Found") -> Keys:
    return Keys(
        match=row.match,
        name=row.name_key,
        domain=row.domain or None,
        phone=row.phone or None,
        similar=row.similar,
        number=row.number or None,
        mobile=row.mobile or None,
    )


@tells_trouble
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
        self._scope.upsert(IndexState, [{"entity": entity, "refreshed_through": moment}], unique=("entity",))

    def expire(self) -> None:
        """As if nothing had been read yet: the next refresh reads everything."""
        self._scope.rows(IndexState).delete()

    def put(
        self, entity: Entity, records: Mapping[TargetId, tuple[TargetRecord, Keys]], *, run_id: int = 0
    ) -> Mapping[TargetId, tuple[TargetRecord, Keys]]:
        """Store records as they stand in Autotask, seen by this run; returns how those stood that were known.

        A row that stays the same is only marked as seen: to write it anew would move it in each of nine indexes.
        """
        found = self._scope.find(IndexRow, _Row._fields, "target_id", records, entity=entity)
        before = {row.target_id: row for row in (_Row(*each) for each in found)}
        rows = [_Row.of(entity, record, keys) for record, keys in records.values()]
        changed = [{**row._asdict(), "seen_in": run_id} for row in rows if row != before.get(row.target_id)]
        self._scope.upsert(IndexRow, changed, unique=("entity", "target_id"))
        if run_id:
            same = before.keys() - {each["target_id"] for each in changed}
            for piece in chunks(same):
                self._scope.rows(IndexRow).filter(entity=entity, target_id__in=piece).update(seen_in=run_id)
        return {TargetId(row.target_id): (row.record(), _keys(row)) for row in before.values()}

    def count(self, entity: Entity, *, seen_in: int | None = None) -> int:
        """How many records there are, or were seen by one run."""
        rows = self._scope.rows(IndexRow).filter(entity=entity)
        return rows.count() if seen_in is None else rows.filter(seen_in=seen_in).count()

    def forget_unseen(self, entity: Entity, run_id: int) -> None:
        """What this run did not see is gone."""
        self._scope.rows(IndexRow).filter(entity=entity).exclude(seen_in=run_id).delete()

    def doubled(self, entity: Entity) -> Mapping[SourceId, Sequence[Candidate]]:
        """Salesforce ids that stand on more than one record, with those records."""
        rows = self._scope.rows(IndexRow).filter(entity=entity).exclude(source_id="")
        ids = rows.values("source_id").annotate(number=Count("id")).filter(number__gt=1)
        return self.carriers(entity, [SourceId(each["source_id"]) for each in ids])

    def keys(self, entity: Entity, ids: Iterable[TargetId]) -> Mapping[TargetId, Keys]:
        """The keys of records as they were last seen."""
        return {TargetId(row.target_id): _keys(row) for row in self._find(entity, "target_id", ids)}

    def records(self, entity: Entity, ids: Iterable[TargetId]) -> Mapping[TargetId, TargetRecord]:
        """The records as they were last seen."""
        rows = self._scope.find(IndexRow, _COLUMNS, "target_id", ids, entity=entity)
        return {TargetId(row[0]): codec.decode_target(entity, *row) for row in rows}

    def page(self, entity: Entity, *, after: TargetId | None, limit: int) -> Sequence[TargetRecord]:
        """Some records in the order of their ids."""
        rows = self._scope.rows(IndexRow).filter(entity=entity).order_by("target_id")
        found = (rows if after is None else rows.filter(target_id__gt=after)).values_list(*_COLUMNS)[:limit]
        return [codec.decode_target(entity, *row) for row in found]

    def carriers(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Sequence[Candidate]]:
        """The records whose user-defined field holds one of these ids."""
        found: dict[SourceId, list[Candidate]] = defaultdict(list)
        for row, candidate in self._candidates(entity, self._find(entity, "source_id", ids)):
            found[SourceId(row.source_id)].append(candidate)
        return found

    def fitting(self, entity: Entity, match_keys: Iterable[str]) -> Mapping[str, Sequence[Candidate]]:
        """The records with one of these exact keys."""
        found: dict[str, list[Candidate]] = defaultdict(list)
        for row, candidate in self._candidates(entity, self._find(entity, "match", match_keys)):
            found[row.match].append(candidate)
        return found

    def fitting_contacts(self, sought: Iterable[SoughtContact]) -> Mapping[str, Sequence[Candidate]]:
        """By exact key the contacts that have it under the company that is sought with it, or under one of its name."""
        wanted: dict[str, list[SoughtContact]] = defaultdict(list)
        for each in sought:
            wanted[each.match].append(each)
        found: dict[str, list[Candidate]] = defaultdict(list)
        for keys in chunks(wanted):
            rows = self._contacts_near([each for key in keys for each in wanted[key]])
            for row, candidate in self._candidates(Entity.CONTACT, rows):
                if any(each.is_met_by(candidate) for each in wanted[row.match]):
                    found[row.match].append(candidate)
        return found

    def alike(self, entity: Entity, keys: Sequence[Keys]) -> Sequence[Candidate]:
        """The records that share a domain, a phone, a number or the beginning of the simple name with one of these."""
        # Asked in one statement with OR, SQLite looks at every record instead of using its indexes.
        shared = {
            "domain": {each.domain for each in keys if each.domain},
            "phone": {each.phone for each in keys if each.phone},
            "block": {each.block for each in keys if each.block},
            "number": {each.number for each in keys if each.number},
            "mobile": {each.mobile for each in keys if each.mobile},
        }
        found = {row for column, values in shared.items() for row in self._find(entity, column, values)}
        return [candidate for _, candidate in self._candidates(entity, found)]

    def parent(self, company_id: TargetId) -> TargetId | None:
        """The parent company as last seen."""
        found = self._scope.find(IndexRow, ("parent_id",), "target_id", [company_id], entity=Entity.COMPANY)
        return next((TargetId(parent) for (parent,) in found if parent is not None), None)

    def _contacts_near(self, sought: Iterable[SoughtContact]) -> Iterable[_Found]:
        """Contacts with any of these keys, under any of these companies or of their names."""
        keys, ids, names = map(set, zip(*sought, strict=True))
        rows = self._scope.rows(IndexRow)
        company = rows.filter(entity=Entity.COMPANY, target_id=OuterRef("company_id"))
        contacts = rows.filter(entity=Entity.CONTACT, match__in=keys).annotate(at=Subquery(company.values("name_key")))
        near = contacts.filter(Q(company_id__in=ids - {None}) | Q(at__in=names))
        return map(_Found._make, near.values_list(*_Found._fields))

    def _find(self, entity: Entity, among: str, values: Iterable[object]) -> list[_Found]:
        return [_Found(*row) for row in self._scope.find(IndexRow, _Found._fields, among, values, entity=entity)]

    def _candidates(self, entity: Entity, rows: Iterable[_Found]) -> Iterable[tuple[_Found, Candidate]]:
        """Candidates by id, each with whom it belongs to and, for contacts, its company's name."""
        found = sorted(rows)
        owners = self._owners(entity, [row.target_id for row in found])
        companies = {TargetId(row.company_id) for row in found if row.company_id is not None}
        names = {target: keys.name for target, keys in self.keys(Entity.COMPANY, companies).items()}
        for row in found:
            company_id = None if row.company_id is None else TargetId(row.company_id)
            yield (
                row,
                Candidate(
                    id=TargetId(row.target_id),
                    keys=_keys(row),
                    name=row.name,
                    is_active=bool(row.is_active),
                    linked_to=owners.get(row.target_id) or row.source_id or None,
                    company_id=company_id,
                    company_name_key=None if company_id is None else names.get(company_id),
                ),
            )

    def _owners(self, entity: Entity, ids: Iterable[int]) -> dict[int, str]:
        # The state is not asked for: SQLite would go through all links of that state instead of these targets.
        pairs = self._scope.find(LinkRow, ("target_id", "source_id", "state"), "target_id", ids, entity=entity)
        return {target_id: source_id for target_id, source_id, state in pairs if state == LinkState.LINKED}
