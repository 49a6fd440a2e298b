"""Who wins a field where both sides hold something (B8).

What Taskforce last wrote of a record, or saw to agree, is remembered as a short digest of each field. A field that now
holds something else in Autotask was edited there. Whether that stays is the row's word (`Wins`), or that of a person
who locked the field of one record.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from taskforce.domain.field_map import Blank, FieldMap, Wins
from taskforce.domain.field_map import Mapping as FieldMapping
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Value
from taskforce.domain.values import agree, comparable

_NAME_BYTES, _VALUE_BYTES = 3, 5
_ENTRY = _NAME_BYTES + _VALUE_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWritten:
    """What was last written of a record: eight bytes a field, three that tell its name and five that tell its value."""

    entries: bytes = b""

    @classmethod
    def of(cls, values: Mapping[str, Value]) -> "LastWritten":
        """What stands there once these values are written."""
        return cls._of({_name(name): _value(value) for name, value in values.items()})

    def and_then(self, later: "LastWritten") -> "LastWritten":
        """With what was written later in the place of what it replaces."""
        if not self.entries or self.entries == later.entries:
            return later
        return self._of({**self.by_name, **later.by_name})

    def is_edited(self, name: str, standing: Value) -> bool:
        """Whether a field holds something else now; False where it is not known what was written."""
        known = self.by_name.get(_name(name))
        return known is not None and known != _value(standing)

    def is_ours(self, name: str, standing: Value) -> bool:
        """Whether a field holds what was written."""
        return self.by_name.get(_name(name)) == _value(standing)

    def held_by(self, standing: Mapping[str, Value]) -> "LastWritten":
        """What of this stands in a record."""
        ours = ((name, value) for name, value in standing.items() if self.is_ours(name, value))
        return self.of(dict(ours))

    @classmethod
    def _of(cls, by_name: Mapping[bytes, bytes]) -> "LastWritten":
        return cls(entries=b"".join(map(b"".join, sorted(by_name.items()))))

    @property
    def by_name(self) -> dict[bytes, bytes]:
        """What tells a field's value, by what tells its name."""
        parts = (self.entries[start : start + _ENTRY] for start in range(0, len(self.entries), _ENTRY))
        return {part[:_NAME_BYTES]: part[_NAME_BYTES:] for part in parts}


NOTHING_WRITTEN = LastWritten()


@lru_cache(maxsize=512)
def _name(name: str) -> bytes:
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=_NAME_BYTES).digest()


def _value(value: Value) -> bytes:
    return hashlib.blake2b(repr(comparable(value)).encode("utf-8", "surrogatepass"), digest_size=_VALUE_BYTES).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """The values that may be written, what is there to say, and what is written or agrees by that.

    `kept` are the fields that stay as they are though something else is wanted there, in order.
    """

    values: Mapping[str, Value]
    notes: tuple[Note, ...]
    written: LastWritten
    kept: tuple[str, ...] = ()


def owned(
    mapping: FieldMapping,
    wanted: Mapping[str, Value],
    standing: Mapping[str, Value],
    written: LastWritten,
    locked: frozenset[str] = frozenset(),
    pending: Iterable[str] = (),
) -> Owned:
    """What may be written of the values wanted, over those that stand in Autotask.

    `pending` are references to companies that are still to be created: another value than any that stands there.
    """
    values, notes, kept = dict(wanted), [], []
    differing = [name for name, value in wanted.items() if not agree(value, standing.get(name))]
    for name in [*differing, *pending]:
        row, is_edited = mapping.row(name), written.is_edited(name, standing.get(name))
        is_blank = name in wanted and wanted[name] is None
        may_be_written = row is None or _may_be_written(row, standing.get(name), written, is_blank=is_blank)
        if name in locked or not may_be_written:
            values.pop(name, None)
            kept.append(name)
        if (reason := _remark(row, name in locked, is_edited)) is not None:
            wants = {"salesforce": wanted[name]} if name in wanted else {}
            notes.append(Note(reason=reason, field=name, evidence={**wants, "autotask": standing.get(name)}))
    remembered = written.and_then(LastWritten.of(values))
    return Owned(values=values, notes=tuple(notes), written=remembered, kept=tuple(sorted(kept)))


def _remark(row: FieldMap | None, is_locked: bool, is_edited: bool) -> Reason | None:
    """What a person who looks should know: an edit that stays, or one that does not."""
    if is_locked:
        return Reason.FIELD_LOCKED
    if not is_edited or row is None or row.wins not in (Wins.SALESFORCE, Wins.KEEP_EDITS):
        return None
    return Reason.EDIT_KEPT if row.wins is Wins.KEEP_EDITS else Reason.EDIT_REPLACED


def _may_be_written(row: FieldMap, standing: Value, written: LastWritten, *, is_blank: bool) -> bool:
    if is_blank and row.blank is Blank.CLEAR_OURS and not written.is_ours(row.target, standing):
        return False
    match row.wins:
        case Wins.SALESFORCE:
            return True
        case Wins.FILL_EMPTY:
            return comparable(standing) is None
        case Wins.KEEP_EDITS:
            return not written.is_edited(row.target, standing)
        case Wins.CREATE_ONLY | Wins.NEVER:
            return False


def may_refer(mapping: FieldMapping, name: str) -> bool:
    """Whether a field that refers to another company is ever written."""
    row = mapping.row(name)
    return row is None or row.wins is not Wins.NEVER


def for_create(mapping: FieldMapping, wanted: Mapping[str, Value], pending: Iterable[str] = ()) -> Owned:
    """What a new record is created with: all but what is never written; `pending` as for `owned`."""
    never = {each.target for each in mapping.fields if each.wins is Wins.NEVER}
    values = {name: value for name, value in wanted.items() if name not in never} if never else wanted
    kept = tuple(sorted(never.intersection((*wanted, *pending))))
    return Owned(values=values, notes=(), written=LastWritten.of(values), kept=kept)


def edited_fields(mapping: FieldMapping, standing: Mapping[str, Value], written: LastWritten) -> Sequence[str]:
    """The mapped fields that were edited in Autotask since they were last written."""
    return [each.target for each in mapping.fields if written.is_edited(each.target, standing.get(each.target))]
