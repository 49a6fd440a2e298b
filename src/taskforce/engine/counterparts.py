"""Whether an Autotask record is free for a Salesforce record, asked of Autotask itself (one-to-one, protocol 1)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from taskforce.domain.changes import Patch
from taskforce.domain.links import Link, LinkState
from taskforce.domain.records import OWN_COMPANY_ID, Entity, SourceId, TargetId, TargetRecord
from taskforce.domain.review import command, source_words
from taskforce.domain.schema import TargetSchema
from taskforce.engine.ports import Target
from taskforce.engine.stores import Stores
from taskforce.engine.unsettled import write_of
from taskforce.errors import DecisionRefused

_STANDING = (LinkState.LINKED, LinkState.LEAVING)
"""A pair in one of these states reserves its Autotask record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterparts:
    """Autotask records that people name; `connection` is its name, for the commands that a refusal proposes."""

    connection: str
    stores: Stores
    target: Target

    def free(self, entity: Entity, source_id: SourceId, target_id: TargetId) -> TargetRecord:
        """The Autotask record as it stands now. Raises DecisionRefused unless the Salesforce record may have it.

        Its `source_id` may be that of a record which is linked with nothing: that is overwritten.
        """
        _refuse_own_company(entity, target_id)
        self._refuse_taken(entity, source_id, target_id)
        self.refuse_doubt(entity, source_id, target_id)
        schema = self._schema()
        found = self.target.read(entity, schema, [target_id]).get(target_id)
        if found is None:
            raise DecisionRefused(
                f"Autotask has no {entity} {target_id}.",
                mend=f"Name another, or {command('forget', self.connection, source_id)} lets the rules decide.",
            )
        _refuse_own_company(Entity.COMPANY, found.company_id)
        carriers = {each.id for each in self.target.find_by_source_id(entity, schema, source_id)}
        _refuse_second(entity, source_id, sorted(carriers - {target_id}), schema)
        present = replace(found, source_id=source_id) if target_id in carriers else found
        self._refuse_carried(present, source_id, schema)
        if not present.is_active and present.source_id != source_id:
            raise DecisionRefused(
                f"The Autotask {entity} {target_id} is inactive.", mend="Activate it in Autotask, then say this again."
            )
        return present

    def carrier(self, entity: Entity, source_id: SourceId) -> TargetId | None:
        """The one Autotask record that carries a Salesforce id and is not taken; None if there is none, or several."""
        carriers = self.target.find_by_source_id(entity, self._schema(), source_id)
        if len(carriers) != 1:
            return None
        self._refuse_taken(entity, source_id, carriers[0].id)
        return carriers[0].id

    def refuse_doubt(self, entity: Entity, source_id: SourceId, target_id: TargetId | None = None) -> None:
        """While the end of a write is not known, nobody knows what a decision would be about."""
        for intent in self.stores.intents.unsettled():
            change = write_of(self.stores, intent)
            is_on_target = isinstance(change, Patch) and change.target_id == target_id
            if intent.entity is entity and (intent.source_id == source_id or is_on_target):
                raise DecisionRefused(
                    f"The answer to a write of the {source_words(entity, intent.source_id)} was lost, so it is not "
                    "known yet what stands in Autotask.",
                    mend=f"{command('import', self.connection)} settles that after the settle time; decide then.",
                )

    def _refuse_taken(self, entity: Entity, source_id: SourceId, target_id: TargetId) -> None:
        for link in self.stores.links.by_target(entity, [target_id]):
            if link.source_id != source_id and link.state in _STANDING:
                raise DecisionRefused(
                    f"The Autotask {entity} {target_id} is linked to the {source_words(entity, link.source_id)}.",
                    mend=f"{command('unmap', self.connection, link.source_id)} frees it.",
                )

    def _refuse_carried(self, present: TargetRecord, source_id: SourceId, schema: TargetSchema) -> None:
        """An id that stands there is overwritten only if it belongs to nobody who is linked, or is about to be.

        Of a create whose answer was lost the record may be this one.
        """
        entity, carried = present.entity, present.source_id
        if carried is None or carried == source_id:
            return
        self.refuse_doubt(entity, carried)
        owner = self._link(entity, carried)
        if owner is not None and owner.state in _STANDING:
            raise DecisionRefused(
                f"The Autotask {entity} {present.id} carries the id of the {source_words(entity, owner.source_id)}, "
                f"which is linked to {owner.target_id}.",
                mend=f"If it stands there wrongly, clear the field {schema.id_fields[entity]} of {present.id}.",
            )

    def _link(self, entity: Entity, source_id: SourceId | None) -> Link | None:
        found = self.stores.links.by_source(entity, [source_id]) if source_id is not None else {}
        return next(iter(found.values()), None)

    def _schema(self) -> TargetSchema:
        return self.stores.schemas.target() or self.target.describe()


def _refuse_own_company(entity: Entity, target_id: TargetId | None) -> None:
    if entity is Entity.COMPANY and target_id == OWN_COMPANY_ID:
        raise DecisionRefused(
            "Company 0 is your own company in Autotask: neither it nor its contacts are ever linked.",
            mend="Name another one.",
        )


def _refuse_second(entity: Entity, source_id: SourceId, others: Sequence[TargetId], schema: TargetSchema) -> None:
    """An id must not stand on two records, not even for a moment."""
    if others:
        listed = " and ".join(map(str, others))
        raise DecisionRefused(
            f"The id of the {source_words(entity, source_id)} stands on the Autotask {entity} {listed}.",
            mend=f"Clear the field {schema.id_fields[entity]} there in Autotask, then say this again.",
        )
