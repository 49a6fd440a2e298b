"""What every scenario has: users, resources, countries, picklists, and the MSP itself as company 0."""

from dataclasses import dataclass
from typing import Final

from taskforce_simulators.scenarios.tables.places import AUTOTASK_COUNTRIES

Record = dict[str, object]

MSP_NAME: Final = "Northlight IT Services"
DEFAULT_ACCOUNT_MANAGER: Final = "Helen Marsh"
OLDEST: Final = "2023-10-01T08:00:00"
FIRST_RESOURCE_ID: Final = 29682885
MANY_OWNERS: Final = ("Olivia Grant", "Marcus Webb", "Priya Raman", "Tomás Herrera")
"""Owners with exactly one active resource of the same name."""

INACTIVE_OWNER: Final = "Erin Doyle"
DOUBLE_OWNER: Final = "Sam Carter"
UNKNOWN_OWNER: Final = "Nadia Petrova"
FORMER_OWNER: Final = "Greg Holt"

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SUFFIXES: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    title: str
    active: bool = True


_RESOURCES: Final = (
    _Person(DEFAULT_ACCOUNT_MANAGER, "Client Success Manager"),
    *(_Person(name, "Account Manager") for name in MANY_OWNERS),
    _Person(INACTIVE_OWNER, "Account Manager", active=False),
    _Person(DOUBLE_OWNER, "Account Manager"),
    _Person(DOUBLE_OWNER, "Field Technician"),
    _Person("Dmitri Volkov", "Service Desk Lead"),
    _Person("Grace Kim", "Network Engineer"),
    _Person("Walter Boone", "Dispatcher"),
    _Person("Ines Duarte", "Finance"),
)

_USERS: Final = (
    *(_Person(name, "Account Executive") for name in (*MANY_OWNERS, INACTIVE_OWNER, DOUBLE_OWNER, UNKNOWN_OWNER)),
    _Person(FORMER_OWNER, "Account Executive", active=False),
)


def salesforce_id(prefix: str, number: int) -> str:
    """An id of 18 characters as an instance of its own would give it out, so that none meets one made at run time."""
    tail = ""
    for _ in range(7):
        number, digit = divmod(number, len(_DIGITS))
        tail = _DIGITS[digit] + tail
    short = f"{prefix}5g00{tail.rjust(8, '0')}"
    chunks = (short[start : start + 5] for start in (0, 5, 10))
    return short + "".join(_SUFFIXES[sum(1 << i for i, c in enumerate(chunk) if c.isupper())] for chunk in chunks)


def users() -> list[Record]:
    """The Salesforce users who own accounts."""
    return [_user(number, person) for number, person in enumerate(_USERS, 1)]


def resources() -> list[Record]:
    """The Autotask resources: most owners, one of them inactive, one twice, one missing."""
    return [_resource(FIRST_RESOURCE_ID + place, person) for place, person in enumerate(_RESOURCES)]


def countries() -> list[Record]:
    """The countries of the Autotask tenant: not all of the world."""
    rows = (entry.split("|") for entry in AUTOTASK_COUNTRIES.split(";"))
    return [
        {
            "id": int(number),
            "countryCode": code,
            "name": name,
            "displayName": name,
            "isActive": True,
            "isDefaultCountry": code == "US",
            "addressFormatID": 1,
        }
        for number, code, name in rows
    ]


def own_company() -> Record:
    """Company 0: the MSP itself, never to be matched or changed."""
    return {
        "id": 0,
        "companyName": MSP_NAME,
        "companyType": 1,
        "phone": "(312) 555-0100",
        "address1": "200 W Madison Street",
        "city": "Chicago",
        "state": "IL",
        "postalCode": "60606",
        "countryID": 237,
        "webAddress": "https://www.northlight.example",
        "ownerResourceID": FIRST_RESOURCE_ID,
        "isActive": True,
        "createDate": f"{OLDEST}Z",
        "lastTrackedModifiedDateTime": f"{OLDEST}Z",
        "lastActivityDate": f"{OLDEST}Z",
    }


def _mailbox(name: str) -> str:
    return name.lower().replace(" ", ".").replace("á", "a") + "@northlight.example"


def _user(number: int, person: _Person) -> Record:
    first, last = person.name.split(" ", 1)
    return {
        "Id": salesforce_id("005", number),
        "Username": _mailbox(person.name),
        "FirstName": first,
        "LastName": last,
        "Name": person.name,
        "Alias": (first[0] + last).lower()[:8],
        "Email": _mailbox(person.name),
        "Title": person.title,
        "CompanyName": MSP_NAME,
        "IsActive": person.active,
        "UserType": "Standard",
        "CreatedDate": f"{OLDEST}.000+0000",
        "LastModifiedDate": f"{OLDEST}.000+0000",
        "SystemModstamp": f"{OLDEST}.000+0000",
    }


def _resource(number: int, person: _Person) -> Record:
    first, last = person.name.split(" ", 1)
    return {
        "id": number,
        "firstName": first,
        "lastName": last,
        "initials": first[0] + last[0],
        "title": person.title,
        "email": _mailbox(person.name),
        "userName": f"{_mailbox(person.name).partition('@')[0]}{number % 100}",
        "isActive": person.active,
        "hireDate": f"{OLDEST}Z",
        "resourceType": "Employee",
        "licenseType": 1,
        "userType": 10,
    }
