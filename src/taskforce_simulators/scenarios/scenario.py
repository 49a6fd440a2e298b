"""What a scenario is, and how one is built by name."""

from dataclasses import dataclass


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


def build(name: str, *, accounts: int | None = None, contacts: int | None = None, seed: int = 1) -> Scenario:
    """Build a scenario; the same arguments always give the same data."""
    raise UnknownScenarioError(name)
