"""Changed Salesforce records that are not settled yet, and how far Salesforce has been read."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from taskforce.adapters.store import codec
from taskforce.adapters.store.models import BroughtRow, CursorRow, InboxRow
from taskforce.adapters.store.scope import Scope, chunks
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.cursor import Cursor, Position
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord
from taskforce.domain.retry import longest_wait_from, next_attempt
from taskforce.domain.searching import contact_points_of
from taskforce.engine.stores import Standing

DUE, HELD, FAILING, WAITING, WANTED = "due", "held", "failing", "waiting", "wanted"

_FRESH: Mapping[str, object] = {
    "state": DUE,
    "reason": "",
    "waits_for": "",
    "match_key": "",
    "rule_key": "",
    "attempts": 0,
    "next_attempt_at": None,
}
"""A row that is due knows nothing of what it waited for."""


_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The version of a record that was not read yet."""


@tells_trouble
class DjangoCursors:
    """Implements `engine.stores.Cursors`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def get(self, entity: Entity) -> Cursor:
        """Where reading stands; the beginning, the first time."""
        row = self._scope.rows(CursorRow).filter(entity=entity).first()
        if row is None:
            return Cursor()
        position = None
        if row.position_at is not None:
            position = Position(modified_at=row.position_at, id=SourceId(row.position_id))
        return Cursor(read_through=row.read_through, asked_at=row.asked_at, position=position)

    def put(self, entity: Entity, cursor: Cursor) -> None:
        """Store where reading stands."""
        position = cursor.position
        row = {
            "entity": entity,
            "read_through": cursor.read_through,
            "asked_at": cursor.asked_at,
            "position_at": position.modified_at if position else None,
            "position_id": position.id if position else "",
        }
        self._scope.upsert(CursorRow, [row], unique=("entity",))


@tells_trouble
class DjangoInbox:
    """Implements `engine.stores.Inbox`.

    A row is `due`; `held` until something releases it; `failing` until its next attempt; `waiting`: settled, but looked
    at once more when the account it waits for is linked (read anew, where only its id is kept); or `wanted`: to be read
    from Salesforce by its id.
    """

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def put(self, entity: Entity, records: Sequence[SourceRecord]) -> None:
        """Store records as due; one whose version and content are known stays as it is."""
        rows = [
            {
                "entity": entity,
                "source_id": record.id,
                "parent_id": record.parent_id or "",
                "modified_at": record.modified_at,
                "has_departed": record.has_departed,
                "search": codec.searched(record.name, contact_points_of(record)),
                "document": codec.encode_source(record),
                **_FRESH,
            }
            for record in records
        ]
        self._scope.upsert(InboxRow, rows, unique=("entity", "source_id"), unless_same=("modified_at", "document"))

    def due(self, entity: Entity, now: datetime) -> int:
        """How many wait for this run."""
        return self._due(entity, now).count()

    def due_parents(self, now: datetime) -> Mapping[SourceId, SourceId | None]:
        """The due accounts that stand, each with its parent account."""
        pairs = (
            self._due(Entity.COMPANY, now)
            .filter(has_departed=False)
            .order_by("source_id")
            .values_list("source_id", "parent_id")
        )
        return {SourceId(source): SourceId(parent) if parent else None for source, parent in pairs.iterator()}

    def due_ids(
        self, entity: Entity, now: datetime, *, after: SourceId | None, limit: int, departed: bool = False
    ) -> Sequence[SourceId]:
        """The due records in the order of their ids; asked state by state, each along its index."""
        following = self._scope.rows(InboxRow).filter(entity=entity, source_id__gt=after or "")
        rows = following.filter(has_departed=departed).order_by("source_id")
        found = [
            SourceId(source_id)
            for ready in (Q(state=DUE), _has_its_time(now))
            for source_id in rows.filter(ready).values_list("source_id", flat=True)[:limit]
        ]
        return sorted(found)[:limit]

    def load(self, entity: Entity, ids: Sequence[SourceId]) -> Sequence[SourceRecord]:
        """The records in the order of `ids`."""
        found = {}
        for piece in chunks(ids):
            rows = self._scope.rows(InboxRow).filter(entity=entity, source_id__in=piece)
            for source_id, modified_at, document in rows.values_list("source_id", "modified_at", "document"):
                found[source_id] = codec.decode_source(entity, source_id, modified_at, document)
        return [found[each] for each in ids if each in found]

    def settle(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """Take records out."""
        self._scope.remove(InboxRow, "source_id", ids, entity=entity)

    def revisit(self, entity: Entity, source_id: SourceId, *, after: SourceId) -> None:
        """Keep a settled record until that account is linked."""
        self._set(entity, source_id, state=WAITING, waits_for=after, is_new=False)

    def await_account(self, entity: Entity, source_id: SourceId, reason: Reason, *, account: SourceId) -> None:
        """Keep only that it is there, to be read anew when that account is linked."""
        bare = {"document": b"", "search": "", "modified_at": _NEVER, "is_new": False}
        self._set(entity, source_id, state=WAITING, reason=reason, waits_for=account, **bare)

    def hold(
        self,
        entity: Entity,
        source_id: SourceId,
        reason: Reason,
        *,
        waits_for: SourceId | None,
        match_key: str,
        rule_key: str = "",
    ) -> None:
        """Keep a record until something brings it back."""
        waiting = {"waits_for": waits_for or "", "match_key": match_key, "rule_key": rule_key}
        self._set(entity, source_id, state=HELD, reason=reason, **waiting)

    def fail(self, entity: Entity, source_id: SourceId, reason: Reason, now: datetime) -> None:
        """Keep a record until its next attempt, if there is one by itself."""
        found = self._scope.find(InboxRow, ("attempts",), "source_id", [source_id], entity=entity)
        attempts = sum(attempts for (attempts,) in found) + 1
        next_attempt_at = next_attempt(reason, source_id, attempt=attempts, now=now)
        self._set(entity, source_id, state=FAILING, reason=reason, attempts=attempts, next_attempt_at=next_attempt_at)

    def release(self, entity: Entity, ids: Iterable[SourceId], *, unless: Reason | None = None) -> None:
        """Make these due, however they wait; what only its id is kept of is wanted."""
        rows = self._scope.rows(InboxRow).filter(entity=entity).exclude(state=WANTED)
        if unless is not None:
            rows = rows.exclude(reason=unless)
        for piece in chunks(ids):
            _make_due(rows.filter(source_id__in=piece))

    def want(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """Have these read by the next import; those that are here become due."""
        wanted = list(ids)
        self.release(entity, wanted)
        here = {
            source_id for (source_id,) in self._scope.find(InboxRow, ("source_id",), "source_id", wanted, entity=entity)
        }
        rows = [
            {
                "entity": entity,
                "source_id": each,
                "parent_id": "",
                "modified_at": _NEVER,
                "has_departed": False,
                "search": "",
                "document": b"",
                **_FRESH,
                "state": WANTED,
            }
            for each in wanted
            if each not in here
        ]
        self._scope.upsert(InboxRow, rows, unique=("entity", "source_id"))

    def bring(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """Have these imported whether they fit the filter or not; new ones are wanted by that."""
        wanted = set(ids)
        new = sorted(wanted - self.brought(entity, wanted))
        rows = [{"entity": entity, "source_id": each} for each in new]
        self._scope.upsert(BroughtRow, rows, unique=("entity", "source_id"))
        self.want(entity, new)

    def brought(self, entity: Entity, ids: Iterable[SourceId]) -> AbstractSet[SourceId]:
        """Those that are imported whether they fit or not."""
        found = self._scope.find(BroughtRow, ("source_id",), "source_id", ids, entity=entity)
        return {SourceId(source_id) for (source_id,) in found}

    def bring_no_more(self) -> None:
        """Each has to fit, or be brought again."""
        self._scope.rows(BroughtRow).delete()

    def wanted(self, entity: Entity) -> Sequence[SourceId]:
        """Those to be read by their ids."""
        rows = self._scope.rows(InboxRow).filter(entity=entity, state=WANTED).order_by("source_id")
        return [SourceId(each) for each in rows.values_list("source_id", flat=True)]

    def mark_new(self, entity: Entity, source_id: SourceId, *, is_new: bool) -> None:
        """A person decided that it is none of those in Autotask."""
        self._scope.change(InboxRow, {"is_new": is_new}, entity=entity, source_id=source_id)

    def marked_new(self, entity: Entity, ids: Iterable[SourceId]) -> AbstractSet[SourceId]:
        """Those of which a person decided so."""
        found = self._scope.find(InboxRow, ("source_id",), "source_id", ids, entity=entity, is_new=True)
        return {SourceId(source_id) for (source_id,) in found}

    def release_waiting(self, accounts: Iterable[SourceId]) -> None:
        """Make due what waits for these accounts; what only its id is kept of is wanted."""
        for piece in chunks(accounts):
            _make_due(self._scope.rows(InboxRow).filter(waits_for__in=piece))

    def release_keys(self, entity: Entity, match_keys: Iterable[str]) -> None:
        """Make due what is held with one of these keys."""
        held = self._scope.rows(InboxRow).filter(entity=entity, state=HELD)
        for piece in chunks(key for key in match_keys if key):
            # Asked in one statement with OR, SQLite would go through all that is held.
            held.filter(match_key__in=piece).update(**_FRESH)
            held.filter(rule_key__in=piece).update(**_FRESH)

    def release_carried(self, entity: Entity, ids: Iterable[SourceId]) -> None:
        """Make due those of these that are held, unless a person rejected the plan."""
        held = self._scope.rows(InboxRow).filter(entity=entity, state=HELD).exclude(reason=Reason.PLAN_REJECTED)
        for piece in chunks(ids):
            held.filter(source_id__in=piece).update(**_FRESH)

    def release_reasons(self, reasons: Iterable[Reason]) -> None:
        """Make due what is held or failing for one of these reasons."""
        rows = self._scope.rows(InboxRow).filter(state__in=(HELD, FAILING), reason__in=list(reasons))
        rows.update(**_FRESH)

    def retry_failing(self, now: datetime) -> None:
        """The next attempt of everything that fails is now."""
        self._scope.rows(InboxRow).filter(state=FAILING).update(next_attempt_at=now)

    def standing(self) -> Standing:
        """What waits for a person or another record, and what Autotask refused."""
        rows = self._scope.rows(InboxRow)
        return Standing(held=rows.filter(state=HELD).count(), failing=rows.filter(state=FAILING).count())

    def _set(self, entity: Entity, source_id: SourceId, **columns: object) -> None:
        self._scope.change(InboxRow, {**_FRESH, **columns}, entity=entity, source_id=source_id)

    def _due(self, entity: Entity, now: datetime) -> "QuerySet[InboxRow]":
        return self._scope.rows(InboxRow).filter(Q(state=DUE) | _has_its_time(now), entity=entity)


def _make_due(rows: "QuerySet[InboxRow]") -> None:
    """Due, or wanted where only the id is kept."""
    rows.filter(document=b"").update(**{**_FRESH, "state": WANTED})
    rows.exclude(document=b"").update(**_FRESH)


def _has_its_time(now: datetime) -> Q:
    """What fails and is to be tried now; a time further away than any wait was set by a clock that was ahead."""
    return Q(state=FAILING) & (Q(next_attempt_at__lte=now) | Q(next_attempt_at__gt=longest_wait_from(now)))
