"""Writes whose end is not known yet: until it is, what they were to write belongs to their records (protocol 2)."""

from collections.abc import Mapping

from taskforce.domain import changes
from taskforce.domain.records import Entity, SourceId
from taskforce.engine.stores import Intent, Stores


def unsettled_writes(stores: Stores, entity: Entity) -> Mapping[SourceId, changes.Applicable]:
    """What may still be carried out; without creates that an older version sent, of which only the record is known."""
    intents = [intent for intent in stores.intents.unsettled() if intent.entity is entity]
    return {intent.source_id: write for intent in intents if (write := write_of(stores, intent)) is not None}


def write_of(stores: Stores, intent: Intent) -> changes.Applicable | None:
    """The change that was sent, of whichever run; None if an older version sent it."""
    return stores.plan(0).write(intent.number) if intent.number is not None else None
