"""What people were told, where several tell the same at once, and as it is looked up."""

from threading import Barrier, Thread

from django.db import connections

from taskforce.adapters.store.history import History
from taskforce.adapters.store.stores import DjangoStores
from taskforce.domain.notices import Notice, NoticeKind
from taskforce.testing.clock import FrozenClock
from tests.support.store import open_store

NOW = FrozenClock().now()


def notice(subject: str = "", kind: NoticeKind = NoticeKind.NO_IMPORT) -> Notice:
    """Something to know."""
    return Notice(kind=kind, subject=subject, text=f"About {subject or kind}.", told_at=NOW)


def test_only_the_first_of_two_that_tell_the_same_at_once_tells_it(store: DjangoStores) -> None:
    """The service and an import look at the alarm independently."""
    meeting, told = Barrier(4), []

    def tell() -> None:
        meeting.wait()
        told.append(store.notices.tell(notice()))
        connections.close_all()

    threads = [Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == [False, False, False, True]
    assert list(store.notices.open(NoticeKind.NO_IMPORT)) == [notice()]


def test_what_stands_is_listed_before_what_is_over(store: DjangoStores) -> None:
    """Each the latest first, and of one connection only."""
    other = open_store("other")
    other.notices.tell(notice("other"))
    for subject in ("1", "2", "3"):
        store.notices.tell(notice(subject, NoticeKind.APPROVAL))
    store.notices.end(NoticeKind.APPROVAL, "2", NOW)

    listed = History().notices("acme")

    assert [(each.subject, each.over_at) for each in listed] == [("3", None), ("1", None), ("2", NOW)]
