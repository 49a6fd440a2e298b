"""The Autotask records that have something in common with some Salesforce records, looked up at once in the index."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from taskforce.domain.added_rules import Trait
from taskforce.domain.links import LinkState
from taskforce.domain.match_rules import Candidate, Keys, rule_key
from taskforce.domain.records import OWN_COMPANY_ID, Entity, SourceId, TargetId
from taskforce.domain.settings import ConnectionSettings
from taskforce.engine.places import Place
from taskforce.engine.stores import Index, SoughtContact, Stores

Key = TypeVar("Key", bound=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeker:
    """A record without a link, and where it is to be looked for: contacts only under their company.

    `given_up` is the Autotask record that a person has replaced: it is no candidate, however well it fits. `is_new`: a
    person decided that nothing that stands there is its counterpart; only its own id would tell otherwise.
    """

    source_id: SourceId
    keys: Keys
    account: SourceId | None = None
    place: Place | None = None
    given_up: TargetId | None = None
    is_new: bool = False


class Candidates:
    """What one slice of records may be paired with: by id, by the exact key (S15, S16), by a trait of added rules.

    What was deleted in Salesforce holds on to no Autotask record any more.
    """

    def __init__(
        self,
        stores: Stores,
        settings: ConnectionSettings,
        entity: Entity,
        *,
        carried: Iterable[SourceId],
        seekers: Sequence[Seeker],
        traits: Iterable[Trait],
    ) -> None:
        self._settings, self._entity = settings, entity
        self._alike: dict[str, list[Candidate]] = defaultdict(list)
        sharing: dict[str, list[Candidate]] = defaultdict(list)
        asked = tuple(traits)
        keys = [each.keys if asked else each.keys.for_near_matches() for each in seekers]
        for candidate in stores.index.alike(entity, keys):
            for trait in candidate.keys.traits:
                self._alike[trait].append(candidate)
            for key in (rule_key(entity, trait, candidate.keys, settings) for trait in asked):
                if key:
                    sharing[key].append(candidate)
        fitting = _fitting(stores.index, entity, seekers)
        deleted = _deleted_owners(stores, entity, [*fitting.values(), *sharing.values()])
        self._carriers = _freed(stores.index.carriers(entity, carried), deleted)
        self._fitting = _freed(fitting, deleted)
        self._sharing = _freed(sharing, deleted)

    def ids(self) -> set[TargetId]:
        """All that could be paired."""
        groups = (*self._carriers.values(), *self._fitting.values(), *self._sharing.values())
        return {candidate.id for group in groups for candidate in group}

    def discard(self, gone: Iterable[TargetId]) -> None:
        """These exist in the index only: Autotask has them no more."""
        absent = set(gone)
        self._carriers = _without(self._carriers, absent)
        self._fitting = _without(self._fitting, absent)
        self._sharing = _without(self._sharing, absent)

    def carriers(self, source_id: SourceId) -> Sequence[Candidate]:
        """Those that carry its id."""
        return self._carriers.get(source_id, ())

    def fitting(self, seeker: Seeker) -> Sequence[Candidate]:
        """Those with its exact key, where it is to be looked for."""
        return self._here(self._fitting.get(seeker.keys.match, ()), seeker)

    def under_namesakes(self, seeker: Seeker) -> Sequence[Candidate]:
        """Contacts of its name, under other companies that have the name of its own (spec section 2)."""
        place = seeker.place
        if self._entity is Entity.COMPANY or place is None:
            return ()
        return [
            each
            for each in self._fitting.get(seeker.keys.match, ())
            if each.company_id != place.target_id
            and each.company_name_key == place.name_key
            and each.id != seeker.given_up
        ]

    def sharing(self, seeker: Seeker, trait: Trait) -> tuple[str, Sequence[Candidate]]:
        """The key of a trait, and those that share it; an empty key where the trait tells nobody apart."""
        key = rule_key(self._entity, trait, seeker.keys, self._settings)
        if not key or _is_the_companys(trait, seeker):
            return "", ()
        return key, self._here(self._sharing.get(key, ()), seeker)

    def alike(self, seeker: Seeker) -> Sequence[Candidate]:
        """Those that share anything by which near matches are found, wherever they are."""
        found = {each.id: each for trait in seeker.keys.traits for each in self._alike.get(trait, ())}
        return [each for each in found.values() if each.id != seeker.given_up]

    def _here(self, candidates: Sequence[Candidate], seeker: Seeker) -> Sequence[Candidate]:
        if self._entity is Entity.COMPANY:
            return [each for each in candidates if each.id not in (OWN_COMPANY_ID, seeker.given_up)]
        if seeker.place is None:
            return ()
        company = seeker.place.target_id
        return [each for each in candidates if each.company_id == company and each.id != seeker.given_up]


def _fitting(index: Index, entity: Entity, seekers: Iterable[Seeker]) -> Mapping[str, Sequence[Candidate]]:
    """Those with an exact key; of all contacts of a name only those that stand where somebody looks."""
    if entity is Entity.COMPANY:
        return index.fitting(entity, {each.keys.match for each in seekers})
    return index.fitting_contacts(
        {
            SoughtContact(each.keys.match, each.place.target_id, each.place.name_key)
            for each in seekers
            if each.place is not None
        }
    )


def _deleted_owners(stores: Stores, entity: Entity, groups: Iterable[Sequence[Candidate]]) -> set[str]:
    owners = {SourceId(each.linked_to) for group in groups for each in group if each.linked_to}
    links = stores.links.by_source(entity, owners)
    return {owner for owner, link in links.items() if link.state is LinkState.DELETED}


def _freed(known: Mapping[Key, Sequence[Candidate]], deleted: set[str]) -> Mapping[Key, Sequence[Candidate]]:
    return {
        key: [each.freed() if each.linked_to in deleted else each for each in candidates]
        for key, candidates in known.items()
    }


def _without(known: Mapping[Key, Sequence[Candidate]], absent: set[TargetId]) -> Mapping[Key, Sequence[Candidate]]:
    return {key: [each for each in candidates if each.id not in absent] for key, candidates in known.items()}


def _is_the_companys(trait: Trait, seeker: Seeker) -> bool:
    """A contact's phone that is its company's tells nobody apart."""
    place = seeker.place
    return trait is Trait.PHONE and place is not None and place.phone is not None and place.phone == seeker.keys.number
