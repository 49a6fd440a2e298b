"""The whole loop under people, trouble and kills: see `sync_machine`."""

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.sync_machine.machine import SyncMachine

STORIES = settings(max_examples=50, stateful_step_count=25, derandomize=True, deadline=None, database=None)
"""The same fifty in every run; `make torture` tells others."""


def test_everything_ends_well() -> None:
    """Whatever happens in whatever order: once it is quiet, every promise is kept."""
    run_state_machine_as_test(SyncMachine, settings=STORIES)
