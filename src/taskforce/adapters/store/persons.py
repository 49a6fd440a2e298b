"""Everything kept about one mail address: found in the texts of rows, then by the ids of the contacts that carry it.

A contact of either side carries the address, or a run wrote or saw it there: all that is kept of that contact is the
person's. Elsewhere (a company's records, mails, the audit) only the text that names the address is.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connections, models
from django.db.models import Q

from taskforce.adapters.store import codec
from taskforce.adapters.store.models import (
    AuditRow,
    ChangeRow,
    Connection,
    DeliveryRow,
    InboxRow,
    IndexRow,
    LinkRow,
    LockRow,
    MailRow,
    MailServerRow,
    NoticeRow,
    RunRow,
    TroubleRow,
    User,
)
from taskforce.adapters.store.scope import CHUNK, chunks
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.links import NO_TARGET
from taskforce.domain.privacy import Fate, Found, Kept, Place, mentions, pattern_of
from taskforce.domain.records import Entity

ONLY_IDS = "so that nothing is created twice"
OF_A_COMPANY = "a company's own data, to be changed at their source"
STILL_PLANNED = "of a plan that is not carried out yet"
IN_THE_CHAIN = "names in the audit's chain are never changed"
MAY_SIGN_IN = "may sign in: disable the user first"
USER_NAME = "the user name"
SET_BY_PEOPLE = "a setting: change it where it was set"

Owner = tuple[int, str]
"""Connection and Salesforce id of a contact."""


@tells_trouble
class Persons:
    """Finds what is kept; see `erasing` for what becomes of it."""

    def find(self, address: str) -> Found:
        """All of it, with the documents: `address` is one of `domain.privacy.address_of`."""
        search = _Search(address)
        return Found(items=[*search.records(), *search.others()])


class _Search:
    """One search; the texts are compared by the database roughly, and here exactly."""

    def __init__(self, address: str) -> None:
        self.pattern = pattern_of(address)
        self._needle = max(re.findall(r"[!-~]+", address), key=len).lower()
        self._names = dict(Connection.objects.values_list("pk", "name"))

    def records(self) -> Iterator[Kept]:
        """What is kept of records of both sides."""
        inbox, index = self._named(InboxRow, "document"), self._named(IndexRow, "document")
        runs = self._named(ChangeRow, "document", "notes")
        runs += [row for row in self._texts(ChangeRow, "detail") if row.pk not in {each.pk for each in runs}]
        people, targets = self._people(inbox, index, runs)
        yield from (self._inbox(row) for row in _both(inbox, _by_source(InboxRow, people)))
        yield from (self._index(row) for row in _both(index, _by_target(targets)))
        yield from (self._link(row) for row in _by_source(LinkRow, people))
        yield from (self._change(row, people) for row in _both(runs, _changes_of(people)))

    def others(self) -> Iterator[Kept]:
        """What is kept elsewhere."""
        for model, place, names in (
            (NoticeRow, Place.NOTICES, ("text",)),
            (TroubleRow, Place.NOTICES, ("text", "mend")),
            (RunRow, Place.NOTICES, ("message",)),
            (MailRow, Place.MAILS, ("subject", "text", "html")),
        ):
            for row in self._texts(model, *names):
                yield self._plain(place, row, Fate.BLANKED, {name: getattr(row, name) for name in names})
        for row in self._texts(DeliveryRow, "recipient"):
            yield self._plain(Place.MAILS, row, Fate.REMOVED, {"recipient": row.recipient, "state": row.state})
        yield from self._users()
        yield from self._audit()
        yield from self._settings()

    def _users(self) -> Iterator[Kept]:
        for row in self._texts(User, "email", "username"):
            said = {"username": row.username, "full_name": row.full_name, "email": row.email, "role": row.role}
            if row.is_active:
                yield self._plain(Place.USERS, row, Fate.KEPT, said, MAY_SIGN_IN)
            elif row.email or row.full_name:
                yield self._plain(Place.USERS, row, Fate.BLANKED, said)
            else:
                yield self._plain(Place.USERS, row, Fate.KEPT, said, USER_NAME)

    def _audit(self) -> Iterator[Kept]:
        rows = AuditRow.objects.filter(
            Q(details__icontains=self._needle) | Q(subject__icontains=self._needle) | Q(who__icontains=self._needle)
        )
        for row in rows.order_by("pk").iterator(CHUNK):
            said = {"at": row.at, "deed": row.deed, "who": row.who, "subject": row.subject, "details": row.details}
            if mentions(row.details, self.pattern):
                yield self._plain(Place.AUDIT, row, Fate.BLANKED, said)
            elif mentions([row.who, row.subject], self.pattern):
                yield self._plain(Place.AUDIT, row, Fate.KEPT, said, IN_THE_CHAIN)

    def _settings(self) -> Iterator[Kept]:
        for row in Connection.objects.order_by("pk"):
            if mentions(row.configuration, self.pattern):
                yield self._plain(Place.SETTINGS, row, Fate.KEPT, {"name": row.name}, SET_BY_PEOPLE)
        for server in MailServerRow.objects.order_by("pk"):
            if mentions(server.document, self.pattern):
                yield self._plain(Place.SETTINGS, server, Fate.KEPT, {"name": "mail server"}, SET_BY_PEOPLE)

    def _people(
        self, inbox: list[InboxRow], index: list[IndexRow], runs: list[ChangeRow]
    ) -> tuple[set[Owner], set[tuple[int, int]]]:
        """The contacts of both sides: connection with Salesforce id, connection with Autotask id."""
        contact = Entity.CONTACT.value
        people = {(row.connection_id, row.source_id) for row in inbox if row.entity == contact}
        people |= {
            (row.run.connection_id, row.source_id)
            for row in runs
            if row.entity == contact and _values_mention(row, self.pattern)
        }
        targets = {(row.connection_id, row.target_id) for row in index if row.entity == contact}
        for connection_id, target_id in targets:
            owners = LinkRow.objects.filter(connection_id=connection_id, entity=contact, target_id=target_id)
            people |= {(connection_id, each) for each in owners.values_list("source_id", flat=True)}
        pairs = {(row.connection_id, row.target_id) for row in _by_source(LinkRow, people)}
        return people, targets | {pair for pair in pairs if pair[1] != NO_TARGET}

    def _inbox(self, row: InboxRow) -> Kept:
        said = {**_of_record(row.entity, row.source_id, _name(row)), "document": _shown(row.document)}
        if row.entity == Entity.COMPANY:
            return self._kept(Place.INBOX, row, row.connection_id, Fate.KEPT, said, OF_A_COMPANY)
        return self._kept(Place.INBOX, row, row.connection_id, Fate.REMOVED, said, is_theirs=True)

    def _index(self, row: IndexRow) -> Kept:
        said = {**_of_record(row.entity, row.source_id, row.name), "autotask_id": row.target_id}
        said["document"] = _shown(row.document)
        if row.entity == Entity.COMPANY:
            return self._kept(Place.INDEX, row, row.connection_id, Fate.KEPT, said, OF_A_COMPANY)
        return self._kept(Place.INDEX, row, row.connection_id, Fate.BLANKED, said, is_theirs=True)

    def _link(self, row: LinkRow) -> Kept:
        said = {**_of_record(row.entity, row.source_id, ""), "autotask_id": row.target_id, "state": row.state}
        locks = LockRow.objects.filter(connection_id=row.connection_id, entity=row.entity, source_id=row.source_id)
        said["locked"] = sorted(locks.values_list("field", flat=True))
        return self._kept(Place.LINKS, row, row.connection_id, Fate.KEPT, said, ONLY_IDS)

    def _change(self, row: ChangeRow, people: set[Owner]) -> Kept:
        said = {**_of_record(row.entity, row.source_id, row.name), "run": row.run_id, "kind": row.kind}
        said |= {"outcome": row.outcome, "detail": row.detail, "autotask_id": row.target_id}
        said |= {"document": _shown(row.document), "notes": _shown(row.notes)}
        number = row.run.connection_id
        if (number, row.source_id) in people and row.entity == Entity.CONTACT:
            fate = Fate.BLANKED if row.outcome else Fate.REMOVED
            return self._kept(Place.RUNS, row, number, fate, said, is_theirs=True)
        if not row.outcome:
            return self._kept(Place.RUNS, row, number, Fate.KEPT, said, STILL_PLANNED)
        return self._kept(Place.RUNS, row, number, Fate.BLANKED, said)

    def _kept(
        self,
        place: Place,
        row: models.Model,
        connection_id: int,
        fate: Fate,
        document: dict[str, Any],
        why: str = "",
        *,
        is_theirs: bool = False,
    ) -> Kept:
        name = self._names.get(connection_id, "")
        return Kept(
            place=place,
            connection=name,
            key=row.pk,
            fate=fate,
            why=why,
            is_theirs=is_theirs,
            document=document,
        )

    def _plain(self, place: Place, row: models.Model, fate: Fate, document: dict[str, Any], why: str = "") -> Kept:
        said = {"table": type(row).__name__, **document}
        return self._kept(place, row, getattr(row, "connection_id", 0), fate, said, why)

    def _texts(self, model: type[models.Model], *names: str) -> list[Any]:
        """Rows one of whose texts names the address."""
        rough = Q()
        for name in names:
            rough |= Q(**{f"{name}__icontains": self._needle})
        rows: Any = model._default_manager.filter(rough).order_by("pk")
        rows = rows.select_related("run") if model is ChangeRow else rows
        return [row for row in rows if mentions([getattr(row, name) for name in names], self.pattern)]

    def _named(self, model: type[models.Model], *columns: str) -> list[Any]:
        """Rows one of whose documents names the address; its text is JSON."""
        keys: set[int] = set()
        for column in columns:
            keys |= {*_keys_with(model, column, self._needle)}
        rows: list[Any] = []
        for piece in chunks(sorted(keys)):
            found: Any = model._default_manager.filter(pk__in=piece).order_by("pk")
            found = found.select_related("run") if model is ChangeRow else found
            rows += [row for row in found if any(mentions(_shown(getattr(row, c)), self.pattern) for c in columns)]
        return rows


def _keys_with(model: type[models.Model], column: str, needle: str) -> list[int]:
    database = connections["default"]
    text = {
        "sqlite": f'instr(lower(CAST("{column}" AS TEXT)), %s) > 0',
        "postgresql": f"position(%s in lower(convert_from(\"{column}\", 'UTF8'))) > 0",
    }[database.vendor]
    with database.cursor() as cursor:
        cursor.execute(f'SELECT id FROM "{model._meta.db_table}" WHERE {text}', [needle])  # noqa: S608  # nosec B608
        return [key for (key,) in cursor.fetchall()]


def _values_mention(row: ChangeRow, pattern: re.Pattern[str]) -> bool:
    """Whether the record itself carried the address; evidence may be about another one."""
    plain = codec.decode(row.document)
    return mentions([plain.get("values"), plain.get("field_changes")], pattern)


def _shown(document: codec.Document) -> Any:
    return codec.decode(document) if document else None


def _of_record(entity: str, source_id: str, name: str) -> dict[str, Any]:
    return {"entity": entity, "source_id": source_id, "name": name}


def _name(row: InboxRow) -> str:
    if not row.document:
        return ""
    return codec.decode_source(Entity(row.entity), row.source_id, row.modified_at, row.document).name


def _both(first: Iterable[Any], second: Iterable[Any]) -> list[Any]:
    return [row for _, row in sorted({row.pk: row for row in (*first, *second)}.items())]


def _by_source(model: type[models.Model], people: set[Owner]) -> list[Any]:
    """Rows about contacts by connection and Salesforce id."""
    rows: list[Any] = []
    for piece in chunks(sorted(people)):
        wanted = Q(pk__in=[])
        for connection_id, source_id in piece:
            wanted |= Q(connection_id=connection_id, source_id=source_id)
        rows += model._default_manager.filter(wanted, entity=Entity.CONTACT).order_by("pk")
    return rows


def _by_target(targets: set[tuple[int, int]]) -> list[IndexRow]:
    rows: list[IndexRow] = []
    for connection_id, target_id in sorted(targets):
        here = IndexRow.objects.filter(connection_id=connection_id, entity=Entity.CONTACT)
        rows += here.filter(target_id=target_id)
    return rows


def _changes_of(people: set[Owner]) -> list[ChangeRow]:
    rows: list[ChangeRow] = []
    for connection_id, source_id in sorted(people):
        here = ChangeRow.objects.filter(run__connection_id=connection_id, entity=Entity.CONTACT)
        rows += here.filter(source_id=source_id).select_related("run").order_by("pk")
    return rows
