"""Opens an installation: configuration, logs, database, then everything else."""

import os
from typing import TYPE_CHECKING

from taskforce.adapters.clock import SystemClock
from taskforce.adapters.store.setup import open_database
from taskforce.config import InstallationSettings
from taskforce.engine.ports import Clock
from taskforce.log import set_up_logging

if TYPE_CHECKING:
    from taskforce.installation import Installation


def open_installation(clock: Clock | None = None) -> "Installation":
    """The installation that the environment names. Raises ConfigurationError when it cannot be opened."""
    settings = InstallationSettings()
    set_up_logging(settings.log_level)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskforce.django_settings")
    open_database(settings.home)
    from taskforce.installation import Installation

    return Installation(settings, clock or SystemClock())
