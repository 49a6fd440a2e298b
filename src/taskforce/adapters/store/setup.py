"""Opening the database: Django set up once, migrations run when there are any."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from taskforce.adapters.store.trouble import telling_trouble
from taskforce.errors import ConfigurationError


def set_up(home: Path) -> None:
    """Make the home folder and tell Django where the database is, without a look at it.

    Nothing else of this package but `trouble` may be imported before. Raises ConfigurationError with the mend.
    """
    os.umask(0o077)  # database, what SQLite lays beside it and their folders hold personal data: for this user alone
    _make_home(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskforce.django_settings")
    django.setup()


def open_database(home: Path) -> None:
    """Set up, and bring the database up to date. Raises ConfigurationError with the mend."""
    set_up(home)
    with telling_trouble():
        bring_up_to_date()


def _make_home(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise ConfigurationError([f"The folder {home} cannot be made: set TASKFORCE_HOME to one that can."]) from None
    if not os.access(home, os.W_OK | os.X_OK):
        raise ConfigurationError(
            [f"The folder {home} cannot be written: give your user the right to, or set TASKFORCE_HOME."]
        )


def bring_up_to_date(using: str = DEFAULT_DB_ALIAS, *, what: str = "The database") -> None:
    """Run the migrations that a database lacks: all of them or, should one fail, none.

    Processes that meet in it wait for each other. Raises ConfigurationError when the database has migrations that
    nobody here knows.
    """
    if _is_behind(using, what):
        with _alone(connections[using]):
            if _is_behind(using, what):
                call_command("migrate", database=using, verbosity=0, interactive=False)


def _is_behind(using: str, what: str) -> bool:
    executor = MigrationExecutor(connections[using])
    if set(executor.loader.applied_migrations) - set(executor.loader.graph.nodes):
        raise ConfigurationError([f"{what} was made by a newer version of Taskforce: install that version."])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _alone(database: BaseDatabaseWrapper) -> Iterator[None]:
    """One transaction around every migration, in which no other process migrates; SQLite's keeps out all writers."""
    with database.constraint_checks_disabled(), transaction.atomic(using=database.alias):
        if database.vendor == "postgresql":
            with database.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('taskforce migrations'))")
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # rows that wait to be checked keep tables unaltered
        yield
