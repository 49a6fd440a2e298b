"""What people were told, kept."""

from dataclasses import dataclass, field

from taskforce.domain.notices import Notice


@dataclass(slots=True)
class RecordedNotifier:
    """Keeps every notice with its connection, in order."""

    heard: list[tuple[str, Notice]] = field(default_factory=list)

    def told(self, connection: str, notice: Notice) -> None:
        """Keep it."""
        self.heard.append((connection, notice))
