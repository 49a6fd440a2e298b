"""From a Salesforce record to the values wanted in Autotask (S25, S26).

The mapping is data; `transforms` is the closed list of what may happen to a value on its way. A `Mapper` is a mapping
that is bound to one tenant's metadata and settings; it maps any number of records (decision 0030).
"""

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field

from taskforce.domain.filtering import RecordFilter
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord, Value
from taskforce.domain.schema import SourceSchema
from taskforce.domain.transforms import WITH_FALLBACK, FieldMap, Mapped, MappingContext, Step, Transform, Use, bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """All field maps of one entity, and the reference that says where the record hangs."""

    entity: Entity
    fields: tuple[FieldMap, ...]

    def source_fields(self, visible: frozenset[str]) -> tuple[str, ...]:
        """What to ask Salesforce for: mapped fields that are visible, what they need, and what decides about import."""
        wanted = [name for each in self.fields if each.source in visible for name in (each.source, *each.needs)]
        extra = ("AccountId", "IsPersonAccount", "CurrencyIsoCode", "BillingCountryCode", "MailingCountryCode")
        return tuple(dict.fromkeys([*wanted, *(name for name in extra if name in visible)]))

    def sources_of(self, targets: Iterable[str]) -> frozenset[str]:
        """The Salesforce fields that these Autotask fields come from."""
        wanted = set(targets)
        return frozenset(each.source for each in self.fields if each.target in wanted)

    def hidden_fields(self, visible: frozenset[str]) -> tuple[str, ...]:
        """Mapped Salesforce fields that the user may not see."""
        return tuple(dict.fromkeys(each.source for each in self.fields if each.source not in visible))


