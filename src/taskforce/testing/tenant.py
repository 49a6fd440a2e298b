"""A small Autotask tenant's metadata: lengths and required fields as Autotask has them, codes of its own."""

from collections.abc import Mapping
from datetime import UTC, datetime

from taskforce.domain.records import Entity, TargetId
from taskforce.domain.schema import Country, PicklistValue, Resource, TargetField, TargetSchema

ID_FIELDS: Mapping[Entity, str] = {Entity.COMPANY: "Salesforce Company ID", Entity.CONTACT: "Salesforce Contact ID"}

_REQUIRED: Mapping[Entity, tuple[str, ...]] = {
    Entity.COMPANY: ("companyName", "companyType", "phone", "ownerResourceID"),
    Entity.CONTACT: ("firstName", "lastName"),
}
_LENGTHS: Mapping[Entity, Mapping[str, int]] = {
    Entity.COMPANY: {
        "companyName": 100,
        "companyNumber": 50,
        "address1": 128,
        "address2": 128,
        "city": 30,
        "state": 40,
        "postalCode": 10,
        "phone": 25,
        "fax": 25,
        "sicCode": 32,
        "stockSymbol": 10,
        "webAddress": 255,
        "assetValue": 0,
        "countryID": 0,
        "companyType": 0,
        "marketSegmentID": 0,
        "classification": 0,
        "ownerResourceID": 0,
        "parentCompanyID": 0,
    },
    Entity.CONTACT: {
        "firstName": 50,
        "lastName": 50,
        "title": 50,
        "emailAddress": 254,
        "phone": 25,
        "mobilePhone": 25,
        "alternatePhone": 32,
        "faxNumber": 25,
        "addressLine": 128,
        "addressLine1": 128,
        "city": 32,
        "state": 40,
        "zipCode": 16,
        "countryID": 0,
    },
}
_PICKLISTS: Mapping[str, tuple[PicklistValue, ...]] = {
    "companyType": (
        PicklistValue(code=1, label="Customer"),
        PicklistValue(code=3, label="Prospect"),
        PicklistValue(code=9, label="Legacy", is_active=False),
    ),
    "marketSegmentID": (PicklistValue(code=21, label="Healthcare"), PicklistValue(code=22, label="Energy")),
    "classification": (PicklistValue(code=31, label="Hot"), PicklistValue(code=32, label="Warm")),
}
RESOURCES = (
    Resource(id=TargetId(501), first_name="Ada", last_name="Owner"),
    Resource(id=TargetId(502), first_name="Bea", last_name="Default"),
    Resource(id=TargetId(503), first_name="Carl", last_name="Gone", is_active=False),
)
COUNTRIES = (
    Country(id=TargetId(237), code="US", name="United States"),
    Country(id=TargetId(80), code="DE", name="Germany", display_name="Deutschland"),
)


def small_tenant(*, with_id_fields: bool = True) -> TargetSchema:
    """Three resources, two countries, a few codes; with or without the user-defined fields for Salesforce ids."""
    return TargetSchema(
        fields={entity: {name: _field(entity, name) for name in _LENGTHS[entity]} for entity in Entity},
        resources=RESOURCES,
        countries=COUNTRIES,
        id_fields=ID_FIELDS if with_id_fields else {},
        read_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _field(entity: Entity, name: str) -> TargetField:
    return TargetField(
        name=name,
        length=_LENGTHS[entity][name],
        is_required=name in _REQUIRED[entity],
        picklist=_PICKLISTS.get(name) if entity is Entity.COMPANY else None,
    )
