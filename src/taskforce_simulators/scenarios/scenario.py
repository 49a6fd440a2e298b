"""What a scenario is, and how one is built by name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from taskforce_simulators.scenarios.basis import DEFAULT_ACCOUNT_MANAGER
from taskforce_simulators.scenarios.book import Book
from taskforce_simulators.scenarios.demo import demo
from taskforce_simulators.scenarios.duplicate_names import duplicate_names
from taskforce_simulators.scenarios.filler import fill_accounts, fill_contacts


class UnknownScenarioError(Exception):
    """There is no scenario of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Both sides of a scenario, as `Simulator.load` takes them."""

    name: str
    salesforce: dict[str, object]
    autotask: dict[str, object]
    default_account_manager: str

    def side(self, simulator_name: str) -> dict[str, object]:
        """The data of one simulator, by its name."""
        return {"salesforce": self.salesforce, "autotask": self.autotask}[simulator_name]


def _empty(book: Book, accounts: int | None, contacts: int | None) -> None:
    """Only what every tenant has, and what is asked for."""
    fill_contacts(book, contacts or 0, fill_accounts(book, accounts or 0))


SCENARIOS: Final[dict[str, Callable[[Book, int | None, int | None], None]]] = {
    "demo": demo,
    "duplicate_names": duplicate_names,
    "empty": _empty,
}


def build(name: str, *, accounts: int | None = None, contacts: int | None = None, seed: int = 1) -> Scenario:
    """Build a scenario with so many accounts and contacts in all; the same arguments always give the same data."""
    if name not in SCENARIOS:
        raise UnknownScenarioError(f"there is no scenario {name!r}; there are {', '.join(SCENARIOS)}")
    book = Book(seed)
    SCENARIOS[name](book, accounts, contacts)
    return Scenario(
        name=name,
        salesforce=book.salesforce_side(),
        autotask=book.autotask_side(),
        default_account_manager=DEFAULT_ACCOUNT_MANAGER,
    )
