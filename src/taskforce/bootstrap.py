"""Opens an installation: configuration, logs, database, then everything else."""

import os
from typing import TYPE_CHECKING

from taskforce.adapters.clock import SystemClock
from taskforce.adapters.store.setup import open_database, set_up
from taskforce.config import InstallationSettings
from taskforce.engine.ports import Clock
from taskforce.log import set_up_logging

if TYPE_CHECKING:
    from taskforce.backups import Backups
    from taskforce.installation import Installation


def open_installation(clock: Clock | None = None) -> "Installation":
    """The installation that the environment names. Raises ConfigurationError when it cannot be opened."""
    settings = _settings()
    open_database(settings.home)
    from taskforce.installation import Installation
    from taskforce.posting import RunNotifier

    installation = Installation(settings, clock or SystemClock())
    installation.notifier = RunNotifier(installation, installation.notifier)
    return installation


def open_backups(clock: Clock | None = None) -> "Backups":
    """The backups of that installation, whose database need not be in order."""
    settings = _settings()
    set_up(settings.home)
    from taskforce.backups import Backups

    return Backups(settings, clock or SystemClock())


def _settings() -> InstallationSettings:
    settings = InstallationSettings.from_environment()
    set_up_logging(settings.log_level)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskforce.django_settings")
    return settings
