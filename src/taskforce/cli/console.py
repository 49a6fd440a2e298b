"""Where the command line writes: results to standard output, everything else to standard error."""

import errno
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from taskforce.errors import ConfigurationError, TaskforceError

WITHOUT_TERMINAL = 120
"""How wide tables are in files and pipes, where nothing tells the width."""

out = Console(highlight=False, width=None if sys.stdout.isatty() else WITHOUT_TERMINAL)
err = Console(stderr=True, highlight=False)

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

COULD_NOT = 2
"""The exit status when something must be mended first."""


def print_json(document: Any) -> None:
    """One object on one line, for programs; ASCII alone where the output can hold nothing else."""
    sys.stdout.write(_json(document) + "\n")
    sys.stdout.flush()


def print_json_with(head: Mapping[str, Any], name: str, items: Iterable[Any]) -> None:
    """One object on one line that ends with a list, written item by item so that it never has to be held as a whole."""
    sys.stdout.write(f"{_json(head)[:-1]}{', ' if head else ''}{_json(name)}: [")
    for number, item in enumerate(items):
        sys.stdout.write(f"{', ' if number else ''}{_json(item)}")
    sys.stdout.write("]}\n")
    sys.stdout.flush()


def _json(document: Any) -> str:
    is_unicode = (sys.stdout.encoding or "").casefold().replace("-", "").startswith("utf")
    return json.dumps(document, ensure_ascii=not is_unicode)


def safe(text: str) -> str:
    """A text out of a record as it may go to a terminal: no markup, no control characters that would steer it."""
    return escape("".join(letter if letter.isprintable() else " " for letter in text))


def be_lenient() -> None:
    """Letters that an output cannot hold are replaced instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def given_up_on_output(error: Exception) -> str:
    """What to tell if the disk behind the output is full, with nothing more written to it; nothing of other errors."""
    if not isinstance(error, OSError) or error.errno not in _FULL:
        return ""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python fails once more as it ends
    return f"The output cannot be written ({error.strerror}): make room, or have it written elsewhere."


def say(line: str, console: Console = out) -> None:
    """One line: a terminal breaks it between words, a file or a pipe gets it whole."""
    console.print(line, soft_wrap=not console.is_terminal)


def fail(error: TaskforceError) -> NoReturn:
    """Tell what is wrong and how to mend it, and end."""
    problems = error.problems if isinstance(error, ConfigurationError) else (str(error),)
    for problem in problems:
        say(f"[red]✗[/red] {escape(problem)}", err)
    raise typer.Exit(COULD_NOT)


def unwritable(file: Path, error: OSError) -> ConfigurationError:
    """What to tell of a file that could not be written."""
    return ConfigurationError([f"{file} cannot be written ({error.strerror}): name another file."])


@contextmanager
def telling_errors() -> Iterator[None]:
    """Expected errors end the command with their sentence instead of a traceback."""
    try:
        yield
    except TaskforceError as error:
        fail(error)
