"""Values that were never given: what the entity makes of them."""

from taskforce_simulators.autotask.schema import Entity
from taskforce_simulators.autotask.store import Record


def blank(entity: Entity) -> Record:
    """A record without any value: false, but active."""
    return {
        field.name: int(field.name == "isActive") if field.data_type == "boolean" else None for field in entity.fields
    }


def with_blanks(entity: Entity, record: Record) -> Record:
    """Texts without a value as the entity keeps them: "" or null (recorded: companies have both)."""
    if entity.null_texts is None:
        return record
    kept = dict(record)
    for field in entity.fields:
        if field.data_type == "string" and field.name in kept and kept[field.name] in (None, ""):
            kept[field.name] = None if field.name in entity.null_texts else ""
    return kept
