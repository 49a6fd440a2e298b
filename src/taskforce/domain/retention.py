"""What goes when its time is over (B18), and how much of it went."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime

Tell = Callable[[int, int], None]
"""How many runs were looked at, and of how many."""

WORDS: Mapping[str, tuple[str, str]] = {
    "runs": ("run", "runs"),
    "changes": ("record of a run", "records of runs"),
    "notices": ("notice", "notices"),
    "mails": ("mail", "mails"),
    "audit_values": ("entry of the audit emptied", "entries of the audit emptied"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What went, or would go: everything older than `before`. Of `audit_values` only what entries say in detail."""

    before: datetime
    runs: int = 0
    changes: int = 0
    notices: int = 0
    mails: int = 0
    audit_values: int = 0

    @property
    def numbers(self) -> Mapping[str, int]:
        """How many of each, by name."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name in WORDS}

    @property
    def is_anything(self) -> bool:
        """Whether there was anything to prune."""
        return any(self.numbers.values())

    @property
    def sentence(self) -> str:
        """What went, in words: "2 runs, 1 notice"; "nothing" if nothing did."""
        told = [f"{number} {WORDS[name][number != 1]}" for name, number in self.numbers.items() if number]
        return ", ".join(told) or "nothing"
