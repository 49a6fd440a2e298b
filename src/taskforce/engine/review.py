"""Links in people's hands: what stands, and what a person decides about it (B4, B5, S23).

A decision is one transaction under the connection's lease, so that no import is under way. Nothing is written to
Autotask here: the record is looked at by the next import, though it did not change, and that acts on the decision.
"""

from collections.abc import Collection, Generator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from taskforce.domain.links import NO_TARGET, RESUMING, Link, LinkState
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord
from taskforce.domain.review import Decided, Resolution, command, source_words
from taskforce.domain.settings import ConnectionSettings
from taskforce.engine.counterparts import Counterparts
from taskforce.engine.ports import Target
from taskforce.engine.stores import Stores
from taskforce.errors import DecisionRefused

LISTED_AT_ONCE = 500
"""Links whose names are looked up together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLink:
    """A link with the name of its Autotask record, empty if that was never seen, and the fields that are locked."""

    link: Link
    name: str
    locked: tuple[str, ...] = ()


def listed_links(stores: Stores, states: Iterable[LinkState]) -> Generator[ListedLink, None, None]:
    """Every link in one of these states, by entity and Salesforce id, without ever holding them all."""
    links = stores.links.in_states(states)
    while batch := list(islice(links, LISTED_AT_ONCE)):
        for entity in Entity:
            of_entity = [link for link in batch if link.entity is entity]
            yield from with_names(stores, entity, of_entity)


def with_names(stores: Stores, entity: Entity, links: Sequence[Link]) -> list[ListedLink]:
    """Links of one entity as they are listed."""
    records = stores.index.records(entity, [link.target_id for link in links])
    locks = stores.links.locks(entity, [link.source_id for link in links])
    return [
        ListedLink(
            link=link,
            name=records[link.target_id].name if link.target_id in records else "",
            locked=tuple(sorted(locks.get(link.source_id, ()))),
        )
        for link in links
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The links of one connection. Every decision may be repeated; one that cannot stand raises DecisionRefused.

    `connection` is its name, for the commands that a refusal proposes; `settings` say which fields are mapped.
    """

    connection: str
    stores: Stores
    target: Target
    settings: ConnectionSettings = field(default_factory=ConnectionSettings)

    def unmap(self, entity: Entity, source_id: SourceId) -> Decided:
        """Separate a pair: nothing is written or matched again, and Autotask is left as it is."""
        link = self._link(entity, source_id)
        if link is None or link.target_id == NO_TARGET:
            raise DecisionRefused(
                f"The {source_words(entity, source_id)} has no pair to be separated.",
                mend=f"{command('ignore', self.connection, source_id)} leaves it out of every import.",
            )
        return self._decided(Resolution.SEPARATED, link, replace(link, state=LinkState.UNMAPPED))

    def ignore(self, entity: Entity, source_id: SourceId) -> Decided:
        """Leave a Salesforce record out, whether it has a pair or not."""
        link = self._link(entity, source_id)
        ignored = link or Link(entity=entity, source_id=source_id, target_id=NO_TARGET)
        return self._decided(Resolution.LEFT_OUT, link, replace(ignored, state=LinkState.IGNORED))

    def forget(self, entity: Entity, source_id: SourceId) -> Decided:
        """Remove what is remembered: the rules decide as if the record had never been seen."""
        link = self._link(entity, source_id)
        self._start_over(entity, source_id)
        if link is None:
            return Decided(resolution=Resolution.FORGOTTEN, entity=entity, source_id=source_id)
        return self._told(Resolution.FORGOTTEN, link, link)

    def relink(self, entity: Entity, source_id: SourceId, target_id: TargetId | None = None) -> Decided:
        """Join a record with its remembered counterpart, or with another; without any, let the rules decide anew.

        The id and the values are written by the next import. An Autotask record belongs to one Salesforce record: pairs
        that could come back to it by themselves are separated, one that stands is in the way.
        """
        link = self._link(entity, source_id)
        if target_id is None and link is not None and link.target_id != NO_TARGET:
            target_id = link.target_id
        if target_id is None:
            return self._look_anew(entity, source_id, link)
        counterpart = self._counterparts.free(entity, source_id, target_id)
        return self._join(source_id, counterpart, link)

    def create(self, entity: Entity, source_id: SourceId) -> Decided:
        """Have a record without a pair created, whatever stands in Autotask that is like it, or has the same key."""
        link = self._link(entity, source_id)
        if link is not None and link.target_id != NO_TARGET:
            raise DecisionRefused(
                f"The {source_words(entity, source_id)} has a pair already: the Autotask {entity} {link.target_id}.",
                mend=f"{command('forget', self.connection, source_id)} first, if that is gone for good.",
            )
        if carriers := self.stores.index.carriers(entity, [source_id]).get(source_id):
            raise DecisionRefused(
                f"The id of the {source_words(entity, source_id)} stands on the Autotask {entity} {carriers[0].id}, so "
                "that is its counterpart.",
                mend="Clear the user-defined field there in Autotask if it is not, then say this again.",
            )
        self._start_over(entity, source_id, is_new=True)
        before = link.state if link is not None else None
        return Decided(resolution=Resolution.TO_BE_CREATED, entity=entity, source_id=source_id, before=before)

    def retry(self, entity: Entity, source_id: SourceId) -> Decided:
        """Have the next import look at a record, whatever it waits for, and write what an undo took back."""
        link = self._link(entity, source_id)
        with self.stores.transaction():
            self.stores.inbox.want(entity, [source_id])
            if link is not None and link.undone:
                self.stores.links.put([replace(link, undone="")])
        if link is None:
            return Decided(resolution=Resolution.TRIED_AGAIN, entity=entity, source_id=source_id)
        return self._told(Resolution.TRIED_AGAIN, link, link)

    def replace(self, source_id: SourceId) -> Decided:
        """Have a contact that moved created anew under its new company; the one that stands there is deactivated."""
        entity = Entity.CONTACT
        link = self._link(entity, source_id) or self._carried(source_id)
        if link is None or link.state not in (LinkState.LINKED, LinkState.LEAVING, LinkState.REPLACED):
            raise DecisionRefused(
                f"The {source_words(entity, source_id)} has no pair that an import keeps current.",
                mend=f"{command('forget', self.connection, source_id)} lets the rules decide as if it were new.",
            )
        state = LinkState.LEAVING if link.state is LinkState.LINKED else link.state
        return self._decided(Resolution.REPLACED, link, replace(link, state=state))

    def lock(self, entity: Entity, source_id: SourceId, fields: Collection[str]) -> Decided:
        """Leave fields of a pair's Autotask record as they are, whatever Salesforce says (B8)."""
        link = self._paired(entity, source_id)
        if not fields:
            raise DecisionRefused("No field was named.", mend="Name the Autotask fields that are to stay as they are.")
        mapped = self.settings.mappings.of(entity).targets
        self._refuse_unknown(fields, mapped, "The mapping fills")
        with self.stores.transaction():
            locked = self._locked(link).union(fields)
            self.stores.links.lock(entity, source_id, locked)
        return self._about_fields(Resolution.LOCKED, link, fields, locked)

    def unlock(self, entity: Entity, source_id: SourceId, fields: Collection[str] = ()) -> Decided:
        """Have fields of a pair written again, all that are locked if none are named; the next import compares them."""
        link = self._paired(entity, source_id)
        before = self._locked(link)
        mapped = self.settings.mappings.of(entity).targets
        self._refuse_unknown(fields, tuple(dict.fromkeys([*mapped, *sorted(before)])), "These may be")
        unlocked = before.intersection(fields) if fields else before
        if unlocked:
            with self.stores.transaction():
                self.stores.links.lock(entity, source_id, before - unlocked)
                self.stores.links.put([replace(link, fingerprint="")])
                self.stores.inbox.want(entity, [source_id])
        return self._about_fields(Resolution.UNLOCKED, link, unlocked, before - unlocked)

    # --- inside ---

    def _paired(self, entity: Entity, source_id: SourceId) -> Link:
        """The pair in which fields are locked."""
        link = self._link(entity, source_id)
        if link is None or link.target_id == NO_TARGET:
            raise DecisionRefused(
                f"The {source_words(entity, source_id)} has no pair in which a field could be locked.",
                mend=f"{command('relink', self.connection, source_id, 'AUTOTASK_ID')} gives it one.",
            )
        return link

    def _locked(self, link: Link) -> frozenset[str]:
        return self.stores.links.locks(link.entity, [link.source_id]).get(link.source_id, frozenset())

    def _refuse_unknown(self, fields: Collection[str], known: Collection[str], words: str) -> None:
        if unknown := [name for name in fields if name not in known]:
            raise DecisionRefused(
                f"No such field is mapped: {', '.join(unknown)}.", mend=f"{words}: {', '.join(sorted(known))}."
            )

    def _about_fields(
        self, resolution: Resolution, link: Link, fields: Collection[str], locked: Collection[str]
    ) -> Decided:
        told = self._told(resolution, link, link)
        return replace(told, fields=tuple(sorted(set(fields))), locked=tuple(sorted(locked)))

    @property
    def _counterparts(self) -> Counterparts:
        return Counterparts(connection=self.connection, stores=self.stores, target=self.target)

    def _link(self, entity: Entity, source_id: SourceId) -> Link | None:
        """The pair as it stands, once no write is under way that could still change it."""
        self._counterparts.refuse_doubt(entity, source_id)
        return self.stores.links.by_source(entity, [source_id]).get(source_id)

    def _look_anew(self, entity: Entity, source_id: SourceId, link: Link | None) -> Decided:
        """There is no pair to join: what waits, failed or was left out is decided by the rules."""
        self._start_over(entity, source_id)
        before = link.state if link is not None else None
        return Decided(resolution=Resolution.LOOKED_AT_ANEW, entity=entity, source_id=source_id, before=before)

    def _start_over(self, entity: Entity, source_id: SourceId, *, is_new: bool = False) -> None:
        """Nothing is remembered but that it is to be read, and whether a person wants it created."""
        with self.stores.transaction():
            self.stores.links.remove(entity, source_id)
            self.stores.inbox.want(entity, [source_id])
            self.stores.inbox.mark_new(entity, source_id, is_new=is_new)

    def _join(self, source_id: SourceId, counterpart: TargetRecord, link: Link | None) -> Decided:
        """The next import writes the id and what differs; pairs that could come back to the counterpart do not."""
        entity = counterpart.entity
        former = counterpart.source_id if counterpart.source_id != source_id else None
        joined = Link(entity=entity, source_id=source_id, target_id=counterpart.id, carries_id=False, former_id=former)
        is_same = link is not None and link.target_id == counterpart.id
        if link is not None and is_same:
            joined = replace(joined, written=link.written)
        pairs = self.stores.links.by_target(entity, [counterpart.id])
        rivals = [each for each in pairs if each.source_id != source_id and each.state in RESUMING]
        with self.stores.transaction():
            self.stores.links.put([*(replace(each, state=LinkState.UNMAPPED) for each in rivals), joined])
            if not is_same:
                self.stores.links.lock(entity, source_id, ())
            self.stores.inbox.want(entity, [source_id])
            self.stores.inbox.mark_new(entity, source_id, is_new=False)
        return Decided(
            resolution=Resolution.JOINED,
            entity=entity,
            source_id=source_id,
            link=joined,
            before=link.state if link is not None else None,
            name=counterpart.name,
            carries_id=counterpart.source_id == source_id,
            is_active=counterpart.is_active,
            separated=tuple(each.source_id for each in rivals),
        )

    def _decided(self, resolution: Resolution, before: Link | None, link: Link) -> Decided:
        with self.stores.transaction():
            self.stores.links.put([link])
            self.stores.inbox.want(link.entity, [link.source_id])
            self.stores.inbox.mark_new(link.entity, link.source_id, is_new=False)
        return self._told(resolution, before, link)

    def _told(self, resolution: Resolution, before: Link | None, link: Link) -> Decided:
        """What was decided about a pair, with its Autotask record as it was last seen."""
        seen = self.stores.index.records(link.entity, [link.target_id]).get(link.target_id)
        return Decided(
            resolution=resolution,
            entity=link.entity,
            source_id=link.source_id,
            link=link,
            before=before.state if before is not None else None,
            name=seen.name if seen is not None else "",
            carries_id=seen is not None and seen.source_id == link.source_id,
            is_active=seen is None or seen.is_active,
        )

    def _carried(self, source_id: SourceId) -> Link | None:
        """The pair of a contact that was never linked, but whose id stands on one Autotask contact."""
        carrier = self._counterparts.carrier(Entity.CONTACT, source_id)
        return Link(entity=Entity.CONTACT, source_id=source_id, target_id=carrier) if carrier is not None else None
