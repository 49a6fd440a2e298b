"""Transactions that are seen later than they are stamped. Source: reference section 6, late commit.

The version of a record before its last change is kept; holding back a change puts that version in its place until the
clock is far enough, then the change appears with the SystemModstamp it had from the beginning.
"""

import json
from datetime import timedelta

from taskforce_simulators.core.clock import SimulatedClock
from taskforce_simulators.salesforce.store import Row, Store


class Visibility:
    """Changes that are held back until later."""

    def __init__(self, store: Store, clock: SimulatedClock) -> None:
        self._store = store
        self._clock = clock
        self._holding = False

    def remember(self, object_name: str, identifier: str) -> None:
        """Keep the present version of a record that is about to change; a new one has none."""
        self.release(object_name, identifier)
        row = self._store.row(object_name, identifier)
        sql = "INSERT OR REPLACE INTO previous (object, id, row) VALUES (?, ?, ?)"
        self._store.database.execute(sql, (object_name, identifier, json.dumps(row)))

    def hold(self, object_name: str, identifier: str, delay: timedelta) -> None:
        """Hide the last change of a record until the clock is `delay` further on."""
        with self._store.database.transaction():
            row = self._store.row(object_name, identifier)
            known = self._store.database.execute(
                "SELECT row FROM previous WHERE object = ? AND id = ?", (object_name, identifier)
            )
            if row is None or not known:
                raise ValueError(f"no change of {object_name} {identifier} is known that could be held back")
            visible_at = (self._clock.now() + delay).isoformat(timespec="microseconds")
            sql = "INSERT INTO held (object, id, row, visible_at) VALUES (?, ?, ?, ?)"
            self._store.database.execute(sql, (object_name, identifier, json.dumps(row), visible_at))
            self._put(object_name, identifier, json.loads(known[0][0]))
            self._holding = True

    def release(self, object_name: str | None = None, identifier: str | None = None) -> None:
        """Show the changes whose time has come, and that of the named record in any case."""
        if not self._holding:
            return
        now = self._clock.now().isoformat(timespec="microseconds")
        with self._store.database.transaction() as connection:
            sql = "SELECT * FROM held WHERE visible_at <= ? OR (object = ? AND id = ?)"
            for held in connection.execute(sql, (now, object_name, identifier)).fetchall():
                self._put(held["object"], held["id"], json.loads(held["row"]))
                connection.execute("DELETE FROM held WHERE object = ? AND id = ?", (held["object"], held["id"]))
            self._holding = connection.execute("SELECT 1 FROM held").fetchone() is not None

    def clear(self) -> None:
        """Forget what is held back; the tables have been emptied."""
        self._holding = False

    def _put(self, object_name: str, identifier: str, row: Row | None) -> None:
        self._store.remove(object_name, identifier)
        if row is not None:
            self._store.insert(object_name, row)
