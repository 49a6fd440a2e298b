"""All or nothing, also when a process dies, and what a record costs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from taskforce.adapters.store.leases import acquire
from taskforce.adapters.store.stores import DjangoStores
from taskforce.domain.links import Link, LinkState
from taskforce.domain.match_rules import Keys
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceRecord, TargetId
from taskforce.domain.run import RunKind
from taskforce.engine.stores import IntentState
from taskforce.errors import LeaseLost, TaskforceError
from taskforce.testing.clock import FrozenClock
from tests.builders import NOON, account, account_id, company, link
from tests.integration.store.decisions import CREATED, create
from tests.integration.store.test_store_leases import ELSEWHERE
from tests.support.child import KILL, run_child
from tests.support.store import new_connection, open_store

COMPANY = Entity.COMPANY
KEYS = Keys(match="m", name="n")

DIES_WHILE_STORING = f"""
from taskforce.adapters.store.models import Connection
from taskforce.adapters.store.stores import DjangoStores
from taskforce.testing.clock import FrozenClock
from tests.builders import NOON, account, account_id, company, link
from tests.integration.store.test_store_transactions import COMPANY, KEYS

stores = DjangoStores(Connection.objects.get(), FrozenClock().now)
with stores.transaction():
    stores.intents.send(COMPANY, [(account_id(), 7, "digest")], FrozenClock().now())
with stores.transaction():
    stores.links.put([link(account())])
    stores.index.put(COMPANY, {{101: (company(), KEYS)}})
    stores.intents.close(COMPANY, [account_id()])
    stores.inbox.settle(COMPANY, [account_id()])
    {KILL}
