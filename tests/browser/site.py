"""Taskforce as people run it, `taskforce serve` in a process of its own, with both simulators and a mail server."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from taskforce_simulators.serving import RunningPair
from tests.support.mailbox import Mailbox

LONGEST = 30
"""Seconds that a start may take."""

_ADDRESS = re.compile(r"The pages: (\S+)")
_CODE = re.compile(r"give the code (\S+)")


@dataclass(slots=True)
class Site:
    """Where the pages are, the one-time code of the first start, and what stands behind them."""

    pair: RunningPair
    mailbox: Mailbox
    home: Path
    address: str = ""
    code: str = ""
    said: list[str] = field(default_factory=list)

    def taskforce(self, *words: str, given: str = "") -> str:
        """A command of the person who runs this machine; what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "taskforce", *words],
            env=_environment(self.home),
            input=given,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """Serve until the end of the `with`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "taskforce", "serve"],
        env=_environment(site.home),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    has_started = threading.Event()

    def listen() -> None:
        for line in process.stderr or ():
            site.said.append(line)
            if found := _ADDRESS.search(line):
                site.address = found.group(1)
            if found := _CODE.search(line):
                site.code = found.group(1)
            if site.address and "Nobody can sign in yet" in "".join(site.said):
                has_started.set()

    listener = threading.Thread(target=listen)
    listener.start()
    try:
        assert has_started.wait(LONGEST), "".join(site.said)
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        listener.join()
        assert process.stderr is not None
        process.stderr.close()


def _environment(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "TASKFORCE_HOME": str(home),
        "TASKFORCE_DATABASE_URL": "",
        "TASKFORCE_PAGES_PORT": "0",
        "TASKFORCE_ALLOWED_HOSTS": "127.0.0.1,localhost",
        "COLUMNS": "400",
        "NO_COLOR": "1",
    }
