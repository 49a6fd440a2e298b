"""The book of business of one MSP: what stands in Salesforce and what stands in Autotask, record by record."""

from datetime import datetime, timedelta
from typing import Final, cast

from taskforce_simulators.scenarios import basis
from taskforce_simulators.scenarios.basis import Record
from taskforce_simulators.scenarios.generated import Business, Inventor, mailbox
from taskforce_simulators.scenarios.tables.picklists import (
    LABELS,
    SALESFORCE_PICKLISTS,
    classification_icons,
    company_picklists,
    value_of,
)
from taskforce_simulators.scenarios.tables.places import AUTOTASK_COUNTRIES

ADOPTED_FIELD: Final = "Salesforce Account ID"
"""The company field of the old extension."""

FIRST_COMPANY_ID: Final = 29683500
FIRST_CONTACT_ID: Final = 30682900
COUNTRY_IDS: Final = {
    name: int(number)
    for number, code, country in (entry.split("|") for entry in AUTOTASK_COUNTRIES.split(";"))
    for name in (code, country)
}
LENGTHS: Final = {"companyName": 100, "address1": 128, "city": 30, "state": 40, "title": 50}


class Book:
    """Collects both sides. Every record is a plausible one; what is given by name replaces what was made up."""

    def __init__(self, seed: int) -> None:
        self.inventor = Inventor(seed)
        self.random = self.inventor.random
        self.users = basis.users()
        self.resources = basis.resources()
        self.accounts: list[Record] = []
        self.contacts: list[Record] = []
        self.companies: list[Record] = [basis.own_company()]
        self.company_contacts: list[Record] = []
        self.field_definitions: list[Record] = []
        self.tickets: list[Record] = []
        self.contracts: list[Record] = []
        self.opportunities: list[Record] = []
        self.projects: list[Record] = []
        self._businesses: dict[str, Business] = {}

    def owner(self, name: str) -> str:
        """The id of the Salesforce user of that name."""
        return str(next(user["Id"] for user in self.users if user["Name"] == name))

    def resource(self, name: str, *, which: int = 0) -> int:
        """The id of an Autotask resource of that name; `which` tells those of the same name apart."""
        fitting = [item["id"] for item in self.resources if f"{item['firstName']} {item['lastName']}" == name]
        return cast("int", fitting[which])

    def account(self, **given: object) -> Record:
        """Add a Salesforce account."""
        business = self.inventor.business(str(given["Name"]) if "Name" in given else None)
        record = {
            "Id": basis.salesforce_id("001", 7 + 3 * len(self.accounts)),
            **self._account_fields(business),
            **self._stamps(),
            **given,
        }
        self.accounts.append(record)
        self._businesses[str(record["Id"])] = business
        return record

    def contact(self, account: Record | None, **given: object) -> Record:
        """Add a Salesforce contact, of an account or of none."""
        business = self._businesses[str(account["Id"])] if account else self.inventor.business()
        record = {
            "Id": basis.salesforce_id("003", 11 + 3 * len(self.contacts)),
            "AccountId": account["Id"] if account else None,
            "OwnerId": account["OwnerId"] if account else self.owner(basis.MANY_OWNERS[0]),
            **self._contact_fields(business, account, given),
            **self._stamps(),
            **given,
        }
        self.contacts.append(record)
        return record

    def company(self, **given: object) -> Record:
        """Add a company that stands in Autotask alone."""
        business = self.inventor.business(str(given["companyName"]) if "companyName" in given else None)
        return self._add_company(
            {
                "companyName": business.name,
                "address1": business.street,
                "city": business.place.city,
                "state": business.place.state,
                "postalCode": business.postal_code,
                "countryID": COUNTRY_IDS[business.place.iso_code],
                "phone": business.phone,
                "webAddress": f"www.{business.domain}",
                "companyType": self.random.choice([1, 1, 1, 2, 3, 4, 7]),
                "marketSegmentID": value_of("marketSegmentID", business.trade.industry),
                **given,
            }
        )

    def counterpart(self, account: Record, **given: object) -> Record:
        """Add the Autotask company that agrees with an account in all that is mapped, but for what is given."""
        street = str(account["BillingStreet"] or "").splitlines()
        mapped: Record = {
            "companyName": str(account["Name"])[: LENGTHS["companyName"]],
            "companyNumber": account["AccountNumber"] or "",
            "assetValue": account["AnnualRevenue"],
            "address1": street[0][: LENGTHS["address1"]] if street else "",
            "city": str(account["BillingCity"] or "")[: LENGTHS["city"]],
            "state": str(account["BillingState"] or "")[: LENGTHS["state"]],
            "postalCode": account["BillingPostalCode"] or "",
            "countryID": COUNTRY_IDS.get(str(account["BillingCountry"])),
            "phone": account["Phone"] or "(312) 555-0199",
            "fax": account["Fax"] or "",
            "webAddress": account["Website"] or "",
            "sicCode": account["Sic"] or "",
            "companyType": _code("companyType", account["Type"]) or 1,
            "marketSegmentID": _code("marketSegmentID", account["Industry"]),
            "classification": _code("classification", account["Rating"]),
            "ownerResourceID": self._account_manager(account),
        }
        return self._add_company({**mapped, **given})

    def adopted(self, account: Record, *, short: bool = False, **given: object) -> Record:
        """Add the counterpart of an account with its id in the old extension's field, of 15 or 18 characters."""
        carried = str(account["Id"])[:15] if short else account["Id"]
        return self.counterpart(account, userDefinedFields=[{"name": ADOPTED_FIELD, "value": carried}], **given)

    def company_contact(self, company: Record, **given: object) -> Record:
        """Add a contact that stands in Autotask alone."""
        business = self.inventor.business()
        first, last = given.get("firstName"), given.get("lastName")
        person = self.inventor.person(business.trade, str(company["companyName"]), business.domain)
        moments = self.inventor.moments(2)
        record: Record = {
            "id": FIRST_CONTACT_ID + 2 * len(self.company_contacts),
            "companyID": company["id"],
            "firstName": person.first_name,
            "lastName": person.last_name,
            "title": person.title,
            "emailAddress": mailbox(str(first or person.first_name), str(last or person.last_name), business.domain),
            "phone": company["phone"],
            "isActive": 1,
            "createDate": _autotask(moments[0]),
            "lastModifiedDate": _autotask(moments[1]),
            "lastActivityDate": _autotask(moments[1]),
            **given,
        }
        self.company_contacts.append(record)
        return record

    def contact_counterpart(self, contact: Record, company: Record, **given: object) -> Record:
        """Add the Autotask contact that agrees with a contact in all that is mapped, but for what is given."""
        street = str(contact["MailingStreet"] or "").splitlines()
        mapped: Record = {
            "firstName": contact["FirstName"],
            "lastName": contact["LastName"],
            "title": str(contact["Title"] or "")[: LENGTHS["title"]],
            "emailAddress": contact["Email"] or "",
            "phone": contact["Phone"] or "",
            "mobilePhone": contact["MobilePhone"] or "",
            "faxNumber": contact["Fax"] or "",
            "alternatePhone": contact["OtherPhone"] or "",
            "addressLine": street[0] if street else "",
            "city": contact["MailingCity"] or "",
            "state": contact["MailingState"] or "",
            "zipCode": contact["MailingPostalCode"] or "",
            "countryID": COUNTRY_IDS.get(str(contact["MailingCountry"])),
        }
        return self.company_contact(company, **{**mapped, **given})

    def ticket(self, contact: Record, title: str) -> Record:
        """Add a ticket of an Autotask contact, so that something hangs on it and its company; every third is done."""
        opened = self.inventor.moments(1)[0]
        record: Record = {
            "id": 8_000 + len(self.tickets),
            "ticketNumber": f"T{opened:%Y%m%d}.{len(self.tickets):04}",
            "title": title,
            "companyID": contact["companyID"],
            "contactID": contact["id"],
            "status": 5 if len(self.tickets) % 3 == 2 else 1,
            "priority": 2,
            "createDate": _autotask(opened),
            "dueDateTime": _autotask(opened + timedelta(days=2)),
            "lastActivityDate": _autotask(opened),
        }
        self.tickets.append(record)
        return record

    def salesforce_side(self) -> Record:
        """All of it as the Salesforce simulator loads it."""
        settings = {"organization_name": basis.MSP_NAME, "picklists": SALESFORCE_PICKLISTS}
        return {"User": self.users, "Account": self.accounts, "Contact": self.contacts, "settings": settings}

    def autotask_side(self) -> Record:
        """All of it as the Autotask simulator loads it."""
        return {
            "Resources": self.resources,
            "Countries": basis.countries(),
            "Companies": self.companies,
            "Contacts": self.company_contacts,
            "ClassificationIcons": classification_icons(),
            "UserDefinedFieldDefinitions": self.field_definitions,
            "Tickets": self.tickets,
            "Contracts": self.contracts,
            "Opportunities": self.opportunities,
            "Projects": self.projects,
            "picklists": {"Companies": company_picklists()},
        }

    def _account_fields(self, business: Business) -> Record:
        chance = self.random.random
        abroad = business.place.iso_code != "US"
        return {
            "Name": business.name,
            "Type": self.random.choices(("Customer", "Prospect", "Partner", "Vendor"), (70, 20, 6, 4))[0],
            "Industry": business.trade.industry,
            "Rating": self.random.choices((None, "Hot", "Warm"), (60, 20, 20))[0],
            "AccountNumber": f"C-{10_001 + len(self.accounts)}" if chance() < 0.7 else None,
            "AnnualRevenue": self.random.randint(2, 400) * 50_000 if chance() < 0.6 else None,
            "NumberOfEmployees": self.random.randint(3, 180),
            "BillingStreet": business.street,
            "BillingCity": business.place.city,
            "BillingState": business.place.state or None,
            "BillingPostalCode": business.postal_code,
            "BillingCountry": business.place.country if abroad or chance() < 0.85 else business.place.iso_code,
            "Phone": business.phone,
            "Fax": self.inventor.digits(business.place.phone) if chance() < 0.3 else None,
            "Website": f"https://www.{business.domain}" if chance() < 0.85 else None,
            "Sic": business.trade.sic if chance() < 0.5 else None,
            "TickerSymbol": None,
            "ParentId": None,
            "OwnerId": self.owner(self.random.choice(basis.MANY_OWNERS)),
        }

    def _contact_fields(self, business: Business, account: Record | None, given: Record) -> Record:
        chance = self.random.random
        company = str(account["Name"]) if account else ""
        if given.get("LastName"):
            self.inventor.claim_person(company, str(given.get("FirstName") or ""), str(given["LastName"]))
        person = self.inventor.person(business.trade, company, business.domain)
        first, last = given.get("FirstName", person.first_name), given.get("LastName", person.last_name)
        at_work = account is not None and chance() < 0.8
        address = account if at_work and account else {}
        digits, pattern = self.inventor.digits, business.place.phone
        return {
            "FirstName": person.first_name,
            "LastName": person.last_name,
            "Title": person.title,
            "Email": mailbox(str(first or ""), str(last), business.domain),
            "Phone": business.phone if account and chance() < 0.5 else digits(pattern),
            "MobilePhone": digits(pattern) if chance() < 0.5 else None,
            "OtherPhone": digits(pattern) if chance() < 0.05 else None,
            "Fax": digits(pattern) if chance() < 0.1 else None,
            "MailingStreet": address.get("BillingStreet"),
            "MailingCity": address.get("BillingCity"),
            "MailingState": address.get("BillingState"),
            "MailingPostalCode": address.get("BillingPostalCode"),
            "MailingCountry": address.get("BillingCountry"),
        }

    def _stamps(self) -> Record:
        created, modified = (f"{moment:%Y-%m-%dT%H:%M:%S}.000+0000" for moment in self.inventor.moments(2))
        return {"CreatedDate": created, "LastModifiedDate": modified, "SystemModstamp": modified, "IsDeleted": False}

    def _add_company(self, fields: Record) -> Record:
        created, modified = (_autotask(moment) for moment in self.inventor.moments(2))
        record: Record = {
            "id": FIRST_COMPANY_ID + 2 * len(self.companies),
            "isActive": True,
            "ownerResourceID": self.resource(self.random.choice(basis.MANY_OWNERS)),
            "createDate": created,
            "lastTrackedModifiedDateTime": modified,
            "lastActivityDate": modified,
            **fields,
        }
        self.companies.append(record)
        return record

    def _account_manager(self, account: Record) -> int:
        name = next(str(user["Name"]) for user in self.users if user["Id"] == account["OwnerId"])
        return self.resource(name if name in basis.MANY_OWNERS else basis.DEFAULT_ACCOUNT_MANAGER)


def _autotask(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"


def _code(field: str, label: object) -> int | None:
    return value_of(field, str(label)) if label in LABELS[field].values() else None
