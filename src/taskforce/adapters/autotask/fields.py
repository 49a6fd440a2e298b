"""The Autotask fields that Taskforce maps (S25, S26), what they hold, and what they are called on the wire."""

from collections.abc import Mapping
from enum import Enum, auto

from taskforce.domain.records import Entity


class Kind(Enum):
    """What a field holds."""

    TEXT = auto()
    WHOLE = auto()
    AMOUNT = auto()


ENDPOINTS: Mapping[Entity, str] = {Entity.COMPANY: "Companies", Entity.CONTACT: "Contacts"}

MAPPED_FIELDS: Mapping[Entity, Mapping[str, Kind]] = {
    Entity.COMPANY: {
        "companyNumber": Kind.TEXT,
        "companyName": Kind.TEXT,
        "assetValue": Kind.AMOUNT,
        "address1": Kind.TEXT,
        "address2": Kind.TEXT,
        "city": Kind.TEXT,
        "countryID": Kind.WHOLE,
        "postalCode": Kind.TEXT,
        "state": Kind.TEXT,
        "fax": Kind.TEXT,
        "phone": Kind.TEXT,
        "sicCode": Kind.TEXT,
        "stockSymbol": Kind.TEXT,
        "companyType": Kind.WHOLE,
        "webAddress": Kind.TEXT,
        "classification": Kind.WHOLE,
        "ownerResourceID": Kind.WHOLE,
        "marketSegmentID": Kind.WHOLE,
        "parentCompanyID": Kind.WHOLE,
        "currencyID": Kind.WHOLE,
    },
    Entity.CONTACT: {
        "emailAddress": Kind.TEXT,
        "faxNumber": Kind.TEXT,
        "firstName": Kind.TEXT,
        "alternatePhone": Kind.TEXT,
        "lastName": Kind.TEXT,
        "city": Kind.TEXT,
        "countryID": Kind.WHOLE,
        "zipCode": Kind.TEXT,
        "state": Kind.TEXT,
        "addressLine": Kind.TEXT,
        "addressLine1": Kind.TEXT,
        "mobilePhone": Kind.TEXT,
        "phone": Kind.TEXT,
        "title": Kind.TEXT,
    },
}
"""Read besides these: id, isActive, companyID of contacts, the dates of change and the user-defined fields."""

ALWAYS_WRITTEN: Mapping[Entity, frozenset[str]] = {
    Entity.COMPANY: frozenset({"companyName", "companyType", "phone", "ownerResourceID", "isActive"}),
    Entity.CONTACT: frozenset({"firstName", "lastName", "companyID", "isActive"}),
}
"""What every create carries, by a value or a stand-in (spec section 2)."""

CREATED = "createDate"

CHANGED: Mapping[Entity, str] = {
    Entity.COMPANY: "lastTrackedModifiedDateTime",
    Entity.CONTACT: "lastModifiedDate",
}
"""The date that a change moves; it is not set before the first change, so the date of creation counts as well."""

ID_FIELDS: Mapping[Entity, str] = {
    Entity.COMPANY: "Salesforce Company ID",
    Entity.CONTACT: "Salesforce Contact ID",
}
"""The user-defined fields of S10."""

OLD_ID_FIELDS: Mapping[Entity, tuple[str, ...]] = {
    Entity.COMPANY: ("Salesforce Account ID",),
    Entity.CONTACT: (),
}
"""What the old extension may have called them."""
