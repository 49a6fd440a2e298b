"""Records and changes as JSON. Decimals are JSON numbers and come back as Decimals, so that no digit is lost."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from taskforce.domain import changes
from taskforce.domain.diffing import FieldChange
from taskforce.domain.match_rules import Keys
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord
from taskforce.domain.schema import SourceSchema, TargetSchema

Document = bytes | memoryview
"""A binary column, as the database hands it out."""

_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def encode(value: Any) -> bytes:
    """Anything made of plain values, dataclasses and times."""
    return _encoder.encode(value)


def decode(document: Document) -> Any:
    """Plain values; numbers with a point are Decimals."""
    return _decoder.decode(bytes(document))


def encode_source(record: SourceRecord) -> bytes:
    """What the columns of an inbox row do not hold."""
    return encode({"fields": record.fields, "deleted": record.is_deleted, "master": record.master_id})


def decode_source(entity: Entity, source_id: str, modified_at: datetime, document: Document) -> SourceRecord:
    """A Salesforce record from its inbox row."""
    plain = decode(document)
    master = plain["master"]
    return SourceRecord(
        entity=entity,
        id=SourceId(source_id),
        modified_at=modified_at.astimezone(UTC),
        fields=plain["fields"],
        is_deleted=plain["deleted"],
        master_id=SourceId(master) if master else None,
    )


def encode_target(record: TargetRecord) -> bytes:
    """What the columns of an index row do not hold."""
    return encode({"fields": record.fields, "id_as_written": record.source_id_as_written})


def decode_target(row: Mapping[str, Any], entity: Entity) -> TargetRecord:
    """An Autotask record from the columns of its index row."""
    plain = decode(row["document"])
    return TargetRecord(
        entity=entity,
        id=TargetId(row["target_id"]),
        fields=plain["fields"],
        is_active=row["is_active"],
        source_id=SourceId(row["source_id"]) if row["source_id"] else None,
        source_id_as_written=plain["id_as_written"],
        company_id=None if row["company_id"] is None else TargetId(row["company_id"]),
    )


def encode_change(change: changes.Change) -> bytes:
    """All of a change but its subject and its reason, which have columns of their own."""
    plain = {name: getattr(change, name) for name in change.__dataclass_fields__ if name not in ("subject", "reason")}
    return encode(plain)


def decode_write(kind: str, subject: changes.Subject, reason: Reason, document: Document) -> changes.Write:
    """A change that is still to be applied."""
    plain = decode(document)
    common: dict[str, Any] = {
        "subject": subject,
        "reason": reason,
        "notes": decode_notes(plain),
        "evidence": plain["evidence"],
        "basis": _basis(plain["basis"]),
    }
    if kind == "create":
        company = plain["company"]
        return changes.Create(**common, values=plain["values"], company=SourceId(company) if company else None)
    company_id = plain["company_id"]
    common |= {
        "target_id": TargetId(plain["target_id"]),
        "company_id": None if company_id is None else TargetId(company_id),
        "field_changes": decode_field_changes(plain),
    }
    if kind == "link":
        return changes.Link(**common, writes_id=plain["writes_id"])
    return changes.Update(**common)


def decode_notes(plain: Mapping[str, Any]) -> tuple[Note, ...]:
    """The remarks of a change."""
    return tuple(
        Note(reason=Reason(each["reason"]), field=each["field"], evidence=each["evidence"]) for each in plain["notes"]
    )


def decode_field_changes(plain: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """Before and after, of an update or a link; a create shows its values as changes from nothing."""
    if "values" in plain:
        return tuple(FieldChange(field=name, before=None, after=value) for name, value in plain["values"].items())
    return tuple(FieldChange(**each) for each in plain.get("field_changes", ()))


def _basis(plain: Mapping[str, Any]) -> changes.Basis:
    account = plain["revisit_after"]
    return changes.Basis(
        keys=Keys(**plain["keys"]),
        fingerprint=plain["fingerprint"],
        references={name: SourceId(each) for name, each in plain["references"].items()},
        revisit_after=SourceId(account) if account else None,
    )


def decode_source_schema(document: Document) -> SourceSchema:
    """Salesforce's visible fields."""
    return msgspec.json.decode(bytes(document), type=SourceSchema)


def decode_target_schema(document: Document) -> TargetSchema:
    """Autotask's metadata."""
    return msgspec.json.decode(bytes(document), type=TargetSchema)
