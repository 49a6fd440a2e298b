"""Builders: records, metadata, settings and links as they really look, each value open to change.

By default everything fits together: `account()` mapped with `context()` is `company()`, `contact()` is
`company_contact()`, so that a test names only what is different.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from taskforce.domain.links import Link, LinkState
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.match_rules import Candidate, keys_of
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord, Value
from taskforce.domain.schema import Country, PicklistValue, Resource, SourceSchema, TargetField, TargetSchema
from taskforce.domain.settings import ConnectionSettings
from taskforce.domain.values import salesforce_id

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

UNITED_STATES, CANADA, GERMANY, UNITED_KINGDOM = (TargetId(number) for number in (237, 39, 82, 236))
OLIVIA, MAX, PAST_COLLEAGUE = (TargetId(number) for number in (501, 502, 503))
CUSTOMER, LEAD, VENDOR, RETIRED_TYPE = 1, 2, 7, 9
HEALTH_CARE, RETAIL = 21, 22
HOT, COLD = 31, 32

ACCOUNT_FIELDS: Mapping[str, Value] = {
    "Name": "Birch Dental",
    "AccountNumber": "C-1001",
    "AnnualRevenue": Decimal("1250000.5"),
    "BillingStreet": "12 Elm Street\nSuite 4",
    "BillingCity": "Chicago",
    "BillingState": "IL",
    "BillingPostalCode": "60601",
    "BillingCountry": "United States",
    "Phone": "312-555-0199",
    "Fax": "312-555-0198",
    "Sic": "8021",
    "TickerSymbol": "BRCH",
    "Website": "https://birchdental.example",
    "Type": "Customer",
    "Industry": "Health Care",
    "Rating": "Hot",
    "OwnerId": "005000000000001AAA",
    "Owner.FirstName": "Olivia",
    "Owner.LastName": "Grant",
    "ParentId": None,
}

COMPANY_FIELDS: Mapping[str, Value] = {
    "companyName": "Birch Dental",
    "companyNumber": "C-1001",
    "assetValue": Decimal("1250000.5"),
    "address1": "12 Elm Street",
    "address2": "Suite 4",
    "city": "Chicago",
    "state": "IL",
    "postalCode": "60601",
    "countryID": UNITED_STATES,
    "phone": "312-555-0199",
    "fax": "312-555-0198",
    "sicCode": "8021",
    "stockSymbol": "BRCH",
    "webAddress": "https://birchdental.example",
    "companyType": CUSTOMER,
    "marketSegmentID": HEALTH_CARE,
    "classification": HOT,
    "ownerResourceID": OLIVIA,
    "parentCompanyID": None,
}

CONTACT_FIELDS: Mapping[str, Value] = {
    "FirstName": "Rosa",
    "LastName": "Lind",
    "Title": "Office Manager",
    "Email": "rosa.lind@birchdental.example",
    "Phone": "312-555-0111",
    "MobilePhone": "312-555-0112",
    "OtherPhone": "312-555-0113",
    "Fax": "312-555-0114",
    "MailingStreet": "12 Elm Street\nSuite 4",
    "MailingCity": "Chicago",
    "MailingState": "IL",
    "MailingPostalCode": "60601",
    "MailingCountry": "United States",
}

COMPANY_CONTACT_FIELDS: Mapping[str, Value] = {
    "firstName": "Rosa",
    "lastName": "Lind",
    "title": "Office Manager",
    "emailAddress": "rosa.lind@birchdental.example",
    "phone": "312-555-0111",
    "mobilePhone": "312-555-0112",
    "alternatePhone": "312-555-0113",
    "faxNumber": "312-555-0114",
    "addressLine": "12 Elm Street",
    "addressLine1": "Suite 4",
    "city": "Chicago",
    "state": "IL",
    "zipCode": "60601",
    "countryID": UNITED_STATES,
}

_COMPANY_LENGTHS = {
    "companyName": 100, "companyNumber": 50, "assetValue": 0, "address1": 128, "address2": 128, "city": 30,
    "state": 40, "postalCode": 10, "countryID": 0, "phone": 25, "fax": 25, "sicCode": 32, "stockSymbol": 10,
    "webAddress": 255, "companyType": 0, "marketSegmentID": 0, "classification": 0, "ownerResourceID": 0,
    "parentCompanyID": 0,
}  # fmt: skip
_CONTACT_LENGTHS = {
    "firstName": 50, "lastName": 50, "title": 50, "emailAddress": 254, "phone": 25, "mobilePhone": 25,
    "alternatePhone": 32, "faxNumber": 25, "addressLine": 128, "addressLine1": 128, "city": 32, "state": 40,
    "zipCode": 16, "countryID": 0, "companyID": 0, "isActive": 0,
}  # fmt: skip
_REQUIRED = {
    Entity.COMPANY: {"companyName", "companyType", "phone", "ownerResourceID"},
    Entity.CONTACT: {"firstName", "lastName", "isActive", "companyID"},
}

COMPANY_TYPES = (
    PicklistValue(code=CUSTOMER, label="Customer"),
    PicklistValue(code=LEAD, label="Lead"),
    PicklistValue(code=VENDOR, label="Vendor"),
    PicklistValue(code=RETIRED_TYPE, label="Cancelation", is_active=False),
)
MARKET_SEGMENTS = (PicklistValue(code=HEALTH_CARE, label="Health Care"), PicklistValue(code=RETAIL, label="Retail"))
CLASSIFICATIONS = (PicklistValue(code=HOT, label="Hot"), PicklistValue(code=COLD, label="Cold"))
RESOURCES = (
    Resource(id=OLIVIA, first_name="Olivia", last_name="Grant"),
    Resource(id=MAX, first_name="Max", last_name="Weber"),
    Resource(id=PAST_COLLEAGUE, first_name="Paul", last_name="Ast", is_active=False),
)
COUNTRIES = (
    Country(id=UNITED_STATES, code="US", name="United States", display_name="United States of America"),
    Country(id=CANADA, code="CA", name="Canada", display_name="Canada"),
    Country(id=GERMANY, code="DE", name="Germany", display_name="Germany"),
    Country(id=UNITED_KINGDOM, code="GB", name="United Kingdom", display_name="United Kingdom"),
    Country(id=TargetId(999), code="SU", name="Soviet Union", display_name="Soviet Union", is_active=False),
)


def account_id(number: int = 1) -> SourceId:
    """A Salesforce account id, 18 characters; another one for every number."""
    return _source_id("001", number)


def contact_id(number: int = 1) -> SourceId:
    """A Salesforce contact id, 18 characters; another one for every number."""
    return _source_id("003", number)


def _source_id(prefix: str, number: int) -> SourceId:
    source_id = salesforce_id(f"{prefix}Hs{number:010d}")
    assert source_id is not None
    return source_id


def account(
    number: int = 1,
    *,
    modified_at: datetime = NOON,
    is_deleted: bool = False,
    master_id: SourceId | None = None,
    owner: tuple[str | None, str | None] = ("Olivia", "Grant"),
    hidden: Iterable[str] = (),
    **fields: Value,
) -> SourceRecord:
    """A Salesforce account with every mapped field filled in but the parent; `hidden` ones the user may not see."""
    values = {**ACCOUNT_FIELDS, "Owner.FirstName": owner[0], "Owner.LastName": owner[1], **fields}
    return SourceRecord(
        entity=Entity.COMPANY,
        id=account_id(number),
        modified_at=modified_at,
        fields={name: value for name, value in values.items() if name not in set(hidden)},
        is_deleted=is_deleted,
        master_id=master_id,
    )


def contact(
    number: int = 1,
    *,
    account: SourceId | None = account_id(),  # noqa: B008 (a constant id)
    modified_at: datetime = NOON,
    is_deleted: bool = False,
    hidden: Iterable[str] = (),
    **fields: Value,
) -> SourceRecord:
    """A Salesforce contact of `account` with every mapped field filled in."""
    values = {**CONTACT_FIELDS, "AccountId": account, **fields}
    return SourceRecord(
        entity=Entity.CONTACT,
        id=contact_id(number),
        modified_at=modified_at,
        fields={name: value for name, value in values.items() if name not in set(hidden)},
        is_deleted=is_deleted,
    )


def company(
    number: int = 101, *, source_id: SourceId | None = None, is_active: bool = True, **fields: Value
) -> TargetRecord:
    """An Autotask company, as `account()` would be written."""
    return TargetRecord(
        entity=Entity.COMPANY,
        id=TargetId(number),
        fields={**COMPANY_FIELDS, **fields},
        is_active=is_active,
        source_id=source_id,
        source_id_as_written=source_id,
        changed_at=NOON,
    )


def company_contact(
    number: int = 201,
    *,
    company: int = 101,
    source_id: SourceId | None = None,
    is_active: bool = True,
    **fields: Value,
) -> TargetRecord:
    """An Autotask contact under a company, as `contact()` would be written."""
    return TargetRecord(
        entity=Entity.CONTACT,
        id=TargetId(number),
        fields={**COMPANY_CONTACT_FIELDS, **fields},
        is_active=is_active,
        source_id=source_id,
        source_id_as_written=source_id,
        company_id=TargetId(company),
        changed_at=NOON,
    )


def source_schema(*, hidden: Iterable[str] = (), extra: Iterable[str] = ()) -> SourceSchema:
    """What a user may see who sees all mapped fields but `hidden`; `extra` fields stand on both objects."""
    common = {"Id", "SystemModstamp", "IsDeleted", "MasterRecordId", *extra}
    company_fields = {name for name in ACCOUNT_FIELDS if "." not in name}
    return SourceSchema(
        fields={
            Entity.COMPANY: frozenset({*common, *company_fields} - set(hidden)),
            Entity.CONTACT: frozenset({*common, *CONTACT_FIELDS, "AccountId"} - set(hidden)),
        },
        organization_id="00DHs0000000001MAA",
    )


def target_schema(
    *,
    resources: tuple[Resource, ...] = RESOURCES,
    countries: tuple[Country, ...] = COUNTRIES,
    lengths: Mapping[str, int] | None = None,
    required: Iterable[str] = (),
    company_types: tuple[PicklistValue, ...] | None = COMPANY_TYPES,
    market_segments: tuple[PicklistValue, ...] | None = MARKET_SEGMENTS,
    classifications: tuple[PicklistValue, ...] | None = CLASSIFICATIONS,
    read_at: datetime = NOON,
) -> TargetSchema:
    """Autotask's metadata with the lengths of its documentation; `lengths` and `required` change both entities."""
    picklists = {
        "companyType": company_types,
        "marketSegmentID": market_segments,
        "classification": classifications,
    }
    documented = {Entity.COMPANY: _COMPANY_LENGTHS, Entity.CONTACT: _CONTACT_LENGTHS}
    changed = lengths or {}
    return TargetSchema(
        fields={
            entity: {
                name: TargetField(
                    name=name,
                    length=changed.get(name, length),
                    is_required=name in _REQUIRED[entity] or name in set(required),
                    picklist=picklists.get(name),
                )
                for name, length in documented[entity].items()
            }
            for entity in Entity
        },
        resources=resources,
        countries=countries,
        id_fields={Entity.COMPANY: "Salesforce Company ID", Entity.CONTACT: "Salesforce Contact ID"},
        read_at=read_at,
    )


