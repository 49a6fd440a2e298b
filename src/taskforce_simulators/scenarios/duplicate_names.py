"""Many of the same and of nearly the same name and address, on both sides."""

from typing import Final

from taskforce_simulators.scenarios.book import Book
from taskforce_simulators.scenarios.filler import fill_accounts, fill_contacts

TOWNS: Final = (("Springfield", "IL"), ("Springfield", "MO"), ("Portland", "OR"), ("Portland", "ME"))
STREETS: Final = ("12 Main Street", "12 Main St.", "12 main  street")
NAMES: Final = (
    ("Acme Inc", "Acme, Inc.", "ACME INC", "Acme Incorporated"),
    ("Smith & Sons", "Smith and Sons", "Smith & Sons LLC", "Smith  & Sons"),
    ("First Dental", "First Dental Care", "1st Dental", "First Dental P.C."),
    ("Müller Bau", "Mueller Bau", "Muller Bau", "Müller-Bau"),
)
PEOPLE: Final = (("John", "Smith"), ("Jon", "Smith"), ("John", "SMITH"), ("Maria", "García"), ("Maria", "Garcia"))


def duplicate_names(book: Book, accounts: int | None, contacts: int | None) -> None:
    """Every name in every town; Autotask holds some of them once, some twice, some nearly."""
    for names in NAMES:
        for town, (city, state) in enumerate(TOWNS):
            for variant, name in enumerate(names):
                _one(book, name, STREETS[(town + variant) % len(STREETS)], city, state, variant)
    fill_contacts(book, contacts or 0, fill_accounts(book, accounts or 0))


def _one(book: Book, name: str, street: str, city: str, state: str, variant: int) -> None:
    account = book.account(Name=name, BillingStreet=street, BillingCity=city, BillingState=state)
    first, second = book.random.sample(PEOPLE, 2)
    people = [book.contact(account, FirstName=first_name, LastName=last) for first_name, last in (first, second, first)]
    companies = [book.counterpart(account) for _ in range((1, 0, 2, 0)[variant])]
    for company in companies:
        book.contact_counterpart(people[0], company)
    if variant == 1:
        book.counterpart(account, address1=f"{street} ", state=f"{state}.")
