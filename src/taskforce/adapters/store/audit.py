"""The audit: entries are added, never changed."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db import DEFAULT_DB_ALIAS, IntegrityError, transaction

from taskforce.adapters.store.models import AuditRow
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.audit import Deed, Entry, details_digest, digest_of, first_break
from taskforce.errors import TaskforceError

_MOST_ATTEMPTS = 50
"""Two that add at once: the database takes the first, the other follows it. More than a handful never happens."""


@tells_trouble
class Audit:
    """Who did what (ASVS V16): adds entries, pages through them, and tells whether the chain is whole.

    Of the database with this alias: a restored one is noted in before it is put in place.
    """

    def __init__(self, using: str = DEFAULT_DB_ALIAS) -> None:
        self._using = using

    def add(
        self,
        deed: Deed,
        *,
        who: str,
        origin: str,
        now: datetime,
        connection: str = "",
        subject: str = "",
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Add an entry; inside a transaction it stands or falls with what it tells of."""
        salt, said = secrets.token_hex(16), dict(details or {})
        entry = Entry(
            at=now,
            who=who,
            origin=origin,
            deed=deed,
            connection=connection,
            subject=subject,
            details=said,
            salt=salt,
            details_digest=details_digest(salt, said),
            previous="",
            digest="",
        )
        for _ in range(_MOST_ATTEMPTS):
            if _is_added(entry, self._using):
                return
        raise TaskforceError("The audit is written by too many at once.", mend="Do it again.")

    def page(self, number: str | None, *, size: int, who: str = "", connection: str = "") -> Page[AuditRow]:
        """The entries on one page, the latest first, as rows: `entry_of` makes entries of them."""
        rows = AuditRow.objects.using(self._using).order_by("-id")
        rows = rows.filter(who=who) if who else rows
        rows = rows.filter(connection=connection) if connection else rows
        return Paginator(rows, size).get_page(number)

    def latest(self, limit: int) -> Sequence[Entry]:
        """The latest first."""
        return [entry_of(row) for row in AuditRow.objects.using(self._using).order_by("-id")[:limit]]

    def first_break(self) -> Entry | None:
        """The first entry that was tampered with, if one was."""
        return first_break(_all(self._using))


def entry_of(row: AuditRow) -> Entry:
    """An entry from its row."""
    return Entry(
        at=row.at,
        who=row.who,
        origin=row.origin,
        deed=Deed(row.deed),
        connection=row.connection,
        subject=row.subject,
        details=row.details,
        salt=row.salt,
        details_digest=row.details_digest,
        previous=row.previous,
        digest=row.digest,
    )


def _all(using: str) -> Iterator[Entry]:
    for row in AuditRow.objects.using(using).order_by("id").iterator():
        yield entry_of(row)


def _is_added(entry: Entry, using: str) -> bool:
    """Add it behind the last one; not done if another came in between, since no two entries follow the same one."""
    last = AuditRow.objects.using(using).order_by("-id").values_list("digest", flat=True).first()
    placed = replace(entry, previous=last or "")
    try:
        with transaction.atomic(using=using):
            AuditRow.objects.using(using).create(
                at=placed.at,
                who=placed.who,
                origin=placed.origin,
                deed=placed.deed,
                connection=placed.connection,
                subject=placed.subject,
                details=dict(placed.details),
                salt=placed.salt,
                details_digest=placed.details_digest,
                previous=placed.previous,
                digest=digest_of(placed),
            )
    except IntegrityError:
        return False
    return True
