"""Companies and contacts: from Autotask's rows to neutral records, and from values to bodies."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from taskforce.adapters.autotask.fields import MAPPED_FIELDS, Kind
from taskforce.adapters.autotask.wire import RecordWire, UdfValue, is_true, whole_number
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord, Value
from taskforce.domain.schema import TargetSchema
from taskforce.domain.values import decimal_or_none, salesforce_id


def _text(value: Any) -> Value:
    """Blank texts and absent ones mean the same: recorded companies hold both."""
    if value is None:
        return None
    text = value if isinstance(value, str) else str(value)
    return text if text and not text.isspace() else None


def _amount(value: Any) -> Value:
    return decimal_or_none(value) if value is not None else None


_READERS: Final[Mapping[Kind, Callable[[Any], Value]]] = {
    Kind.TEXT: _text,
    Kind.WHOLE: whole_number,
    Kind.AMOUNT: _amount,
}


def _row(name: str, fields: Iterable[str]) -> type[RecordWire]:
    made = msgspec.defstruct(name, [(field, Any, None) for field in fields], bases=(RecordWire,), frozen=True)
    assert issubclass(made, RecordWire)  # noqa: S101 - for the type checker  # nosec B101
    return made


ROWS: Final[Mapping[Entity, type[RecordWire]]] = {
    entity: _row(f"{entity.name.title()}Wire", fields) for entity, fields in MAPPED_FIELDS.items()
}
"""The shape of a row per entity; what Taskforce does not map is skipped while decoding."""


class RecordReader:
    """Turns rows of one entity into records; `written` is the user-defined field that carries the id (S10)."""

    def __init__(self, entity: Entity, schema: TargetSchema) -> None:
        self._entity = entity
        self._written = schema.id_fields.get(entity, "")
        self._adopted = schema.adopted_id_fields.get(entity, ())
        self._readers = [(name, _READERS[kind]) for name, kind in MAPPED_FIELDS[entity].items()]

    def record(self, row: RecordWire) -> TargetRecord:
        """One record."""
        listed = {each.name: _text(each.value) for each in row.user_defined or ()}
        written = listed.get(self._written)
        fields = {name: reader(getattr(row, name)) for name, reader in self._readers}
        fields["isActive"] = is_active = is_true(row.is_active)
        if self._entity is Entity.CONTACT:
            fields["companyID"] = row.company_id
        return TargetRecord(
            entity=self._entity,
            id=TargetId(row.id),
            fields=fields,
            is_active=is_active,
            source_id=self._source_id(listed),
            source_id_as_written=str(written) if written is not None else None,
            id_field_seen=self._written in listed,
            company_id=_company_id(row) if self._entity is Entity.CONTACT else None,
            changed_at=_changed_at(row),
        )

    def _source_id(self, listed: Mapping[str, Value]) -> SourceId | None:
        """The first valid id among the fields that carry one; the written field comes before the adopted ones."""
        for name in (self._written, *self._adopted):
            text = listed.get(name)
            found = salesforce_id(str(text)) if text is not None else None
            if found is not None:
                return found
        return None


def _company_id(row: RecordWire) -> TargetId | None:
    return TargetId(row.company_id) if row.company_id is not None else None


def _changed_at(row: RecordWire) -> datetime | None:
    """The later one of creation and last change; a record that was never changed may have the first only."""
    texts = (row.created_at, row.company_changed_at, row.contact_changed_at)
    return max((moment for moment in map(parse_moment, texts) if moment is not None), default=None)


def parse_moment(text: str | None) -> datetime | None:
    """A date with or without Z, its fraction trimmed or not: always UTC."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


def record_body(
    entity: Entity,
    fields: Mapping[str, Value],
    *,
    id_values: Mapping[str, SourceId | None] | None = None,
    target_id: TargetId | None = None,
) -> bytes:
    """The body of a write: only what is given; None clears a field, also a user-defined one that carries an id."""
    body: dict[str, Any] = {} if target_id is None else {"id": target_id}
    body.update({name: _sent(entity, name, value) for name, value in fields.items()})
    if id_values:
        body["userDefinedFields"] = [UdfValue(name=name, value=value) for name, value in id_values.items()]
    return _ENCODER.encode(body)


def _sent(entity: Entity, name: str, value: Value) -> Value:
    """Contacts keep isActive as a number and refuse true; numbers are sent in full, without an exponent."""
    if isinstance(value, bool):
        return int(value) if entity is Entity.CONTACT and name == "isActive" else value
    return Decimal(format(value, "f")) if isinstance(value, Decimal) else value


def private_texts(fields: Mapping[str, Value]) -> tuple[str, ...]:
    """The texts of a record, which no message may show."""
    return tuple(value for value in fields.values() if isinstance(value, str))
