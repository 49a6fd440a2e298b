"""What hangs on the companies of the demo besides tickets: contracts, opportunities and projects, open and closed.

Nothing here is drawn by lot, so that the rest of the scenario stays as it is.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from taskforce_simulators.scenarios.basis import Record
from taskforce_simulators.scenarios.book import Book

ONE_IN: Final = 9
"""So many companies share one contract, one opportunity and one project."""

BEGINNING: Final = datetime(2023, 10, 2, tzinfo=UTC)

ACTIVE_CONTRACT, INACTIVE_CONTRACT = 1, 0
ACTIVE_OPPORTUNITY, LOST_OPPORTUNITY, CLOSED_OPPORTUNITY = 1, 2, 3
NEW_PROJECT, COMPLETE_PROJECT = 1, 5
"""Codes as the Autotask simulator's own picklists have them."""


def add_related_records(book: Book) -> None:
    """Give every ninth company, each time another, a contract, an opportunity or a project."""
    for place, company in enumerate(book.companies[1:]):
        if place % ONE_IN == 0:
            _contract(book, company)
        if place % ONE_IN == 3:
            _opportunity(book, company)
        if place % ONE_IN == 6:
            _project(book, company)


def _contract(book: Book, company: Record) -> None:
    number = len(book.contracts)
    begun = BEGINNING + timedelta(days=number)
    book.contracts.append(
        {
            "id": 9_000 + number,
            "companyID": company["id"],
            "contractName": f"Managed services {begun:%Y}",
            "contractNumber": f"MS-{number + 1:04}",
            "startDate": f"{begun:%Y-%m-%dT00:00:00Z}",
            "endDate": f"{begun + timedelta(days=1095):%Y-%m-%dT00:00:00Z}",
            "status": INACTIVE_CONTRACT if number % 4 == 3 else ACTIVE_CONTRACT,
        }
    )


def _opportunity(book: Book, company: Record) -> None:
    number = len(book.opportunities)
    begun = BEGINNING + timedelta(days=3 * number)
    book.opportunities.append(
        {
            "id": 9_500 + number,
            "companyID": company["id"],
            "title": "New firewalls" if number % 2 else "Move of the mail server",
            "createDate": f"{begun:%Y-%m-%dT00:00:00Z}",
            "projectedCloseDate": f"{begun + timedelta(days=60):%Y-%m-%dT00:00:00Z}",
            "amount": 1_500 * (number + 1),
            "status": (ACTIVE_OPPORTUNITY, ACTIVE_OPPORTUNITY, LOST_OPPORTUNITY, CLOSED_OPPORTUNITY)[number % 4],
        }
    )


def _project(book: Book, company: Record) -> None:
    number = len(book.projects)
    begun = BEGINNING + timedelta(days=5 * number)
    book.projects.append(
        {
            "id": 9_800 + number,
            "companyID": company["id"],
            "projectName": "New office" if number % 2 else "Replacement of all laptops",
            "projectNumber": f"P{begun:%Y%m%d}.{number:04}",
            "startDateTime": f"{begun:%Y-%m-%dT00:00:00Z}",
            "endDateTime": f"{begun + timedelta(days=90):%Y-%m-%dT00:00:00Z}",
            "status": COMPLETE_PROJECT if number % 3 == 2 else NEW_PROJECT,
        }
    )
