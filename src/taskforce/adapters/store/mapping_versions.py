"""Every mapping that a connection had (B9): who made it, when, and what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from taskforce.adapters.store.models import MappingVersionRow
from taskforce.adapters.store.trouble import tells_trouble

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingVersion:
    """A mapping as it was from `made_at` on; `changed` names the rows that differ from the one before."""

    number: int
    made_at: datetime
    made_by: str
    changed: str
    document: dict[str, Any]


@tells_trouble
class MappingVersions:
    """Added to, never changed."""

    def add(
        self, connection_id: int, document: dict[str, Any], *, made_by: str, changed: str, made_at: datetime
    ) -> None:
        """The next version, inside the transaction of the edit."""
        rows = MappingVersionRow.objects.filter(connection_id=connection_id)
        latest = rows.aggregate(latest=Max("number"))["latest"] or 0
        MappingVersionRow.objects.create(
            connection_id=connection_id,
            number=latest + 1,
            made_at=made_at,
            made_by=made_by,
            changed=changed,
            document=document,
        )

    def latest(self, connection_id: int) -> Sequence[MappingVersion]:
        """The latest ones, the newest first."""
        rows = MappingVersionRow.objects.filter(connection_id=connection_id).order_by("-number")
        return [_version(row) for row in rows[:MOST_SHOWN]]

    def version(self, connection_id: int, number: int) -> MappingVersion | None:
        """One of them."""
        row = MappingVersionRow.objects.filter(connection_id=connection_id, number=number).first()
        return None if row is None else _version(row)


def _version(row: MappingVersionRow) -> MappingVersion:
    return MappingVersion(
        number=row.number, made_at=row.made_at, made_by=row.made_by, changed=row.changed, document=row.document
    )
