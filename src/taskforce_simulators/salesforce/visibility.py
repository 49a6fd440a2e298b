"""Transactions that are seen later than they are stamped. Source: reference section 6, late commit.

While a change is held back, the table shows the record as it was before; the change appears with the SystemModstamp it
had from the beginning. Whoever changes records works on the truth, in which everything has appeared.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from taskforce_simulators.core.clock import SimulatedClock
from taskforce_simulators.salesforce.store import Row, Store

Key = tuple[str, str]
"""An object's name and a record's id."""


class Visibility:
    """Changes that are held back until later: single ones, and every one while reads lag behind."""

    def __init__(self, store: Store, clock: SimulatedClock) -> None:
        self._store = store
        self._clock = clock
        self._inside = False
        self._changed: dict[Key, Row | None] = {}
        self._hidden: dict[Key, Row | None] = {}
        self.lag = timedelta(0)
        """How much later than it is made a change is seen."""

    @contextmanager
    def truth(self) -> Iterator[None]:
        """Within, in one transaction, the tables hold every change; afterwards what is held back is hidden again."""
        with self._store.database.transaction():
            if self._inside:
                yield
                return
            self.release()
            self._inside, self._changed = True, {}
            self._hidden = {key: self._swap(key, row) for key, row in self._held()}
            try:
                yield
            finally:
                self._hide()
                self._inside = False

    def remember(self, object_name: str, identifier: str) -> None:
        """Keep the present version of a record that is about to change; a new one has none."""
        row = self._store.row(object_name, identifier)
        sql = "INSERT OR REPLACE INTO previous (object, id, row) VALUES (?, ?, ?)"
        self._store.database.execute(sql, (object_name, identifier, json.dumps(row)))
        self._changed.setdefault((object_name, identifier), row)

    def hold(self, object_name: str, identifier: str, delay: timedelta) -> None:
        """Hide the last change of a record until the clock is `delay` further on."""
        with self.truth():
            known = self._store.database.execute(
                "SELECT row FROM previous WHERE object = ? AND id = ?", (object_name, identifier)
            )
            if not known or self._store.row(object_name, identifier) is None:
                raise ValueError(f"no change of {object_name} {identifier} is known that could be held back")
            self._hidden.setdefault((object_name, identifier), json.loads(known[0][0]))
            self._keep((object_name, identifier), delay)

    def release(self) -> None:
        """Show the changes whose time has come."""
        now = self._clock.steady().isoformat(timespec="microseconds")
        with self._store.database.transaction() as connection:
            for held in connection.execute("SELECT * FROM held WHERE visible_at <= ?", (now,)).fetchall():
                self._show((held["object"], held["id"]), json.loads(held["row"]))

    def _held(self) -> list[tuple[Key, Row | None]]:
        rows = self._store.database.execute("SELECT object, id, row FROM held")
        return [((name, identifier), json.loads(row)) for name, identifier, row in rows]

    def _hide(self) -> None:
        """Put what was seen before in the place of what is held back, and hold the new changes back for the lag."""
        for key, seen in self._hidden.items():
            if key in self._changed and not self.lag:
                self._show(key, self._store.row(*key))
            else:
                true = json.dumps(self._swap(key, seen))
                self._store.database.execute("UPDATE held SET row = ? WHERE object = ? AND id = ?", (true, *key))
        if self.lag:
            for key in self._changed.keys() - self._hidden.keys():
                self._keep(key, self.lag)
                self._swap(key, self._changed[key])

    def _keep(self, key: Key, delay: timedelta) -> None:
        visible_at = (self._clock.steady() + delay).isoformat(timespec="microseconds")
        row = json.dumps(self._store.row(*key))
        sql = "INSERT OR REPLACE INTO held (object, id, row, visible_at) VALUES (?, ?, ?, ?)"
        self._store.database.execute(sql, (*key, row, visible_at))

    def _show(self, key: Key, row: Row | None) -> None:
        self._swap(key, row)
        self._store.database.execute("DELETE FROM held WHERE object = ? AND id = ?", key)

    def _swap(self, key: Key, row: Row | None) -> Row | None:
        """Put a version of a record in the place of the one in the table, which is returned; None is no record."""
        object_name, identifier = key
        replaced = self._store.row(object_name, identifier)
        self._store.remove(object_name, identifier)
        if row is not None:
            self._store.insert(object_name, row)
        return replaced