def fields_to_read(entity: Entity, schema: SourceSchema, record_filter: RecordFilter) -> tuple[str, ...]:
    """What to ask Salesforce for: what the mapping needs, and what the filter decides by, as far as it is visible."""
    own = MAPPINGS[entity].source_fields(schema.fields[entity])
    return tuple(dict.fromkeys([*own, *(each for each in record_filter.fields(entity) if schema.shows(entity, each))]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """The target state wanted for one record.

    `values` are wanted whenever it is written, None meaning blank; `fallbacks` only where nothing is there yet (a
    create; an account manager who is inactive); `references` name fields that hold another record's Autotask id, by
    the Salesforce id of that record. `hold` says why it may not be written at all.
    """

    values: MappingOf[str, Value]
    fallbacks: MappingOf[str, Value] = field(default_factory=dict)
    references: MappingOf[str, SourceId] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    hold: Note | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapper:
    """A mapping bound to a context: for each field map its source, its target, whether it has a fallback, its step."""

    steps: tuple[tuple[str, str, bool, Step], ...]

    @classmethod
    def of(cls, mapping: Mapping, context: MappingContext) -> "Mapper":
        """Bind every field map."""
        return cls(
            steps=tuple(
                (each.source, each.target, each.transform in WITH_FALLBACK, bound(each, mapping.entity, context))
                for each in mapping.fields
            )
        )

    def desired(self, record: SourceRecord) -> Desired:
        """Map one record. Blank required fields get their stand-in as a fallback; nothing is decided about writing.

        A field that is absent is hidden, which is no blank: only a fallback comes of it.
        """
        given = record.fields
        values: dict[str, Value] = {}
        others: list[tuple[str, Mapped]] = []
        for source, target, has_fallback, step in self.steps:
            value = given.get(source)
            if value is None and source not in given and not has_fallback:
                continue
            result = step(value, given)
            if not isinstance(result, Mapped):
                values[target] = result
                continue
            others.append((target, result))
            if result.use is Use.ALWAYS:
                values[target] = result.value
        return _desired(values, others) if others else Desired(values=values)


def _desired(values: MappingOf[str, Value], others: Iterable[tuple[str, Mapped]]) -> Desired:
    """The values to be written always, with what else the transforms have to say."""
    notes = [note for _, mapped in others for note in mapped.notes]
    return Desired(
        values=values,
        fallbacks={target: mapped.value for target, mapped in others if mapped.use is Use.FALLBACK},
        references={target: SourceId(str(mapped.value)) for target, mapped in others if mapped.use is Use.REFERENCE},
        notes=tuple(notes),
        hold=_first_hold(notes),
    )


def desired_state(record: SourceRecord, mapping: Mapping, context: MappingContext) -> Desired:
    """Map a single record; for many, keep a `Mapper`."""
    return Mapper.of(mapping, context).desired(record)


def _first_hold(notes: list[Note]) -> Note | None:
    return next((note for note in notes if note.reason is Reason.TOO_LONG), None)


COMPANY_MAPPING = Mapping(
    entity=Entity.COMPANY,
    fields=(
        FieldMap(source="Name", target="companyName", is_prose=True),
        FieldMap(source="AccountNumber", target="companyNumber"),
        FieldMap(source="AnnualRevenue", target="assetValue", transform=Transform.AMOUNT),
        FieldMap(source="BillingStreet", target="address1", transform=Transform.STREET_FIRST, is_prose=True),
        FieldMap(source="BillingStreet", target="address2", transform=Transform.STREET_REST, is_prose=True),
        FieldMap(source="BillingCity", target="city", is_prose=True),
        FieldMap(source="BillingState", target="state", is_prose=True),
        FieldMap(source="BillingPostalCode", target="postalCode"),
        FieldMap(source="BillingCountry", target="countryID", transform=Transform.COUNTRY),
        FieldMap(source="Phone", target="phone", transform=Transform.PHONE),
        FieldMap(source="Fax", target="fax"),
        FieldMap(source="Sic", target="sicCode"),
        FieldMap(source="TickerSymbol", target="stockSymbol"),
        FieldMap(source="Website", target="webAddress"),
        FieldMap(source="Type", target="companyType", transform=Transform.COMPANY_TYPE),
        FieldMap(source="Industry", target="marketSegmentID", transform=Transform.MARKET_SEGMENT),
        FieldMap(source="Rating", target="classification", transform=Transform.CLASSIFICATION),
        FieldMap(
            source="OwnerId",
            target="ownerResourceID",
            transform=Transform.OWNER,
            needs=("Owner.FirstName", "Owner.LastName"),
        ),
        FieldMap(source="ParentId", target="parentCompanyID", transform=Transform.COMPANY_REFERENCE),
    ),
)

CONTACT_MAPPING = Mapping(
    entity=Entity.CONTACT,
    fields=(
        FieldMap(source="FirstName", target="firstName", transform=Transform.FIRST_NAME, is_prose=True),
        FieldMap(source="LastName", target="lastName", is_prose=True),
        FieldMap(source="Title", target="title", is_prose=True),
        FieldMap(source="Email", target="emailAddress"),
        FieldMap(source="Phone", target="phone"),
        FieldMap(source="MobilePhone", target="mobilePhone"),
        FieldMap(source="OtherPhone", target="alternatePhone"),
        FieldMap(source="Fax", target="faxNumber"),
        FieldMap(source="MailingStreet", target="addressLine", transform=Transform.STREET_FIRST, is_prose=True),
        FieldMap(source="MailingStreet", target="addressLine1", transform=Transform.STREET_REST, is_prose=True),
        FieldMap(source="MailingCity", target="city", is_prose=True),
        FieldMap(source="MailingState", target="state", is_prose=True),
        FieldMap(source="MailingPostalCode", target="zipCode"),
        FieldMap(source="MailingCountry", target="countryID", transform=Transform.COUNTRY),
    ),
)

MAPPINGS: MappingOf[Entity, Mapping] = {Entity.COMPANY: COMPANY_MAPPING, Entity.CONTACT: CONTACT_MAPPING}

ESSENTIAL: MappingOf[Entity, frozenset[str]] = {
    Entity.COMPANY: frozenset({"Name"}),
    Entity.CONTACT: frozenset({"LastName", "AccountId"}),
}
"""Without these fields nothing can be decided about a record; a user who may not see them stops an import."""
