"""Who did what, kept by the database."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connections

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
