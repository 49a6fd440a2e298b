"""The rows that Taskforce comes with: the tables of S25 and S26."""

from dataclasses import dataclass

from taskforce.domain.field_map import FieldMap, Mapping, Transform
from taskforce.domain.records import Entity

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
        FieldMap(source="OwnerId", target="ownerResourceID", transform=Transform.OWNER),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Mappings:
    """The rows of both entities; without a word of an administrator, those of S25 and S26."""

    companies: Mapping = COMPANY_MAPPING
    contacts: Mapping = CONTACT_MAPPING

    def of(self, entity: Entity) -> Mapping:
        """Those of one entity."""
        return self.companies if entity is Entity.COMPANY else self.contacts

    def replaced(self, mapping: Mapping) -> "Mappings":
        """The same with another mapping for its entity."""
        if mapping.entity is Entity.COMPANY:
            return Mappings(companies=mapping, contacts=self.contacts)
        return Mappings(companies=self.companies, contacts=mapping)


STANDARD = Mappings()
"""The mapping that Taskforce comes with (S25, S26)."""


def changed_rows(before: Mappings, after: Mappings) -> list[tuple[Entity, str]]:
    """The Autotask fields whose rows differ, each with whose it is."""
    return [
        (entity, target)
        for entity in Entity
        for target in dict.fromkeys([*before.of(entity).targets, *after.of(entity).targets])
        if before.of(entity).row(target) != after.of(entity).row(target)
    ]
