"""Companies and contacts: from Autotask's rows to neutral records, and from values to bodies."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import msgspec
import msgspec.structs

from taskforce.adapters.autotask.fields import MAPPED_FIELDS
from taskforce.adapters.autotask.wire import RecordWire, UdfValue, is_true, whole_number
from taskforce.domain.plain_transforms import as_moment, moment
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord, Value
from taskforce.domain.schema import USER_DEFINED, FieldKind, TargetSchema
from taskforce.domain.values import decimal_or_none, salesforce_id


def _text(value: Any) -> Value:
    """Blank texts and absent ones mean the same: recorded companies hold both."""
    if value is None:
        return None
    text = value if isinstance(value, str) else str(value)
    return text if text and not text.isspace() else None


def _amount(value: Any) -> Value:
    return decimal_or_none(value) if value is not None else None


def _date(value: Any) -> Value:
    """A moment in UTC to the second, however Autotask writes it; what is none stays as it is, to be seen."""
    found = moment(value) if isinstance(value, str) else None
    return as_moment(found) if found is not None else _text(value)


def _yes_no(value: Any) -> Value:
    return None if value is None else is_true(value)


_READERS: Final[Mapping[FieldKind, Callable[[Any], Value]]] = {
    FieldKind.TEXT: _text,
    FieldKind.COMPOUND: _text,
    FieldKind.WHOLE: whole_number,
    FieldKind.NUMBER: _amount,
    FieldKind.MOMENT: _date,
    FieldKind.YES_NO: _yes_no,
}


def kinds_read(entity: Entity, schema: TargetSchema) -> Mapping[str, FieldKind]:
    """The fields that records of an entity are read with, and what they hold: those of S25 and S26, and those mapped.

    A mapped field that Autotask does not tell of is not there any more.
    """
    told = schema.fields.get(entity, {})
    mapped = {name: told[name].kind for name in schema.also_read.get(entity, ()) if name in told}
    return {**mapped, **MAPPED_FIELDS[entity]}


def row_type(kinds: Mapping[str, FieldKind]) -> type[RecordWire]:
    """The shape of a row with these fields; what Taskforce does not map is skipped while decoding."""
    return _row_type(tuple(sorted(name for name in kinds if not name.startswith(USER_DEFINED))))


@lru_cache(maxsize=64)
def _row_type(names: tuple[str, ...]) -> type[RecordWire]:
    fields = [(f"field_{number}", Any, msgspec.field(name=name, default=None)) for number, name in enumerate(names)]
    made = msgspec.defstruct("RowWire", fields, bases=(RecordWire,), frozen=True)
    assert issubclass(made, RecordWire)  # noqa: S101 - for the type checker  # nosec B101
    return made


class RecordReader:
    """Turns rows of one entity into records; `written` is the user-defined field that carries the id (S10)."""

    def __init__(self, entity: Entity, schema: TargetSchema) -> None:
        self._entity = entity
        self._written = schema.id_fields.get(entity, "")
        self._adopted = schema.adopted_id_fields.get(entity, ())
        kinds = kinds_read(entity, schema)
        self.row_type = row_type(kinds)
        places = {each.encode_name: each.name for each in msgspec.structs.fields(self.row_type)}
        self._readers = [(name, places[name], _READERS[kind]) for name, kind in kinds.items() if name in places]
        self._user_defined = [
            (name, name.removeprefix(USER_DEFINED), _READERS[kind])
            for name, kind in kinds.items()
            if name.startswith(USER_DEFINED)
        ]

    def record(self, row: RecordWire) -> TargetRecord:
        """One record."""
        listed = {each.name: _text(each.value) for each in row.user_defined or ()}
        written, source_id = listed.get(self._written), self._source_id(listed)
        fields = {name: reader(getattr(row, place)) for name, place, reader in self._readers}
        fields.update((name, reader(listed.get(own))) for name, own, reader in self._user_defined)
        fields["isActive"] = is_active = is_true(row.is_active)
        if self._entity is Entity.CONTACT:
            fields["companyID"] = row.company_id
        return TargetRecord(
            entity=self._entity,
            id=TargetId(row.id),
            fields=fields,
            is_active=is_active,
            source_id=source_id,
            source_id_as_written=str(written) if written is not None else None,
            id_field_seen=self._written in listed,
            company_id=_company_id(row) if self._entity is Entity.CONTACT else None,
            changed_at=_changed_at(row),
            unreadable_id=self._text(listed) if source_id is None else None,
        )

    def _source_id(self, listed: Mapping[str, Value]) -> SourceId | None:
        """The first valid id among the fields that carry one; the written field comes before the adopted ones."""
        for name in (self._written, *self._adopted):
            text = listed.get(name)
            found = salesforce_id(str(text)) if text is not None else None
            if found is not None:
                return found
        return None

    def _text(self, listed: Mapping[str, Value]) -> str | None:
        """The first text in one of those fields, whatever it says."""
        texts = (listed.get(name) for name in (self._written, *self._adopted))
        return next((str(text) for text in texts if text is not None), None)


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
    standard = {name: value for name, value in fields.items() if not name.startswith(USER_DEFINED)}
    body.update({name: _sent(entity, name, value) for name, value in standard.items()})
    own = {name.removeprefix(USER_DEFINED): fields[name] for name in fields if name not in standard}
    if own or id_values:
        listed = {**own, **(id_values or {})}
        body["userDefinedFields"] = [UdfValue(name=name, value=_written(value)) for name, value in listed.items()]
    return _ENCODER.encode(body)


def _written(value: Value) -> str | None:
    """A user-defined field's value: recorded answers hold texts, numbers among them ("0.1500")."""
    if isinstance(value, Decimal):
        return format(value, "f")
    return value if value is None or isinstance(value, str) else str(value)


def _sent(entity: Entity, name: str, value: Value) -> Value:
    """Contacts keep isActive as a number and refuse true; numbers are sent in full, without an exponent."""
    if isinstance(value, bool):
        return int(value) if entity is Entity.CONTACT and name == "isActive" else value
    return Decimal(format(value, "f")) if isinstance(value, Decimal) else value


def private_texts(fields: Mapping[str, Value]) -> tuple[str, ...]:
    """The texts of a record, which no message may show."""
    return tuple(value for value in fields.values() if isinstance(value, str))
