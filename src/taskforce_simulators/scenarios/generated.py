"""Made-up businesses and people, as many as wanted, none of them twice."""

import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from taskforce_simulators.scenarios.tables.people import FIRST_NAMES, LAST_NAMES, TITLES
from taskforce_simulators.scenarios.tables.places import PLACES_ABROAD, US_PLACES, Place
from taskforce_simulators.scenarios.tables.trades import TRADES, WORDS, Trade, trade_of

SPAN_START: Final = datetime(2023, 10, 1, tzinfo=UTC)
SPAN_SECONDS: Final = 3 * 365 * 86_400
ATTEMPTS: Final = 6
SHARE_AT_HOME: Final = 0.87


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """A made-up business."""

    name: str
    trade: Trade
    place: Place
    street: str
    postal_code: str
    phone: str
    domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A made-up person at a business."""

    first_name: str
    last_name: str
    title: str
    email: str


class Inventor:
    """Makes up businesses and people; the same seed makes up the same ones. No name, number or domain comes twice."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._names: set[str] = set()
        self._phones: set[str] = set()
        self._domains: set[str] = set()
        self._people: set[tuple[str, str, str]] = set()

    def business(self, name: str | None = None) -> Business:
        """One more business, mostly in the United States; a name given tells the trade, and is at home there."""
        trade = (trade_of(name) if name else None) or self.random.choice(TRADES)
        at_home = name is not None or self.random.random() < SHARE_AT_HOME
        place = self.random.choice(US_PLACES if at_home else PLACES_ABROAD)
        if name is None:
            name = self._name(trade, place)
        else:
            self.claim_name(name)
        return Business(
            name=name,
            trade=trade,
            place=place,
            street=self.random.choice(place.streets).format(n=self.random.randint(10, 9899)),
            postal_code=self.digits(place.postal_code),
            phone=self.phone(place),
            domain=self.domain(name),
        )

    def person(self, trade: Trade, company_name: str, domain: str) -> Person:
        """One more person whose name is not used at a company of that name."""
        first, last = self.random.choice(FIRST_NAMES), self.random.choice(LAST_NAMES)
        while not self.claim_person(company_name, first, last):
            first, last = self.random.choice(FIRST_NAMES), self.random.choice(LAST_NAMES)
        title = self.random.choice(trade.titles if self.random.random() < 0.5 else TITLES)
        return Person(first_name=first, last_name=last, title=title, email=mailbox(first, last, domain))

    def claim_person(self, company_name: str, first: str, last: str) -> bool:
        """Whether nobody of that name was at a company of that name; now somebody is."""
        key = (company_name.casefold(), first.casefold(), last.casefold())
        if key in self._people:
            return False
        self._people.add(key)
        return True

    def phone(self, place: Place) -> str:
        """A telephone number that no other business has."""
        number = self.digits(place.phone)
        for _ in range(ATTEMPTS):
            if number not in self._phones:
                break
            number = self.digits(place.phone)
        else:
            number = f"{number} x{len(self._phones)}"
        self._phones.add(number)
        return number

    def domain(self, name: str) -> str:
        """A domain that nobody has, under the top level that is reserved for examples."""
        stem = re.sub(r"[^a-z0-9]", "", plain(name).lower()) or "company"
        domain, number = f"{stem[:40]}.example", 1
        while domain in self._domains:
            number += 1
            domain = f"{stem[:40]}{number}.example"
        self._domains.add(domain)
        return domain

    def moments(self, count: int) -> Sequence[datetime]:
        """Whole seconds within three years, in order."""
        seconds = sorted(self.random.randrange(SPAN_SECONDS) for _ in range(count))
        return [SPAN_START + timedelta(seconds=second) for second in seconds]

    def _name(self, trade: Trade, place: Place) -> str:
        for attempt in range(ATTEMPTS):
            name = self._drafted(trade, place)
            if attempt >= ATTEMPTS // 2:
                name = f"{name} of {place.city}"
            if self.claim_name(name):
                return name
        number = 2
        while not self.claim_name(f"{name} {number}"):
            number += 1
        return f"{name} {number}"

    def _drafted(self, trade: Trade, place: Place) -> str:
        last, last2 = self.random.choice(LAST_NAMES), self.random.choice(LAST_NAMES)
        return self.random.choice(trade.names).format(
            last=last, last2=last2, word=self.random.choice(WORDS), city=place.city
        )

    def claim_name(self, name: str) -> bool:
        """Whether no business had that name; now one has."""
        if name.casefold() in self._names:
            return False
        self._names.add(name.casefold())
        return True

    def digits(self, pattern: str) -> str:
        """The pattern with a digit for each `#`."""
        return "".join(str(self.random.randint(0, 9)) if sign == "#" else sign for sign in pattern)


def plain(text: str) -> str:
    """The text without accents, as far as there are letters of ASCII beneath them."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def mailbox(first: str, last: str, domain: str) -> str:
    """An address of the usual form."""
    local = re.sub(r"[^a-z.]", "", f"{plain(first)}.{plain(last)}".lower()).strip(".")
    return f"{local or 'office'}@{domain}"
