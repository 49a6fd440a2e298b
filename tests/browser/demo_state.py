"""The installation of the pictures: the demo's records, a day of imports, three people; at a time that stands still."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from taskforce import mail_settings
from taskforce.bootstrap import open_installation
from taskforce.connection_config import ConnectionConfig
from taskforce.domain.roles import Role
from taskforce.testing.clock import FrozenClock
from taskforce_simulators.serving import RunningPair, start_pair

if TYPE_CHECKING:
    from taskforce.installation import Installation

NAME = "northlight"
USER = "anna"
PASSWORD = "a heron stands in the reeds"
BEGIN = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
IMPORTS = 10
SALESFORCE_PORT, AUTOTASK_PORT = 18471, 18472
"""Fixed, since they stand in the pictures."""


A_RECORD = timedelta(milliseconds=20)
"""How long one takes, so that a run has a duration though the clock stands."""


@dataclass(frozen=True, slots=True)
class Passing:
    """Progress that nobody watches, with which time passes."""

    clock: FrozenClock

    def phase(self, name: str, total: int | None = None) -> None:
        """A phase begins."""

    def advance(self, count: int) -> None:
        """So many records later."""
        self.clock.advance(A_RECORD * count)

    def say(self, sentence: str) -> None:
        """Nobody hears it."""


@dataclass(frozen=True, slots=True)
class DemoState:
    """What stands behind the pages."""

    pair: RunningPair
    installation: "Installation"
    clock: FrozenClock


@contextmanager
def demo_state() -> Iterator[DemoState]:
    """Until the end of the `with`; TASKFORCE_HOME names an empty folder."""
    clock = FrozenClock(BEGIN)
    with (
        start_pair(scenario="empty", salesforce_port=SALESFORCE_PORT, autotask_port=AUTOTASK_PORT) as pair,
        open_installation(clock) as installation,
    ):
        state = DemoState(pair, installation, clock)
        _set_clocks(state)
        pair.salesforce.reset()
        pair.autotask.reset()
        pair.load("demo", accounts=None, contacts=None, seed=1)
        _people(state)
        _imports(state)
        _surroundings(state)
        yield state


def _set_clocks(state: DemoState) -> None:
    """Both systems have the time of this machine."""
    for each in (state.pair.salesforce, state.pair.autotask):
        each.clock.freeze(state.clock.now())


def _people(state: DemoState) -> None:
    people = (
        (USER, "Anna Lind", Role.ADMINISTRATOR),
        ("otto", "Otto Berg", Role.OPERATOR),
        ("vera", "Vera Holm", Role.VIEWER),
    )
    for name, full_name, role in people:
        state.installation.users.add(
            name,
            role=role,
            password=PASSWORD,
            full_name=full_name,
            email=f"{name}@northlight.example",
            now=state.clock.now(),
        )


def _imports(state: DemoState) -> None:
    """One that brings everything, then some in which a few accounts change."""
    here = state.installation
    document = state.pair.connection()
    here.book.add(NAME, ConnectionConfig.of(document), by_operator=True)
    here.book.edit(NAME, {"settings": {"active": True}})
    here.prepare_autotask(NAME)
    resources = state.pair.autotask.records("Resources")
    told = next(int(str(each["id"])) for each in resources if each["lastName"] == "Marsh")
    here.book.edit(NAME, {"settings": {"notified": [told]}})
    _run(state)
    accounts = [each for each in state.pair.salesforce.records("Account") if each["Type"] == "Customer"]
    for number in range(1, IMPORTS):
        for place in range(number % 4 * 2):
            changed = accounts[(number * 7 + place) % len(accounts)]
            state.pair.salesforce.save_record("Account", {"Id": changed["Id"], "Phone": f"312-555-01{number}{place}"})
        _run(state)


def before_any_import(state: DemoState) -> None:
    """As on the first day: the database as the old extension left it, and a connection that has imported nothing."""
    here = state.installation
    here.book.remove(NAME)
    for each in (state.pair.salesforce, state.pair.autotask):
        each.reset()
    _set_clocks(state)
    state.pair.load("demo", accounts=None, contacts=None, seed=1)
    here.book.add(NAME, ConnectionConfig.of(state.pair.connection()), by_operator=True)


def _run(state: DemoState) -> None:
    due_at = BEGIN + timedelta(minutes=20) * (len(state.installation.history.runs(NAME, limit=99)) + 1)
    state.clock.advance(due_at - state.clock.now())
    _set_clocks(state)
    state.installation.run_import(NAME, progress=Passing(state.clock), should_stop=lambda: False)


def _surroundings(state: DemoState) -> None:
    """A mail server, programs with tokens, a scheduler at work and a backup."""
    here = state.installation
    mail_settings.change(
        here,
        {
            "host": "smtp.northlight.example",
            "sender": "Taskforce <taskforce@northlight.example>",
            "address": "https://taskforce.northlight.example/",
        },
    )
    for name, role in (("monitoring", Role.VIEWER), ("nightly script", Role.OPERATOR)):
        here.tokens.add(name, role=role, days=90, by=USER, now=state.clock.now())
    here.health.beat("demo", state.clock.now())
    here.last_backup_file.touch()
    os.utime(here.last_backup_file, (BEGIN.timestamp(), BEGIN.timestamp()))
    _set_clocks(state)
