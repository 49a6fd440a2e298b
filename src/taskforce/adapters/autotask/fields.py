"""The Autotask fields that Taskforce maps (S25, S26), what they hold, and what they are called on the wire."""

from collections.abc import Mapping

from taskforce.domain.records import Entity
from taskforce.domain.schema import FieldKind

ENDPOINTS: Mapping[Entity, str] = {Entity.COMPANY: "Companies", Entity.CONTACT: "Contacts"}

MAPPED_FIELDS: Mapping[Entity, Mapping[str, FieldKind]] = {
    Entity.COMPANY: {
        "companyNumber": FieldKind.TEXT,
        "companyName": FieldKind.TEXT,
        "assetValue": FieldKind.NUMBER,
        "address1": FieldKind.TEXT,
        "address2": FieldKind.TEXT,
        "city": FieldKind.TEXT,
        "countryID": FieldKind.WHOLE,
        "postalCode": FieldKind.TEXT,
        "state": FieldKind.TEXT,
        "fax": FieldKind.TEXT,
        "phone": FieldKind.TEXT,
        "sicCode": FieldKind.TEXT,
        "stockSymbol": FieldKind.TEXT,
        "companyType": FieldKind.WHOLE,
        "webAddress": FieldKind.TEXT,
        "classification": FieldKind.WHOLE,
        "ownerResourceID": FieldKind.WHOLE,
        "marketSegmentID": FieldKind.WHOLE,
        "parentCompanyID": FieldKind.WHOLE,
        "currencyID": FieldKind.WHOLE,
    },
    Entity.CONTACT: {
        "emailAddress": FieldKind.TEXT,
        "faxNumber": FieldKind.TEXT,
        "firstName": FieldKind.TEXT,
        "alternatePhone": FieldKind.TEXT,
        "lastName": FieldKind.TEXT,
        "city": FieldKind.TEXT,
        "countryID": FieldKind.WHOLE,
        "zipCode": FieldKind.TEXT,
        "state": FieldKind.TEXT,
        "addressLine": FieldKind.TEXT,
        "addressLine1": FieldKind.TEXT,
        "mobilePhone": FieldKind.TEXT,
        "phone": FieldKind.TEXT,
        "title": FieldKind.TEXT,
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
