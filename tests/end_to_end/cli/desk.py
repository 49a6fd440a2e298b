"""The command line as people and programs use it: in this process where many are needed, or as a process of its own."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import structlog
from typer.testing import CliRunner

from taskforce.cli.main import app
from taskforce.connection_config import SECRETS

ROOT = Path(__file__).parents[3]
LOUD = {"TASKFORCE_LOG_LEVEL": "DEBUG"}
"""Everything that can be logged is, so that what must not be logged would be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How a command ended, and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All of it, on one line."""
        return " ".join(f"{self.out} {self.err}".split())

    @property
    def problems(self) -> list[str]:
        """The sentences that are marked as problems."""
        return [line.removeprefix("✗ ") for line in self.err.splitlines() if line.startswith("✗ ")]

    @property
    def told(self) -> list[str]:
        """What was told beside the result, without the logs."""
        return [line for line in self.err.splitlines() if not line.startswith("timestamp=")]

    @property
    def document(self) -> Any:
        """The last line of the output, as programs read it."""
        return json.loads(self.out.splitlines()[-1])

    @property
    def is_tidy(self) -> bool:
        """Whether neither a traceback nor a defect was shown."""
        return "Traceback" not in self.text and "defect" not in self.text

    def shown(self, secrets: Sequence[str]) -> list[str]:
        """Those secrets that stand in the output, however its lines are broken."""
        everything = "".join(self.text.split())
        return [secret for secret in secrets if "".join(secret.split()) in everything]


class Desk:
    """Types commands; `home` is the folder of this process unless a command runs in one of its own."""

    def __init__(self) -> None:
        self._runner = CliRunner()

    def run(self, *words: str, stdin: str | bytes | None = None) -> Said:
        """A command in this process; logs go where they went before when it has ended."""
        before = structlog.get_config()
        result = self._runner.invoke(app, list(words), input=stdin, env=LOUD, catch_exceptions=False)
        structlog.configure(**before)
        return Said(status=result.exit_code, out=result.stdout, err=result.stderr)

    def give(self, document: Mapping[str, Any], *words: str) -> Said:
        """A command that reads a JSON object from standard input."""
        return self.run(*words, "--from", "-", stdin=json.dumps(document))

    def start(self, *words: str, home: Path | None = None, is_loud: bool = True) -> "subprocess.Popen[str]":
        """The real command, as a process of its own; a loud one stops when nobody reads its logs."""
        return _Started(
            [sys.executable, "-m", "taskforce", *words],
            cwd=ROOT,
            env={
                **os.environ,
                **(LOUD if is_loud else {}),
                **({"TASKFORCE_HOME": str(home), "TASKFORCE_DATABASE_URL": ""} if home else {}),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, *words: str, home: Path | None = None, stdin: str = "") -> Said:
        """The real command, to its end."""
        with self.start(*words, home=home) as process:
            return ending(process, stdin)

    def type_at_terminal(self, *words: str, typed: str, before: Callable[[], object]) -> tuple[int, str]:
        """The real command at a terminal, answered after something else was done; its status, and the whole screen."""
        screen, keyboard = pty.openpty()
        command = [sys.executable, "-m", "taskforce", *words]
        with _Started(
            command, cwd=ROOT, stdin=keyboard, stdout=keyboard, stderr=keyboard, start_new_session=True
        ) as process:
            os.close(keyboard)
            shown = b""
            with suppress(OSError):  # Linux ends a terminal that nobody holds any more with one
                while seen := os.read(screen, 1000):
                    if b":" in seen and b":" not in shown:
                        before()
                        os.write(screen, typed.encode())
                    shown += seen
        os.close(screen)
        return process.returncode, shown.decode()


class _Started(subprocess.Popen[str]):
    """Ends with the test that fails beside it, instead of being waited for."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.kill()
        super().__exit__(kind, error, trace)


def next_line(stream: IO[str] | None) -> str:
    """The next line of a process that goes on; nothing beyond it is read, so that `ending` has all the rest."""
    assert stream is not None
    letters = iter(lambda: os.read(stream.fileno(), 1), b"")
    return b"".join(takewhile(lambda letter: letter != b"\n", letters)).decode()


def line_with(stream: IO[str] | None, word: str) -> str:
    """The next line of a process that goes on with this in it, past its logs."""
    while line := next_line(stream):
        if word in line:
            return line
    raise AssertionError(f"it ended without {word}")


def ending(process: "subprocess.Popen[str]", stdin: str = "") -> Said:
    """What a process has said when it has ended."""
    out, err = process.communicate(stdin)
    return Said(status=process.returncode, out=out, err=err)


def secrets_of(document: Mapping[str, Any]) -> list[str]:
    """What may be shown nowhere: every secret of a connection, the private key also without its frame."""
    hidden = [document[section][name] for section, names in SECRETS.items() for name in names]
    return [*hidden, *(line for line in document["salesforce"]["private_key"].splitlines()[1:3])]
