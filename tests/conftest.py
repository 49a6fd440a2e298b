"""What every test shares: one home folder per process, a database in it, and no network but loopback."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

_HOME = tempfile.TemporaryDirectory(prefix="taskforce-tests-")
os.environ["TASKFORCE_HOME"] = _HOME.name
os.environ["DJANGO_SETTINGS_MODULE"] = "taskforce.django_settings"

from taskforce.adapters.store.setup import open_database  # noqa: E402 - the home must be known first

open_database(Path(_HOME.name))

if TYPE_CHECKING:
    from taskforce.installation import Installation


@pytest.fixture
def installation() -> Iterator["Installation"]:
    """An installation without connections; whatever a test stores is forgotten afterwards."""
    from taskforce.adapters.store.models import Connection, LeaseRow, RunRow
    from taskforce.bootstrap import open_installation

    with open_installation() as opened:
        yield opened
        for model in (RunRow, LeaseRow, Connection):
            model.objects.all().delete()
