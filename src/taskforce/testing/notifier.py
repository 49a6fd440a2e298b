"""What people were told, kept."""

from dataclasses import dataclass, field

from taskforce.domain.notices import Notice
from taskforce.engine.ports import Ended


@dataclass(slots=True)
class RecordedNotifier:
    """Keeps every notice with its connection, in order."""

    heard: list[tuple[str, Notice]] = field(default_factory=list)
    ends: list[Ended] = field(default_factory=list)

    def told(self, connection: str, notice: Notice) -> None:
        """Keep it."""
        self.heard.append((connection, notice))

    def ended(self, ended: Ended) -> None:
        """Keep it."""
        self.ends.append(ended)