"""


def test_process_that_dies_in_a_transaction_leaves_what_stood_before(store: DjangoStores) -> None:
    """The mark `sent` is on disk; of the transaction that was under way nothing is."""
    with store.transaction():
        store.inbox.put(COMPANY, [account()])

    assert run_child(DIES_WHILE_STORING) == (-9, "")
    [intent] = store.intents.unsettled()
    assert (intent.source_id, intent.state, intent.attempt) == (account_id(), IntentState.SENT, 1)
    assert store.links.by_source(COMPANY, [account_id()]) == {}
    assert store.index.records(COMPANY, [TargetId(101)]) == {}
    assert list(store.inbox.load(COMPANY, [account_id()])) == [account()]


def test_worker_that_lost_its_lease_writes_nothing() -> None:
    """The lease ended while it was away and another one took it: that one writes, the first stops."""
    clock = FrozenClock()
    slow = open_store(clock=clock)
    row = slow._connection
    clock.advance(timedelta(seconds=61))
    quick = DjangoStores(row, clock.now, lease=acquire(row.pk, ELSEWHERE, clock.now()))
    try:
        with quick.transaction():
            quick.inbox.put(COMPANY, [account(1)])

        with pytest.raises(LeaseLost), slow.transaction():
            slow.inbox.put(COMPANY, [account(2)])
        assert list(quick.inbox.due_ids(COMPANY, clock.now(), after=None, limit=5)) == [account_id(1)]
    finally:
        row.delete()


def test_removed_connection_stops_its_run(store: DjangoStores) -> None:
    """Nothing is written for a connection that a person removed meanwhile."""
    store._connection.delete()

    with pytest.raises(LeaseLost), store.transaction():
        store.inbox.put(COMPANY, [account()])


SECOND = Link(entity=COMPANY, source_id=account_id(2), target_id=TargetId(101))


def links_anew(store: DjangoStores) -> None:
    """Another pair for the same Autotask record."""
    with store.transaction():
        store.inbox.put(COMPANY, [account(3)])
        store.links.put([SECOND])


def links_again(store: DjangoStores) -> None:
    """A separated pair comes together while its Autotask record has another one."""
    with store.transaction():
        store.inbox.put(COMPANY, [account(3)])
        store.links.set_state(COMPANY, account_id(2), LinkState.LINKED)


@pytest.mark.parametrize("links_twice", [links_anew, links_again])
def test_autotask_record_linked_twice_ends_in_a_sentence(
    store: DjangoStores, links_twice: Callable[[DjangoStores], None]
) -> None:
    """The second pair is refused with its whole transaction."""
    apart = replace(SECOND, state=LinkState.UNMAPPED)
    with store.transaction():
        store.links.put([link(account(1)), apart])

    with pytest.raises(TaskforceError, match="linked to another one already"):
        links_twice(store)
    assert store.links.by_source(COMPANY, [account_id(2)]) == {account_id(2): apart}
    assert store.inbox.due(COMPANY, FrozenClock().now()) == 0


def test_connections_keep_out_of_each_others_way(store: DjangoStores) -> None:
    """The same ids in two connections are different records."""
    other = DjangoStores(new_connection("other"), FrozenClock().now)
    for each in (store, other):
        with each.transaction():
            each.inbox.put(COMPANY, [account()])
            each.links.put([link(account())])

    with other.transaction():
        other.inbox.settle(COMPANY, [account_id()])
        other.links.set_state(COMPANY, account_id(), LinkState.IGNORED)

    assert (store.inbox.due(COMPANY, FrozenClock().now()), other.inbox.due(COMPANY, FrozenClock().now())) == (1, 0)
    assert store.links.by_source(COMPANY, [account_id()]) == {account_id(): link(account())}


def statements(captured: CaptureQueriesContext) -> list[str]:
    """The kinds of statements, without those that begin and end transactions."""
    kinds = [query["sql"].split()[0] for query in captured.captured_queries]
    return [kind for kind in kinds if kind not in ("BEGIN", "COMMIT")]


def test_created_record_costs_nine_statements(store: DjangoStores) -> None:
    """One look at the lease per transaction, then one statement per fact."""
    now = FrozenClock().now()
    run = store.runs.start(RunKind.IMPORT, is_dry_run=False, now=now)
    plan = store.plan(run.id)
    plan.add([(create(), None)])
    [(number, _)] = plan.next_pending(COMPANY, after=0, limit=1)

    with CaptureQueriesContext(connection) as sent, store.transaction():
        store.intents.send(COMPANY, [(account_id(), 7, "digest")], now)
    with CaptureQueriesContext(connection) as settled, store.transaction():
        store.links.put([link(account())])
        store.index.put(COMPANY, {TargetId(101): (company(), KEYS)})
        store.intents.close(COMPANY, [account_id()])
        store.inbox.settle(COMPANY, [account_id()])
        plan.settle(number, CREATED, now)

    assert statements(sent) == ["SELECT", "INSERT"]
    assert statements(settled) == ["SELECT", "INSERT", "SELECT", "INSERT", "DELETE", "DELETE", "UPDATE"]


def test_record_that_stands_as_it_stood_is_not_written_again(store: DjangoStores) -> None:
    """At most it is marked as seen by the run that read everything: nine indexes would follow each row."""
    indexed = {TargetId(101): (company(), KEYS)}
    with store.transaction():
        store.index.put(COMPANY, indexed, run_id=1)

    with CaptureQueriesContext(connection) as seen, store.transaction():
        store.index.put(COMPANY, indexed, run_id=2)
    with CaptureQueriesContext(connection) as written, store.transaction():
        store.index.put(COMPANY, indexed)

    assert (statements(seen), statements(written)) == (["SELECT", "SELECT", "UPDATE"], ["SELECT", "SELECT"])


def test_intent_that_is_sent_again_counts_its_attempts(store: DjangoStores) -> None:
    """A doubt is over with it."""
    now = FrozenClock().now()
    with store.transaction():
        store.intents.send(COMPANY, [(account_id(), 7, "one")], now)
        store.intents.doubt(COMPANY, account_id())
        store.intents.send(COMPANY, [(account_id(), 7, "two")], now)

    intent = store.intents.get(COMPANY, [account_id()])[account_id()]

    assert (intent.state, intent.attempt, intent.server_since) == (IntentState.SENT, 2, None)


@pytest.mark.parametrize(
    ("version", "count"),
    [
        (account(), 0),
        (account(Name="Other"), 1),
        (account(modified_at=NOON + timedelta(seconds=1)), 1),
    ],
    ids=["the same", "other content", "newer"],
)
def test_held_record_is_due_again_in_another_version(store: DjangoStores, version: SourceRecord, count: int) -> None:
    """A field that became visible moves no time stamp, and a time stamp may move alone."""
    now = FrozenClock().now()
    with store.transaction():
        store.inbox.put(COMPANY, [account()])
        store.inbox.hold(COMPANY, account_id(), Reason.AMBIGUOUS, waits_for=None, match_key="key")

    with store.transaction():
        store.inbox.put(COMPANY, [version])

    assert store.inbox.due(COMPANY, now) == count


def test_record_forgets_what_it_waited_for_before(store: DjangoStores) -> None:
    """Held first, failing since: neither the old key nor the old account brings it back early."""
    now = FrozenClock().now()
    with store.transaction():
        store.inbox.put(COMPANY, [account()])
        store.inbox.hold(COMPANY, account_id(), Reason.AMBIGUOUS, waits_for=account_id(9), match_key="key")
        store.inbox.fail(COMPANY, account_id(), Reason.REJECTED, now)
        store.inbox.release_keys(COMPANY, ["key"])
        store.inbox.release_waiting([account_id(9)])

    assert store.inbox.due(COMPANY, now) == 0
    store.inbox.retry_failing(now)
    assert store.inbox.due(COMPANY, now) == 1


def test_due_and_failing_records_come_in_one_order(store: DjangoStores) -> None:
    """In slices along the ids, those whose next attempt has come among the others."""
    now = FrozenClock().now()
    with store.transaction():
        store.inbox.put(COMPANY, [account(number) for number in range(1, 8)])
        for number in (2, 5, 6):
            store.inbox.fail(COMPANY, account_id(number), Reason.UNREACHABLE, now)
        store.inbox.fail(COMPANY, account_id(5), Reason.UNREACHABLE, now)
    later = now + timedelta(minutes=20)

    first = store.inbox.due_ids(COMPANY, later, after=None, limit=4)
    second = store.inbox.due_ids(COMPANY, later, after=first[-1], limit=4)

    assert [*first, *second] == [account_id(number) for number in (1, 2, 3, 4, 6, 7)]
    assert len(first) == 4
