"""A run's progress as bars on standard error."""

from types import TracebackType
from typing import Self

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from taskforce.cli.console import err, say


class ProgressBars:
    """One line per phase; nothing is drawn where standard error is no terminal."""

    def __init__(self) -> None:
        self._bars = Progress(
            SpinnerColumn(finished_text="[green]✓[/green]"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=err,
            disable=not err.is_terminal,
        )
        self._current: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_phase()
        self._bars.stop()

    def phase(self, name: str, total: int | None = None) -> None:
        """Begin a line; the one before is complete."""
        self._end_phase()
        self._current = self._bars.add_task(name, total=total)

    def advance(self, count: int) -> None:
        """Move the bar of the current line."""
        if self._current is not None:
            self._bars.advance(self._current, count)

    def say(self, sentence: str) -> None:
        """A line above the bars."""
        say(escape(sentence), self._bars.console)

    def _end_phase(self) -> None:
        if self._current is not None:
            done = self._bars.tasks[self._current].completed
            self._bars.update(self._current, total=done or 1, completed=done or 1)


class QuietProgress:
    """Says what a person should know, draws nothing."""

    def phase(self, name: str, total: int | None = None) -> None:
        """A new phase begins."""

    def advance(self, count: int) -> None:
        """Records are done."""

    def say(self, sentence: str) -> None:
        """A line on standard error."""
        say(escape(sentence), err)
