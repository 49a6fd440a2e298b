"""Opening the database: Django set up once, migrations run when there are any."""

from pathlib import Path

import django
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from taskforce.errors import ConfigurationError


def open_database(home: Path) -> None:
    """Make the home folder and bring the database up to date. Raises ConfigurationError with the mend."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise ConfigurationError([f"The folder {home} cannot be made: set TASKFORCE_HOME to one that can."]) from None
    django.setup()
    try:
        executor = MigrationExecutor(connection)
        wanted = executor.loader.graph.leaf_nodes()
        unknown = set(executor.loader.applied_migrations) - set(executor.loader.graph.nodes)
        if unknown:
            raise ConfigurationError(["The database was made by a newer version of Taskforce: install that version."])
        if executor.migration_plan(wanted):
            call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError:
        raise ConfigurationError(
            [f"The database in {home} cannot be opened: check its rights, and whether the file is a database of ours."]
        ) from None
