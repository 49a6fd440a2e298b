"""Progress that nobody watches, and progress that is kept."""

from dataclasses import dataclass, field


class SilentProgress:
    """Shows nothing."""

    def phase(self, name: str, total: int | None = None) -> None:
        """Nothing."""

    def advance(self, count: int) -> None:
        """Nothing."""

    def say(self, sentence: str) -> None:
        """Nothing."""


@dataclass(slots=True)
class RecordedProgress:
    """Keeps the phases with their totals, what was done in each, and what was said."""

    phases: list[tuple[str, int | None]] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def phase(self, name: str, total: int | None = None) -> None:
        """A new phase begins."""
        self.phases.append((name, total))
        self.done.append(0)

    def advance(self, count: int) -> None:
        """So many more are done in the present phase."""
        self.done[-1] += count

    def say(self, sentence: str) -> None:
        """Keep it."""
        self.said.append(sentence)
