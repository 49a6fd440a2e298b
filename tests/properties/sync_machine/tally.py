"""How much was survived, over all examples of this process."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """Counts by name; `line` is for people."""

    examples: int = 0
    steps: int = 0
    imports: int = 0
    requests: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    deaths: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)

    @property
    def line(self) -> str:
        """One sentence."""
        return (
            f"{self.examples} stories, {self.steps} steps, {self.imports} imports, {self.requests} requests, "
            f"{sum(self.faults.values())} faults, {sum(self.deaths.values())} kills"
        )

    @property
    def table(self) -> str:
        """Everything by kind."""
        parts = (("kills", self.deaths), ("faults", self.faults), ("besides", self.others))
        return "\n".join(
            f"{name}: " + ", ".join(f"{number} {kind}" for kind, number in counts.most_common())
            for name, counts in parts
        )


TALLY = Tally()
"""Of this process."""
