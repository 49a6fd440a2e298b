"""The mappings of connections (B9): tried out, stored with their versions, and gone back to."""

from collections.abc import Mapping, Sequence
from typing import Any

from taskforce.adapters.store.connections import Connections
from taskforce.adapters.store.mapping_versions import MappingVersion, MappingVersions
from taskforce.book import Book, Told
from taskforce.connection_config import ConnectionConfig
from taskforce.domain.field_map import FieldMap
from taskforce.domain.records import Entity
from taskforce.domain.standard_mapping import Mappings
from taskforce.engine.ports import Clock
from taskforce.errors import ConfigurationError
from taskforce.mapping_config import MappingConfig, mapping_of
from taskforce.mapping_trial import MappingTrial, RowValues
from taskforce.systems import Systems

_KEY = "settings.mapping"
"""What changes of an edit call the mapping."""


class MappingBook:
    """What is mapped where, per connection."""

    def __init__(self, book: Book, connections: Connections, systems: Systems, clock: Clock) -> None:
        self._book = book
        self._connections = connections
        self._systems = systems
        self._clock = clock
        self._versions = MappingVersions()

    def of(self, name: str) -> Mappings:
        """The rows of a connection; its secrets need not be readable."""
        configuration = self._connections.row(name).configuration
        return mapping_of(configuration["settings"].get("mapping") or {}).as_mappings()

    def try_out(self, name: str, mappings: Mappings) -> MappingTrial:
        """What both systems say of it now, and what it makes of a few records; nothing is stored."""
        row = self._connections.row(name)
        config = ConnectionConfig.of(self._connections.document(row)).edited(_edit(mappings))
        return self._systems.try_mapping(config, connection_id=row.pk)

    def values(self, name: str, entity: Entity, row: FieldMap) -> RowValues:
        """The values that the row's Salesforce field has now, each with what it becomes; nothing is stored."""
        stored = self._connections.row(name)
        config = ConnectionConfig.of(self._connections.document(stored))
        return self._systems.mapping_values(config, entity, row, connection_id=stored.pk)

    def row(self, name: str, entity: Entity, target: str) -> FieldMap:
        """One stored row. Raises ConfigurationError when there is no such."""
        found = self.of(name).of(entity).row(target)
        if found is None:
            raise ConfigurationError([f"There is no row for {target} of {entity.plural}."])
        return found

    def store(self, name: str, mappings: Mappings, *, made_by: str, noted: Told, shown: str) -> str:
        """Have the next import go by these rows; returns which rows changed, as text. Try them out before.

        `shown` and `noted` as for `Book.edit`.
        """

        def noted_as_version(changed: Mapping[str, str]) -> None:
            self._versions.add(
                self._connections.row(name).pk,
                MappingConfig.of(mappings).document(),
                made_by=made_by,
                changed=changed[_KEY],
                made_at=self._clock.now(),
            )
            noted(changed)

        return self._book.edit(name, _edit(mappings), shown=shown, noted=noted_as_version).get(_KEY, "")

    def versions(self, name: str) -> Sequence[MappingVersion]:
        """The mappings that were stored, the latest first."""
        return self._versions.latest(self._connections.row(name).pk)

    def version(self, name: str, number: int) -> Mappings:
        """One of them. Raises ConfigurationError when there is no such."""
        found = self._versions.version(self._connections.row(name).pk, number)
        if found is None:
            raise ConfigurationError([f"The mapping of {name} has no version {number}."])
        return mapping_of(found.document).as_mappings()


def _edit(mappings: Mappings) -> Mapping[str, Any]:
    return {"settings": {"mapping": MappingConfig.of(mappings).model_dump(mode="json")}}
