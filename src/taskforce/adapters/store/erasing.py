"""What is kept about one person is removed, or blanked where something else needs the row (B18).

What an import would create twice without stays as ids and digests: the pair, and the Autotask record with the digest of
its name. What was written there goes, and what of it a person had locked. A plan with this person in it is not the one
that was asked about any more, so it is made anew.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections, models, transaction

from taskforce.adapters.store import codec
from taskforce.adapters.store.models import (
    AuditRow,
    ChangeRow,
    DeliveryRow,
    InboxRow,
    IndexRow,
    IntentRow,
    LinkRow,
    LockRow,
    MailRow,
    NoticeRow,
    RunRow,
    TroubleRow,
    User,
)
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.privacy import ERASED, Fate, Found, Kept, Place, pattern_of, scrubbed
from taskforce.domain.records import Entity
from taskforce.errors import DecisionRefused

_TEXTS: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "NoticeRow": (NoticeRow, ("text",)),
    "TroubleRow": (TroubleRow, ("text", "mend")),
    "RunRow": (RunRow, ("message",)),
    "MailRow": (MailRow, ("subject", "text", "html")),
}


@tells_trouble
class Erasing:
    """Only while nobody imports: what is under way would write what was blanked."""

    def erase(self, address: str, found: Found, begin: Callable[[], None]) -> None:
        """All of it in one transaction, which begins with what is given and stands or falls with it.

        Raises DecisionRefused while the end of a write of this person is not known.
        """
        pattern = pattern_of(address)
        _tell_sqlite("PRAGMA secure_delete = ON")
        with transaction.atomic():
            begin()
            _refuse_doubt(found.items)
            for each in found.items:
                if each.place is Place.LINKS:
                    _bare_link(each)
                elif each.fate is not Fate.KEPT:
                    _erase(each, pattern)
        _tell_sqlite("PRAGMA wal_checkpoint(TRUNCATE)")


def _tell_sqlite(order: str) -> None:
    """It overwrites what is removed, and writes its log back, in which that would stand for a while."""
    database = connections["default"]
    if database.vendor == "sqlite" and not database.in_atomic_block:
        with database.cursor() as cursor:
            cursor.execute(order)


def _refuse_doubt(items: Sequence[Kept]) -> None:
    """The answer is recognised by what was sent."""
    ids = {str(each.document["source_id"]) for each in items if each.is_theirs or each.place is Place.LINKS}
    if IntentRow.objects.filter(entity=Entity.CONTACT, source_id__in=ids).exists():
        raise DecisionRefused(
            "The answer to a write of this person was lost, so it is not known yet what stands in Autotask.",
            mend="An import settles that after the settle time; erase then.",
        )


def _erase(item: Kept, pattern: re.Pattern[str]) -> None:
    if item.place is Place.INBOX:
        InboxRow.objects.filter(pk=item.key).delete()
    elif item.place is Place.INDEX:
        _blank_index(item.key)
    elif item.place is Place.RUNS:
        _erase_change(item, pattern)
    elif item.place is Place.AUDIT:
        AuditRow.objects.filter(pk=item.key).update(details={}, salt="")
    elif item.place is Place.USERS:
        User.objects.filter(pk=item.key).update(email="", full_name="")
    elif item.fate is Fate.REMOVED:
        DeliveryRow.objects.filter(pk=item.key).delete()
    else:
        model, names = _TEXTS[item.document["table"]]
        texts = {name: scrubbed(item.document[name], pattern) for name in names}
        model._default_manager.filter(pk=item.key).update(**texts)


def _bare_link(item: Kept) -> None:
    """The ids stay, and how the pair stands."""
    row = LinkRow.objects.get(pk=item.key)
    LinkRow.objects.filter(pk=item.key).update(written=b"")
    LockRow.objects.filter(connection_id=row.connection_id, entity=row.entity, source_id=row.source_id).delete()


def _blank_index(key: int) -> None:
    """Ids and the digests of the name stay."""
    row = IndexRow.objects.get(pk=key)
    plain = {**codec.decode(row.document), "fields": {}}
    keys = dict.fromkeys(("domain", "phone", "similar", "block", "number", "mobile"), "")
    blank = {"name": ERASED, "search": "", **keys}
    IndexRow.objects.filter(pk=key).update(document=codec.encode(plain), **blank)


def _erase_change(item: Kept, pattern: re.Pattern[str]) -> None:
    rows = ChangeRow.objects.filter(pk=item.key)
    if item.fate is Fate.REMOVED:
        rows.delete()
        return
    row = rows.get()
    document = codec.decode(row.document)
    blank: dict[str, Any] = {"detail": scrubbed(row.detail, pattern), "notes": _scrubbed(row.notes, pattern)}
    if item.is_theirs:
        document = _emptied(document)
        notes = [{**each, "evidence": {}} for each in codec.decode(row.notes)] if row.notes else None
        blank = {"name": ERASED, "detail": "", "match_key": "", "name_key": ""}
        blank["notes"] = codec.encode(notes) if notes else b""
    rows.update(document=codec.encode(scrubbed(document, pattern)), **blank)


def _emptied(document: dict[str, Any]) -> dict[str, Any]:
    """A change of which only its kind is left: no values, no digests of them, no evidence."""
    unwritten = {"written": {"entries": ""}}
    empty: dict[str, Any] = {"evidence": {}, "values": {}, "field_changes": [], **unwritten}
    if "basis" in document:
        keys = {**document["basis"]["keys"], "domain": None, "number": None, "mobile": None}
        empty["basis"] = {**document["basis"], "keys": keys, **unwritten}
    return {name: empty.get(name, value) for name, value in document.items()}


def _scrubbed(document: codec.Document, pattern: re.Pattern[str]) -> bytes:
    return codec.encode(scrubbed(codec.decode(document), pattern)) if document else b""
