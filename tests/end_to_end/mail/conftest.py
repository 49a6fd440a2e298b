"""Fixtures of the mails: a mail server on loopback, and an office of which somebody is told."""

from collections.abc import Iterator

import pytest

from taskforce import mail_settings
from taskforce.bootstrap import open_installation
from taskforce.installation import Installation
from taskforce.testing.clock import FrozenClock
from taskforce_simulators.serving import RunningPair
from tests.end_to_end.office import NAME, Office
from tests.support.mailbox import Mailbox, open_mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server without encryption or login."""
    with open_mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def clock() -> FrozenClock:
    """Moves on by the waits of `serve`, and when it is told to."""
    return FrozenClock()


@pytest.fixture
def served(clock: FrozenClock, installation: Installation) -> Iterator[Installation]:
    """An installation whose time is the frozen clock's; `installation` forgets what it stores."""
    del installation
    with open_installation(clock) as opened:
        yield opened


@pytest.fixture
def told(served: Installation, pair: RunningPair, mailbox: Mailbox) -> Office:
    """An office, imported every twenty minutes, of which Helen Marsh is told by mail."""
    office = Office(pair, served)
    served.prepare_autotask(NAME)
    office.settings(active=True, notified=[office.resource("Helen Marsh")])
    mail_settings.change(served, server_of(mailbox))
    return office


def server_of(mailbox: Mailbox) -> dict[str, object]:
    """The settings that lead there."""
    return {
        "host": mailbox.host,
        "port": mailbox.port,
        "security": "none",
        "sender": "Taskforce <taskforce@northlight.example>",
        "address": "https://taskforce.northlight.example/",
    }
