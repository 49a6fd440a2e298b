"""The whole loop under people, trouble and kills: see `sync_machine`."""

import os

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.sync_machine.machine import SyncMachine

MANY = 8 if "TASKFORCE_TEST_DATABASE_URL" in os.environ else 50
"""Stories; fewer on PostgreSQL, where they show what SQLite cannot."""

STORIES = settings(max_examples=MANY, stateful_step_count=25, derandomize=True, deadline=None, database=None)
"""The same in every run; `make torture` tells others."""


def test_everything_ends_well() -> None:
    """Whatever happens in whatever order: once it is quiet, every promise is kept."""
    run_state_machine_as_test(SyncMachine, settings=STORIES)
