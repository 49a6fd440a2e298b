"""The installation of the pictures: the demo's records, a day of imports, three people; at a time that stands still."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from taskforce.bootstrap import open_installation
from taskforce.connection_config import ConnectionConfig
from taskforce.domain.roles import Role
from taskforce.testing.clock import FrozenClock
from taskforce.testing.progress import SilentProgress
from taskforce_simulators.serving import RunningPair, start_pair

if TYPE_CHECKING:
    from taskforce.installation import Installation

NAME = "northlight"
USER = "anna"
PASSWORD = "a heron stands in the reeds"
BEGIN = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
IMPORTS = 9
SALESFORCE_PORT, AUTOTASK_PORT = 18471, 18472
"""Fixed, since they stand in the pictures."""


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
        start_pair(scenario="demo", salesforce_port=SALESFORCE_PORT, autotask_port=AUTOTASK_PORT) as pair,
        open_installation(clock) as installation,
    ):
        state = DemoState(pair, installation, clock)
        _people(state)
        _imports(state)
        yield state


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
    here.add_connection(NAME, ConnectionConfig.of(document), by_operator=True)
    here.edit_connection(NAME, {"settings": {"active": True}})
    here.prepare_autotask(NAME)
    _run(state)
    accounts = [each for each in state.pair.salesforce.records("Account") if each["Type"] == "Customer"]
    for number in range(1, IMPORTS):
        for place in range(number % 4 * 2):
            changed = accounts[(number * 7 + place) % len(accounts)]
            state.pair.salesforce.save_record("Account", {"Id": changed["Id"], "Phone": f"312-555-01{number}{place}"})
        _run(state)


def _run(state: DemoState) -> None:
    state.clock.advance(timedelta(minutes=20))
    state.installation.run_import(NAME, progress=SilentProgress(), should_stop=lambda: False)
