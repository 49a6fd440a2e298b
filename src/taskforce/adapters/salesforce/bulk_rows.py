"""The CSV of a query job as the records that REST would have given.

Source: Bulk API 2.0 Developer Guide, "Get Results for a Query Job" and "CSV Files"; what is believed of it stands in
`taskforce_simulators/salesforce/FIDELITY.md`.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from taskforce.adapters.http.client import Answer
from taskforce.adapters.salesforce.error_map import not_understood
from taskforce.adapters.salesforce.login_errors import SYSTEM
from taskforce.domain.records import Entity, SourceId, SourceRecord, Value, source_record
from taskforce.domain.values import salesforce_id
from taskforce.errors import ProtocolError

CsvTable = Sequence[Sequence[str]]
"""Rows without their header, each with as many values as there are columns."""

PAGE = 2000
"""Records that are handed on, and stored, together."""

Reads = Callable[[str], Value]


def table_of(answer: Answer, columns: Sequence[str], operation: str) -> CsvTable:
    """The rows of one set of results, as many as its header tells, each with the columns that were asked for.

    Raises ProtocolError for anything else: a cut or garbled file is no end of data.
    """
    try:
        rows = list(csv.reader(io.TextIOWrapper(io.BytesIO(answer.body), "utf-8", newline=""), strict=True))
        announced = int(answer.headers["sforce-numberofrecords"])
    except (UnicodeDecodeError, csv.Error, KeyError, ValueError):
        raise not_understood(operation, answer) from None
    names = [name.casefold() for name in rows.pop(0)] if rows else []
    width = len(columns)
    is_whole = names == [name.casefold() for name in columns] and len(rows) == announced
    if not is_whole or any(len(row) != width for row in rows):
        raise not_understood(operation, answer)
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvRecords:
    """Turns rows into records; what stands where, and how it is read, is worked out once.

    `columns` are Id, SystemModstamp, IsDeleted, MasterRecordId, then the `fields`; `types` are those of the describe.
    """

    entity: Entity
    fields: Sequence[str]
    reads: Sequence[Reads]

    @classmethod
    def of(cls, entity: Entity, fields: Sequence[str], types: Mapping[str, str]) -> "CsvRecords":
        """A reader for these fields; one without a known type is a text."""
        return cls(entity=entity, fields=fields, reads=[_reads(name, types.get(name, "")) for name in fields])

    def pages(self, table: CsvTable) -> Iterator[Sequence[SourceRecord]]:
        """The records of a table in slices, each in the order (SystemModstamp, Id).

        Raises ProtocolError for a value that is not of its field's type, and for a record that comes twice.
        """
        if len({row[0] for row in table}) != len(table):
            raise _strange("handed out a record twice")
        for start in range(0, len(table), PAGE):
            try:
                records = [self.record(row) for row in table[start : start + PAGE]]
            except ValueError:
                raise _strange("handed out a value that its field cannot have") from None
            yield sorted(records, key=lambda record: (record.modified_at, record.id))

    def record(self, row: Sequence[str]) -> SourceRecord:
        """Raises ValueError for a value that is not of its field's type."""
        identity, stamp, deleted, master, *values = row
        given = zip(self.fields, self.reads, values, strict=True)
        return source_record(
            entity=self.entity,
            id=_own(identity),
            modified_at=_stamp(stamp),
            fields={name: read(value) if value else None for name, read, value in given},
            is_deleted=deleted == "true",
            master_id=_own(master) if master else None,
        )


def _strange(what: str) -> ProtocolError:
    return ProtocolError(
        f"Salesforce {what} in the results of a query job.",
        system=SYSTEM,
        operation="bulk query",
        code="not_understood",
        mend="Nothing is concluded from it.",
    )


def _own(text: str) -> SourceId:
    """An id that must be there."""
    identity = SourceId(text) if len(text) == 18 else salesforce_id(text)
    if identity is None:
        raise ValueError("no id")
    return identity


def _stamp(text: str) -> datetime:
    """A time such as 2026-11-23T10:00:00.000Z; raises ValueError for one without a zone, as a page of rows does."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC)


def _reads(name: str, kind: str) -> Reads:
    if kind == "boolean":
        return _boolean
    if kind in ("double", "currency", "percent"):
        return _number
    if kind == "int":
        return int
    if kind == "datetime":
        return _moment
    return _identity if name.endswith("Id") else _text


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("no boolean")
    return text == "true"


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError("no number") from None


def _moment(text: str) -> str:
    """As REST writes it."""
    return text.removesuffix("Z") + "+0000" if text.endswith("Z") else text


def _text(text: str) -> str | None:
    return None if text.isspace() else text


def _identity(text: str) -> str | None:
    """With 18 characters."""
    return (salesforce_id(text) if len(text) == 15 else None) or _text(text)
