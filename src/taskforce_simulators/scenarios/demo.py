"""The demo: an MSP's book of business in Salesforce, and an Autotask that already holds part of it.

Person accounts are off: few MSPs have them, and the org's switch is one for the whole org. Nothing here is refused
by Autotask; what is held or skipped is meant to be.
"""

from typing import Final

from taskforce_simulators.scenarios.basis import OLDEST, Record
from taskforce_simulators.scenarios.book import ADOPTED_FIELD, Book
from taskforce_simulators.scenarios.demo_matching import add_matching_cases
from taskforce_simulators.scenarios.demo_people import add_people_cases
from taskforce_simulators.scenarios.demo_related import add_related_records
from taskforce_simulators.scenarios.demo_values import add_value_cases
from taskforce_simulators.scenarios.filler import fill_accounts, fill_contacts

ACCOUNTS: Final = 250
CONTACTS: Final = 1_000
AUTOTASK_ALONE: Final = 120
SHARE_KNOWN: Final = 0.3
SHARE_ADOPTED: Final = 0.12
SHARE_OF_PEOPLE_KNOWN: Final = 0.6
TICKETS: Final = 60
TROUBLES: Final = (
    "Printer on the second floor is offline",
    "New laptop for a new colleague",
    "Cannot open the shared calendar",
    "Password reset",
    "Backup job failed over night",
    "Wireless drops in the conference room",
    "Add a user to the accounting software",
)
COMPANY_FIELD: Final = 21
TEXT_OF_ONE_LINE: Final = 31
"""Codes as the Autotask simulator's own picklists have them; the vendor's are unknown."""


def demo(book: Book, accounts: int | None, contacts: int | None) -> None:
    """Fill the book; smaller numbers cut the ordinary records, larger ones add accounts that Autotask does not know."""
    book.field_definitions.append(_adopted_field())
    add_value_cases(book)
    known = add_matching_cases(book)
    add_people_cases(book, known)
    accounts = ACCOUNTS if accounts is None else accounts
    contacts = CONTACTS if contacts is None else contacts
    ordinary = fill_accounts(book, min(accounts, ACCOUNTS))
    companies = _known_to_autotask(book, ordinary)
    people = fill_contacts(book, min(contacts, CONTACTS), ordinary)
    _people_known_to_autotask(book, people, companies)
    for _ in range(AUTOTASK_ALONE):
        alone = book.company()
        for _ in range(book.random.randint(0, 3)):
            book.company_contact(alone)
    for contact in book.random.sample(book.company_contacts, TICKETS):
        book.ticket(contact, book.random.choice(TROUBLES))
    more = fill_accounts(book, accounts)
    fill_contacts(book, contacts, more or ordinary)
    add_related_records(book)


def _known_to_autotask(book: Book, accounts: list[Record]) -> dict[object, Record]:
    """Give some accounts their company: exact matches, adopted ones, and some whose other fields are out of date."""
    companies: dict[object, Record] = {}
    for account in accounts:
        chance = book.random.random()
        stale: Record = {"phone": "(312) 555-0188", "marketSegmentID": None} if book.random.random() < 0.4 else {}
        if chance < SHARE_ADOPTED:
            companies[account["Id"]] = book.adopted(account, short=book.random.random() < 0.2, **stale)
        elif chance < SHARE_ADOPTED + SHARE_KNOWN:
            companies[account["Id"]] = book.counterpart(account, **stale)
    return companies


def _people_known_to_autotask(book: Book, people: list[Record], companies: dict[object, Record]) -> None:
    for person in people:
        company = companies.get(person["AccountId"])
        if company is not None and book.random.random() < SHARE_OF_PEOPLE_KNOWN:
            stale: Record = {"title": "", "mobilePhone": ""} if book.random.random() < 0.3 else {}
            book.contact_counterpart(person, company, **stale)


def _adopted_field() -> Record:
    """The old extension's field on companies. The one on contacts does not exist."""
    return {
        "id": 29682801,
        "name": ADOPTED_FIELD,
        "udfType": COMPANY_FIELD,
        "dataType": TEXT_OF_ONE_LINE,
        "isActive": True,
        "sortOrder": 1,
        "createDate": f"{OLDEST}Z",
    }
