"""Writes the database of today's version: done once, when it is released, and never again for that version."""

import sqlite3
from contextlib import closing
from pathlib import Path

import tests.conftest  # noqa: F401 - sets up an empty database in a folder of its own

if __name__ == "__main__":
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    from taskforce.config import InstallationSettings
    from tests.integration.store.released import book

    book.write()
    [(_, latest)] = MigrationLoader(connection).graph.leaf_nodes("store")
    with closing(sqlite3.connect(InstallationSettings().database_file)) as database:
        text = "\n".join(database.iterdump())
    (Path(__file__).parent / f"{latest}.sql").write_text(text + "\n", encoding="utf-8")
