"""Other processes on the same store."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

_ROOT = Path(__file__).parents[2]

_OPENING = """
import os, signal
from pathlib import Path
from taskforce.adapters.store.setup import open_database
from taskforce.errors import TaskforceError
try:
    open_database(Path(os.environ["TASKFORCE_HOME"]))
except TaskforceError as error:
    print(type(error).__name__, error, sep=": ")
    raise SystemExit(2)
"""

MISSING_TABLES = """
from django.apps import apps
from django.db import connection
print({each._meta.db_table for each in apps.get_models()} - set(connection.introspection.table_names()))
"""
"""Says which tables of this version the database has not got."""

KILL = "os.kill(os.getpid(), signal.SIGKILL)"
"""Ends a child at once: nothing is closed, nothing is released."""


def start_child(code: str = "", **environment: str | Path) -> "subprocess.Popen[str]":
    """A process that opens the store of this one, or another by `TASKFORCE_HOME`, and then runs `code`."""
    return subprocess.Popen(
        [sys.executable, "-c", _OPENING + textwrap.dedent(code)],
        cwd=_ROOT,
        env={**os.environ, **{name: str(value) for name, value in environment.items()}},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run_child(code: str = "", **environment: str | Path) -> tuple[int, str]:
    """Wait for such a process; its exit status (negative: the signal that killed it) and all it said."""
    with start_child(code, **environment) as child:
        output, _ = child.communicate()
        return child.returncode, output
