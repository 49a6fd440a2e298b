"""Ordinary records around the special ones."""

from taskforce_simulators.scenarios.basis import Record
from taskforce_simulators.scenarios.book import Book


def fill_accounts(book: Book, total: int) -> list[Record]:
    """Add accounts that Autotask does not know, up to `total` in all."""
    return [book.account() for _ in range(total - len(book.accounts))]


def fill_contacts(book: Book, total: int, accounts: list[Record]) -> list[Record]:
    """Add contacts of these accounts, up to `total` in all; without accounts they belong to none."""
    missing = range(total - len(book.contacts))
    return [book.contact(book.random.choice(accounts) if accounts else None) for _ in missing]
