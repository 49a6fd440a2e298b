"""The values wanted in Autotask, thought out a second time from the spec (section 2): none of Taskforce is used here.

A field that is not in the answer may hold what it holds: blank required fields keep what stands there, and so do values
that have no counterpart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from taskforce_simulators.autotask.schema import ENTITIES
from taskforce_simulators.serving import SimulatorPair

Raw = Mapping[str, object]
Wanted = dict[str, object]

COMPANIES, CONTACTS = "Companies", "Contacts"

_COMPANY_TEXTS = {
    "AccountNumber": "companyNumber",
    "BillingPostalCode": "postalCode",
    "Fax": "fax",
    "Sic": "sicCode",
    "TickerSymbol": "stockSymbol",
    "Website": "webAddress",
}
_COMPANY_PROSE = {"Name": "companyName", "BillingCity": "city", "BillingState": "state"}
_CONTACT_TEXTS = {
    "Email": "emailAddress",
    "Phone": "phone",
    "MobilePhone": "mobilePhone",
    "OtherPhone": "alternatePhone",
    "Fax": "faxNumber",
    "MailingPostalCode": "zipCode",
}
_CONTACT_PROSE = {"LastName": "lastName", "Title": "title", "MailingCity": "city", "MailingState": "state"}

_COMPANY_OTHERS = (
    "address1 address2 phone assetValue countryID companyType marketSegmentID classification ownerResourceID "
    "parentCompanyID"
).split()
_CONTACT_OTHERS = "firstName addressLine addressLine1 countryID".split()

MAPPED = {
    COMPANIES: frozenset([*_COMPANY_TEXTS.values(), *_COMPANY_PROSE.values(), *_COMPANY_OTHERS]),
    CONTACTS: frozenset([*_CONTACT_TEXTS.values(), *_CONTACT_PROSE.values(), *_CONTACT_OTHERS]),
}


def plain(value: object) -> object:
    """A value as it is compared: blank is None, a number is a number."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value)).normalize()
    return str(value).strip() or None


