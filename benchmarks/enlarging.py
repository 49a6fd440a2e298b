"""Makes a connection look as if it had many more contacts: rows that an import has left, again under other ids.

To import a million takes an hour; what an import with little to do costs depends on what is stored alone, and that is
the same: links, what Autotask held when last seen, and what the first import decided. The vendors know nothing of them.
"""

from typing import Any

HIGHER = 1_000_000_000_000
"""Ids of a copy begin so much higher."""

SOURCE_IDS = ("source_id",)
TEXTS_ANEW = ("match", "name_key", "match_key", "search", "domain", "number", "mobile", "fingerprint")
"""Values that differ from record to record, and would stand in long rows of equals otherwise."""


def enlarge(contacts: int) -> None:
    """Copy what the first import left until so many contacts are linked, a multiple of those it linked. SQLite only."""
    from taskforce.adapters.store.models import ChangeRow, IndexRow, LinkRow, RunRow

    linked = LinkRow.objects.filter(entity="contact")
    originals, known = linked.filter(target_id__lt=HIGHER).count(), linked.count()
    if contacts % originals:
        raise ValueError(f"{contacts} is no multiple of {originals}")
    first = RunRow.objects.order_by("pk").values_list("pk", flat=True)[0]
    for copy in range(known // originals, contacts // originals):
        _copied(LinkRow, copy, "TRUE")
        _copied(IndexRow, copy, "TRUE")
        _copied(ChangeRow, copy, f"run_id = {first}")


def _copied(model: Any, copy: int, condition: str) -> None:
    """The rows of contacts as the import left them, with what must be theirs alone changed."""
    from django.db import connection

    names = [each.column for each in model._meta.concrete_fields if not each.primary_key]  # noqa: SLF001
    values = ", ".join(_changed(name, copy) for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    table = model._meta.db_table  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({listed}) SELECT {values} FROM "{table}" '  # noqa: S608 - names of our own models
            f"WHERE entity = 'contact' AND target_id < {HIGHER} AND {condition}"
        )


def _changed(name: str, copy: int) -> str:
    if name in SOURCE_IDS:
        return f"substr(\"{name}\", 1, 3) || 'Z' || printf('%03d', {copy}) || substr(\"{name}\", 8)"
    if name == "target_id":
        return f'"{name}" + {copy * HIGHER}'
    if name in TEXTS_ANEW:
        return f"CASE \"{name}\" WHEN '' THEN '' ELSE printf('%03d', {copy}) || substr(\"{name}\", 4) END"
    return f'"{name}"'
