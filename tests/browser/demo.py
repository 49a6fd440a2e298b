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
    """Until the end of the `with`; a viewer, an operator and an administrator may sign in."""
    environment = {**os.environ, "TASKFORCE_DATABASE_URL": "", "TASKFORCE_PAGES_PORT": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "taskforce", "demo", "--json"], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        demo = Demo(json.loads(process.stdout.readline()))
        for name, role in PEOPLE.items():
            _add(demo, name, role, environment)
        yield demo
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        process.stdout.close()


def _add(demo: Demo, name: str, role: str, environment: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "-m", "taskforce", "users", "add", name, "--role", role, "--password-stdin"],
        env={**environment, "TASKFORCE_HOME": str(demo.told["home"])},
        input=f"{PASSWORD}\n",
        capture_output=True,
        text=True,
        check=True,
    )
