"""Records and changes as JSON. Decimals are JSON numbers and come back as Decimals, so that no digit is lost.

A Decimal without a fraction ("5") is written as a whole number and comes back as the equal int.
"""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from taskforce.domain import changes
from taskforce.domain.diffing import FieldChange
from taskforce.domain.match_rules import Keys
from taskforce.domain.ownership import NOTHING_WRITTEN, LastWritten
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord, source_record
from taskforce.domain.schema import SourceSchema, TargetSchema
from taskforce.domain.values import one_form

SEARCHED = 400
"""Letters of what a record is searched by."""

Document = bytes | memoryview
"""A binary column, as the database hands it out."""

_encoder = msgspec.json.Encoder(decimal_format="number")
_sorting_encoder = msgspec.json.Encoder(decimal_format="number", order="deterministic")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def encode(value: Any) -> bytes:
    """Anything made of plain values, dataclasses and times."""
    return _encoder.encode(value)


def decode(document: Document) -> Any:
    """Plain values; numbers with a point are Decimals."""
    return _decoder.decode(bytes(document))


def fitted(text: str, length: int) -> str:
    """A text as a column can hold it: PostgreSQL knows no NUL and no text that is too long."""
    return text.replace("\0", "")[:length]


def searched(name: str, others: Sequence[str]) -> str:
    """What a record is searched by, without letter case: its name, and beside it what else people know it by."""
    return fitted(search_text(" ".join([name, *others])), SEARCHED)


def search_text(words: str) -> str:
    """The form in which words are searched for: without letter case, an accented letter as one character."""
    return one_form(words.casefold())


def encode_source(record: SourceRecord) -> bytes:
    """What the columns of an inbox row do not hold; the same content gives the same bytes."""
    content = {"fields": record.fields, "deleted": record.is_deleted, "master": record.master_id}
    return _sorting_encoder.encode({**content, "gone": True} if record.is_gone else content)


def decode_source(entity: Entity, source_id: str, modified_at: datetime, document: Document) -> SourceRecord:
    """A Salesforce record from its inbox row."""
    plain = decode(document)
    master = plain["master"]
    return source_record(
        entity=entity,
        id=SourceId(source_id),
        modified_at=modified_at.astimezone(UTC),
        fields=plain["fields"],
        is_deleted=plain["deleted"],
        master_id=SourceId(master) if master else None,
        is_gone=plain.get("gone", False),
    )


def encode_target(record: TargetRecord) -> bytes:
    """What the columns of an index row do not hold."""
    content = {
        "fields": record.fields,
        "id_as_written": record.source_id_as_written,
        "id_field_seen": record.id_field_seen,
        "changed_at": record.changed_at,
    }
    return encode({**content, "unreadable": record.unreadable_id} if record.unreadable_id is not None else content)


def decode_target(
    entity: Entity, target_id: int, is_active: bool, source_id: str, company_id: int | None, document: Document
) -> TargetRecord:
    """An Autotask record from its index row."""
    plain = decode(document)
    changed_at = plain["changed_at"]
    return TargetRecord(
        entity=entity,
        id=TargetId(target_id),
        fields=plain["fields"],
        is_active=bool(is_active),
        source_id=SourceId(source_id) if source_id else None,
        source_id_as_written=plain["id_as_written"],
        id_field_seen=plain["id_field_seen"],
        company_id=None if company_id is None else TargetId(company_id),
        changed_at=datetime.fromisoformat(changed_at) if changed_at else None,
        unreadable_id=plain.get("unreadable"),
    )


def encode_change(change: changes.Change) -> bytes:
    """All of a change but its subject, its reason and its notes, which have columns of their own."""
    own_columns = ("subject", "reason", "notes")
    return encode({name: getattr(change, name) for name in change.__dataclass_fields__ if name not in own_columns})


def encode_notes(notes: Sequence[Note]) -> bytes:
    """The remarks of a change; empty when there are none."""
    return encode(notes) if notes else b""


def decode_notes(document: Document) -> tuple[Note, ...]:
    """The remarks of a change."""
    if not document:
        return ()
    return tuple(
        Note(reason=Reason(each["reason"]), field=each["field"], evidence=each["evidence"]) for each in decode(document)
    )


_PATCHES: Mapping[str, type[changes.Patch]] = {
    "link": changes.Link,
    "update": changes.Update,
    "deactivate": changes.Deactivate,
}


def decode_write(
    kind: str, subject: changes.Subject, reason: Reason, document: Document, notes: Document
) -> changes.Applicable:
    """A change that is still to be applied."""
    plain = decode(document)
    company = plain["company"]
    common: dict[str, Any] = {
        "subject": subject,
        "reason": reason,
        "notes": decode_notes(notes),
        "evidence": plain["evidence"],
        "basis": _basis(plain["basis"]),
        "company": SourceId(company) if company else None,
        "follows": plain.get("follows"),
    }
    if kind == "create":
        return changes.Create(**common, values=plain["values"])
    company_id = plain["company_id"]
    return _PATCHES[kind](
        **common,
        target_id=TargetId(plain["target_id"]),
        company_id=None if company_id is None else TargetId(company_id),
        field_changes=decode_field_changes(plain),
        writes_id=plain["writes_id"],
        clears_id=plain.get("clears_id", False),
        replaced=plain.get("replaced", {}),
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
        written=LastWritten(entries=b64decode(plain["written"]["entries"])) if "written" in plain else NOTHING_WRITTEN,
        kept=tuple(plain.get("kept", ())),
    )


def decode_source_schema(document: Document) -> SourceSchema:
    """Salesforce's visible fields."""
    return msgspec.json.decode(bytes(document), type=SourceSchema)


def decode_target_schema(document: Document) -> TargetSchema:
    """Autotask's metadata."""
    return msgspec.json.decode(bytes(document), type=TargetSchema)