def settings(**values: object) -> ConnectionSettings:
    """The default settings of a connection, some of them changed."""
    return replace(ConnectionSettings(), **values)  # type: ignore[arg-type]


def context(schema: TargetSchema | None = None, **values: object) -> MappingContext:
    """What mapping needs to know: metadata, and settings of which some are changed."""
    return MappingContext.of(schema or target_schema(), settings(**values))


def link(
    record: SourceRecord, target: int = 101, *, state: LinkState = LinkState.LINKED, fingerprint: str = ""
) -> Link:
    """The stored fact that `record` is the Autotask record `target`."""
    return Link(
        entity=record.entity, source_id=record.id, target_id=TargetId(target), state=state, fingerprint=fingerprint
    )


def candidate(record: TargetRecord, *, linked_to: SourceId | None = None, company_name: str | None = None) -> Candidate:
    """An Autotask record as the local index knows it; `company_name` is that of a contact's company."""
    names = ("companyName",) if record.entity is Entity.COMPANY else ("firstName", "lastName")
    return Candidate(
        id=record.id,
        keys=keys_of(record.entity, record.fields, first_name_stand_in="-"),
        name=" ".join(str(record.fields[name]) for name in names if record.fields.get(name)),
        is_active=record.is_active,
        linked_to=linked_to or record.source_id,
        company_id=record.company_id,
        company_name_key=keys_of(Entity.COMPANY, {"companyName": company_name}).name if company_name else None,
    )
