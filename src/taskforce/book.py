"""The book of connections: what is paired with what is written down, changed and struck out here."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from typing import Any

from taskforce.adapters.store.connections import Connections
from taskforce.adapters.store.stores import DjangoStores
from taskforce.calling import address_problems, with_own_hosts
from taskforce.connection_config import ConnectionConfig, settings_of, sides_of
from taskforce.differences import differences
from taskforce.editing import is_elsewhere, look_again
from taskforce.engine.doubts import refuse_doubt
from taskforce.engine.ports import Clock
from taskforce.errors import ConfigurationError
from taskforce.leasing import Leasing
from taskforce.timetable import Timetable

Noted = Callable[[], None]
"""Writes down who did what, in the transaction in which it is done."""


Told = Callable[[Mapping[str, str]], None]
"""The same of an edit: what it changed, by key and in words."""


def unnoted(_: Mapping[str, str] | None = None) -> None:
    """For whoever notes it otherwise."""


class Book:
    """Adds, edits and removes connections; each with whatever else has to stand or fall with that.

    `noted` is called in the same transaction, so that what is done and what the audit says of it are never apart.
    `by_operator`: whoever runs this machine says so, and may have any host called.
    """

    def __init__(
        self,
        connections: Connections,
        leasing: Leasing,
        timetable: Timetable,
        clock: Clock,
        allowed_hosts: Iterable[str],
    ) -> None:
        self._connections = connections
        self._leasing = leasing
        self._timetable = timetable
        self._clock = clock
        self._allowed_hosts = tuple(allowed_hosts)

    def add(self, name: str, config: ConnectionConfig, *, by_operator: bool = False, noted: Noted = unnoted) -> None:
        """Store a new connection. Raises ConfigurationError when another pairs the same two systems already."""
        config = with_own_hosts(config) if by_operator else config
        with self._connections.alone():
            self._refuse_second(name, config)
            self._connections.add(name, config.plain(), self._clock.now())
            self._timetable.note(name)
            noted()

    def edit(
        self,
        name: str,
        changes: Mapping[str, Any],
        *,
        shown: str | None = None,
        by_operator: bool = False,
        noted: Told = unnoted,
    ) -> Mapping[str, str]:
        """Replace parts of a connection, and have its next import look again at what that concerns.

        Returns what that changed, and has it noted if it is anything. Another address or user is refused while an
        import is under way. Raises StaleEditError, with nothing changed, if somebody has edited it since `shown`, the
        version that was looked at, or since this began.
        """
        since = self._connections.version(name) if shown is None else shown
        before = ConnectionConfig.of(self._connections.document(self._connections.row(name)))
        after = before.edited(changes)
        after = with_own_hosts(after) if by_operator else after
        changed = differences(before, after)
        is_moved = is_elsewhere(before, after)
        with self._leasing.at_once(name) if is_moved else nullcontext():
            stores = DjangoStores(self._connections.row(name), self._clock.now)
            becomes_active = after.settings.active and not before.settings.active
            with self._connections.alone(), stores.transaction():
                self._connections.refuse_edited(name, since=since)
                if is_moved:
                    self._refuse_second(name, after)
                look_again(stores, before, after)
                self._connections.replace(name, after.plain(), self._clock.now(), becomes_active=becomes_active)
                self._timetable.note(name)
                if changed:
                    noted(changed)
        return changed

    def remove(self, name: str, *, noted: Noted = unnoted) -> None:
        """Forget a connection with everything that belongs to it.

        Refused while an import is under way, or while Autotask may still carry out a write that only this connection
        knows of.
        """
        with self._leasing.at_once(name):
            row, now = self._connections.row(name), self._clock.now()
            refuse_doubt(DjangoStores(row, self._clock.now), settings_of(row.configuration).settle_time, now)
            with self._connections.alone():
                self._connections.remove(name)
                noted()

    def version(self, name: str) -> str:
        """A text that is another one after every edit of a connection; its secrets need not be readable."""
        return self._connections.version(name)

    def address_problems(self, config: ConnectionConfig) -> list[str]:
        """A sentence for each address of a connection that would not be called, for those who may not allow it."""
        return address_problems(config, self._allowed_hosts)

    def _refuse_second(self, name: str, config: ConnectionConfig) -> None:
        """Two connections between the same two systems know nothing of each other: both create every record."""
        for row in self._connections.all():
            if row.name != name and sides_of(row.configuration) == sides_of(config.plain()):
                problem = (
                    f"The connection {row.name} pairs the same Salesforce org with the same Autotask database; a "
                    "second one would create records twice. Edit that one instead."
                )
                raise ConfigurationError([problem])
