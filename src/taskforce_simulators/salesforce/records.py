"""What happens to records: made, changed, deleted, brought back, merged. Source: reference section 6.

Every change moves SystemModstamp; LastModifiedDate moves when a person changes the record itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from taskforce_simulators.core.clock import SimulatedClock
from taskforce_simulators.salesforce import identifiers, loading, naming, timestamps, validation
from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.organization import USER_ID
from taskforce_simulators.salesforce.schema import SObject
from taskforce_simulators.salesforce.settings import Settings
from taskforce_simulators.salesforce.store import Row, Store
from taskforce_simulators.salesforce.visibility import Visibility

_CHILDREN: Final = {
    "Account": (("Contact", "AccountId"), ("Account", "ParentId")),
    "Contact": (("Contact", "ReportsToId"),),
}
_MOST_MERGED: Final = 3


class Records:
    """The rules of records over the plain store."""

    def __init__(self, store: Store, clock: SimulatedClock) -> None:
        self._store = store
        self._clock = clock
        self.visibility = Visibility(store, clock)

    def find(self, object_name: str, identifier: str) -> Row:
        """A record that is there and not deleted."""
        complete = identifiers.full(identifier)
        if complete is None:
            raise ApiError.malformed_id(identifier)
        row = self._store.row(object_name, complete)
        if row is None or self._store.is_hidden(complete):
            raise ApiError.not_found()
        if row.get("IsDeleted"):
            raise ApiError.deleted()
        return row

    def create(self, sobject: SObject, body: Mapping[str, object], user_id: str, settings: Settings) -> str:
        """Make a record by the rules of the API; returns its id."""
        with self._changing():
            accepted = validation.values(sobject, body, creating=True)
            validation.references(self._store, sobject, accepted)
            accepted = self._derived(sobject, accepted, {}, settings)
            row = loading.completed(
                self._store, sobject.name, accepted, now=self._now(), user_id=user_id, currency=settings.currency
            )
            self.visibility.remember(sobject.name, str(row["Id"]))
            self._store.insert(sobject.name, row)
            if row.get("IsPersonAccount"):
                loading.add_person(self._store, row)
        return str(row["Id"])

    def update(
        self, sobject: SObject, identifier: str, body: Mapping[str, object], user_id: str, settings: Settings
    ) -> None:
        """Change a record by the rules of the API."""
        with self._changing():
            row = self.find(sobject.name, identifier)
            accepted = validation.values(sobject, body, creating=False)
            validation.references(self._store, sobject, accepted)
            self._refuse_loop(sobject.name, row, accepted)
            accepted = self._derived(sobject, accepted, row, settings)
            self._touch(sobject.name, str(row["Id"]), accepted, user_id)
            if row.get("IsPersonAccount"):
                person = naming.person_as_contact({**row, **accepted}) | {"Name": naming.full_name({**row, **accepted})}
                self._touch("Contact", str(row["PersonContactId"]), person, user_id)

    def delete(self, object_name: str, identifier: str, user_id: str = USER_ID) -> None:
        """Put a record into the recycle bin: an account takes its contacts along, child accounts lose their parent."""
        with self._changing():
            root = str(self.find(object_name, identifier)["Id"])
            self._touch(object_name, root, {"IsDeleted": 1}, user_id)
            for child, field in _CHILDREN[object_name]:
                for row in self._store.rows(child, f'"{field}" = ? AND IsDeleted = 0', (root,)):
                    self._cascade(root, child, str(row["Id"]), field, user_id)

    def _cascade(self, root: str, child: str, identifier: str, field: str, user_id: str) -> None:
        """What a deletion does to a record that refers to the deleted one; kept so that it can be undone."""
        if field == "AccountId":
            self._touch(child, identifier, {"IsDeleted": 1}, user_id)
        else:
            self._touch(child, identifier, {field: None})
        sql = "INSERT INTO cascades (root, object, id, field) VALUES (?, ?, ?, ?)"
        self._store.database.execute(sql, (root, child, identifier, field))

    def undelete(self, object_name: str, identifier: str, user_id: str = USER_ID) -> None:
        """Bring a record back from the recycle bin, with what its deletion took along."""
        with self._changing():
            root = self._deleted(object_name, identifier)
            self._touch(object_name, root, {"IsDeleted": 0, "MasterRecordId": None}, user_id)
            database = self._store.database
            for child, child_id, field in database.execute(
                "SELECT object, id, field FROM cascades WHERE root = ?", (root,)
            ):
                row = self._store.row(child, child_id) or {}
                if field == "AccountId" and row.get("IsDeleted"):
                    self._touch(child, child_id, {"IsDeleted": 0}, user_id)
                if field != "AccountId" and row and row[field] is None:
                    self._touch(child, child_id, {field: root})
            database.execute("DELETE FROM cascades WHERE root = ?", (root,))

    def merge(self, object_name: str, master: str, losers: Sequence[str], user_id: str = USER_ID) -> None:
        """Merge up to two records into a third: they are deleted and name it, their children become its own."""
        if not 1 <= len(losers) < _MOST_MERGED or master in losers:
            raise ValueError(f"a merge takes one or two losers besides the master, {_MOST_MERGED} records in all")
        with self._changing():
            kept = str(self.find(object_name, master)["Id"])
            for loser in losers:
                lost = str(self.find(object_name, loser)["Id"])
                self._touch(object_name, lost, {"IsDeleted": 1, "MasterRecordId": kept}, user_id)
                for child, field in _CHILDREN[object_name]:
                    for row in self._store.rows(child, f'"{field}" = ? AND IsDeleted = 0', (lost,)):
                        self._touch(child, str(row["Id"]), {field: None if row["Id"] == kept else kept})
            self._touch(object_name, kept, {}, user_id)

    def hard_delete(self, object_name: str, identifier: str) -> None:
        """Take a record out of the recycle bin, or out at once: only the log of deletions still knows it."""
        with self._changing():
            complete = identifiers.full(identifier) or identifier
            row = self._store.row(object_name, complete)
            if row is None:
                raise KeyError(f"{object_name} {identifier}")
            deleted = row["SystemModstamp"] if row.get("IsDeleted") else self._now()
            if not row.get("IsDeleted"):
                self.delete(object_name, complete, str(row["LastModifiedById"]))
            self._store.remove(object_name, complete)
            sql = "INSERT INTO purged (object, id, deleted_date) VALUES (?, ?, ?)"
            self._store.database.execute(sql, (object_name, complete, deleted))

    def parent_loop(self, ids: Sequence[str], user_id: str = USER_ID) -> None:
        """Make accounts each other's parents in a ring, which the API refuses (spec section 2, parent loops)."""
        if not ids:
            raise ValueError("ids is to be a list of account ids")
        with self._changing():
            complete = [str(self.find("Account", identifier)["Id"]) for identifier in ids]
            for child, parent in zip(complete, [*complete[1:], complete[0]], strict=True):
                self._touch("Account", child, {"ParentId": parent}, user_id)

    def save(self, object_name: str, record: Mapping[str, object], user_id: str, currency: str) -> Row:
        """Insert or change a record past every validation; times that are not given are stamped."""
        with self._changing():
            values = naming.with_codes(
                object_name, loading.stored_record(self._store, object_name, record), strict=False
            )
            identifier = str(values.get("Id") or "")
            present = self._store.row(object_name, identifier) if identifier else None
            if present is None:
                row = loading.completed(
                    self._store, object_name, record, now=self._now(), user_id=user_id, currency=currency
                )
                identifier = str(row["Id"])
                self.visibility.remember(object_name, identifier)
                self._store.insert(object_name, row)
            else:
                self._touch(object_name, identifier, self._named(object_name, values, present), user_id)
            return self._store.row(object_name, identifier) or {}

    def remove(self, object_name: str, identifier: str) -> bool:
        """Take a record out without a trace; whether there was one."""
        with self._changing():
            self.visibility.remember(object_name, identifier)
            return self._store.remove(object_name, identifier)

    def _derived(self, sobject: SObject, accepted: Row, present: Row, settings: Settings) -> Row:
        """The values with those that follow from them."""
        derived = naming.with_codes(sobject.name, accepted, strict=settings.state_country_picklists)
        person = sobject.name == "Account" and (
            present.get("IsPersonAccount") or (not present and derived.get("LastName"))
        )
        if person:
            derived |= {"IsPersonAccount": 1, "Name": naming.full_name({**present, **derived})}
        return self._named(sobject.name, derived, present)

    def _named(self, object_name: str, values: Row, present: Row) -> Row:
        if object_name in {"Contact", "User"} and "Name" not in values:
            return values | {"Name": naming.full_name({**present, **values})}
        return values

    def _refuse_loop(self, object_name: str, row: Row, accepted: Row) -> None:
        """An account cannot stand below itself (spec section 2)."""
        field = {"Account": "ParentId", "Contact": "ReportsToId"}.get(object_name)
        place = accepted.get(field) if field else None
        seen: set[object] = set()
        while field and place and place not in seen:
            if place == row["Id"]:
                message = "attempt to violate hierarchy constraints"
                raise ApiError(400, "CIRCULAR_DEPENDENCY", message, [field])
            seen.add(place)
            above = self._store.row(object_name, str(place))
            place = above.get(field) if above else None

    def _touch(
        self, object_name: str, identifier: str, values: Mapping[str, object], user_id: str | None = None
    ) -> None:
        """Write values and stamps; without a user the change is the system's, and LastModifiedDate stays."""
        self.visibility.remember(object_name, identifier)
        now = self._now()
        stamps: Row = {"SystemModstamp": now}
        if user_id is not None:
            stamps |= {"LastModifiedDate": now, "LastModifiedById": user_id}
        self._store.update(object_name, identifier, {**stamps, **values})

    def _deleted(self, object_name: str, identifier: str) -> str:
        row = self._store.row(object_name, identifiers.full(identifier) or identifier)
        if row is None:
            raise KeyError(f"{object_name} {identifier}")
        if not row.get("IsDeleted"):
            raise ValueError(f"{object_name} {identifier} is not deleted")
        return str(row["Id"])

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One transaction on the true state, whatever readers see of it yet."""
        with self.visibility.truth():
            yield

    def _now(self) -> str:
        return timestamps.rendered(self._clock.now())
