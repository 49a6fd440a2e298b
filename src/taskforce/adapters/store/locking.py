"""Keeping others from writing to a table for as long as a transaction takes."""

from django.db import DEFAULT_DB_ALIAS, connections, models


def keep_writers_away(model: type[models.Model], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Until the end of the transaction; SQLite's has the whole database anyway.

    Whoever encrypts what it then writes calls this first, inside the transaction in which it writes: a rotation of the
    key then comes before both or after both, and nothing stays encrypted with a key that is dropped.
    """
    database = connections[using]
    if database.vendor == "postgresql":
        with database.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{model._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')
