"""The demo as people start it, in a process of its own: one connection, imported once, and whoever may look at it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

PASSWORD = "a heron stands in the reeds"
PEOPLE = {"vera": "viewer", "otto": "operator", "anna": "administrator"}


@dataclass(frozen=True, slots=True)
class Demo:
    """What `taskforce demo --json` told."""

    told: dict[str, Any]

    @property
    def address(self) -> str:
        """Of the pages."""
        return str(self.told["url"])


@contextmanager
def running_demo() -> Iterator[Demo]:
    """Until the end of the `with`; a viewer, an operator and an administrator may sign in; a row was changed once."""
    environment = {**os.environ, "TASKFORCE_DATABASE_URL": "", "TASKFORCE_PAGES_PORT": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "taskforce", "demo", "--json"], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        demo = Demo(json.loads(process.stdout.readline()))
        for name, role in PEOPLE.items():
            words = ("users", "add", name, "--role", role, "--password-stdin")
            _run(demo, environment, *words, given=f"{PASSWORD}\n")
        _run(demo, environment, "mapping", "demo", "set", "account", "stockSymbol", "--too-long", "cut", "--yes")
        yield demo
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        process.stdout.close()


def _run(demo: Demo, environment: dict[str, str], *words: str, given: str = "") -> None:
    subprocess.run(
        [sys.executable, "-m", "taskforce", *words],
        env={**environment, "TASKFORCE_HOME": str(demo.told["home"])},
        input=given,
        capture_output=True,
        text=True,
        check=True,
    )
