"""How far the source has been read (protocol 3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from taskforce.domain.records import SourceId


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Position:
    """A place in the order (SystemModstamp, Id); equal stamps are told apart by the id."""

    modified_at: datetime
    id: SourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """All changes before `read_through` are stored or settled; a reading that was interrupted goes on at `position`.

    `asked_at` is Salesforce's clock when the interrupted reading began: what became visible since then, behind the
    position, belongs to the next reading. Both clocks are Salesforce's, never the local one.
    """

    read_through: datetime | None = None
    asked_at: datetime | None = None
    position: Position | None = None

    def since(self, overlap: timedelta) -> datetime | None:
        """The SystemModstamp to ask from; None reads everything. The overlap finds rows that became visible late."""
        return None if self.read_through is None else self.read_through - overlap

    def after_page(self, *, position: Position | None, asked_at: datetime) -> "Cursor":
        """The cursor once a page is stored; `position` is its last record."""
        return Cursor(
            read_through=self.read_through,
            asked_at=self.asked_at or asked_at,
            position=position or self.position,
        )

    def completed(self) -> "Cursor":
        """The cursor when the last page is stored: read through to the moment the reading began, never backwards."""
        moments = [moment for moment in (self.read_through, self.asked_at) if moment is not None]
        return Cursor(read_through=max(moments, default=None))
