"""What both systems tell about themselves. Tenants differ: codes and lengths are read, never assumed (spec 2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from taskforce.domain.records import Entity, TargetId


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSchema:
    """The Salesforce fields that the user may see, per entity, and what is switched on in the org."""

    fields: Mapping[Entity, frozenset[str]]
    organization_id: str = ""

    @property
    def has_person_accounts(self) -> bool:
        """Person accounts exist in this org."""
        return "IsPersonAccount" in self.fields[Entity.COMPANY]

    def shows(self, entity: Entity, name: str) -> bool:
        """Whether a field can be asked for: of the record, of its account, or one step along another relationship.

        What the user sees of other objects than accounts and contacts is not known here: only that one is referred to.
        """
        first, _, rest = name.partition(".")
        if not rest:
            return name in self.fields[entity]
        if first == "Account" and entity is Entity.CONTACT:
            return "AccountId" in self.fields[entity] and self.shows(Entity.COMPANY, rest)
        return f"{first}Id" in self.fields[entity]

    @property
    def is_multi_currency(self) -> bool:
        """Amounts are in the currency of their record."""
        return "CurrencyIsoCode" in self.fields[Entity.COMPANY]


@dataclass(frozen=True, slots=True, kw_only=True)
class PicklistValue:
    """One entry of an Autotask picklist; `code` is what a record stores."""

    code: int
    label: str
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetField:
    """One Autotask field: its greatest length in characters (0: none), and what it accepts."""

    name: str
    length: int = 0
    is_required: bool = False
    is_read_only: bool = False
    picklist: tuple[PicklistValue, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A person in Autotask: may be the account manager of a company when active, and may be told by mail (S11).

    Another mail address makes no other person: metadata that differs in nothing else is the same.
    """

    id: TargetId
    first_name: str
    last_name: str
    is_active: bool = True
    email: str = field(default="", compare=False)

    @property
    def full_name(self) -> str:
        """As people write it: "First Last"."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country as Autotask lists it; `code` is the ISO 3166 two-letter code where the tenant kept it."""

    id: TargetId
    code: str
    name: str
    display_name: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSchema:
    """Autotask's metadata, refreshed once a day or when a write is refused for it.

    `id_fields` names, per entity, the user-defined field that carries the Salesforce id and is written;
    `adopted_id_fields` those of the old extension that are read as well (S10). `database_id` is the same for every API
    user of one database; empty where Autotask did not say.
    """

    fields: Mapping[Entity, Mapping[str, TargetField]]
    resources: tuple[Resource, ...]
    countries: tuple[Country, ...]
    id_fields: Mapping[Entity, str]
    read_at: datetime
    adopted_id_fields: Mapping[Entity, tuple[str, ...]] = field(default_factory=dict)
    database_id: str = ""

    @property
    def missing_id_fields(self) -> tuple[Entity, ...]:
        """Entities whose user-defined field does not exist yet."""
        return tuple(entity for entity in Entity if entity not in self.id_fields)

    def carrying_fields(self, entity: Entity) -> tuple[str, ...]:
        """Every user-defined field that may carry a Salesforce id, the one that is written first."""
        written = (self.id_fields[entity],) if entity in self.id_fields else ()
        return (*written, *self.adopted_id_fields.get(entity, ()))