def squeezed(value: object) -> str:
    """A text as it is matched: without letter case, outer space and double spaces."""
    return " ".join(str(value or "").casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The settings and the tenant's metadata that the values depend on."""

    pair: SimulatorPair
    clear_blanks: bool
    refuses_overflow: bool
    fallback_type: str
    users: Mapping[str, tuple[str, str]]

    def company(self, account: Raw, parent: int | None) -> Wanted:
        """Of an account; `parent` is the company of its parent account, None if that must not be demanded."""
        wanted = self._texts(COMPANIES, account, _COMPANY_TEXTS, _COMPANY_PROSE)
        wanted |= self._street(COMPANIES, account["BillingStreet"], "address1", "address2")
        self._blank_or(wanted, "assetValue", account["AnnualRevenue"], account["AnnualRevenue"])
        self._country(wanted, account["BillingCountry"])
        if plain(account["Phone"]) is not None:
            wanted |= self._text(COMPANIES, "phone", account["Phone"])
        self._type(wanted, account["Type"])
        segment = self.code("marketSegmentID", account["Industry"])
        if plain(account["Industry"]) is not None or self.clear_blanks:
            wanted["marketSegmentID"] = segment
        classification = self.code("classification", account["Rating"])
        if classification is not None or (plain(account["Rating"]) is None and self.clear_blanks):
            wanted["classification"] = classification
        owner = self.owner(account)
        if owner is not None:
            wanted["ownerResourceID"] = owner
        if account["ParentId"] is None:
            self._blank_or(wanted, "parentCompanyID", None, None)
        elif parent is not None:
            wanted["parentCompanyID"] = parent
        return {name: plain(value) for name, value in wanted.items()}

    def contact(self, contact: Raw) -> Wanted:
        """Of a contact."""
        wanted = self._texts(CONTACTS, contact, _CONTACT_TEXTS, _CONTACT_PROSE)
        wanted |= self._street(CONTACTS, contact["MailingStreet"], "addressLine", "addressLine1")
        self._country(wanted, contact["MailingCountry"])
        if plain(contact["FirstName"]) is not None:
            wanted |= self._prose(CONTACTS, "firstName", contact["FirstName"])
        return {name: plain(value) for name, value in wanted.items()}

    def is_too_long(self, kind: str, record: Raw) -> bool:
        """Whether some prose of a record does not fit."""
        prose = {**_COMPANY_PROSE} if kind == COMPANIES else {**_CONTACT_PROSE, "FirstName": "firstName"}
        street = ("BillingStreet", "address1", "address2") if kind == COMPANIES else _MAILING
        first, rest = _lines(record[street[0]])
        texts = [(target, record[source]) for source, target in prose.items()]
        texts += [(street[1], first), (street[2], rest)]
        return any(len(str(plain(value) or "")) > self.length(kind, target) for target, value in texts)

    def owner(self, account: Raw) -> int | None:
        """The one active resource of exactly the owner's name."""
        first, last = self.users[str(account["OwnerId"])]
        named = [each for each in self.pair.autotask.records("Resources") if _full(each) == (first, last)]
        return _number(named[0]["id"]) if len(named) == 1 and named[0]["isActive"] else None

    def manager(self, name: str) -> int | None:
        """The default account manager, if that is one active resource."""
        named = [each for each in self.pair.autotask.records("Resources") if " ".join(_full(each)) == name]
        return _number(named[0]["id"]) if len(named) == 1 and named[0]["isActive"] else None

    def code(self, field: str, label: object) -> int | None:
        """The active picklist value of this name."""
        known = self.pair.autotask.tenant.picklist(COMPANIES, field)
        return next((int(v.value) for v in known if v.is_active and squeezed(v.label) == squeezed(label)), None)

    def length(self, kind: str, field: str) -> int:
        """The longest text that a field takes."""
        return self.pair.autotask.tenant.fields(ENTITIES[kind])[field.lower()].length

    def key(self, account: Raw) -> tuple[str, ...]:
        """What pairs an account with a company (S15), as the company would hold it."""
        values = self.company(account, None)
        return tuple(squeezed(values.get(name)) for name in ("companyName", "address1", "city", "state"))

    def person_key(self, contact: Raw) -> tuple[str, ...]:
        """What pairs contacts within a company (S16)."""
        values = self.contact(contact)
        return tuple(squeezed(values.get(name)) for name in ("firstName", "lastName"))

    def _texts(self, kind: str, record: Raw, texts: Mapping[str, str], prose: Mapping[str, str]) -> Wanted:
        wanted: Wanted = {}
        for source, target in texts.items():
            wanted |= self._text(kind, target, record[source])
        for source, target in prose.items():
            wanted |= self._prose(kind, target, record[source])
        return wanted

    def _text(self, kind: str, target: str, value: object) -> Wanted:
        """One that is too long is left out, and what is there stays."""
        text = plain(value)
        if text is None:
            return {target: None} if self.clear_blanks else {}
        return {target: text} if len(str(text)) <= self.length(kind, target) else {}

    def _prose(self, kind: str, target: str, value: object) -> Wanted:
        """One that is too long is cut."""
        text = plain(value)
        if text is None:
            return {target: None} if self.clear_blanks else {}
        return {target: str(text)[: self.length(kind, target)]}

    def _street(self, kind: str, street: object, first_field: str, rest_field: str) -> Wanted:
        first, rest = _lines(street)
        return self._prose(kind, first_field, first) | self._prose(kind, rest_field, rest)

    def _country(self, wanted: Wanted, country: object) -> None:
        if plain(country) is None:
            self._blank_or(wanted, "countryID", None, None)
            return
        for each in self.pair.autotask.records("Countries"):
            if squeezed(country) in (squeezed(each["countryCode"]), squeezed(each["name"])):
                wanted["countryID"] = each["id"]

    def _type(self, wanted: Wanted, label: object) -> None:
        if plain(label) is None:
            return
        code = self.code("companyType", label)
        code = code if code is not None else self.code("companyType", self.fallback_type)
        if code is not None:
            wanted["companyType"] = code

    def _blank_or(self, wanted: Wanted, field: str, value: object, counterpart: object) -> None:
        if plain(value) is not None:
            wanted[field] = counterpart
        elif self.clear_blanks:
            wanted[field] = None


_MAILING = ("MailingStreet", "addressLine", "addressLine1")


def _lines(street: object) -> tuple[str | None, str | None]:
    lines = [line.strip() for line in str(street or "").splitlines() if line.strip()]
    return (lines[0] if lines else None), (", ".join(lines[1:]) or None)


def _full(resource: Raw) -> tuple[str, str]:
    return str(resource["firstName"]), str(resource["lastName"])


def _number(value: object) -> int:
    return int(str(value))
