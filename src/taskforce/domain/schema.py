"""What both systems tell about themselves. Tenants differ: codes and lengths are read, never assumed (spec 2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from taskforce.domain.field_map import reference_of
from taskforce.domain.records import Entity, TargetId
from taskforce.domain.standard_mapping import Mappings
from taskforce.domain.values import label_text

REQUIRED: Mapping[Entity, frozenset[str]] = {
    Entity.COMPANY: frozenset({"companyName", "companyType", "phone", "ownerResourceID"}),
    Entity.CONTACT: frozenset({"firstName", "lastName"}),
}
"""Fields that Autotask requires on every company and contact (spec section 2)."""

USER_DEFINED = "udf:"
"""What the name of a user-defined field begins with, so that it is never taken for a standard one."""


class FieldKind(StrEnum):
    """What a field holds, in either system."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    MOMENT = "date"
    YES_NO = "yes or no"
    COMPOUND = "several values at once"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceField:
    """One Salesforce field, as its describe tells; `picklist` are the active values, `length` 0 where there is none."""

    label: str = ""
    kind: FieldKind = FieldKind.TEXT
    length: int = 0
    picklist: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSchema:
    """The Salesforce fields that the user may see, per entity, and what is switched on in the org.

    `details` tell more of them; what was stored by an older version has none until it is read again. `hidden` are the
    fields of related records that were asked about, and that the user does not see.
    """

    fields: Mapping[Entity, frozenset[str]]
    organization_id: str = ""
    details: Mapping[Entity, Mapping[str, SourceField]] = field(default_factory=dict)
    hidden: Mapping[Entity, frozenset[str]] = field(default_factory=dict)

    @property
    def has_person_accounts(self) -> bool:
        """Person accounts exist in this org."""
        return "IsPersonAccount" in self.fields[Entity.COMPANY]

    def shows(self, entity: Entity, name: str) -> bool:
        """Whether a field can be asked for: of the record, of its account, or one step along another relationship.

        Of other objects than accounts and contacts only what a mapping takes was asked about.
        """
        first, _, rest = name.partition(".")
        if not rest:
            return name in self.fields[entity]
        if first == "Account" and entity is Entity.CONTACT:
            return "AccountId" in self.fields[entity] and self.shows(Entity.COMPANY, rest)
        return reference_of(name) in self.fields[entity] and name not in self.hidden.get(entity, ())

    def shows_more_than(self, other: "SourceSchema", entity: Entity) -> bool:
        """Whether a field can be seen now that was hidden before."""
        has_related = other.hidden.get(entity, frozenset()) - self.hidden.get(entity, frozenset())
        return bool(has_related or self.fields[entity] - other.fields[entity])

    @property
    def is_multi_currency(self) -> bool:
        """Amounts are in the currency of their record."""
        return "CurrencyIsoCode" in self.fields[Entity.COMPANY]


@dataclass(frozen=True, slots=True, kw_only=True)
class PicklistValue:
    """One entry of an Autotask picklist; `code` is what a record stores: of a user-defined field, a text."""

    code: int | str
    label: str
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetField:
    """One Autotask field: its greatest length in characters (0: none), and what it accepts.

    The name of a user-defined one begins with `udf:`.
    """

    name: str
    label: str = ""
    kind: FieldKind = FieldKind.TEXT
    length: int = 0
    is_required: bool = False
    is_read_only: bool = False
    picklist: tuple[PicklistValue, ...] | None = None

    @property
    def codes(self) -> Mapping[str, int | str]:
        """What a record stores for each active picklist value, by the plain form of its label."""
        return {label_text(each.label): each.code for each in self.picklist or () if each.is_active}

    @property
    def is_user_defined(self) -> bool:
        """Made by the tenant."""
        return self.name.startswith(USER_DEFINED)


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

    `also_read` are the fields that a mapping writes, which records are read with.

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
    also_read: Mapping[Entity, tuple[str, ...]] = field(default_factory=dict)

    def reading(self, mappings: Mappings) -> "TargetSchema":
        """The same for a connection with these rows."""
        return replace(self, also_read={entity: mappings.of(entity).targets for entity in Entity})

    @property
    def missing_id_fields(self) -> tuple[Entity, ...]:
        """Entities whose user-defined field does not exist yet."""
        return tuple(entity for entity in Entity if entity not in self.id_fields)

    def carrying_fields(self, entity: Entity) -> tuple[str, ...]:
        """Every user-defined field that may carry a Salesforce id, the one that is written first."""
        written = (self.id_fields[entity],) if entity in self.id_fields else ()
        return (*written, *self.adopted_id_fields.get(entity, ()))
