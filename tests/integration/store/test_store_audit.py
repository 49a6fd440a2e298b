"""Who did what, kept by the database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import Error, connections, transaction

from taskforce.adapters.store.audit import Audit
from taskforce.adapters.store.models import AuditRow
from taskforce.domain.audit import Deed
from taskforce.testing.clock import FrozenClock


def test_entries_are_told_the_latest_first() -> None:
    """With who, from where, what and when."""
    audit, now = Audit(), FrozenClock().now()
    audit.add(Deed.SIGNED_IN, who="helen", origin="192.0.2.7", now=now)
    audit.add(Deed.CONNECTION_EDITED, who="helen", origin="192.0.2.7", now=now, connection="acme", details={"a": "b"})

    told = [(each.deed, each.who, each.connection, each.details) for each in audit.latest(2)]

    assert told == [
        (Deed.CONNECTION_EDITED, "helen", "acme", {"a": "b"}),
        (Deed.SIGNED_IN, "helen", "", {}),
    ]
    assert audit.first_break() is None


def test_entries_added_at_once_follow_each_other() -> None:
    """No two of them the same one."""
    audit, now = Audit(), FrozenClock().now()
    before = AuditRow.objects.count()

    def add(number: int) -> None:
        audit.add(Deed.LAUNCHED, who=f"user {number}", origin="here", now=now)
        connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(40)))

    assert (AuditRow.objects.count() - before, audit.first_break()) == (40, None)


def test_the_database_refuses_to_change_or_cut_it() -> None:
    """Whoever tries; but what an entry says in detail can be emptied (B18)."""
    Audit().add(Deed.USER_ADDED, who="helen", origin="here", now=FrozenClock().now(), details={"email": "r@x.example"})
    row = AuditRow.objects.latest("id")
    ours = AuditRow.objects.filter(pk=row.pk)

    for tampering in (
        lambda: ours.update(who="nobody"),
        lambda: ours.update(details={"email": "other"}),
        lambda: ours.update(details={}, salt="", who="nobody"),
        lambda: ours.delete(),
    ):
        with pytest.raises(Error, match="never changed"), transaction.atomic():
            tampering()
    ours.update(details={}, salt="")

    assert (AuditRow.objects.get(pk=row.pk).who, Audit().first_break()) == ("helen", None)
