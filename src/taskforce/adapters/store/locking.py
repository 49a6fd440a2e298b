"""Keeping others from adding or changing connections for as long as a transaction takes."""

from django.db import connections

from taskforce.adapters.store.models import Connection


def lock_connections(using: str) -> None:
    """Inside a transaction; SQLite's has the whole database anyway."""
    database = connections[using]
    if database.vendor == "postgresql":
        with database.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{Connection._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')
